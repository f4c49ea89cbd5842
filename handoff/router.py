"""What follows from what came in, by who is in control. Called in the transaction that took it in."""

from datetime import datetime

from django.db.models import Q

from assistant import texts
from assistant.language import language_of
from audit.actors import SYSTEM
from audit.record import record
from conversations import outbox, transcript
from conversations.models import Conversation, Message
from conversations.states import Control, State, control_of
from handoff import briefing, events, phone_app, turns
from handoff.models import BotTurn
from sla.clocks import clock_start
from sla.models import Clock

Turn = BotTurn.Status


def route(message: Message, *, now: datetime) -> None:
    """The bot in control: it answers after a pause. A queue or a person in control: the page rings, no more.

    In the queue the holding message has said already that somebody will come; saying it again at each line
    would cost the customer's patience and the shop's money. What asks nothing (a notice, a word to Meta's own agent,
    a late line that a person has answered meanwhile) wakes nobody.
    """
    conversation = transcript.lock(message.conversation_id)
    if conversation.standby_since:
        _hush(conversation, "Meta's agent holds the thread", now)
    if not message.asks:
        return
    if control_of(conversation.state) == Control.BOT:
        turns.turn_schedule(conversation, now=now)
    elif conversation.state == State.PENDING and not conversation.clocks.running().exists():
        clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)  # back from rest: they wait again (invariant 7)


def changed(message: Message, *, now: datetime) -> None:
    """The customer edited or took back words that the bot has not answered: what it thinks of the old ones is void,
    and it reads again after a pause."""
    conversation = transcript.lock(message.conversation_id)
    if message.direction != Message.Direction.IN or control_of(conversation.state) != Control.BOT:
        return
    pending = briefing.unanswered(conversation)
    if message not in pending and not message.revoked_at:
        return
    waited = _hush(conversation, "the customer changed their words", now)
    if pending and (waited or message in pending):
        turns.turn_schedule(conversation, now=now)


def _hush(conversation: Conversation, why: str, now: datetime) -> bool:
    """Whatever the bot was about to say, it does not say. Returns whether it was about to."""
    turns_open = list(conversation.bot_turns.filter(status__in=[Turn.SCHEDULED, Turn.THINKING]))
    for turn in turns_open:
        turn.status, turn.outcome, turn.finished_at = Turn.DISCARDED, why, now
        turn.save(update_fields=["status", "outcome", "finished_at"])
        record(events.TURN_DISCARDED, stream=conversation.stream, actor=SYSTEM, now=now,
               payload={"turn": turn.pk, "why": why, "epoch": turn.epoch, "read_seq": turn.read_seq})  # fmt: skip
    return bool(turns_open)


def opted_out(message: Message, *, now: datetime) -> None:
    """The customer asked not to be written to: that is confirmed once, and then nothing more is said."""
    conversation = transcript.lock(message.conversation_id)
    message.asks = False
    message.save(update_fields=["asks"])
    _hush(conversation, "the customer asked not to be written to", now)
    transcript.banner(conversation, "The customer asked not to be written to", now=now)
    if not conversation.window_is_open(now) or conversation.standby_since or _is_confirmed(conversation):
        return
    language = language_of(message.body, conversation.customer.locale)
    outbox.message_queue(
        conversation, body=texts.text("opted_out", language), sender=Message.Sender.SYSTEM, actor=SYSTEM,
        metadata={"confirms_opt_out": True}, now=now,
    )  # fmt: skip


def _is_confirmed(conversation: Conversation) -> bool:
    """Whether our last word was that confirmation, and the customer has asked nothing since."""
    said = conversation.messages.said()
    last = said.filter(Q(direction=Message.Direction.OUT) | Q(asks=True)).order_by("-seq").first()
    return last is not None and bool(last.metadata.get("confirms_opt_out"))


def echoed(message: Message, *, now: datetime) -> None:
    """Somebody wrote on the business's own phone: a person has the thread now, and has answered."""
    phone_app.answered(transcript.lock(message.conversation_id), now=now)
