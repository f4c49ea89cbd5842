"""Tickets through the API: who may see them, answering and closing them, once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actors import SYSTEM
from audit.models import Event
from conversations.models import Message
from handoff import desk, tickets
from handoff.models import Ticket
from handoff.people import teams
from tests import api_factories as make
from tests.factories import locked

pytestmark = pytest.mark.django_db

LIST = "/api/v1/tickets/"
FIELDS = [
    "number", "name", "kind", "status", "subject", "customer", "conversation", "handoff", "topic", "team",
    "assigned_to", "priority", "created_at", "due_at", "closed_at",
]  # fmt: skip
CONTACT = {"name": "Zoë", "reach": "+34612345678", "reach_kind": "phone", "time": "mornings"}


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def api(ana):
    return make.client_of(ana)


def ticket(now, **options) -> Ticket:
    """A matter that a team which works by tickets was handed."""
    thread = make.waiting(now, **options)
    return Ticket.objects.get(conversation=thread)


@pytest.fixture
def cold(now, ana):
    """From here on support takes its work as tickets."""
    teams().filter(slug="support").update(mode="cold")


def numbers(response) -> list[int]:
    assert response.status_code == 200, response.json()
    return [row["number"] for row in response.json()["results"]]


def address(one: Ticket, what: str = "") -> str:
    return f"{LIST}{one.number}/{what}"


def refused(response, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (409, code), response.json()


@pytest.mark.parametrize("what", ["", "reply/", "close/"])
def test_anonymous_neither_reads_nor_acts(client, now, cold, what):
    one = ticket(now)
    assert client.get(LIST).status_code == 401
    answer = client.post(address(one, what), {}, content_type="application/json") if what else client.get(address(one))
    assert answer.status_code == 401


@pytest.mark.parametrize("what", ["", "reply/", "close/"])
def test_other_team_is_told_that_there_is_nothing(now, cold, what):
    stranger = make.client_of(make.agent(now, "eve", in_team="night-shift"))
    one = ticket(now)
    events = Event.objects.count()
    assert numbers(stranger.get(LIST)) == []
    body = {"body": "Hello"} if what == "reply/" else {}
    answer = stranger.post(address(one, what), body, format="json") if what else stranger.get(address(one))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Event.objects.count() == events


def test_fields(now, api, cold):
    one = ticket(now)
    row = api.get(LIST).json()["results"][0]
    assert list(row) == FIELDS
    assert (row["name"], row["status"], row["team"], row["kind"]) == (f"T-{one.number}", "open", "support", "follow_up")
    assert (row["handoff"], row["conversation"]) == (one.handoff_id, str(one.conversation_id))
    for name in (one.number, one.name):
        assert api.get(f"{LIST}{name}/").json()["summary"] == one.summary
    handoff = api.get(f"/api/v1/handoffs/{one.handoff_id}/").json()
    assert (handoff["status"], handoff["mode"], handoff["ticket"]) == ("ticket", "cold", one.number)
    assert numbers_of_thread(api, one) == [one.number]


def numbers_of_thread(api, one: Ticket) -> list[int]:
    return api.get(f"/api/v1/conversations/{one.conversation_id}/").json()["tickets"]


def test_teams_ticket_stays_theirs_when_the_thread_moves_on(now, ana, cold):
    """The thread may be another team's by then; the promise was this team's."""
    make.agent(now, "rita", in_team="returns")
    one = ticket(now)
    desk.request_handoff(one.conversation_id, agent=ana, explanation="", now=now, team=teams().get(slug="returns"))
    client = make.client_of(ana)
    assert client.get(f"/api/v1/conversations/{one.conversation_id}/").status_code == 404
    assert numbers(client.get(LIST)) == [one.number]
    assert client.get(address(one)).status_code == 200


def test_number_left_for_a_call_back_is_masked(now, api, ana):
    """Invariant 9: in clear where a person must read it, and nowhere else."""
    thread = make.waiting(now)
    one = tickets.ticket_open(
        locked(thread), handoff=None, actor=SYSTEM, now=now, kind=Ticket.Kind.CALL_BACK, contact=CONTACT
    )
    answer = api.get(address(one))
    assert answer.json()["contact"] == {**CONTACT, "reach": "…5678"}
    assert "612345678" not in answer.content.decode() + api.get(LIST).content.decode()


def test_contact_under_a_lost_key_is_not_a_fault(now, api, ana, settings):
    one = tickets.ticket_open(
        locked(make.waiting(now)), handoff=None, actor=SYSTEM, now=now, kind=Ticket.Kind.CALL_BACK, contact=CONTACT
    )
    settings.DATA_KEYS = ["another key of another installation"]
    assert api.get(address(one)).json()["contact"] is None


def test_newest_first_and_filters(now, ana, cold):
    api = make.client_of(make.agent(now, "chief", supervisor=True))
    first, second = ticket(now), ticket(make.later(now, minutes=1))
    tickets.ticket_close(first.pk, agent=ana, now=now, resolution="", tell_customer=False)
    assert numbers(api.get(LIST)) == [second.number, first.number]
    assert numbers(api.get(LIST, {"status": "open"})) == [second.number]
    assert numbers(api.get(LIST, {"status": "closed"})) == [first.number]
    assert numbers(api.get(LIST, {"customer": str(first.customer_id)})) == [first.number]
    assert numbers(api.get(LIST, {"team": "support", "status": "pending"})) == []


@pytest.mark.parametrize(
    "query", ["status=new", "status=%00", "customer=7", "customer=%00", "team=nobodys", "stat=open", "%00=1"]
)
def test_filter_that_means_nothing(api, query):
    answer = api.get(f"{LIST}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("name", ["0", "-1", "T-", "T-x", "t-1", "9" * 40, "%00", "1.5", "T-T-1"])
def test_number_that_is_none(api, name):
    answer = api.get(f"{LIST}{name}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_reply_takes_the_thread(now, api, ana, cold):
    one = ticket(now)
    answer = api.post(address(one, "reply/"), {"body": " Your refund is on its way. "}, format="json")
    assert answer.status_code == 201, answer.json()
    row = answer.json()
    assert (row["sender"], row["author"], row["body"]) == ("human", "ana", "Your refund is on its way.")
    one.refresh_from_db()
    assert (one.status, one.conversation.assigned_to) == ("pending", ana)


def test_reply_with_a_key_is_written_once(now, api, ana, cold):
    """Invariant 8: a retry after a time-out."""
    one = ticket(now)
    first, again = (
        api.post(address(one, "reply/"), {"body": "Done."}, format="json", headers={"Idempotency-Key": "k1"}).json()
        for _ in range(2)
    )
    assert first["id"] == again["id"]
    assert Message.objects.filter(sender="human").count() == 1
    other = api.post(address(one, "reply/"), {"body": "Other."}, format="json", headers={"Idempotency-Key": "k1"})
    refused(other, "key_reused")
    bad = api.post(address(one, "reply/"), {"body": "Done."}, format="json", headers={"Idempotency-Key": "a b"})
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("body", [{}, {"body": ""}, {"body": " \n"}, {"body": "x" * 4097}, {"body": "a\x00"}, [],
                                  {"body": {}}, {"body": None}, {"body": "Hi", "to": "x"}])  # fmt: skip
def test_reply_that_is_none(now, api, cold, body):
    one = ticket(now)
    answer = api.post(address(one, "reply/"), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Message.objects.filter(sender="human").exists()


def test_reply_while_a_colleague_holds_the_thread(now, api, cold):
    one = ticket(now)
    bob = make.agent(now, "bob")
    desk.take_over(one.conversation_id, agent=bob, now=now)
    refused(api.post(address(one, "reply/"), {"body": "Hello"}, format="json"), "not_in_control")


def test_close(now, api, cold):
    one = ticket(now)
    answer = api.post(address(one, "close/"), {"resolution": "Refunded"}, format="json")
    assert answer.status_code == 200, answer.json()
    row = answer.json()
    assert (row["status"], row["resolution"], row["closed_at"]) == ("closed", "Refunded", "2026-11-21T09:00:00Z")
    assert numbers_of_thread(api, one) == []
    refused(api.post(address(one, "close/"), {}, format="json"), "closed")
    refused(api.post(address(one, "reply/"), {"body": "Hello"}, format="json"), "closed")


def test_customer_is_told_of_the_end_where_asked(now, api, cold):
    quiet, told = ticket(now), ticket(now)
    before = Message.objects.filter(sender="system", direction="out").count()
    api.post(address(quiet, "close/"), {}, format="json")
    assert Message.objects.filter(sender="system", direction="out").count() == before
    api.post(address(told, "close/"), {"tell_customer": True}, format="json")
    assert told.name in told.conversation.messages.order_by("-seq").first().body


@pytest.mark.parametrize("body", [{"resolution": "x" * 201}, {"resolution": "a\x00"}, {"resolution": {}}, [],
                                  {"tell_customer": "yes"}, {"tell_customer": None}, {"status": "closed"}])  # fmt: skip
def test_close_with_bad_input_closes_nothing(now, api, cold, body):
    one = ticket(now)
    answer = api.post(address(one, "close/"), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    one.refresh_from_db()
    assert one.status == "open"


def test_list_asks_the_database_a_fixed_number_of_times(now, ana, cold):
    def count() -> int:
        client = make.client_of(type(ana).objects.get(pk=ana.pk))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    ticket(now)
    few = count()
    for _ in range(5):
        ticket(now)
    assert count() == few <= 5
