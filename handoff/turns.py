"""The bot's turns: a quiet pause, a thought without any lock, a commit by compare.

Between reading and committing the world may change: a person takes over, the customer writes more. The
thought is then stale and is thrown away, and the record says so (invariant 3).
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from assistant.engine import Context, Engine
from assistant.turn import Thought, think
from audit.actors import BOT, SYSTEM
from audit.record import record
from config import clock, wake
from conversations import control, outbox, transcript
from conversations.models import Conversation, Message
from conversations.states import Control, Event, State, control_of
from handoff import briefing, events
from handoff.handoffs import handoff_request
from handoff.models import BotTurn, Handoff

logger = logging.getLogger(__name__)

TAKE_TURN_TASK = "handoff.take_turn"
Status = BotTurn.Status

REASONS = {
    "asked_for_person": Handoff.Reason.ASKED,
    "low_confidence": Handoff.Reason.LOW_CONFIDENCE,
    "assistant_decided": Handoff.Reason.ENGINE,
    "unreadable": Handoff.Reason.UNREADABLE,
}


def turn_schedule(conversation: Conversation, *, now: datetime) -> None:
    """Let the bot answer the (locked) conversation after a quiet pause; more words push the answer back."""
    pause = settings.BOT_QUIET_PAUSE
    BotTurn.objects.update_or_create(
        conversation=conversation, status=Status.SCHEDULED, defaults={"due_at": now + timedelta(seconds=pause)}
    )
    wake.on_commit(TAKE_TURN_TASK, str(conversation.pk), countdown=pause)


def turn_take(conversation_id: UUID | str, *, engine: Engine) -> BotTurn | None:
    """Take the turn that is due, if one is. Returns it with what became of it."""
    claimed = _claim(conversation_id, now=clock.now())
    if claimed is None:
        return None
    turn, context = claimed
    try:
        thought = think(context, engine)
    except Exception as error:  # whatever a mind does wrong, the customer gets a person
        logger.exception("the assistant failed at turn %s", turn.pk)
        return _commit(turn.pk, None, why=type(error).__name__, now=clock.now())
    return _commit(turn.pk, thought, why="", now=clock.now())


def turns_due(*, now: datetime, limit: int = 100) -> list[UUID]:
    """Conversations whose bot turn is due or was given up: what the sweep looks at."""
    due = BotTurn.objects.filter(status__in=[Status.SCHEDULED, Status.THINKING], due_at__lte=now).order_by("due_at")
    return list(dict.fromkeys(due.values_list("conversation_id", flat=True)[:limit]))


@transaction.atomic
def turns_give_up(conversation_id: UUID, *, now: datetime) -> None:
    """A turn that never came back (a dead worker, a hung engine) is tried once more, then a person is called."""
    conversation = transcript.lock(conversation_id)
    for turn in conversation.bot_turns.filter(status=Status.THINKING, due_at__lte=now):
        _discard(conversation, turn, "it did not come back in time", now)
        if control_of(conversation.state) != Control.BOT or conversation.last_customer_seq != turn.read_seq:
            continue
        given_up = conversation.bot_turns.filter(read_seq=turn.read_seq, status=Status.DISCARDED, epoch=turn.epoch)
        if given_up.count() < 2:
            turn_schedule(conversation, now=now)
        else:
            _call_person_after_failure(conversation, "TimeoutError", now)


@transaction.atomic
def _claim(conversation_id: UUID | str, *, now: datetime) -> tuple[BotTurn, Context] | None:
    conversation = transcript.lock(conversation_id)
    turn = conversation.bot_turns.filter(status=Status.SCHEDULED, due_at__lte=now).first()
    if turn is None:
        return None
    holder = control_of(conversation.state)
    if holder != Control.BOT:
        _discard(conversation, turn, f"control is with {holder}", now)
        return None
    context = briefing.context_of(conversation, now=now)
    if not context.unanswered:
        _discard(conversation, turn, "everything is answered", now)
        return None
    turn.status = Status.THINKING
    turn.epoch, turn.read_seq = conversation.control_epoch, conversation.last_customer_seq
    turn.due_at = now + timedelta(seconds=settings.BOT_TURN_LIMIT)
    turn.save()
    _show_typing(conversation)
    return turn, context


def _show_typing(conversation: Conversation) -> None:
    """The customer sees that they were read and that an answer comes: after a turn one always does."""
    last = conversation.messages.filter(direction=Message.Direction.IN, asks=True).order_by("-seq").first()
    if last and last.provider_id:
        wake.on_commit(outbox.READ_TASK, conversation.channel_id, last.provider_id, True)


@transaction.atomic
def _commit(turn_id: int, thought: Thought | None, *, why: str, now: datetime) -> BotTurn:
    conversation = transcript.lock(BotTurn.objects.values_list("conversation_id", flat=True).get(pk=turn_id))
    turn = BotTurn.objects.get(pk=turn_id)
    if turn.status != Status.THINKING:  # given up meanwhile
        return turn
    if stale := _staleness(conversation, turn):
        _discard(conversation, turn, stale, now)
    elif thought is None:
        _finish(turn, Status.HANDED_OFF, f"failed: {why}", now)
        _call_person_after_failure(conversation, why, now)
    elif thought.trigger:
        _finish(turn, Status.HANDED_OFF, thought.trigger, now)
        _hand_off(conversation, thought, now)
    else:
        _finish(turn, Status.REPLIED, thought.reply.intent, now)
        body = "\n".join([thought.reply.answer, *thought.reply.citations])
        answer(conversation, body=body, evidence=evidence_of(thought), now=now)
    return turn


def _staleness(conversation: Conversation, turn: BotTurn) -> str:
    if conversation.control_epoch != turn.epoch:
        return "control changed while it was thinking"
    if conversation.last_customer_seq != turn.read_seq:
        return "the customer wrote more while it was thinking"
    return ""


def answer(conversation: Conversation, *, body: str, evidence: dict[str, Any], now: datetime) -> Message:
    """The bot's one answer of a turn, with what it rests on, into the outbox of the (locked) conversation."""
    message = outbox.message_queue(
        conversation, body=body, sender=Message.Sender.BOT, actor=BOT, now=now, metadata=evidence
    )
    record(
        events.TURN_REPLIED, stream=conversation.stream, actor=BOT, now=now,
        payload={**evidence, "message": str(message.pk), "seq": message.seq},
    )  # fmt: skip
    if conversation.state == State.AUTHENTICATED:
        control.transition(conversation, Event.ANSWER_OK, actor=BOT, now=now)
    return message


