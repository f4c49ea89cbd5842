"""The net under every wake-up: what is due about waiting and held conversations, offers and people, found in the
database. Bounded, safe to run twice and beside itself; one row that fails keeps none of the others back."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from conversations import transcript
from conversations.models import Conversation
from conversations.states import State
from handoff import assignment, leaving, people, presence, queue, watch
from handoff.models import Handoff, Offer, Team

logger = logging.getLogger(__name__)

LOOK_AFTER_TASK = "handoff.look_after"
BATCH = 200
#: What could not be looked after is tried again so much later, behind everything else that is due.
PUT_OFF = timedelta(minutes=1)


def look_after_all(*, now: datetime) -> None:
    """One round: offers that ran out, people who went, accounts switched off, everything due, hands that are free."""
    for conversation_id, agent_id in _offers_over(now):
        _unless_it_fails(_expire, conversation_id, now)
        _unless_it_fails(assignment.absent_put_away, agent_id, now=now)
    for user in presence.newly_gone(now=now):
        _unless_it_fails(_gone, user, now)
    leaving.orphans_requeue(now=now)
    for conversation_id in [*_due(now), *_unwatched()]:
        if not _unless_it_fails(watch.look_after, conversation_id, now=now):
            _put_off(conversation_id, now)
    presence.idle_keep(now=now)
    for user_id in _free_hands(now):
        _unless_it_fails(assignment.fill, user_id, now=now)


def _unless_it_fails(step: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    try:
        step(*args, **kwargs)
    except Exception:
        logger.exception("%s failed for %s", step.__name__, args[0])
        return False
    return True


def _offers_over(now: datetime) -> list[tuple[UUID, int]]:
    over = Offer.objects.filter(ended_at=None, expires_at__lte=now).order_by("expires_at")
    return list(over.values_list("handoff__conversation_id", "agent_id")[:BATCH])


@transaction.atomic
def _expire(conversation_id: UUID, now: datetime) -> None:
    assignment.offer_expire(transcript.lock(conversation_id), now=now)


def _gone(user: User, now: datetime) -> None:
    """What was offered to them goes to others now; what they hold is looked at when their grace time is over."""
    presence.gone_mark(user, now=now)
    assignment.offers_withdraw_of(user, why="no sign of life", now=now)
    held = Conversation.objects.filter(assigned_to=user, state=State.HUMAN)
    for conversation_id in held.values_list("pk", flat=True):
        _unless_it_fails(watch.look_after, conversation_id, now=now)


def _due(now: datetime) -> list[UUID]:
    due = Handoff.objects.filter(ended_at=None, check_at__lte=now).order_by("check_at")
    return list(due.values_list("conversation_id", flat=True)[:BATCH])


def _unwatched() -> list[UUID]:
    """Open handoffs that nothing is due about, though somebody waits or holds them: back from rest by a call, say."""
    lost = Handoff.objects.filter(ended_at=None, check_at=None, conversation__state__in=[State.PENDING, State.HUMAN])
    return list(lost.order_by("pk").values_list("conversation_id", flat=True)[:BATCH])


def _put_off(conversation_id: UUID, now: datetime) -> None:
    Handoff.objects.filter(conversation=conversation_id, ended_at=None).update(check_at=now + PUT_OFF)


def _free_hands(now: datetime) -> Iterable[int]:
    """Who can be offered something, in the teams where somebody waits without an offer."""
    offering = people.teams().filter(assignment=Team.Assignment.OFFER)
    waited_in = [team.pk for team in offering if queue.is_waited_in([team], now=now)]
    if not waited_in:
        return []
    there = presence.available(User.objects.filter(groups__in=waited_in), now=now)
    return there.order_by("presence__assigned_at").values_list("pk", flat=True).distinct()[:BATCH]
