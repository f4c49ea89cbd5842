"""Who could have a waiting conversation now: present, able, with room, not asked a moment ago; and in what order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User

from audit.models import Event
from conversations.models import Conversation
from handoff import events, hands, people, presence
from handoff.hands import Hands
from handoff.models import Handoff, Offer, Team

#: A customer's matter goes to whoever had their last one, if that is no longer ago.
KNOWN_FOR = timedelta(days=30)
#: Who did not take it is not asked again until so many offer times have gone by: the others are asked meanwhile.
ROUND = 5
_LONG_AGO, _BUSY = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
Outcome = Offer.Outcome


@dataclass(frozen=True, slots=True)
class Candidate:
    """`why` they are to have it, in words."""

    user: User
    why: str


def ranked(conversation: Conversation, handoff: Handoff, team: Team, *, now: datetime) -> list[Candidate]:
    """Everybody who could have it now, who is to have it first in front. A team whose people choose for themselves is
    offered only what is meant for one of them."""
    there = presence.available(people.members(team), now=now).select_related("presence", "agent_profile")
    asked = _asked_lately(handoff, team, now)
    able = [user for user in there if user.pk not in asked and _is_able(user, conversation)]
    in_hand = hands.of_all(able)
    known = {handoff.preferred_agent_id: "it is meant for them"}
    offering = team.assignment == Team.Assignment.OFFER
    if offering:
        known.setdefault(_who_knows(conversation, now), "had this customer before")
    first = list(known)
    free = [user for user in able if in_hand[user.pk].free_in(team) and (offering or user.pk in known)]
    free.sort(key=lambda user: (first.index(user.pk) if user.pk in first else len(first), _rank(user, in_hand, team)))
    return [Candidate(user, known.get(user.pk) or _why(user, team)) for user in free]


def could_have(user: User, conversation: Conversation, handoff: Handoff, team: Team, *, now: datetime) -> bool:
    """Whether this agent is able to answer it, and was not asked about it a moment ago."""
    return _is_able(user, conversation) and user.pk not in _asked_lately(handoff, team, now)


def _is_able(user: User, conversation: Conversation) -> bool:
    profile = hands.profile_of(user)
    return people.is_capable(profile, language=conversation.language, skills=conversation.skills)


def lately_offered(user: User, *, now: datetime) -> list[UUID]:
    """Conversations that this agent was asked about a moment ago: the first sieve of the queue, see `_asked_lately`."""
    last = Offer.objects.filter(agent=user, ended_at__isnull=False, handoff__ended_at=None).order_by("-pk")
    return [
        offer.handoff.conversation_id
        for offer in last.select_related("handoff")[:50]
        if offer.ended_at and now < offer.ended_at + ROUND * (offer.expires_at - offer.offered_at)
    ]


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


def _rank(user: User, in_hand: dict[int, Hands], team: Team) -> tuple[object, ...]:
    """The smaller, the sooner it is their turn. Of equals, whoever was offered something longest ago."""
    turn = user.presence.assigned_at or _LONG_AGO
    if team.strategy == Team.Strategy.LEAST_LOADED:
        full = in_hand[user.pk].full
        return full[team.pk], full.total(), turn, user.pk
    if team.strategy == Team.Strategy.LONGEST_IDLE:
        return user.presence.idle_since or _BUSY, turn, user.pk
    return turn, user.pk


def _why(user: User, team: Team) -> str:
    if team.strategy == Team.Strategy.LEAST_LOADED:
        return "holds the fewest"
    if team.strategy == Team.Strategy.LONGEST_IDLE:
        return f"free the longest, since {_moment(user.presence.idle_since, 'a moment ago')}"
    return f"in turn, last asked {_moment(user.presence.assigned_at, 'never')}"


def _moment(moment: datetime | None, otherwise: str) -> str:
    return moment.isoformat(timespec="seconds") if moment else otherwise
