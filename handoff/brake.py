"""The brake and the canary: whether the assistant may answer, and what becomes of those it leaves (one row for all).

Three looks hold the brake: before a turn thinks, when a thought is committed (`handoff.turns`), and at the last moment
before a message leaves (`conversations.outbox`). Whoever is left with a silent assistant by it is given to people, by
a task right after the stop and by a sweep under that.
"""

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from audit.actors import SYSTEM, Actor
from audit.record import record
from config import wake
from conversations import bot_switch, transcript
from conversations.models import BotSwitch, Conversation, Message
from conversations.states import BOT_STATES
from handoff import briefing, events
from handoff.handoffs import handoff_request
from handoff.models import BotTurn, Handoff

logger = logging.getLogger(__name__)

BRAKE_TASK = "handoff.brake"
STREAM = "bot"
BATCH = 200
OPEN_TURN = (BotTurn.Status.SCHEDULED, BotTurn.Status.THINKING)

Answerer = Literal["bot", "stopped", "canary"]


def who_answers(conversation: Conversation) -> Answerer:
    """Whether the assistant may answer here: `bot`, or why a person must: `stopped`, `canary`.

    The canary is about new conversations: one that the assistant has spoken in, or that a person gave back to it,
    stays with it when the share is lowered.
    """
    switch = BotSwitch.current()
    if not switch.enabled:
        return "stopped"
    if is_served(conversation.customer_id, switch.canary_percent) or _has_begun(conversation):
        return "bot"
    return "canary"


def is_served(customer_id: UUID, percent: int) -> bool:
    """Whether this customer is among the share that the assistant answers. The same for ever, and a larger share
    holds all of a smaller one. (SHA-256, so that the share is even whatever the ids are like.)"""
    digest = hashlib.sha256(f"canary:{customer_id}".encode()).hexdigest()
    return int(digest, 16) % 100 < percent


def _has_begun(conversation: Conversation) -> bool:
    spoken = conversation.messages.filter(sender=Message.Sender.BOT).exclude(status=Message.Status.DROPPED)
    return spoken.exists() or conversation.handoffs.filter(ending=Handoff.Ending.RETURNED).exists()


def switch(*, actor: Actor, now: datetime, enabled: bool | None = None, canary_percent: int | None = None) -> BotSwitch:
    """Stop the assistant everywhere, let it speak again, or set the share of customers it answers (0 to 100).

    When this has returned after a stop, no message of the assistant is claimed for sending any more. Whoever waits
    for it is given to people; switching on again takes nobody back from them. What is not given stays as it is, and
    nothing new leaves no trace. Whether this person may is the caller's question. Raises ValueError for no share, and
    where nothing is asked for.
    """
    _check(enabled, canary_percent)
    with transaction.atomic():
        row = _locked_row()
        before = _facts(row)
        row.enabled = row.enabled if enabled is None else enabled
        row.canary_percent = row.canary_percent if canary_percent is None else canary_percent
        if _facts(row) != before:
            row.changed_at, row.changed_by_id = now, int(actor.id) if actor.kind == "human" else None
            row.save()
            record(events.BOT_SWITCHED, stream=STREAM, actor=actor, now=now,
                   payload={"before": before, "after": _facts(row)})  # fmt: skip
        if not row.enabled:
            transaction.on_commit(bot_switch.claims_await, robust=True)
            wake.on_commit(BRAKE_TASK)
    return row


def _check(enabled: bool | None, canary_percent: int | None) -> None:
    if enabled is None and canary_percent is None:
        raise ValueError("Say what to change: enabled, canary_percent, or both.")
    if enabled is not None and not isinstance(enabled, bool):
        raise ValueError("enabled is true or false.")
    if canary_percent is None:
        return
    if isinstance(canary_percent, bool) or not isinstance(canary_percent, int) or not 0 <= canary_percent <= 100:
        raise ValueError("canary_percent is a whole number from 0 to 100.")


def _locked_row() -> BotSwitch:
    BotSwitch.objects.get_or_create(pk=1)
    return BotSwitch.objects.select_for_update().get(pk=1)


