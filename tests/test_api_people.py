"""Teams, colleagues and presence through the API."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from conversations.models import Topic, supervise_permission
from handoff import phone_app, presence
from handoff.models import AgentProfile, Presence, Seat
from handoff.people import teams
from sla.models import Calendar
from tests import api_factories as make

pytestmark = pytest.mark.django_db

TEAMS = "/api/v1/teams/"
AGENTS = "/api/v1/agents/"
PRESENCE = "/api/v1/agents/me/presence/"


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def api(ana):
    return make.client_of(ana)


def rows(response) -> dict[str, dict]:
    assert response.status_code == 200, response.json()
    return {row.get("slug") or row["username"]: row for row in response.json()["results"]}


def queries(person, path: str) -> int:
    client = make.client_of(type(person).objects.get(pk=person.pk))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", [TEAMS, AGENTS, PRESENCE])
def test_anonymous_reads_nothing(client, path):
    assert client.get(path).status_code == 401


# Teams


def test_team_says_what_a_colleague_must_know_to_pass_on(now, api, ana):
    team = teams().get(slug="support")
    team.topics.add(Topic.objects.create(code="billing-x", name="Billing"))
    team.languages, team.skills = ["en", "es"], ["refunds"]
    team.save()
    make.agent(now, "bob")
    presence.seen(ana, now=now)
    make.waiting(now)
    row = rows(api.get(TEAMS))["support"]
    assert row == {
        "id": team.pk, "slug": "support", "name": "Support", "level": 1, "topics": ["billing-x"],
        "languages": ["en", "es"], "skills": ["refunds"], "assignment": "claim", "mode": "warm", "is_open": True,
        "next_opening": None, "waiting": 1, "agents_present": 1, "agents_total": 2,
    }  # fmt: skip


def test_all_teams_are_named_to_everybody(now, api):
    """Whoever passes a conversation on must know to whom."""
    make.team(now, "returns")
    assert {"support", "returns"} <= set(rows(api.get(TEAMS)))


def test_team_that_is_closed_says_when_it_opens(now, api):
    """The fixed moment is a Saturday, 9 h UTC."""
    calendar = Calendar.objects.create(name="Weekdays", time_zone="Europe/Madrid")
    calendar.openings.create(weekday=0, opens=time(9), closes=time(18))
    teams().filter(slug="support").update(hours=calendar)
    row = rows(api.get(TEAMS))["support"]
    assert (row["is_open"], row["next_opening"]) == (False, "2026-11-23T08:00:00Z")


def test_present_is_who_is_at_the_desk(now, api, ana):
    for name, status in {"bob": "finishing", "cid": "away", "dan": "offline"}.items():
        presence.status_set(make.agent(now, name), status=status, now=now)
    presence.status_set(make.agent(now, "gone"), status="online", now=make.later(now, seconds=-61))
    row = rows(api.get(TEAMS))["support"]
    assert (row["agents_present"], row["agents_total"]) == (1, 5)


def test_accounts_nobody_signs_in_with_are_no_agents(now, api, ana):
    off = make.agent(now, "off")
    off.is_active = False
    off.save()
    phone_app.person().groups.add(teams().get(slug="support"))
    assert rows(api.get(TEAMS))["support"]["agents_total"] == 1
    assert set(rows(api.get(AGENTS))) == {"ana"}


# Agents


def test_agent_says_what_they_can_and_hold(now, api, ana):
    AgentProfile.objects.create(user=ana, languages=["en"], skills=["tax"])
    presence.status_set(ana, status="finishing", now=now)
    make.held_by(ana, now)
    assert rows(api.get(AGENTS))["ana"] == {
        "id": ana.pk, "username": "ana", "name": "Ana Example", "role": "agent", "teams": ["support"],
        "languages": ["en"], "skills": ["tax"], "status": "finishing", "capacity": 5, "load": 1,
    }  # fmt: skip


def test_capacity_over_all_teams(now, api, ana):
    support, returns = teams().get(slug="support"), make.team(now, "returns")
    ana.groups.add(returns)
    assert rows(api.get(AGENTS))["ana"]["capacity"] == 10
    Seat.objects.create(user=ana, team=support, capacity=1)
    assert rows(api.get(AGENTS))["ana"]["capacity"] == 6
    profile = AgentProfile.objects.create(user=ana, capacity=2)
    assert rows(api.get(AGENTS))["ana"]["capacity"] == 2
    AgentProfile.objects.filter(pk=profile.pk).update(capacity=50)
    assert rows(api.get(AGENTS))["ana"]["capacity"] == 6


def test_agents_see_colleagues_and_supervisors_everybody(now, api, ana):
    make.agent(now, "bob")
    make.agent(now, "rita", in_team="returns")
    chief = make.agent(now, "chief", in_team="management", supervisor=True)
    make.agent(now, "root", in_team="management", admin=True)
    assert set(rows(api.get(AGENTS))) == {"ana", "bob"}
    everybody = rows(make.client_of(chief).get(AGENTS))
    assert set(everybody) == {"ana", "bob", "chief", "rita", "root"}
    roles = {name: row["role"] for name, row in everybody.items()}
    assert roles == {"ana": "agent", "bob": "agent", "chief": "supervisor", "rita": "agent", "root": "admin"}


def test_supervisor_by_their_group_is_one(now, api, ana):
    teams().get(slug="support").permissions.add(supervise_permission())
    assert rows(api.get(AGENTS))["ana"]["role"] == "supervisor"


def test_one_without_a_team_sees_themselves(now, ana):
    ana.groups.clear()
    make.agent(now, "bob")
    assert set(rows(make.client_of(ana).get(AGENTS))) == {"ana"}


def test_status_ends_with_the_lease(now, api, ana, monkeypatch):
    make.agent(now, "bob")
    presence.seen(ana, now=now)
    found = rows(api.get(AGENTS))
    assert (found["ana"]["status"], found["bob"]["status"]) == ("online", "unknown")
    monkeypatch.setattr("config.clock.now", lambda: make.later(now, seconds=60))
    assert rows(api.get(AGENTS))["ana"]["status"] == "offline"


def test_filter_by_team(now, ana):
    chief = make.client_of(make.agent(now, "chief", in_team="management", supervisor=True))
    assert set(rows(chief.get(AGENTS, {"team": "support"}))) == {"ana"}


@pytest.mark.parametrize("path", [f"{TEAMS}?slug=support", f"{AGENTS}?team=nobodys", f"{AGENTS}?team=%00",
                                  f"{AGENTS}?status=online", f"{PRESENCE}?status=away"])  # fmt: skip
def test_parameter_that_means_nothing(api, path):
    response = api.get(path)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_lists_ask_the_database_a_fixed_number_of_times(now, ana):
    calendar = Calendar.objects.create(name="Always on Monday")
    calendar.openings.create(weekday=0, opens=time(9), closes=time(18))
    teams().update(hours=calendar)
    few = queries(ana, TEAMS), queries(ana, AGENTS)
    for number in range(5):
        one = make.agent(now, f"agent-{number}")
        one.groups.add(make.team(now, f"team-{number}"))
        make.held_by(one, now)
        hours = Calendar.objects.create(name=f"Hours {number}")
        hours.openings.create(weekday=number, opens=time(9), closes=time(18))
        teams().filter(slug=f"team-{number}").update(hours=hours)
    assert (queries(ana, TEAMS), queries(ana, AGENTS)) == few
    assert max(few) <= 8


# Presence


def test_presence_is_unknown_without_a_sign(api):
    assert api.get(PRESENCE).json() == {"status": "unknown", "seen_at": None, "expires_at": None}


def test_presence_is_a_lease(now, api, ana, monkeypatch):
    said = api.put(PRESENCE, {"status": "online"}, format="json")
    want = {"status": "online", "seen_at": "2026-11-21T09:00:00Z", "expires_at": "2026-11-21T09:01:00Z"}
    assert (said.status_code, said.json()) == (200, want)
    assert api.get(PRESENCE).json() == want
    monkeypatch.setattr("config.clock.now", lambda: make.later(now, seconds=60))
    gone = api.get(PRESENCE).json()
    assert (gone["status"], gone["expires_at"]) == ("offline", None)


@pytest.mark.parametrize("status", ["online", "finishing", "away"])
def test_saying_it_again_renews_the_lease_and_nothing_else(now, api, ana, status, monkeypatch):
    """A sign of life each 25 seconds must not bury the record."""
    api.put(PRESENCE, {"status": status}, format="json")
    before = Event.objects.count()
    monkeypatch.setattr("config.clock.now", lambda: make.later(now, seconds=25))
    again = api.put(PRESENCE, {"status": status}, format="json").json()
    assert (again["status"], again["expires_at"]) == (status, "2026-11-21T09:01:25Z")
    assert (Event.objects.count(), Presence.objects.get(user=ana).since) == (before, now)


def test_going_offline_again_and_again_keeps_one_offline(now, api, ana, monkeypatch):
    """Taken for a sign of life, the second would bring them back, and customers with them."""
    for seconds in (0, 30, 100, 20_000):
        monkeypatch.setattr("config.clock.now", lambda late=seconds: make.later(now, seconds=late))
        assert api.put(PRESENCE, {"status": "offline"}, format="json").json()["status"] == "offline"
    assert presence.status_of(ana, now=make.later(now, seconds=20_000)) == "offline"


def test_coming_back_after_the_lease(now, api, ana, monkeypatch):
    api.put(PRESENCE, {"status": "online"}, format="json")
    monkeypatch.setattr("config.clock.now", lambda: make.later(now, minutes=5))
    assert api.put(PRESENCE, {"status": "online"}, format="json").json()["status"] == "online"


@pytest.mark.parametrize(
    "body", [{}, {"status": "busy"}, {"status": None}, {"status": ""}, {"status": ["online"]}, {"status": "a\x00"},
             {"status": "unknown"}, {"status": True}, {"status": "x" * 5000}, {"status": "online", "user": "bob"}, []]
)  # fmt: skip
def test_presence_that_is_none(api, ana, body):
    response = api.put(PRESENCE, body, format="json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert not Presence.objects.exists()
