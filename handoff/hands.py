"""How much agents hold and are offered, and for how much more there is room."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User

from conversations.models import Conversation
from conversations.states import State
from handoff.models import AgentProfile, Offer, Seat, Team


@dataclass(frozen=True, slots=True)
class Hands:
    """What one agent holds or is offered, by team; the seats that differ from their team's; the most over all."""

    full: Counter[int]
    seats: dict[int, int]
    most: int | None

    def free_in(self, team: Team) -> int:
        """For how many conversations of this team there is room."""
        here = self.seats.get(team.pk, team.capacity) - self.full[team.pk]
        return max(0, here if self.most is None else min(here, self.most - self.full.total()))

    def take(self, team: Team) -> None:
        """One more of this team's."""
        self.full[team.pk] += 1

    def words(self, team: Team) -> str:
        return f"{self.full[team.pk]} of {self.seats.get(team.pk, team.capacity)} in hand"


def profile_of(user: User) -> AgentProfile:
    """What this person can do; without a row: every language, no special skill, as much as their teams have it."""
    try:
        return user.agent_profile
    except AgentProfile.DoesNotExist:
        return AgentProfile(user=user)


def of(user: User) -> Hands:
    return of_all([user])[user.pk]


def of_all(users: Iterable[User]) -> dict[int, Hands]:
    """The hands of all these people, by id."""
    people = list(users)
    found = {user.pk: Hands(Counter(), {}, profile_of(user).capacity) for user in people}
    held = Conversation.objects.filter(state=State.HUMAN, assigned_to__in=people)
    offered = Offer.objects.filter(ended_at=None, agent__in=people)
    in_hand = held.values_list("assigned_to_id", "team_id")
    for user_id, team_id in in_hand.union(offered.values_list("agent_id", "handoff__team_id"), all=True):
        found[user_id or 0].full[team_id] += 1
    for user_id, team_id, capacity in Seat.objects.filter(user__in=people).values_list("user", "team", "capacity"):
        found[user_id].seats[team_id] = capacity
    return found
