"""How the demo's desk is set up: its teams, their hours, who can what, where matters go, what is done for who waits."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import SYSTEM
from conversations.models import Tier, Topic
from handoff.models import AgentProfile, RoutingRule, Seat, Team, WaitingRule
from handoff.people import team_ensure
from sla.models import Calendar, Opening

WEEKDAYS, WITH_SATURDAY = range(5), range(6)
#: Told in every language as it is: so nothing that would want translating.
OTHER_WAYS = "help@shop.example"


@dataclass(frozen=True, slots=True)
class Setup:
    """One team: what differs from a team as it is by default, and who is in it."""

    name: str
    fields: dict[str, Any]
    topics: tuple[str, ...] = ()
    hours: str = ""
    members: tuple[str, ...] = ()


SETUPS = (
    Setup("Support", {"capacity": 6}, members=("ana", "ben", "sara")),
    Setup(
        "Returns",
        {
            "level": Team.Level.SPECIALIST, "assignment": Team.Assignment.OFFER, "capacity": 3,
            "strategy": Team.Strategy.LONGEST_IDLE, "skills": ["refunds"], "languages": ["en", "es"],
            "overflow_after": timedelta(minutes=30), "return_after": timedelta(hours=2),
        },
        topics=("returns",), hours="Shop hours", members=("lena",),
    ),
    Setup(
        "Accounts", {"level": Team.Level.SPECIALIST, "mode": Team.Mode.COLD, "capacity": 3},
        topics=("payments",), hours="Office hours", members=("ben", "sara"),
    ),
    Setup("VIP desk", {"level": Team.Level.VIP, "capacity": 3}, members=("sara",)),
)  # fmt: skip
#: Username, languages (none: every), skills.
PROFILES: tuple[tuple[str, list[str], list[str]], ...] = (
    ("ana", ["en", "es", "pt"], []),
    ("ben", ["en", "ar", "hi", "id"], []),
    ("lena", ["en", "es"], ["refunds"]),
)
#: Points that a matter's priority starts with, beside its deadline.
TIER_POINTS = {"vip": 30, "trade": 10}
TOPIC_POINTS = {"payments": 10, "returns": 5}


@transaction.atomic
def furnish(*, now: datetime) -> None:
    """Set the desk up, once the people are there. Safe to run again; called for an empty desk only."""
    calendars = {
        "Shop hours": _hours("Shop hours", WITH_SATURDAY, time(9), time(18)),
        "Office hours": _hours("Office hours", WEEKDAYS, time(9), time(17)),
    }
    teams = {setup.name: _team(setup, calendars, now) for setup in SETUPS}
    teams["Returns"].overflow_to = teams["Support"]
    teams["Returns"].save(update_fields=["overflow_to"])
    for username, languages, skills in PROFILES:
        user = User.objects.get(username=username)
        AgentProfile.objects.get_or_create(user=user, defaults={"languages": languages, "skills": skills})
    Seat.objects.get_or_create(user=User.objects.get(username="ben"), team=teams["Accounts"], defaults={"capacity": 2})
    _points()
    _rules(teams)


def _hours(name: str, days: range, opens: time, closes: time) -> Calendar:
    calendar, created = Calendar.objects.get_or_create(name=name, defaults={"other_ways": OTHER_WAYS})
    if created:
        Opening.objects.bulk_create(Opening(calendar=calendar, weekday=day, opens=opens, closes=closes) for day in days)
    return calendar


def _team(setup: Setup, calendars: dict[str, Calendar], now: datetime) -> Team:
    team = team_ensure(name=setup.name, actor=SYSTEM, now=now)
    for name, value in setup.fields.items():
        setattr(team, name, value)
    team.hours = calendars.get(setup.hours)
    team.save()
    team.topics.set(Topic.objects.filter(code__in=setup.topics))
    for user in User.objects.filter(username__in=setup.members):
        user.groups.add(team)
    return team


def _points() -> None:
    for code, points in TIER_POINTS.items():
        Tier.objects.filter(code=code).update(points=points)
    for code, points in TOPIC_POINTS.items():
        Topic.objects.filter(code=code).update(points=points)


def _rules(teams: dict[str, Team]) -> None:
    """Support has everything else: it answers every topic in every language."""
    rows: tuple[tuple[int, Team, dict[str, Any]], ...] = (
        (10, teams["VIP desk"], {"tier_id": "vip", "mood": RoutingRule.Mood.FRUSTRATED, "raises_priority": 10}),
        (20, teams["Accounts"], {"tier_id": "trade", "topic_id": "payments"}),
        (30, teams["Returns"], {"topic_id": "returns", "language": "en", "skills": "refunds"}),
    )
    for order, team, fits in rows:
        RoutingRule.objects.get_or_create(order=order, team=team, defaults=fits)
    waits: tuple[tuple[int, dict[str, Any]], ...] = (
        (10, {"tier_id": "vip", "action": WaitingRule.Action.REROUTE, "to_team": teams["VIP desk"]}),
        (20, {"after": timedelta(minutes=15), "action": WaitingRule.Action.CALL_BACK}),
    )
    for order, fits in waits:
        WaitingRule.objects.get_or_create(order=order, team=teams["Returns"], defaults=fits)
