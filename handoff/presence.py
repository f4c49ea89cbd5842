"""Whether agents are there: their own word, and a lease that their pages renew by signs of life.

Nothing has to happen for a lease to end, so a closed laptop, a dead browser and a lost network all look alike: gone.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations.models import Conversation
from conversations.states import State
from handoff import events, offers
from handoff.models import Presence
from handoff.models.people import LEASE

Status = Presence.Status
UNKNOWN = "unknown"
#: Who comes back after so long begins a new day: what they said about themselves before it no longer holds.
NEW_DAY = timedelta(hours=4)
BATCH = 200


def seen(user: User, *, now: datetime) -> None:
    """A sign of life: the lease begins anew. One statement, unless they come back; then the queue is told, too.

    Who was offline is online again; `away` and `finishing` stand until they say otherwise, or until a new day.
    """
    alive = Presence.objects.filter(user=user, seen_at__gt=now - LEASE, gone_at=None)
    if not alive.update(seen_at=now):
        _arrive(user, now)


@transaction.atomic
def _arrive(user: User, now: datetime) -> None:
    row, made = _locked(user, now)
    if not made and row.seen_at >= now:  # a late sign: a later one was first
        return
    before = UNKNOWN if made else row.status_at(now)
    if row.status == Status.OFFLINE and now < row.seen_at + LEASE:
        row.seen_at = now  # they said so themselves, with a page still open
        row.save(update_fields=["seen_at"])
        return
    if row.status == Status.OFFLINE or now - row.seen_at > NEW_DAY:
        row.status = Status.ONLINE
    row.seen_at, row.gone_at = now, None
    _keep(user, row, before, "a sign of life", actor=SYSTEM, now=now)


def status_set(user: User, *, status: str, now: datetime) -> Presence:
    """What they say of themselves: online, finishing, away or offline. Saying it is a sign of life, too.

    Who is online is offered what waits; from everybody else what was offered is withdrawn at once. Raises ValueError
    for another word.
    """
    if status not in Status.values:
        raise ValueError(f"Say one of: {', '.join(Status.values)}.")
    row = _say(user, status, "their own word", actor=Actor.human(user), now=now)
    if status != Status.ONLINE:
        offers.offers_withdraw_of(user, why=f"{Actor.human(user).name} is {Status(status).label}", now=now)
    return row


def put_away(user: User, *, why: str, now: datetime) -> None:
    """Baton's own finding: they do not look. They are away until they say otherwise."""
    if status_of(user, now=now) == Status.ONLINE:
        _say(user, Status.AWAY, why, actor=SYSTEM, now=now, is_sign=False)


@transaction.atomic
def _say(user: User, status: str, why: str, *, actor: Actor, now: datetime, is_sign: bool = True) -> Presence:
    row, made = _locked(user, now)
    before = UNKNOWN if made else row.status_at(now)
    row.status = status
    if is_sign:
        row.seen_at = max(now, row.seen_at)
    row.gone_at = None
    _keep(user, row, before, why, actor=actor, now=now)
    return row


def _locked(user: User, now: datetime) -> tuple[Presence, bool]:
    """Their row, locked until the transaction ends, and whether it was made now."""
    fresh = {"status": Status.ONLINE, "seen_at": now, "since": now}
    return Presence.objects.select_for_update(no_key=True).get_or_create(user=user, defaults=fresh)


def _keep(user: User, row: Presence, before: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Keep the row; where it changes anything for the desk, put it on the record and wake the queue."""
    after = row.status_at(now)
    if after != before:
        row.since = now
        _note(user, after, why, actor, now)
    row.save()
    if after == Status.ONLINE and before != Status.ONLINE:
        offers.slot_freed(user.pk)


def _note(user: User, status: str, why: str, actor: Actor, now: datetime) -> None:
    payload = {"agent": Actor.human(user).name, "status": status, "why": why}
    record(events.AGENT_PRESENCE, stream=f"user:{user.pk}", actor=actor, now=now, payload=payload)


def status_of(user: User, *, now: datetime) -> str:
    """online, finishing, away or offline; `unknown` for somebody who has never opened the console."""
    row = Presence.objects.filter(user=user).first()
    return row.status_at(now) if row else UNKNOWN


def is_available(user: User, *, now: datetime) -> bool:
    """Whether they can be offered something: online, with a running lease, the account switched on."""
    return user.is_active and status_of(user, now=now) == Status.ONLINE


def available(users: QuerySet[User], *, now: datetime) -> QuerySet[User]:
    """Those of them who can be offered something."""
    return users.filter(is_active=True, presence__status=Status.ONLINE, presence__seen_at__gt=now - LEASE)


def gone_since(user: User, *, now: datetime) -> datetime | None:
    """Since when they are gone: offline by their own word, or the end of their lease. None while they are there, and
    for somebody who has never opened the console: of them nothing is known."""
    row = Presence.objects.filter(user=user).first()
    return _gone_since(row, now) if row else None


def _gone_since(row: Presence, now: datetime) -> datetime | None:
    if row.status_at(now) != Status.OFFLINE:
        return None
    lease_end = row.seen_at + LEASE
    return min(row.since, lease_end) if row.status == Status.OFFLINE else lease_end


def is_gone(user: User, now: datetime, grace: timedelta) -> bool:
    """Whether they have been gone for longer than the grace time."""
    since = gone_since(user, now=now)
    return since is not None and now >= since + grace


def newly_gone(*, now: datetime) -> list[User]:
    """Who went offline, or whose lease has run out, since anybody looked last; a bounded number."""
    lost = Presence.objects.filter(Q(seen_at__lte=now - LEASE) | Q(status=Status.OFFLINE), gone_at=None)
    return [row.user for row in lost.select_related("user").order_by("seen_at")[:BATCH]]


@transaction.atomic
def gone_mark(user: User, *, now: datetime) -> None:
    """It was noticed that they are gone: a lease that has run out goes on the record, once."""
    row, _ = _locked(user, now)
    since = _gone_since(row, now)
    if row.gone_at is not None or since is None:
        return
    row.gone_at, row.since = now, since
    row.save(update_fields=["gone_at", "since"])
    if row.status != Status.OFFLINE:
        _note(user, Status.OFFLINE, "no sign of life", SYSTEM, now)


def clock_jumps(by: timedelta, *, now: datetime) -> None:
    """The demo's clock is about to move ahead, and nobody is away meanwhile: leases that run still run after it."""
    Presence.objects.filter(seen_at__gt=now - LEASE).update(seen_at=F("seen_at") + by)


def idle_keep(*, now: datetime) -> None:
    """Bring `idle_since` level with who holds something and who does not: what a lost wake-up left behind."""
    held = Conversation.objects.filter(assigned_to=OuterRef("user"), state=State.HUMAN)
    Presence.objects.filter(Exists(held), idle_since__isnull=False).update(idle_since=None)
    Presence.objects.filter(~Exists(held), idle_since=None).update(idle_since=now)
