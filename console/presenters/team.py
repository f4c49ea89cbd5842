"""The teams as they are now: open or not, who is there and how full, who waits, what waits for a supervisor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import date_format

from audit.actors import Actor
from console.presenters import times
from console.presenters.people import NEVER_SEEN, STATUS_WORDS
from conversations.models import Conversation
from conversations.states import State
from handoff import people, phone_app
from handoff.models import Handoff, Presence, Seat, Team
from sla import hours

_ORDER = ["online", "finishing", "away", "offline", "unknown"]


@dataclass(frozen=True, slots=True)
class Colleague:
    """`held` of `capacity` conversations of this team."""

    user: User
    name: str
    status: str
    words: str
    seen: str
    held: int
    capacity: int

    @property
    def is_full(self) -> bool:
        return self.held >= self.capacity


@dataclass(frozen=True, slots=True)
class Need:
    """A conversation that a supervisor was asked to look at."""

    conversation: Conversation
    name: str
    words: str
    since: str
    deadline: times.Countdown | None


@dataclass(frozen=True, slots=True)
class TeamCard:
    team: Team
    is_open: bool
    hours_words: str
    how: str
    waiting: int
    oldest: str
    is_late: bool
    colleagues: list[Colleague]
    needs: list[Need]

    @property
    def there(self) -> int:
        """How many could take somebody new, as far as their word goes."""
        return sum(colleague.status == "online" for colleague in self.colleagues)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one look at the database brought, by team."""

    queues: Mapping[int, Mapping[str, Any]]
    members: Mapping[int, list[User]]
    held: Mapping[tuple[int, int], int]
    seats: Mapping[tuple[int, int], int]
    needs: Mapping[int, list[Handoff]]


def cards_of(user: User, *, now: datetime) -> list[TeamCard]:
    """The teams this person may see: their own, a supervisor all. Nine queries, however many there are, and two for
    each calendar that one of them has."""
    found = people.teams().select_related("hours").prefetch_related("hours__openings")
    if not user.has_perm("conversations.supervise"):
        found = found.filter(pk__in=user.groups.all())
    shown = list(found.order_by("level", "name"))
    facts = _facts(shown, now)
    openings = {team.hours_id: hours.next_opening(team.hours, now) for team in _one_of_each_calendar(shown)}
    return [_card(team, openings[team.hours_id], facts, now) for team in shown]


def _one_of_each_calendar(teams: list[Team]) -> Iterable[Team]:
    return {team.hours_id: team for team in teams}.values()


def _facts(teams: list[Team], now: datetime) -> _Facts:
    ids = [team.pk for team in teams]
    holding = Conversation.objects.filter(state=State.HUMAN, team__in=ids).values_list("team_id", "assigned_to_id")
    return _Facts(
        queues={row["team"]: row for row in _queues(ids, now)},
        members=_members(ids),
        held={(team, agent): count for team, agent, count in holding.annotate(count=Count("pk")).order_by()},
        seats={(seat.team_id, seat.user_id): seat.capacity for seat in Seat.objects.filter(team__in=ids)},
        needs=_needs(ids),
    )


def _queues(ids: list[int], now: datetime) -> Iterable[Mapping[str, Any]]:
    """Who waits in each team: how many, since when the longest, how many past their deadline."""
    running = Q(clocks__met_at=None, clocks__cancelled_at=None)
    late = Q(next_deadline__lte=now)
    return (
        Conversation.objects.filter(state=State.PENDING, team__in=ids)
        .values("team")
        .annotate(
            count=Count("pk", distinct=True),
            oldest=Min("clocks__started_at", filter=running),
            late=Count("pk", filter=late, distinct=True),
        )
        .order_by()
    )


def _members(ids: list[int]) -> Mapping[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    members = User.objects.filter(is_active=True, groups__in=ids).exclude(username=phone_app.USERNAME)
    members = members.select_related("presence").prefetch_related("groups").distinct()
    for user in members.order_by("first_name", "username"):
        for group in user.groups.all():
            found[group.pk].append(user)
    return found


def _needs(ids: list[int]) -> Mapping[int, list[Handoff]]:
    asked = Handoff.objects.filter(ended_at=None, conversation__team__in=ids).exclude(supervisor_since=None)
    asked = asked.select_related("conversation__customer", "conversation__assigned_to")
    found: dict[int, list[Handoff]] = defaultdict(list)
    for handoff in asked.order_by("supervisor_since", "pk"):
        found[handoff.conversation.team_id].append(handoff)
    return found


def _card(team: Team, opening: datetime | None, facts: _Facts, now: datetime) -> TeamCard:
    """`opening`: when the team is there next, `now` where it is there."""
    queue = facts.queues.get(team.pk, {})
    colleagues = [_colleague(user, team, facts, now) for user in facts.members.get(team.pk, [])]
    return TeamCard(
        team=team,
        is_open=opening == now,
        hours_words=_hours_words(team, opening, now),
        how=_how(team),
        waiting=queue.get("count", 0),
        oldest=times.span(max(0, (now - queue["oldest"]).total_seconds())) if queue.get("oldest") else "",
        is_late=bool(queue.get("late")),
        colleagues=sorted(colleagues, key=lambda colleague: _ORDER.index(colleague.status)),
        needs=[_need(handoff, now) for handoff in facts.needs.get(team.pk, [])],
    )


def _hours_words(team: Team, opening: datetime | None, now: datetime) -> str:
    if team.hours is None:
        return "Open around the clock"
    if opening == now:
        return "Open now"
    return f"Closed, opens {_ahead(opening, now)}" if opening else "Closed, with no opening in sight"


def _ahead(opening: datetime, now: datetime) -> str:
    """A moment to come: the time today, the weekday within a week, else the date; by the desk's own clock."""
    there, here = timezone.localtime(opening), timezone.localtime(now)
    if there.date() == here.date():
        return f"at {there:%H:%M}"
    return date_format(there, "l H:i" if there.date() - here.date() < timedelta(days=7) else "j M H:i")


def _how(team: Team) -> str:
    """How work comes to it, in words: what a newcomer to the team wants to know."""
    said = [Team.Level(team.level).label, Team.Assignment(team.assignment).label]
    if team.mode != Team.Mode.WARM:
        said.append(f"gets its work {Team.Mode(team.mode).label}")
    if team.languages:
        said.append(f"answers in {', '.join(team.languages)}")
    return "; ".join(said)


def _colleague(user: User, team: Team, facts: _Facts, now: datetime) -> Colleague:
    presence: Presence | None = getattr(user, "presence", None)
    status = presence.status_at(now) if presence else "unknown"
    gone = presence is not None and status in ("away", "offline")
    return Colleague(
        user=user,
        name=Actor.human(user).name,
        status=status,
        words=STATUS_WORDS[Presence.Status(status)] if presence else NEVER_SEEN,
        seen=times.short(presence.seen_at, now=now) if presence and gone else "",
        held=facts.held.get((team.pk, user.pk), 0),
        capacity=facts.seats.get((team.pk, user.pk), team.capacity),
    )


def _need(handoff: Handoff, now: datetime) -> Need:
    conversation = handoff.conversation
    holder = conversation.assigned_to
    words = (
        f"{Actor.human(holder).name} holds it and is silent" if holder and handoff.accepted_at else "Nobody takes it"
    )
    asked = handoff.supervisor_since or now
    deadline = times.deadline(conversation.next_deadline, started=handoff.requested_at, now=now)
    return Need(conversation, str(conversation.customer), words, times.short(asked, now=now), deadline)
