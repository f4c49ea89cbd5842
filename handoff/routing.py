"""Which team a handoff goes to: whoever is named, the routing matrix, the conversation's own team, in that order.

A team that nobody is in is passed over, and the reason says so: a queue that nobody serves is no place to send a
customer to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group

from conversations.models import Conversation
from handoff import people
from handoff.models import RoutingRule, Team
from sla import hours

#: From this score on a customer counts as frustrated. The score is the trigger's: see `handoff.triggers`.
FRUSTRATED_FROM = 0.7
Mood = RoutingRule.Mood


@dataclass(frozen=True, slots=True)
class Route:
    """`why` in words; `skills` the agent must have; `raises` is added to the priority."""

    team_id: int
    why: str
    skills: tuple[str, ...] = ()
    raises: int = 0


def route_for(conversation: Conversation, *, team: Group | None, evidence: Mapping[str, Any], now: datetime) -> Route:
    """The team that is to have the (locked) conversation. `team` is the one that a rule or a person named; what the
    evidence says of `frustration` (0 to 1) decides on the rows for frustrated customers."""
    passed: list[Group] = []
    if team is not None:
        if people.is_staffed(team):
            return Route(team.pk, "named with the handoff")
        passed.append(team)
    mood = Mood.FRUSTRATED if _number(evidence.get("frustration")) >= FRUSTRATED_FROM else Mood.CALM
    for number, row in _rows_for(conversation, mood):
        if people.is_staffed(row.team):
            why = f"rule {number}: {row}{_passed_over(passed)}"
            return Route(row.team_id, why, tuple(row.skills.split()), row.raises_priority)
        passed.append(row.team)
    return _without_a_row(conversation, passed, now)


def _rows_for(conversation: Conversation, mood: str) -> Iterator[tuple[int, RoutingRule]]:
    """The rows that fit, each with its place in the matrix as staff see it."""
    rows = RoutingRule.objects.filter(is_active=True).select_related("tier", "topic", "team")
    for number, row in enumerate(rows, start=1):
        if (
            row.tier_id in (None, conversation.customer.tier_id)
            and row.topic_id in (None, conversation.topic_id)
            and row.language in ("", conversation.language)
            and row.mood in (Mood.ANY, mood)
        ):
            yield number, row


def _without_a_row(conversation: Conversation, passed: list[Group], now: datetime) -> Route:
    """No row decides: the own team, or another at first line that answers this where the own one does not."""
    own, topic, language = people.team_of(conversation), conversation.topic_id, conversation.language
    answers = people.answers(own, topic=topic, language=language)
    if answers and people.is_staffed(own):
        return Route(own.pk, f"the conversation's own team{_passed_over(passed)}")
    other = _other_team(own, topic=topic, language=language, now=now)
    if other is None:
        return Route(own.pk, f"the conversation's own team; no other answers this{_passed_over(passed)}")
    if answers:
        return Route(other.pk, f"{other} answers this as well{_passed_over([*passed, own])}")
    return Route(other.pk, f"{other} answers this, {own} does not{_passed_over(passed)}")


def _other_team(own: Team, *, topic: str | None, language: str, now: datetime) -> Team | None:
    """Of those at first line that answer this and that somebody is in: one that is open now, before one that is not."""
    first_line = people.teams().filter(level=Team.Level.FIRST_LINE).exclude(pk=own.pk).select_related("hours")
    fits = [
        team
        for team in first_line.order_by("name")
        if people.answers(team, topic=topic, language=language) and people.is_staffed(team)
    ]
    return min(fits, key=lambda team: not hours.is_open(team.hours, now), default=None)


def _passed_over(teams: list[Group]) -> str:
    names = dict.fromkeys(team.name for team in teams)
    if not names:
        return ""
    return f"; {', '.join(names)} {'was' if len(names) == 1 else 'were'} passed over: nobody is in it"


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
