"""What follows from what came in, by who is in control. Called in the transaction that took it in."""

from datetime import datetime

from django.db.models import Q

from assistant import texts
from assistant.language import language_of, of_locale
from assistant.person_request import person_request
from audit.actors import SYSTEM
from audit.record import record
from conversations import outbox, transcript
from conversations.models import Conversation, Message, MessageReaction
from conversations.states import Control, State, control_of
from handoff import (
    brake,
    briefing,
    callback,
    events,
    handoffs,
    notices,
    phone_app,
    ratings,
    reopening,
    turns,
    waiting,
    watch,
)
from handoff.models import BotTurn, Handoff
from sla.clocks import clock_start
from sla.models import Clock

Turn = BotTurn.Status


def route(message: Message, *, now: datetime) -> None:
    """The bot in control: it answers after a pause, or a person is called where it may not. A queue: what was asked of
    the customer is answered, else nothing is said twice. A person: the page rings, their follow-up is kept.

    What asks nothing (a rating, a notice, a word to Meta's own agent, a late line that a person has answered meanwhile)
    wakes nobody.
    """
    conversation = transcript.lock(message.conversation_id)
    if ratings.answered(message, now=now):
        return
    if conversation.standby_since:
        _hush(conversation, "Meta's agent holds the thread", now)
    if not message.asks:
        return
    control = control_of(conversation.state)
    if control == Control.BOT:
        _to_bot(conversation, message, now)
    elif control == Control.QUEUE:
        _to_queue(conversation, message, now)
    elif control == Control.HUMAN:
        watch.customer_wrote(conversation, now=now)


def _to_bot(conversation: Conversation, message: Message, now: datetime) -> None:
    if reopening.goes_to_people(conversation, message, now=now):
        return
    answerer = brake.who_answers(conversation)
    if answerer == "stopped" and reopening.is_pleasantry(conversation, message):
        _want_no_answer(message)
    elif answerer == "stopped":
        _call_person(conversation, Handoff.Reason.BOT_STOPPED, now)
    elif answerer == "canary" and _is_untouched(conversation):
        _call_person(conversation, Handoff.Reason.CANARY, now)
    else:
        turns.turn_schedule(conversation, now=now)


def _is_untouched(conversation: Conversation) -> bool:
    return not conversation.bot_turns.exists() and not conversation.handoffs.exists()


def _call_person(conversation: Conversation, reason: Handoff.Reason, now: datetime) -> None:
    handoffs.handoff_request(
        conversation, reason=reason, summary=briefing.summary_of(conversation), actor=SYSTEM, now=now
    )


def _to_queue(conversation: Conversation, message: Message, now: datetime) -> None:
    """They keep their place in line, and their promise. Who asks for a person again is told that one comes; whatever
    they answer may end the wait."""
    if not callback.answered(conversation, message, now=now) and not waiting.answered(conversation, message, now=now):
        language = conversation.language or language_of(message.body, of_locale(conversation.customer.locale))
        if message.type == Message.TEXT and person_request(message.body, language):
            notices.reassure(conversation, handoffs.current_handoff(conversation), now=now)
    conversation.refresh_from_db()
    if conversation.state != State.PENDING:
        return
    if not conversation.clocks.running().exists():
        clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)  # back from rest: they wait again (invariant 7)
    watch.customer_wrote(conversation, now=now)


def _want_no_answer(message: Message) -> None:
    message.asks = False
    message.save(update_fields=["asks"])


def changed(message: Message, *, now: datetime) -> None:
    """The customer edited or took back words that the bot has not answered: what it thinks of the old ones is void,
    and it reads again after a pause. An emoji under a line of ours may be a rating."""
    conversation = transcript.lock(message.conversation_id)
    if message.direction == Message.Direction.OUT:
        ratings.reacted(message, emoji=_reaction_to(message), now=now)
    if message.direction != Message.Direction.IN or control_of(conversation.state) != Control.BOT:
        return
    pending = briefing.unanswered(conversation)
    if message not in pending and not message.revoked_at:
        return
    waited = _hush(conversation, "the customer changed their words", now)
    if pending and (waited or message in pending):
        turns.turn_schedule(conversation, now=now)


def _reaction_to(message: Message) -> str:
    """The customer's emoji under it; empty where they took it back."""
    reactions = message.reactions.filter(by=MessageReaction.By.CUSTOMER)
    return reactions.values_list("emoji", flat=True).first() or ""


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
