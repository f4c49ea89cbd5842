"""The people and teams of the desk as an agent chooses among them, and who is at a conversation now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db.models import Count, Q

from audit.actors import Actor
from conversations.models import Conversation
from conversations.states import State
from handoff import attendance, people, phone_app
from handoff.models import Presence

STATUS_WORDS = {
    Presence.Status.ONLINE: "online",
    Presence.Status.FINISHING: "finishing, takes nothing new",
    Presence.Status.AWAY: "away",
    Presence.Status.OFFLINE: "offline",
}
NEVER_SEEN = "never signed in"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to choose: `status` for the colour, `words` beside the name."""

    pk: int
    username: str
    name: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team to choose, with how many of its people are there. `is_there`: the conversation waits in its queue."""

    pk: int
    name: str
    words: str
    people: list[Person]
    is_there: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """Who and what a conversation can be given to."""

    teams: list[TeamChoice]

    @property
    def names(self) -> str:
        """A few sign-in names, by which a note calls colleagues."""
        known = [f"@{person.username}" for team in self.teams for person in team.people]
        return ", ".join(known[:5])


def choices_for(conversation: Conversation, user: User, *, now: datetime) -> Choices:
    """Every team with its people but this one: three queries. Each person stands once, first under the
    conversation's own team; a team of which nobody is left still can be chosen."""
    members = _members(now)
    placed: set[int] = {user.pk}
    found = []
    for team in sorted(people.teams().order_by("name"), key=lambda team: team.pk != conversation.team_id):
        own = members.get(team.pk, [])
        listed = [person for person in own if person.pk not in placed]
        placed.update(person.pk for person in listed)
        there = sum(person.status == Presence.Status.ONLINE and person.pk != user.pk for person in own)
        words, is_own = f"{there} online" if there else "nobody online", team.pk == conversation.team_id
        waits_there = is_own and conversation.state == State.PENDING
        words = "it waits there" if waits_there else f"back to the queue, {words}" if is_own else words
        found.append(TeamChoice(team.pk, team.name, words, listed, waits_there))
    return Choices(found)


def person_of(user: User, held: int, *, now: datetime) -> Person:
    """This person with whether they are there and how much they hold."""
    presence: Presence | None = getattr(user, "presence", None)
    status = presence.status_at(now) if presence else ""
    words = STATUS_WORDS[Presence.Status(status)] if status else NEVER_SEEN
    load = f", holds {held}" if held else ""
    return Person(user.pk, user.username, Actor.human(user).name, status or Presence.Status.OFFLINE, words + load)


def present_words(conversation: Conversation, user: User, *, now: datetime) -> tuple[str, bool]:
    """Who else is at it, in words ("Ben is typing…", "Ben and Eva are looking"), and whether somebody types."""
    others = [row for row in attendance.present(conversation, now=now) if row.user_id != user.pk]
    typing = [row.user for row in others if row.typing_until and row.typing_until > now]
    if typing:
        return f"{_names(typing)} {_are(typing)} typing…", True
    looking = [row.user for row in others]
    return (f"{_names(looking)} {_are(looking)} looking", False) if looking else ("", False)


def _members(now: datetime) -> dict[int, list[Person]]:
    """Team's id → its people, by name."""
    holds = Count("conversations", filter=Q(conversations__state=State.HUMAN))
    active = User.objects.filter(is_active=True).exclude(username=phone_app.USERNAME)
    found: dict[int, list[Person]] = {}
    rows = active.select_related("presence").annotate(held=holds).order_by("first_name", "last_name", "username")
    persons = {user.pk: person_of(user, user.held, now=now) for user in rows}
    seats = Group.user_set.through.objects.filter(user__in=persons).values_list("group_id", "user_id")
    for team, member in seats:
        found.setdefault(team, []).append(persons[member])
    for listed in found.values():
        listed.sort(key=lambda person: person.name.casefold())
    return found


def _names(users: Iterable[User]) -> str:
    names = [Actor.human(user).name for user in users]
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _are(users: list[User]) -> str:
    return "is" if len(users) == 1 else "are"
