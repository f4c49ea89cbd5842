"""Who is at a conversation: who looks, who types. Leases that end by themselves, never counters."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from conversations import live
from conversations.models import Conversation
from handoff.models import Attendance, HandoffPolicy

#: A look counts for so long; pages renew it every 25 seconds.
LOOKING = timedelta(seconds=60)
#: At most so many rows past their lease are cleared away at a time.
SWEPT = 50


@transaction.atomic
def look(conversation_id: UUID, user: User, *, now: datetime) -> None:
    """This person has the conversation open. Rings it when they have just come, not each time they say so again."""
    is_new = not _running(conversation_id, now).filter(user=user).exists()
    _keep(conversation_id, user, looking_until=now + LOOKING)
    if is_new:
        _ring(conversation_id)
        _clear(now)


@transaction.atomic
def typing(conversation_id: UUID, user: User, *, now: datetime, on: bool) -> bool:
    """This person types there, or has stopped. Returns whether it has just begun; rings when it begins or stops."""
    typed = Attendance.objects.filter(conversation_id=conversation_id, user=user, typing_until__gt=now).exists()
    until = now + HandoffPolicy.current().typing_lock if on else None
    _keep(conversation_id, user, looking_until=now + LOOKING, typing_until=until)
    if typed != on:
        _ring(conversation_id)
    return on and not typed


def present(conversation: Conversation, *, now: datetime) -> list[Attendance]:
    """Who looks at it now, each with their `user`, in the order of their names."""
    return list(_running(conversation.pk, now).select_related("user").order_by("user__username"))


def types(conversation: Conversation, user: User, *, now: datetime) -> bool:
    """Whether this person's typing lease runs."""
    return conversation.attendance.filter(user=user, typing_until__gt=now).exists()


def typing_until(conversation: Conversation, *, now: datetime) -> datetime | None:
    """Until when somebody of the desk types there, as far as their last key tells; None where nobody does."""
    typing_now = conversation.attendance.filter(typing_until__gt=now, user__is_active=True)
    until: datetime | None = typing_now.aggregate(at=Max("typing_until"))["at"]
    return until


def _running(conversation_id: UUID, now: datetime) -> QuerySet[Attendance]:
    running = Q(looking_until__gt=now) | Q(typing_until__gt=now)
    return Attendance.objects.filter(running, conversation_id=conversation_id, user__is_active=True)


def _keep(conversation_id: UUID, user: User, **leases: Any) -> None:
    """One statement, so that two pages of one person cannot trip over each other."""
    row = Attendance(conversation_id=conversation_id, user=user, **leases)
    Attendance.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["conversation", "user"], update_fields=list(leases)
    )


def _ring(conversation_id: UUID) -> None:
    revision = Conversation.objects.values_list("revision", flat=True).get(pk=conversation_id)
    live.ring_on_commit(conversation_id, revision)


def _clear(now: datetime) -> None:
    """A bounded number of rows whose leases have ended; what another request has in hand is left to the next."""
    ended = Attendance.objects.filter(Q(typing_until=None) | Q(typing_until__lte=now), looking_until__lte=now)
    rows = ended.select_for_update(skip_locked=True).order_by("looking_until").values_list("pk", flat=True)[:SWEPT]
    Attendance.objects.filter(pk__in=list(rows)).delete()
