"""Conversations whose 24-hour window has closed come to rest, and what was promised in them ends honestly."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.actors import SYSTEM
from conversations import control, transcript, window
from conversations.models import Conversation
from conversations.states import AWAKE_STATES, Event, State
from handoff import followup, offers
from handoff.models import Handoff
from sla.clocks import clock_start, clocks_lapse
from sla.models import Clock

logger = logging.getLogger(__name__)

BATCH = 200


def windows_expire(*, now: datetime) -> int:
    """Move conversations whose window has closed to `dormant`, and promise anew to those who came back to the queue.

    Bounded and safe to run twice; one that cannot be moved keeps none of the others back. Returns how many rest now.
    """
    rested = sum(_unless_it_fails(_rest, pk, now) for pk in window.expired(now=now))
    for pk in _without_promise():
        _unless_it_fails(_promise, pk, now)
    return rested


def _unless_it_fails(step: Callable[[UUID, datetime], bool], pk: UUID, now: datetime) -> bool:
    try:
        return step(pk, now)
    except Exception:
        logger.exception("conversation %s could not be looked after", pk)
        return False


def _without_promise() -> list[UUID]:
    """Who waits in a queue without a running clock: back from rest by a call, say, which asks nobody (invariant 7)."""
    running = Clock.objects.running().filter(conversation=OuterRef("pk"))
    waiting = Conversation.objects.filter(state=State.PENDING).filter(~Exists(running))
    return list(waiting.order_by("last_activity_at").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _promise(pk: UUID, now: datetime) -> bool:
    conversation = transcript.lock(pk)
    if conversation.state != State.PENDING or not conversation.window_is_open(now):
        return False
    clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)
    if handoff := conversation.handoffs.filter(ended_at=None).first():
        followup.schedule(conversation, handoff, now=now)
        offers.seek_agent(conversation.pk)
    return True


@transaction.atomic
def _rest(pk: UUID, now: datetime) -> bool:
    conversation = transcript.lock(pk)
    if conversation.state not in AWAKE_STATES or conversation.window_is_open(now):
        return False
    clocks_lapse(conversation, why="WhatsApp's window closed before an answer", now=now)
    control.transition(conversation, Event.EXPIRE_WINDOW, actor=SYSTEM, now=now)
    if handoff := conversation.handoffs.filter(ended_at=None).first():
        _leave_alone(conversation, handoff, now)
    return True


def _leave_alone(conversation: Conversation, handoff: Handoff, now: datetime) -> None:
    """Nothing is due about what rests: it is held out to nobody and watched by nobody, until the customer is back.
    Whoever holds it keeps it, and has a hand free meanwhile."""
    offers.offers_end(handoff, taken_by=None, now=now)
    followup.schedule(conversation, handoff, now=now)
    if conversation.assigned_to_id is not None:
        offers.slot_freed(conversation.assigned_to_id)
