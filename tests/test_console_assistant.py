"""The brake and the canary on a page: who may, what is said, and that a stop is asked about once."""

import pytest

from audit.actors import SYSTEM
from config import clock
from conversations.models import BotSwitch
from handoff import brake
from tests.console_factories import light_settings, make_agent  # noqa: F401

pytestmark = pytest.mark.django_db

URL = "/assistant/"


@pytest.fixture
def agent():
    return make_agent("mia", "Orders")


@pytest.fixture
def boss(client):
    boss = make_agent("boss", first_name="Sara", last_name="Holm", supervisor=True)
    client.force_login(boss)
    return boss


def said(client, **data):
    return client.post(URL, data, follow=True).text


def test_strangers_sign_in_first(client):
    assert client.get(URL).status_code == 302
    assert client.post(URL, {"do": "stop"}).status_code == 302
    assert BotSwitch.current().enabled


def test_agents_look_and_change_nothing(client, agent):
    """A brake that anybody can loosen is none."""
    client.force_login(agent)
    page = client.get(URL)
    assert page.status_code == 200
    assert "The assistant answers every customer" in page.text
    assert "Stop the assistant" not in page.text
    assert "Stop it everywhere" not in client.get(f"{URL}?stop=1").text
    for data in ({"do": "stop"}, {"do": "start"}, {"do": "canary", "percent": "5"}):
        assert client.post(URL, data).status_code == 403
    assert (BotSwitch.current().enabled, BotSwitch.current().canary_percent) == (True, 100)


def test_stop_is_asked_about_first_and_said_with_the_name(client, boss):
    question = client.get(f"{URL}?stop=1").text
    assert "Stop it everywhere, at once?" in question
    assert BotSwitch.current().enabled, "asking stops nothing"
    page = said(client, do="stop")
    assert not BotSwitch.current().enabled
    assert "Stopped since" in page
    assert "by Sara Holm" in page
    assert "was stopped everywhere" in page, "the record is told"
    assert "It is stopped already." in client.get(f"{URL}?stop=1").text
    assert "may answer again" in said(client, do="start")
    assert BotSwitch.current().enabled


def test_stop_is_dated_by_the_stop_not_by_a_later_change(client, boss):
    """Otherwise whoever turns the canary while it is stopped would be shown as having stopped it."""
    now = clock.now()
    said(client, do="stop")
    brake.switch(actor=SYSTEM, now=now, canary_percent=40)
    page = client.get(URL).text
    assert "by Sara Holm" in page.split("</h2>")[0]


@pytest.mark.parametrize(
    ("percent", "headline"),
    [
        ("0", "The assistant takes no new conversations"),
        ("20", "The assistant answers 20 % of customers"),
        ("100", "The assistant answers every customer"),
    ],
)
def test_canary(client, boss, percent, headline):
    assert headline in said(client, do="canary", percent=percent)
    assert BotSwitch.current().canary_percent == int(percent)


@pytest.mark.parametrize("percent", ["", "-1", "101", "1e1", "ten", "12.5", "٣", "9" * 5000, "\x00"])
def test_what_is_no_share_is_refused_in_words(client, boss, percent):
    page = said(client, do="canary", percent=percent)
    assert "a whole number from 0 to 100" in page
    assert BotSwitch.current().canary_percent == 100


def test_unknown_word_changes_nothing(client, boss):
    assert "Nothing was changed" in said(client, do="explode")
    assert BotSwitch.current().changed_at is None


def test_changes_want_a_csrf_token(client, boss):
    client.handler.enforce_csrf_checks = True
    assert client.post(URL, {"do": "stop"}).status_code == 403
    assert BotSwitch.current().enabled


def test_page_costs_the_same_however_much_has_happened(client, boss, django_assert_max_num_queries):
    for percent in range(0, 100, 5):
        brake.switch(actor=SYSTEM, now=clock.now(), canary_percent=percent)
    with django_assert_max_num_queries(9):
        client.get(URL)
