"""Handoffs and offers through the API: what travelled, why, to whom; only for those who may know."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actors import SYSTEM
from audit.models import Event
from handoff import desk, offers
from handoff.handoffs import handoff_request
from handoff.models import Handoff, TriggerRule
from handoff.people import team_of
from tests import api_factories as make
from tests.factories import locked

pytestmark = pytest.mark.django_db

LIST = "/api/v1/handoffs/"
OFFERS = "/api/v1/offers/"
FIELDS = [
    "id", "conversation", "status", "reason", "reason_words", "rule", "mode", "team", "route_reason",
    "preferred_agent", "requested_at", "queued_at", "due_at", "accepted_at", "accepted_by", "requeues",
    "supervisor_since", "ended_at",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def api(ana):
    return make.client_of(ana)


def ids(response) -> list[int]:
    assert response.status_code == 200, response.json()
    return [row["id"] for row in response.json()["results"]]


def offered(person, now, **options):
    """A waiting conversation that is held out to this person."""
    waits = make.waiting(now, **options)
    team, handoff = team_of(waits), waits.handoffs.get()
    offers.offer_make(locked(waits), handoff, agent=person, team=team, why="holds the fewest", now=now)
    return waits


@pytest.mark.parametrize("path", [LIST, f"{LIST}1/", OFFERS])
def test_anonymous_reads_nothing(client, path):
    assert client.get(path).status_code == 401


def test_fields(now, api, ana):
    held = make.held_by(ana, now)
    row = api.get(LIST).json()["results"][0]
    assert list(row) == FIELDS
    assert (row["conversation"], row["status"], row["reason"]) == (str(held.pk), "accepted", "agent_request")
    assert (row["accepted_by"], row["team"], row["mode"], row["rule"]) == ("ana", "support", "warm", None)


def test_other_teams_are_not_in_the_list(now, api):
    make.agent(now, "rita", in_team="returns")
    theirs = make.waiting(now, on=make.channel(now, "second", in_team="returns"))
    assert ids(api.get(LIST)) == []
    handoff = theirs.handoffs.get()
    assert api.get(f"{LIST}{handoff.pk}/").status_code == 404
    chief = make.client_of(make.agent(now, "chief", supervisor=True, in_team="management"))
    assert ids(chief.get(LIST)) == [handoff.pk]


def test_newest_first(now, api):
    first, second = make.waiting(now), make.waiting(make.later(now, minutes=1))
    assert ids(api.get(LIST)) == [second.handoffs.get().pk, first.handoffs.get().pk]


def test_filter_by_status(now, api, ana):
    waits, held = make.waiting(now), make.held_by(ana, now)
    returned, closed = make.held_by(ana, now), make.held_by(ana, now)
    desk.release(returned.pk, agent=ana, now=now)
    desk.close(closed.pk, agent=ana, now=now)
    for status, thread in {"requested": waits, "accepted": held, "returned": returned, "closed": closed}.items():
        found = ids(api.get(LIST, {"status": status}))
        assert found == [thread.handoffs.get().pk], status
        assert api.get(f"{LIST}{found[0]}/").json()["status"] == status
    assert ids(api.get(LIST, {"status": "ticket"})) == []


def test_filter_by_team_and_reason(now, ana):
    api = make.client_of(make.agent(now, "chief", supervisor=True))
    taken = make.conversation(now)
    desk.take_over(taken.pk, agent=ana, now=now)
    make.agent(now, "rita", in_team="returns")
    other = make.waiting(now, on=make.channel(now, "second", in_team="returns"))
    assert ids(api.get(LIST, {"team": "returns"})) == [other.handoffs.get().pk]
    assert ids(api.get(LIST, {"team": other.team_id})) == [other.handoffs.get().pk]
    assert ids(api.get(LIST, {"reason": "take_over"})) == [taken.handoffs.get().pk]
    assert ids(api.get(LIST, {"reason": "take_over", "team": "returns"})) == []


@pytest.mark.parametrize(
    "query", ["status=open", "status=%00", "reason=none", "team=nobodys", "team=%00", "stat=closed", "%00=1"]
)
def test_filter_that_means_nothing(api, query):
    """Ignored, it would show everything as though all of it matched."""
    response = api.get(f"{LIST}?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("name", ["0", "-1", "abc", "%00", "9" * 40, "1.5", "٣"])
def test_id_that_is_none(api, name):
    response = api.get(f"{LIST}{name}/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_detail_shows_what_the_agent_saw_and_the_rule_that_fired(now, api):
    thread = make.conversation(now, "I was charged twice, this is fraud")
    rule = TriggerRule.objects.create(name="Policy words here", kind="keywords", words="fraud")
    handoff = handoff_request(
        locked(thread), reason=Handoff.Reason.KEYWORDS, actor=SYSTEM, now=now, summary="Charged twice", rule=rule,
        inputs={"word": "fraud"}, evidence={"intent": "fee_dispute", "confidence": 0.4},
    )  # fmt: skip
    row = api.get(f"{LIST}{handoff.pk}/").json()
    why = row["auto_escalated_due_to"]
    assert (why["rule"], why["kind"], why["inputs"]) == ("Policy words here", "keywords", {"word": "fraud"})
    assert (row["rule"], row["reason"], row["summary"]) == ("Policy words here", "keywords", "Charged twice")
    assert row["payload"]["auto_escalated_due_to"] == why
    assert row["payload"]["messages"][0]["body"] == "I was charged twice, this is fraud"
    assert (row["payload"]["intent"], row["offers"], row["ticket"]) == ("fee_dispute", [], None)
    assert row["route_reason"]


def test_detail_of_a_rule_that_was_deleted_still_names_it(now, api):
    """What is frozen must not change with the settings."""
    rule = TriggerRule.objects.create(name="Short-lived", kind="keywords", words="fraud")
    handoff = handoff_request(
        locked(make.conversation(now)), reason=Handoff.Reason.KEYWORDS, actor=SYSTEM, now=now, summary="", rule=rule
    )
    rule.delete()
    row = api.get(f"{LIST}{handoff.pk}/").json()
    assert (row["rule"], row["auto_escalated_due_to"]["rule"]) == (None, "Short-lived")


def test_detail_of_another_team_is_a_look(now, api):
    """Invariant 10: the frozen payload holds the transcript."""
    handoff = make.waiting(now).handoffs.get()
    api.get(f"{LIST}{handoff.pk}/")
    assert not Event.objects.filter(event_type="transcript.seen").exists()
    chief = make.agent(now, "chief", in_team="management", supervisor=True)
    make.client_of(chief).get(LIST)
    assert not Event.objects.filter(event_type="transcript.seen").exists()
    make.client_of(chief).get(f"{LIST}{handoff.pk}/")
    seen = Event.objects.get(event_type="transcript.seen")
    assert (seen.stream, seen.actor_id) == (handoff.conversation.stream, str(chief.pk))


def test_list_shows_no_transcript(now, api):
    """A list is no look, so nothing that was said may stand in it."""
    make.waiting(now, "my secret is 4711")
    assert "4711" not in api.get(LIST).content.decode()


def test_lists_ask_the_database_a_fixed_number_of_times(now, ana):
    def count(path: str) -> int:
        client = make.client_of(type(ana).objects.get(pk=ana.pk))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    offered(ana, now)
    few = count(LIST), count(OFFERS)
    for _ in range(5):
        make.held_by(ana, now)
        offered(ana, now)
    assert (count(LIST), count(OFFERS)) == few
    assert max(few) <= 5


def test_offers_are_mine_and_open(now, api, ana):
    offered(make.agent(now, "bob"), now)
    mine = offered(ana, now, name="Zoë")
    rows = api.get(OFFERS).json()["results"]
    assert [row["conversation"] for row in rows] == [str(mine.pk)]
    row = rows[0]
    assert (row["handoff"], row["customer"], row["team"]) == (mine.handoffs.get().pk, "Zoë", "support")
    assert (row["why"], row["expires_at"]) == ("holds the fewest", "2026-11-21T09:00:45Z")
    assert api.get(f"/api/v1/conversations/{mine.pk}/").json()["offered_to"] == "ana"


def test_offer_that_has_expired_is_not_open(now, api, ana, monkeypatch):
    mine = offered(ana, now)
    monkeypatch.setattr("config.clock.now", lambda: make.later(now, seconds=46))
    assert api.get(OFFERS).json()["results"] == []
    assert api.get(f"/api/v1/conversations/{mine.pk}/").json()["offered_to"] is None


def test_offers_take_no_filter(api):
    assert api.get(f"{OFFERS}?agent=bob").status_code == 400


def test_pass_ends_the_offer_once(now, api, ana):
    mine = offered(ana, now)
    response = api.post(f"/api/v1/conversations/{mine.pk}/pass/")
    assert (response.status_code, response.json()["offered_to"], response.json()["state"]) == (200, None, "pending")
    again = api.post(f"/api/v1/conversations/{mine.pk}/pass/")
    assert (again.status_code, again.json()["code"]) == (409, "not_offered")
    offer = api.get(f"{LIST}{mine.handoffs.get().pk}/").json()["offers"][0]
    assert (offer["agent"], offer["result"], offer["why"]) == ("ana", "passed", "holds the fewest")


def test_passing_what_is_offered_to_another(now, api):
    theirs = offered(make.agent(now, "bob"), now)
    response = api.post(f"/api/v1/conversations/{theirs.pk}/pass/")
    assert (response.status_code, response.json()["code"]) == (409, "not_offered")


def test_accepting_what_is_offered_to_another(now, api):
    theirs = offered(make.agent(now, "bob"), now)
    response = api.post(f"/api/v1/conversations/{theirs.pk}/accept/")
    assert (response.status_code, response.json()["code"]) == (409, "offered")
