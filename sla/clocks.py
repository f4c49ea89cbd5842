"""Starting, meeting, breaching and calling off promises. The caller holds the conversation's lock."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import transcript
from conversations.models import Conversation
from sla import events
from sla.matrix import promise_for
from sla.models import Clock

BATCH = 500


def clock_start(
    conversation: Conversation, metric: Clock.Metric, *, now: datetime, since: datetime | None = None
) -> Clock:
    """Promise from now on, or from `since` where the customer began to wait before, as the matrix says; a promise
    already running is kept as it is."""
    if running := _running(conversation, metric):
        return running
    promise = promise_for(tier=conversation.customer.tier_id, topic=conversation.topic_id)
    start = min(since, now) if since else now
    clock = Clock.objects.create(
        conversation=conversation,
        metric=metric,
        started_at=start,
        due_at=start + promise.first_response,
        why=promise.why,
    )
    record(
        events.STARTED,
        stream=conversation.stream,
        actor=SYSTEM,
        now=now,
        payload={"metric": clock.get_metric_display(), "due_at": clock.due_at.isoformat(), "why": clock.why},
    )
    _keep_deadline(conversation)
    return clock


def clock_meet(conversation: Conversation, metric: Clock.Metric, *, actor: Actor, now: datetime) -> None:
    """The answer came now. Too late is too late: then the breach stands beside it."""
    clock = _running(conversation, metric)
    if clock is None:
        return
    clock.met_at = now
    if now > clock.due_at:
        _breach(clock, now)
    clock.save(update_fields=["met_at", "breached_at"])
    record(
        events.MET,
        stream=conversation.stream,
        actor=actor,
        now=now,
        payload={
            "metric": clock.get_metric_display(),
            "met_at": now.isoformat(),
            "due_at": clock.due_at.isoformat(),
            "late": clock.breached_at is not None,
        },
    )
    _keep_deadline(conversation)


def clocks_cancel(conversation: Conversation, *, actor: Actor, why: str, now: datetime) -> None:
    """Nobody waits any more: call off what still runs. A promise already missed stays missed."""
    for clock in conversation.clocks.running():
        clock.cancelled_at = now
        if now > clock.due_at:
            _breach(clock, now)
        clock.save(update_fields=["cancelled_at", "breached_at"])
        record(
            events.CANCELLED,
            stream=conversation.stream,
            actor=actor,
            now=now,
            payload={"metric": clock.get_metric_display(), "why": why},
        )
    _keep_deadline(conversation)


def clocks_lapse(conversation: Conversation, *, why: str, now: datetime) -> None:
    """What was promised cannot be kept any more: every running promise is missed, and ends.

    A breach is its deadline, here too: one that lies ahead is missed already, since nobody can answer before it.
    """
    for clock in conversation.clocks.running():
        clock.cancelled_at = now
        if clock.breached_at is None:
            clock.breached_at = clock.due_at
            payload = {"metric": clock.get_metric_display(), "breached_at": clock.breached_at.isoformat(), "why": why}
            record(events.BREACHED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)
        clock.save(update_fields=["cancelled_at", "breached_at"])
        record(events.CANCELLED, stream=conversation.stream, actor=SYSTEM, now=now,
               payload={"metric": clock.get_metric_display(), "why": why})  # fmt: skip
    _keep_deadline(conversation)


def breaches_mark(*, now: datetime) -> int:
    """Mark every running promise whose deadline has passed. Bounded and safe to run twice. Returns how many."""
    due = Clock.objects.running().filter(breached_at=None, due_at__lte=now).order_by("due_at")
    return sum(
        _mark(pk, conversation_id, now) for pk, conversation_id in due.values_list("pk", "conversation_id")[:BATCH]
    )


@transaction.atomic
def _mark(pk: int, conversation_id: object, now: datetime) -> bool:
    conversation = transcript.lock(conversation_id)
    clock = Clock.objects.running().filter(pk=pk, breached_at=None, due_at__lte=now).first()
    if clock is None:
        return False
    _breach(clock, now)
    clock.save(update_fields=["breached_at"])
    transcript.touch(conversation, now=now)
    return True


def _breach(clock: Clock, now: datetime) -> None:
    """The breach happened at the deadline, whenever it is noticed."""
    if clock.breached_at is not None:
        return
    clock.breached_at = clock.due_at
    record(
        events.BREACHED,
        stream=clock.conversation.stream,
        actor=SYSTEM,
        now=now,
        payload={"metric": clock.get_metric_display(), "breached_at": clock.due_at.isoformat()},
    )


def _running(conversation: Conversation, metric: Clock.Metric) -> Clock | None:
    return conversation.clocks.running().filter(metric=metric).first()


def _keep_deadline(conversation: Conversation) -> None:
    earliest = conversation.clocks.running().aggregate(at=Min("due_at"))["at"]
    conversation.next_deadline = earliest
    conversation.save(update_fields=["next_deadline"])
