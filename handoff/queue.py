"""The order of those who wait: the SLA's deadline, then the priority, then who came first.

Deadlines do not move, so nobody can be overtaken for ever: everybody is the most urgent one day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from conversations.models import Conversation
from conversations.states import State
from handoff import candidates, hands
from handoff.models import AgentProfile, Offer, Team

_NEVER = datetime.max.replace(tzinfo=UTC)
_FIELDS = ("next_deadline", "priority", "opened_at", "id", "team_id")
Row = tuple[datetime | None, int, datetime, UUID, int]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the queue: the smaller, the more urgent."""

    deadline: datetime
    below: int
    opened_at: datetime
    conversation_id: UUID
    team_id: int

    @classmethod
    def of(cls, row: Row) -> "Place":
        deadline, priority, opened_at, pk, team = row
        return cls(deadline or _NEVER, -priority, opened_at, pk, team)


def place_of(conversation: Conversation) -> Place:
    return Place.of(
        (conversation.next_deadline, conversation.priority, conversation.opened_at, conversation.pk,
         conversation.team_id)
    )  # fmt: skip


def next_for(user: User, teams: Iterable[Team], *, now: datetime, limit: int) -> list[Place]:
    """What this agent could be offered next, the most urgent first, over all these teams.

    Each team's part comes from the index `conversation_queue` in its order and ends at the limit, however many wait.
    """
    profile = hands.profile_of(user)
    skip = [*held_out(), *candidates.lately_offered(user, now=now)]
    found = [row for team in teams for row in of_team(team, profile, skip, now)[:limit]]
    return sorted(Place.of(row) for row in found)[:limit]


def of_team(team: Team, profile: AgentProfile, skip: list[UUID], now: datetime) -> QuerySet[Conversation, Row]:
    """Who waits in this team and could be served by somebody with this profile, the most urgent first."""
    # Most matters need no skill: said apart, for the database's estimate of how many fit, and so for its plan.
    able = Q(skills=[]) | Q(skills__contained_by=profile.skills) if profile.skills else Q(skills=[])
    waiting = Conversation.objects.filter(able, state=State.PENDING, team=team.pk, window_expires_at__gt=now)
    if profile.languages:
        waiting = waiting.filter(Q(language="") | Q(language__in=profile.languages))
    return waiting.exclude(pk__in=skip).by_deadline().values_list(*_FIELDS)


def held_out() -> list[UUID]:
    """What stands offered to anybody: never more than all agents have room for."""
    return list(Offer.objects.filter(ended_at=None).values_list("handoff__conversation_id", flat=True))


def is_waited_in(teams: Iterable[Team], *, now: datetime) -> bool:
    """Whether anybody waits in these teams without being held out to somebody."""
    waiting = Conversation.objects.filter(state=State.PENDING, team__in=[team.pk for team in teams])
    return waiting.filter(window_expires_at__gt=now).exclude(pk__in=held_out()).exists()