def _facts(row: BotSwitch) -> dict[str, Any]:
    return {"enabled": row.enabled, "canary_percent": row.canary_percent}


def silenced_hand_over(*, now: datetime) -> int:
    """While the assistant is stopped: give everybody who waits for it to people. Returns how many.

    In batches, each conversation in a transaction of its own; one that cannot be handed over keeps no other back. Safe
    to run twice, and at once when the assistant is not stopped.
    """
    return sum(_unless_it_fails(pk, now) for pk in _silenced(now)) if not BotSwitch.current().enabled else 0


def _silenced(now: datetime) -> Iterator[UUID]:
    """Ids of all who may be waiting for the stopped assistant, a batch at a time."""
    last: UUID | None = None
    while True:
        found = _candidates(now).order_by("pk")
        batch = list((found.filter(pk__gt=last) if last else found).values_list("pk", flat=True)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1]


def _candidates(now: datetime) -> QuerySet[Conversation]:
    """Held by the assistant, awake, and something is open: a turn, a message that has not left, a line unanswered."""
    here = OuterRef("pk")
    turns = BotTurn.objects.filter(conversation=here, status__in=OPEN_TURN)
    queued = Message.objects.filter(
        conversation=here, sender=Message.Sender.BOT, status=Message.Status.QUEUED,
        control_epoch=OuterRef("control_epoch"),
    )  # fmt: skip
    asked = Message.objects.filter(conversation=here, seq=OuterRef("last_customer_seq"), asks=True, revoked_at=None)
    answers = Message.objects.said().filter(
        conversation=here, sender__in=briefing.ANSWERS, seq__gt=OuterRef("last_customer_seq")
    )
    called = Handoff.objects.filter(conversation=here, requested_at__gte=OuterRef("asked_at"))
    unanswered = ~Exists(answers.exclude(status=Message.Status.DROPPED)) & ~Exists(called)
    held = Conversation.objects.filter(state__in=BOT_STATES, standby_since=None, window_expires_at__gt=now)
    held = held.annotate(asked_at=Subquery(asked.values("created_at")[:1]))
    return held.filter(Exists(turns) | Exists(queued) | Q(asked_at__isnull=False) & unanswered)


def _unless_it_fails(pk: UUID, now: datetime) -> bool:
    try:
        return _hand_over(pk, now)
    except Exception:
        logger.exception("conversation %s could not be taken from the stopped assistant", pk)
        return False


@transaction.atomic
def _hand_over(pk: UUID, now: datetime) -> bool:
    conversation = transcript.lock(pk)
    if conversation.state not in BOT_STATES or BotSwitch.current().enabled or not _waits(conversation):
        return False
    _turns_discard(conversation, now)
    handoff_request(
        conversation, reason=Handoff.Reason.BOT_STOPPED, summary=briefing.summary_of(conversation), actor=SYSTEM,
        now=now,
    )  # fmt: skip
    return True


def _waits(conversation: Conversation) -> bool:
    """Whether the customer said something that nobody has answered, or the assistant was just about to answer.

    What led to an earlier handoff is with people, also where a ticket was made of it and the assistant has the thread.
    """
    said = conversation.messages.filter(sender=Message.Sender.BOT, control_epoch=conversation.control_epoch)
    owed = conversation.bot_turns.filter(status__in=OPEN_TURN, resumes=True)
    if said.filter(status=Message.Status.QUEUED).exists() or owed.exists():
        return True
    last = conversation.handoffs.order_by("-requested_at").first()
    return any(last is None or line.created_at > last.requested_at for line in briefing.unanswered(conversation))


def _turns_discard(conversation: Conversation, now: datetime) -> None:
    why = "the assistant was switched off"
    for turn in conversation.bot_turns.filter(status__in=OPEN_TURN):
        turn.status, turn.outcome, turn.finished_at = BotTurn.Status.DISCARDED, why, now
        turn.save(update_fields=["status", "outcome", "finished_at"])
        record(events.TURN_DISCARDED, stream=conversation.stream, actor=SYSTEM, now=now,
               payload={"turn": turn.pk, "why": why, "epoch": turn.epoch, "read_seq": turn.read_seq})  # fmt: skip
