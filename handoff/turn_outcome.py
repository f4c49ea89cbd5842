"""What becomes of a turn: compared with how things stand now, then said, handed off or thrown away. Under the lock.

Between reading and committing the world may change: a person takes over or types, the customer writes more, the
assistant is stopped. The thought is then stale and is thrown away, and the record says so (invariant 3).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from audit.actors import BOT, SYSTEM
from audit.record import record
from conversations import control, outbox, transcript
from conversations.models import Conversation, Message
from conversations.states import Event, State
from handoff import attendance, brake, briefing, events
from handoff.handoffs import handoff_request
from handoff.models import BotTurn, Handoff
from handoff.turn_decision import Decision
from handoff.turn_times import turn_schedule

Status = BotTurn.Status
#: How a turn's outcome begins that said no more than that it does not know.
UNSURE = "not sure: "
GIVEN_UP = "it did not come back in time"
#: Turns looked back at for failures in a row.
LOOK_BACK = 20
STOPPED = "the assistant is switched off"


@transaction.atomic
def turn_commit(turn_id: int, decision: Decision, *, now: datetime) -> BotTurn:
    """Do what was decided, unless that is stale. Returns the turn with what became of it."""
    conversation = transcript.lock(BotTurn.objects.values_list("conversation_id", flat=True).get(pk=turn_id))
    turn = BotTurn.objects.get(pk=turn_id)
    if turn.status != Status.THINKING:  # given up meanwhile
        return turn
    if stale := _staleness(conversation, turn):
        turn_discard(conversation, turn, stale, now)
    elif until := attendance.typing_until(conversation, now=now):
        turn_discard(conversation, turn, "a colleague is typing", now)
        turn_schedule(conversation, now=now, resumes=turn.resumes, not_before=until)
    elif is_stopped(conversation):
        turn_discard(conversation, turn, STOPPED, now)
        stopped_hand_off(conversation, now=now)
    elif decision.calls_person:
        _hand_off(conversation, turn, decision, now)
    else:
        _reply(conversation, turn, decision, now)
    return turn


def _staleness(conversation: Conversation, turn: BotTurn) -> str:
    if conversation.control_epoch != turn.epoch:
        return "control changed while it was thinking"
    if conversation.last_customer_seq != turn.read_seq:
        return "the customer wrote more while it was thinking"
    return ""


def is_stopped(conversation: Conversation) -> bool:
    """Whether the brake is on. Whether the assistant gets a new conversation at all (the canary) is the router's
    question: where there is a turn, that was answered."""
    return brake.who_answers(conversation) == "stopped"


def stopped_hand_off(conversation: Conversation, *, now: datetime) -> None:
    """The assistant may not answer: a person is called."""
    handoff_request(
        conversation, reason=Handoff.Reason.BOT_STOPPED, summary=briefing.summary_of(conversation),
        inputs={"stopped": True}, actor=SYSTEM, now=now,
    )  # fmt: skip


def failed_hand_off(conversation: Conversation, decision: Decision, *, now: datetime) -> None:
    """The mind failed: a person is called, by the rule for that where one is on."""
    why, fired = decision.signals.failure, decision.fired
    record(events.TURN_FAILED, stream=conversation.stream, actor=SYSTEM, now=now, payload={"why": why})
    handoff_request(
        conversation, reason=fired.reason if fired else Handoff.Reason.FAILED, explanation=decision.explanation,
        rule=fired.stored_rule if fired else None, inputs=decision.inputs(), evidence=decision.evidence(),
        language=decision.language, summary=briefing.summary_of(conversation), actor=SYSTEM, now=now,
    )  # fmt: skip


def _hand_off(conversation: Conversation, turn: BotTurn, decision: Decision, now: datetime) -> None:
    fired = decision.fired
    if fired is None or decision.signals.failure:
        turn_finish(turn, Status.HANDED_OFF, f"failed: {decision.signals.failure}", now)
        failed_hand_off(conversation, decision, now=now)
        return
    turn_finish(turn, Status.HANDED_OFF, str(fired.rule.kind), now)
    handoff_request(
        conversation, reason=fired.reason, explanation=decision.explanation, rule=fired.stored_rule,
        inputs=decision.inputs(), evidence=decision.evidence(), language=decision.language,
        summary=briefing.summary_of(conversation), actor=BOT, now=now,
    )  # fmt: skip


def _reply(conversation: Conversation, turn: BotTurn, decision: Decision, now: datetime) -> None:
    signals = decision.signals
    turn_finish(turn, Status.REPLIED, f"{UNSURE if signals.is_unsure else ''}{signals.intent}", now)
    citations = list(decision.thought.reply.citations) if decision.thought else []
    evidence = {"intent": signals.intent, "confidence": signals.confidence, "citations": citations}
    answer(conversation, body=decision.words, evidence=evidence, inputs=decision.inputs(), now=now)
    _cool_down(conversation)
    if decision.language and decision.language != conversation.language:
        conversation.language = decision.language
        conversation.save(update_fields=["language"])


def answer(
    conversation: Conversation, *, body: str, evidence: dict[str, Any], now: datetime,
    inputs: Mapping[str, Any] | None = None,
) -> Message:  # fmt: skip
    """The bot's one answer of a turn, with what it rests on, into the outbox of the (locked) conversation.

    `inputs`: by what the rules decided that no person is called, for the record.
    """
    message = outbox.message_queue(
        conversation, body=body, sender=Message.Sender.BOT, actor=BOT, now=now, metadata=evidence
    )
    facts = {**evidence, "message": str(message.pk), "seq": message.seq, "inputs": dict(inputs or {})}
    record(events.TURN_REPLIED, stream=conversation.stream, actor=BOT, now=now, payload=facts)
    if conversation.state == State.AUTHENTICATED:
        control.transition(conversation, Event.ANSWER_OK, actor=BOT, now=now)
    return message


def _cool_down(conversation: Conversation) -> None:
    """One turn fewer, after the last return, in which the assistant keeps the conversation whatever the rules say."""
    if returned := briefing.last_return(conversation):
        Handoff.objects.filter(pk=returned.pk, cooldown_left__gt=0).update(cooldown_left=F("cooldown_left") - 1)


def failures_in_a_row(conversation: Conversation) -> int:
    """How many of the assistant's last turns came to nothing: no answer known, or never come back. What was thrown
    away because the world changed says nothing about it; a handoff between ends the row."""
    count = 0
    ended = conversation.bot_turns.exclude(status__in=[Status.SCHEDULED, Status.THINKING]).order_by("-pk")
    for status, outcome in ended.values_list("status", "outcome")[:LOOK_BACK]:
        if status == Status.DISCARDED and outcome != GIVEN_UP:
            continue
        if status == Status.HANDED_OFF or not outcome.startswith((UNSURE, GIVEN_UP)):
            break
        count += 1
    return count


def turn_discard(conversation: Conversation, turn: BotTurn, why: str, now: datetime) -> None:
    """Throw the turn of the (locked) conversation away, and say why on the record."""
    turn_finish(turn, Status.DISCARDED, why, now)
    record(
        events.TURN_DISCARDED, stream=conversation.stream, actor=BOT, now=now,
        payload={"turn": turn.pk, "why": why, "epoch": turn.epoch, "read_seq": turn.read_seq},
    )  # fmt: skip


def turn_finish(turn: BotTurn, status: BotTurn.Status, outcome: str, now: datetime) -> None:
    """The turn is over."""
    turn.status, turn.outcome, turn.finished_at = status, outcome[:200], now
    turn.save(update_fields=["status", "outcome", "finished_at"])
