"""The list of conversations: the fields outsiders rely on, filters, pages, and a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff import desk
from tests import api_factories as make

pytestmark = pytest.mark.django_db

LIST = "/api/v1/conversations/"
FIELDS = [
    "id", "state", "control", "topic", "language", "skills", "priority", "customer", "channel", "team",
    "assigned_to", "offered_to", "handoff", "tickets", "looking", "typing", "window_expires_at",
    "next_deadline", "opened_at", "closed_at", "last_seq",
]  # fmt: skip


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def api(ana):
    return make.client_of(ana)


def ids(response) -> list[str]:
    assert response.status_code == 200, response.json()
    return [row["id"] for row in response.json()["results"]]


def test_fields(now, api, ana):
    held = make.held_by(ana, now, name="Ana López")
    row = api.get(f"{LIST}{held.pk}/").json()
    assert list(row) == FIELDS
    assert row["customer"] == {"id": str(held.customer_id), "name": "Ana López", "tier": "retail", "locale": "en"}
    assert (row["state"], row["control"], row["channel"], row["team"]) == ("human", "human", "main", "support")
    assert (row["assigned_to"], row["last_seq"], row["topic"]) == ("ana", held.last_seq, None)
    handoff = held.handoffs.get()
    assert row["handoff"] == {
        "id": handoff.pk,
        "status": "accepted",
        "reason": "agent_request",
        "requested_at": "2026-11-21T09:00:00Z",
        "accepted_at": "2026-11-21T09:00:00Z",
    }


def test_phone_number_is_nowhere(now, api, ana):
    """Invariant 9."""
    held = make.held_by(ana, now, number=4711)
    number = make.PHONE.format(4711)
    for what in ("", "messages/", "events/"):
        assert number not in api.get(f"{LIST}{held.pk}/{what}").content.decode()


def test_handoff_is_the_latest_where_none_is_open(now, api, ana):
    held = make.held_by(ana, now)
    desk.release(held.pk, agent=ana, now=make.later(now, minutes=1))
    assert api.get(f"{LIST}{held.pk}/").json()["handoff"]["status"] == "returned"
    again = desk.request_handoff(held.pk, agent=ana, explanation="", now=make.later(now, minutes=2))
    handoff = api.get(f"{LIST}{held.pk}/").json()["handoff"]
    assert (handoff["id"], handoff["status"], handoff["accepted_at"]) == (again.pk, "requested", None)


def test_latest_activity_first(now, api):
    first, second = make.conversation(now), make.conversation(make.later(now, minutes=1))
    assert ids(api.get(LIST)) == [str(second.pk), str(first.pk)]


def test_filter_by_state_and_control(now, api, ana):
    bot, queued, held = make.conversation(now), make.waiting(now), make.held_by(ana, now)
    assert ids(api.get(LIST, {"state": "new"})) == [str(bot.pk)]
    assert ids(api.get(LIST, {"control": "queue"})) == [str(queued.pk)]
    assert ids(api.get(LIST, {"control": "human", "state": "human"})) == [str(held.pk)]
    assert ids(api.get(LIST, {"control": "human", "state": "new"})) == []


def test_filter_by_team_slug_and_id(now, ana):
    api = make.client_of(make.agent(now, "chief", supervisor=True))
    make.conversation(now)
    other = make.conversation(now, on=make.channel(now, "second", in_team="returns"))
    assert ids(api.get(LIST, {"team": "returns"})) == [str(other.pk)]
    assert ids(api.get(LIST, {"team": other.team_id})) == [str(other.pk)]


def test_filter_by_person(now, api, ana):
    make.conversation(now)
    held = make.held_by(ana, now)
    for name in ("ana", ana.pk, "me"):
        assert ids(api.get(LIST, {"assigned_to": name})) == [str(held.pk)]
    assert ids(api.get(LIST, {"assigned_to": "caller"})) == []


def test_filter_by_customer(now, api):
    one = make.conversation(now)
    make.conversation(now)
    assert ids(api.get(LIST, {"customer": one.customer_id})) == [str(one.pk)]
    assert ids(api.get(LIST, {"customer": "00000000-0000-0000-0000-000000000000"})) == []


def test_search_by_name_and_text(now, api):
    by_name = make.conversation(now, "hello", name="Zoë Quist")
    by_text = make.conversation(now, "Where is my 100% wool SCARF?", name="Bo")
    assert ids(api.get(LIST, {"q": "zoë q"})) == [str(by_name.pk)]
    assert ids(api.get(LIST, {"q": "wool scarf"})) == [str(by_text.pk)]
    assert ids(api.get(LIST, {"q": "100%"})) == [str(by_text.pk)]
    assert ids(api.get(LIST, {"q": "_"})) == []


def test_search_finds_a_conversation_once(now, api):
    found = make.conversation(now, "scarf", number=7)
    make.says(now, "scarf again", number=7)
    assert ids(api.get(LIST, {"q": "scarf"})) == [str(found.pk)]


def test_filters_and_search_keep_to_what_one_may_see(now, api):
    make.conversation(now, "secret scarf", on=make.channel(now, "second", in_team="returns"))
    assert ids(api.get(LIST, {"q": "scarf"})) == []
    assert ids(api.get(LIST, {"team": "returns"})) == []


def test_pages(now, api):
    for _ in range(5):
        make.conversation(now)
    first = api.get(LIST, {"page_size": 2}).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (5, 2, None)
    assert "page=2" in first["next"]
    seen = ids(api.get(LIST, {"page_size": 2})) + ids(api.get(LIST, {"page_size": 2, "page": 2}))
    seen += ids(api.get(LIST, {"page_size": 2, "page": 3}))
    assert len(set(seen)) == 5


def test_page_is_bounded(now, api, monkeypatch):
    monkeypatch.setattr("console.api.pagination.Pages.max_page_size", 3)
    for _ in range(4):
        make.conversation(now)
    assert len(ids(api.get(LIST, {"page_size": 1000}))) == 3


def queries(api, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert api.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("what", ["", "messages", "events"])
def test_lists_ask_the_database_a_fixed_number_of_times(now, ana, what):
    """One query a row would make a busy desk slow exactly when it is busy."""
    held = make.held_by(ana, now, number=1)
    path = f"{LIST}{held.pk}/{what}/" if what else LIST

    def count() -> int:  # a fresh client and user each time: permissions are kept on the user
        return queries(make.client_of(type(ana).objects.get(pk=ana.pk)), path)

    few = count()
    for _ in range(6):
        make.held_by(ana, now)
        make.says(now, number=1)
        desk.note(held.pk, agent=ana, body="note", now=now)
    assert count() == few <= 12