def _hand_off(conversation: Conversation, thought: Thought, now: datetime) -> None:
    handoff_request(
        conversation, reason=REASONS[thought.trigger or "assistant_decided"], explanation=thought.reply.reason,
        summary=briefing.summary_of(conversation), evidence=evidence_of(thought), language=thought.language,
        actor=BOT, now=now,
    )  # fmt: skip


def _call_person_after_failure(conversation: Conversation, why: str, now: datetime) -> None:
    record(events.TURN_FAILED, stream=conversation.stream, actor=SYSTEM, now=now, payload={"why": why})
    handoff_request(
        conversation, reason=Handoff.Reason.FAILED, explanation=why, summary=briefing.summary_of(conversation),
        actor=SYSTEM, now=now,
    )  # fmt: skip


def evidence_of(thought: Thought) -> dict[str, Any]:
    """What a thought was based on, as it stands in the record and travels with a handoff."""
    reply = thought.reply
    return {"intent": reply.intent, "confidence": reply.confidence, "citations": list(reply.citations)}


def _discard(conversation: Conversation, turn: BotTurn, why: str, now: datetime) -> None:
    _finish(turn, Status.DISCARDED, why, now)
    record(
        events.TURN_DISCARDED, stream=conversation.stream, actor=BOT, now=now,
        payload={"turn": turn.pk, "why": why, "epoch": turn.epoch, "read_seq": turn.read_seq},
    )  # fmt: skip


def _finish(turn: BotTurn, status: BotTurn.Status, outcome: str, now: datetime) -> None:
    turn.status, turn.outcome, turn.finished_at = status, outcome[:200], now
    turn.save(update_fields=["status", "outcome", "finished_at"])
