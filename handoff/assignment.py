"""Who of a team gets what waits. Offers, one agent at a time, in the order of the queue.

Two questions are asked here: who is to have this conversation (`assign`, when one begins to wait), and what is this
agent to have next (`fill`, when a slot is free or somebody comes online). Both give an agent the most urgent matter
they can take, whichever it was that was asked about. Each offer is a transaction of its own: the conversation's row is
locked, then the agent's presence, and all figures are read again under both. A lost wake-up is found by the sweep.
"""

import itertools
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from audit.actors import Actor
from conversations import transcript
from conversations.models import Conversation
from conversations.states import State
from handoff import candidates, hands, offers, people, presence, queue
from handoff.models import Handoff, Offer, Presence, Team
from handoff.offers import ASSIGN_TASK, FILL_TASK, Outcome, offers_end, offers_withdraw_of, seek_agent, slot_freed
from handoff.refusals import Refused

__all__ = [
    "ASSIGN_TASK", "FILL_TASK", "assign", "fill", "offer_expire", "offer_pass", "offers_end",
    "offers_withdraw_of", "open_offers_of", "refuse_if_offered", "seek_agent", "slot_freed",
]  # fmt: skip

#: Who is offered something so many times, and never says yes or no, does not look: they are put away, so that nobody
#: waits for them. What is offered at one time counts once.
MISSED, LOOKED_BACK = 3, 50
#: How often one call serves others first, or starts down the queue anew: the rest is found by the next event.
ROUNDS = 10
#: So far down the queue one look goes: what stands in front may be in other workers' hands.
AT_ONCE = 20


def assign(conversation_id: UUID | str, *, now: datetime) -> Offer | None:
    """Offer the conversation, if it waits in a team that is offered its work and nothing stands, to whoever is to have
    it: the agent that was named, who had this customer last, or by the team's way. None where nobody can have it now.

    Where that agent can take something more urgent, they are offered that first.
    """
    for served in range(ROUNDS):
        offer, first_to_fill = _assign_once(conversation_id, now)
        if first_to_fill is None:
            return offer or (offers.standing_offer_of(conversation_id) if served else None)
        if not fill(first_to_fill, now=now):
            return None
    return None


@transaction.atomic
def _assign_once(conversation_id: UUID | str, now: datetime) -> tuple[Offer | None, int | None]:
    """The offer made; or the id of the agent who could have it but is to have something more urgent first."""
    conversation = transcript.lock(conversation_id)
    handoff = _unoffered(conversation, now)
    if handoff is None:
        return None, None
    team = people.team_of(conversation)
    offering = team.assignment == Team.Assignment.OFFER
    for candidate in candidates.ranked(conversation, handoff, team, now=now):
        if offering and not _is_next_for(candidate.user, conversation, now):
            return None, candidate.user.pk
        if offer := _offer(conversation, handoff, team, candidate.user, candidate.why, now):
            return offer, None
    return None, None


def _is_next_for(user: User, conversation: Conversation, now: datetime) -> bool:
    """Whether nothing more urgent waits that this agent could be offered."""
    in_hand = hands.of(user)
    with_room = [team for team in _offering_teams(user) if in_hand.free_in(team)]
    first = queue.next_for(user, with_room, now=now, limit=1)
    return not first or first[0] >= queue.place_of(conversation)


def _offering_teams(user: User) -> list[Team]:
    return list(people.teams_of(user).filter(assignment=Team.Assignment.OFFER))


def fill(user_id: int, *, now: datetime) -> int:
    """Offer this agent the most urgent conversations of their teams that they can take, until their hands are full.
    Returns how many."""
    user = User.objects.filter(pk=user_id, is_active=True).select_related("presence", "agent_profile").first()
    if user is None or not presence.is_available(user, now=now):
        return 0
    made, teams = 0, {team.pk: team for team in _offering_teams(user)}
    for _ in range(ROUNDS):
        offered = _fill_round(user, teams, now)
        made += offered
        if not offered:
            break
    return made


def _fill_round(user: User, teams: dict[int, Team], now: datetime) -> int:
    """Down the queue until the hands are full; what other workers take meanwhile is passed over."""
    offered, in_hand = 0, hands.of(user)
    with_room = [team for team in teams.values() if in_hand.free_in(team)]
    if not with_room:
        return 0
    for place in queue.next_for(user, with_room, now=now, limit=AT_ONCE):
        team = teams[place.team_id]
        if in_hand.free_in(team) and _fill_one(place.conversation_id, user, team, now):
            in_hand.take(team)
            offered += 1
    return offered


