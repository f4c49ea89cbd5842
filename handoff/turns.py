"""The bot's turns: a quiet pause, a thought without any lock, a commit by compare (`handoff.turn_outcome`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from assistant.engine import Context, Engine
from config import clock, wake
from conversations import outbox, transcript
from conversations.models import Conversation, Message
from conversations.states import Control, control_of
from handoff import attendance, briefing, triggers, turn_outcome
from handoff.models import BotTurn
from handoff.triggers import Signals
from handoff.turn_decision import Decision, decide, failure_rule
from handoff.turn_outcome import GIVEN_UP, answer, turn_discard
from handoff.turn_times import TAKE_TURN_TASK, turn_put_off, turn_schedule, turns_due

__all__ = ["TAKE_TURN_TASK", "answer", "turn_schedule", "turn_take", "turns_due", "turns_give_up"]

Status = BotTurn.Status


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A turn to think about: what was read at that moment, under the lock."""

    turn: BotTurn
    context: Context
    failures: int
    cooldown: int


def turn_take(conversation_id: UUID | str, *, engine: Engine) -> BotTurn | None:
    """Take the turn that is due, if one is. Returns it with what became of it; None where nothing was thought."""
    claimed = _claim(conversation_id, now=clock.now())
    if claimed is None:
        return None
    decision = decide(claimed.context, engine, failures=claimed.failures, cooldown=claimed.cooldown)
    return turn_outcome.turn_commit(claimed.turn.pk, decision, now=clock.now())


@transaction.atomic
def turns_give_up(conversation_id: UUID, *, now: datetime) -> None:
    """A turn that never came back (a dead worker, a hung engine) is tried once more, then a person is called."""
    conversation = transcript.lock(conversation_id)
    for turn in conversation.bot_turns.filter(status=Status.THINKING, due_at__lte=now):
        turn_discard(conversation, turn, GIVEN_UP, now)
        if control_of(conversation.state) != Control.BOT or conversation.last_customer_seq != turn.read_seq:
            continue
        given_up = conversation.bot_turns.filter(
            read_seq=turn.read_seq, status=Status.DISCARDED, epoch=turn.epoch, outcome=GIVEN_UP
        )
        if given_up.count() < 2:
            turn_schedule(conversation, now=now, resumes=turn.resumes)
        else:
            _call_person_after_silence(conversation, now)


def _call_person_after_silence(conversation: Conversation, now: datetime) -> None:
    signals = Signals(tier=conversation.customer.tier_id or "").with_failure(TimeoutError())
    decision = Decision(signals, failure_rule(triggers.in_force(), signals))
    turn_outcome.failed_hand_off(conversation, decision, now=now)


@transaction.atomic
def _claim(conversation_id: UUID | str, *, now: datetime) -> _Claimed | None:
    conversation = transcript.lock(conversation_id)
    turn = conversation.bot_turns.filter(status=Status.SCHEDULED, due_at__lte=now).first()
    if turn is None:
        return None
    holder = control_of(conversation.state)
    if holder != Control.BOT:
        turn_discard(conversation, turn, f"control is with {holder}", now)
        return None
    if until := attendance.typing_until(conversation, now=now):
        turn_put_off(turn, until=until, now=now)
        return None
    context = briefing.context_of(conversation, now=now)
    if not context.unanswered and not turn.resumes:
        turn_discard(conversation, turn, "everything is answered", now)
        return None
    if turn_outcome.is_stopped(conversation):
        turn_discard(conversation, turn, turn_outcome.STOPPED, now)
        turn_outcome.stopped_hand_off(conversation, now=now)
        return None
    _begin(conversation, turn, now)
    returned = briefing.last_return(conversation)
    failures = turn_outcome.failures_in_a_row(conversation)
    return _Claimed(turn, context, failures, returned.cooldown_left if returned else 0)


def _begin(conversation: Conversation, turn: BotTurn, now: datetime) -> None:
    turn.status = Status.THINKING
    turn.epoch, turn.read_seq = conversation.control_epoch, conversation.last_customer_seq
    turn.due_at = now + timedelta(seconds=settings.BOT_TURN_LIMIT)
    turn.save()
    _show_typing(conversation)


def _show_typing(conversation: Conversation) -> None:
    """The customer sees that they were read and that an answer comes: after a turn one always does."""
    last = conversation.messages.filter(direction=Message.Direction.IN, asks=True).order_by("-seq").first()
    if last and last.provider_id:
        wake.on_commit(outbox.READ_TASK, conversation.channel_id, last.provider_id, True)
