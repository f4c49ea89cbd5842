"""Who could have a waiting conversation now: present, able, with room, not asked a moment ago; and in what order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet

from audit.models import Event
from conversations.models import Conversation
from conversations.states import State
from handoff import events, people, presence
from handoff.models import AgentProfile, Handoff, Offer, Seat, Team

#: A customer's matter goes to whoever had their last one, if that is no longer ago.
KNOWN_FOR = timedelta(days=30)
#: Who did not take it is not asked again until so many offer times have gone by: the others are asked meanwhile.
ROUND = 5
_LONG_AGO, _BUSY = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
Outcome = Offer.Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """`why`: in words, with the figures that decided."""

    user: User
    profile: AgentProfile
    why: str


@dataclass(frozen=True, slots=True)
class Load:
    """Held and offered: in the one team and over all, with what they take in each."""

    here: int
    over_all: int
    most_here: int
    most: int | None

    @property
    def has_room(self) -> bool:
        return self.here < self.most_here and (self.most is None or self.over_all < self.most)

    def __str__(self) -> str:
        return f"holds {self.here} of {self.most_here}"


def ranked(conversation: Conversation, handoff: Handoff, team: Team, *, now: datetime) -> list[Candidate]:
    """Everybody who could have it now, who is to have it first in front. A team whose people choose for themselves is
    offered only what is meant for one of them."""
    there = _fitting(people.members(team), conversation, handoff, team, now)
    loads = {user.pk: load for user, load in _loads(there, team).items() if load.has_room}
    known = {handoff.preferred_agent_id: "it is meant for them"}
    if team.assignment == Team.Assignment.OFFER:
        known.setdefault(_who_knows(conversation, now), "had this customer before")
    first = list(known)
    free = [user for user in there if user.pk in loads and (user.pk in known or team.assignment == "offer")]
    free.sort(key=lambda user: (first.index(user.pk) if user.pk in first else len(first), _rank(user, loads, team)))
    return [Candidate(user, _profile(user), known.get(user.pk) or _why(user, loads, team)) for user in free]


def one(user: User, conversation: Conversation, handoff: Handoff, team: Team, *, now: datetime) -> Candidate | None:
    """This agent, where they could have it now: it is the next for them in the queue."""
    there = _fitting(people.members(team).filter(pk=user.pk), conversation, handoff, team, now)
    return next(
        (Candidate(user, _profile(user), f"next in the queue; {load}")
         for user, load in _loads(there, team).items() if load.has_room),
        None,
    )  # fmt: skip


def room_of(user: User, profile: AgentProfile, teams: Iterable[Team]) -> dict[Team, int]:
    """In which of these teams the agent has room, and for how many."""
    seats = dict(Seat.objects.filter(user=user).values_list("team_id", "capacity"))
    held = Counter(team for _, team in _in_hand([user]))
    left = profile.capacity - held.total() if profile.capacity is not None else None
    free = {team: seats.get(team.pk, team.capacity) - held[team.pk] for team in teams}
    bounded = {team: room if left is None else min(room, left) for team, room in free.items()}
    return {team: room for team, room in bounded.items() if room > 0}


def lately_offered(user: User, *, now: datetime) -> list[UUID]:
    """Conversations that this agent was asked about a moment ago: the first sieve of the queue, see `_asked_lately`."""
    last = Offer.objects.filter(agent=user, ended_at__isnull=False, handoff__ended_at=None).order_by("-pk")
    return [
        offer.handoff.conversation_id
        for offer in last.select_related("handoff")[:50]
        if offer.ended_at and now < offer.ended_at + ROUND * (offer.expires_at - offer.offered_at)
    ]


def _in_hand(users: Iterable[User]) -> list[tuple[int, int]]:
    """What these people hold and are offered, as (user, team)."""
    held = Conversation.objects.filter(state=State.HUMAN, assigned_to__in=users)
    offered = Offer.objects.filter(ended_at=None, agent__in=users)
    return [
        *((user or 0, team) for user, team in held.values_list("assigned_to_id", "team_id")),
        *offered.values_list("agent_id", "handoff__team_id"),
    ]


def _loads(users: list[User], team: Team) -> dict[User, Load]:
    pairs = _in_hand(users)
    here, over_all = Counter(user for user, of in pairs if of == team.pk), Counter(user for user, _ in pairs)
    seats = dict(Seat.objects.filter(team=team.pk, user__in=users).values_list("user_id", "capacity"))
    return {
        user: Load(here[user.pk], over_all[user.pk], seats.get(user.pk, team.capacity), _profile(user).capacity)
        for user in users
    }


def _fitting(of: QuerySet[User], conversation: Conversation, handoff: Handoff, team: Team, now: datetime) -> list[User]:
    """Who of them is there, can answer it, and was not asked about it a moment ago."""
    there = presence.available(of, now=now).select_related("presence", "agent_profile")
    asked = _asked_lately(handoff, team, now)
    language, skills = conversation.language, conversation.skills
    able = (user for user in there if people.is_capable(_profile(user), language=language, skills=skills))
    return [user for user in able if user.pk not in asked]


def _asked_lately(handoff: Handoff, team: Team, now: datetime) -> set[int]:
    """Who did not take it in the last round, or gave it back, or had it taken from them."""
    since = now - ROUND * team.offer_time
    not_taken = handoff.offers.filter(ended_at__gt=since).exclude(outcome=Outcome.WITHDRAWN)
    asked = set(not_taken.values_list("agent_id", flat=True))
    if handoff.requeues:
        about = Event.objects.about(handoff.conversation.stream).filter(event_type=events.REQUEUED, ts__gt=since)
        asked |= {event.payload["agent"] for event in about if event.payload.get("agent")}
    return asked


def _who_knows(conversation: Conversation, now: datetime) -> int | None:
    """Who had this customer's last matter."""
    taken = Handoff.objects.filter(conversation__customer=conversation.customer_id, accepted_at__gte=now - KNOWN_FOR)
    last = taken.exclude(ended_at=None).order_by("-accepted_at")
    return last.values_list("accepted_by_id", flat=True).first()


def _rank(user: User, loads: dict[int, Load], team: Team) -> tuple[object, ...]:
    """The smaller, the sooner it is their turn. Of equals, whoever was offered something longest ago."""
    turn = user.presence.assigned_at or _LONG_AGO
    if team.strategy == Team.Strategy.LEAST_LOADED:
        return loads[user.pk].here, loads[user.pk].over_all, turn, user.pk
    if team.strategy == Team.Strategy.LONGEST_IDLE:
        return user.presence.idle_since or _BUSY, turn, user.pk
    return turn, user.pk


def _why(user: User, loads: dict[int, Load], team: Team) -> str:
    load, row = loads[user.pk], user.presence
    if team.strategy == Team.Strategy.LEAST_LOADED:
        return f"holds the fewest: {load}"
    if team.strategy == Team.Strategy.LONGEST_IDLE:
        return f"free the longest: {_since(row.idle_since, 'holds something')}; {load}"
    return f"in turn: last asked {_since(row.assigned_at, 'never')}; {load}"


def _since(moment: datetime | None, otherwise: str) -> str:
    return moment.isoformat(timespec="seconds") if moment else otherwise


def _profile(user: User) -> AgentProfile:
    try:
        return user.agent_profile
    except AgentProfile.DoesNotExist:
        return AgentProfile(user=user)