@transaction.atomic
def _fill_one(conversation_id: UUID, user: User, team: Team, now: datetime) -> bool:
    """Whether it was offered. What another worker has its hands on is theirs."""
    found = Conversation.objects.select_for_update(no_key=True, skip_locked=True)
    conversation = found.filter(pk=conversation_id, team=team.pk).first()
    handoff = _unoffered(conversation, now) if conversation else None
    if conversation is None or handoff is None:
        return False
    if not candidates.could_have(user, conversation, handoff, team, now=now):
        return False
    return _offer(conversation, handoff, team, user, "next in the queue", now) is not None


def _unoffered(conversation: Conversation, now: datetime) -> Handoff | None:
    """The open handoff of the (locked) conversation, if it waits and is held out to nobody."""
    if conversation.state != State.PENDING or not conversation.window_is_open(now):
        return None
    held_out = Offer.objects.filter(handoff=OuterRef("pk"), ended_at=None)
    return conversation.handoffs.filter(~Exists(held_out), ended_at=None).first()


class _NotNow(Exception):
    """Meanwhile they have left, or their hands are full."""


def _offer(
    conversation: Conversation, handoff: Handoff, team: Team, user: User, why: str, now: datetime
) -> Offer | None:
    """The offer, if the agent's own (locked) row and figures still say so; the lock is given back where they do not."""
    try:
        with transaction.atomic():
            figures = _figures_of_the_free(user, team, now)
            return offers.offer_make(conversation, handoff, agent=user, team=team, why=f"{why} ({figures})", now=now)
    except _NotNow:
        return None


def _figures_of_the_free(user: User, team: Team, now: datetime) -> str:
    """Under the agent's lock: two workers with two conversations for one free hand have one winner."""
    row = Presence.objects.select_for_update(no_key=True).filter(user=user).first()
    in_hand = hands.of(user)
    if row is None or row.status_at(now) != Presence.Status.ONLINE or not in_hand.free_in(team):
        raise _NotNow
    return in_hand.words(team)


@transaction.atomic
def offer_pass(conversation_id: UUID | str, *, agent: User, now: datetime) -> Offer:
    """The agent does not want it: the next is sought at once. Raises Refused: not_offered."""
    offer = offers.standing_offer(conversation := transcript.lock(conversation_id))
    if offer is None or offer.agent_id != agent.pk:
        raise Refused("not_offered", "This conversation is not offered to you any more. There is nothing to pass on.")
    offers.offer_end(conversation, offer, Outcome.PASSED, now=now)
    seek_agent(conversation.pk)
    return offer


def offer_expire(conversation: Conversation, *, now: datetime) -> bool:
    """If the (locked) conversation's offer has run out, it ends and the next agent is sought. Returns whether."""
    offer = offers.standing_offer(conversation)
    if offer is None or now < offer.expires_at:
        return False
    offers.offer_end(conversation, offer, Outcome.EXPIRED, now=now, why="no answer")
    seek_agent(conversation.pk)
    return True


def absent_put_away(user_id: int, *, now: datetime) -> None:
    """Whoever has let everything go by that was offered at the last so many times is put away. Call it outside a
    transaction that holds a lock."""
    user = User.objects.filter(pk=user_id).first()
    over = Offer.objects.filter(agent=user_id, ended_at__isnull=False).exclude(outcome=Outcome.WITHDRAWN)
    last = over.order_by("-ended_at", "-pk").values_list("outcome", "offered_at")[:LOOKED_BACK]
    missed = itertools.takewhile(lambda offer: offer[0] == Outcome.EXPIRED, last)
    if user is not None and len({offered_at for _, offered_at in missed}) >= MISSED:
        presence.put_away(user, why="nobody answered what was offered", now=now)


def open_offers_of(user: User, *, now: datetime) -> list[Offer]:
    """What is held out to this person now, what expires first in front."""
    standing = Offer.objects.filter(agent=user, ended_at=None, expires_at__gt=now)
    return list(standing.select_related("handoff__conversation__customer", "handoff__team").order_by("expires_at"))


def refuse_if_offered(conversation: Conversation, agent: User, now: datetime) -> None:
    """Raises Refused (offered) while the conversation is held out to somebody else. Supervisors may all the same."""
    offer = offers.standing_offer(conversation)
    if offer is None or offer.agent_id == agent.pk or now >= offer.expires_at:
        return
    if agent.has_perm("conversations.supervise"):
        return
    until = f"{timezone.localtime(offer.expires_at):%H:%M:%S}"
    raise Refused(
        "offered",
        f"It is offered to {Actor.human(offer.agent).name} until {until}. "
        "If they do not take it by then, it is free again; a supervisor can take it now.",
    )
