"""The assistant's brake and canary through the API."""

import json

import pytest

from audit.models import Event
from conversations.models import BotSwitch
from tests import api_factories as make

pytestmark = pytest.mark.django_db

BOT = "/api/v1/bot/"


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


@pytest.fixture
def api(now):
    return make.client_of(make.agent(now, "ana"))


@pytest.fixture
def chief(now):
    return make.client_of(make.agent(now, "chief", supervisor=True))


def test_anonymous_neither_reads_nor_switches(client):
    assert client.get(BOT).status_code == 401
    assert client.put(BOT, {"enabled": False}, content_type="application/json").status_code == 401
    assert BotSwitch.current().enabled


def test_everybody_signed_in_reads(api):
    assert api.get(BOT).json() == {"enabled": True, "canary_percent": 100, "changed_at": None, "changed_by": None}


@pytest.mark.parametrize("body", [{"enabled": False}, {"canary_percent": 10}, {}, {"nonsense": 1}])
def test_agents_do_not_switch(api, body):
    response = api.put(BOT, body, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert BotSwitch.current().enabled


def test_supervisor_stops_it_and_it_is_on_the_record(now, chief):
    row = chief.put(BOT, {"enabled": False}, format="json")
    want = {"enabled": False, "canary_percent": 100, "changed_at": "2026-11-21T09:00:00Z", "changed_by": "chief"}
    assert (row.status_code, row.json()) == (200, want)
    assert chief.get(BOT).json() == want
    assert Event.objects.filter(event_type="bot.switched").count() == 1


def test_one_figure_leaves_the_other_alone(chief):
    chief.put(BOT, {"canary_percent": 20}, format="json")
    row = chief.put(BOT, {"enabled": False}, format="json").json()
    assert (row["enabled"], row["canary_percent"]) == (False, 20)
    row = chief.put(BOT, {"enabled": True, "canary_percent": 0}, format="json").json()
    assert (row["enabled"], row["canary_percent"]) == (True, 0)


def test_the_same_again_changes_nothing(chief):
    for _ in range(3):
        assert chief.put(BOT, {"enabled": False, "canary_percent": 20}, format="json").status_code == 200
    assert Event.objects.filter(event_type="bot.switched").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "off", {"enabled": "false"}, {"enabled": 0}, {"enabled": None}, {"enabled": []},
        {"canary_percent": -1}, {"canary_percent": 101}, {"canary_percent": 10**30}, {"canary_percent": 12.5},
        {"canary_percent": "ten"}, {"canary_percent": None}, {"canary_percent": True}, {"canary_percent": {}},
        {"enabled": False, "percent": 5}, {"enabled": False, "canary_percent": 101}, {"canary_percent": "5\x00"},
    ],
)  # fmt: skip
def test_bad_input_switches_nothing(chief, body):
    """A brake must not guess."""
    response = chief.put(BOT, json.dumps(body), content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid"), response.json()
    assert response.json()["detail"]
    row = BotSwitch.current()
    assert (row.enabled, row.canary_percent, row.changed_at) == (True, 100, None)


def test_parameter_that_means_nothing(api):
    assert api.get(f"{BOT}?enabled=0").status_code == 400
