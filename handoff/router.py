"""What follows from what came in, by who is in control. Called in the transaction that took it in."""

from datetime import datetime

from assistant import texts
from audit.actors import SYSTEM
from conversations import outbox, transcript
from conversations.models import Message
from conversations.states import Control, State, control_of
from handoff import phone_app, turns
from sla.clocks import clock_start
from sla.models import Clock


def route(message: Message, *, now: datetime) -> None:
    """The bot in control: it answers after a pause. A queue or a person in control: the page rings, no more.

    In the queue the holding message has said already that somebody will come; saying it again at each line
    would cost the customer's patience and the shop's money. What asks nothing (a notice, a word to Meta's own agent,
    a late line that a person has answered meanwhile) wakes nobody.
    """
    conversation = transcript.lock(message.conversation_id)
    if not message.asks:
        return
    if control_of(conversation.state) == Control.BOT:
        turns.turn_schedule(conversation, now=now)
    elif conversation.state == State.PENDING and not conversation.clocks.running().exists():
        clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)  # back from rest: they wait again (invariant 7)


def opted_out(message: Message, *, now: datetime) -> None:
    """The customer asked not to be written to: that is confirmed once, and then nothing more is said."""
    conversation = transcript.lock(message.conversation_id)
    message.asks = False
    message.save(update_fields=["asks"])
    transcript.banner(conversation, "The customer asked not to be written to", now=now)
    if conversation.window_is_open(now) and not conversation.standby_since:
        outbox.message_queue(
            conversation, body=texts.text("opted_out", conversation.customer.locale), sender=Message.Sender.SYSTEM,
            actor=SYSTEM, metadata={"confirms_opt_out": True}, now=now,
        )  # fmt: skip


def echoed(message: Message, *, now: datetime) -> None:
    """Somebody wrote on the business's own phone: a person has the thread now, and has answered."""
    phone_app.answered(transcript.lock(message.conversation_id), now=now)
