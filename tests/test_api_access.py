"""Who may do what through the API: nobody unknown, nobody from another team, and not a word about what is hidden."""

import pytest

from audit.models import Event
from conversations.models import Conversation
from tests import api_factories as make

pytestmark = pytest.mark.django_db

READS = ["", "messages/", "events/"]
VERBS = {
    "reply/": {"body": "Good morning"},
    "accept/": {},
    "release/": {"context": "refund promised"},
    "handoff/": {"reason": "a refund"},
    "close/": {"resolution": "solved"},
    "note/": {"body": "called back"},
    "takeover/": {},
}
#: The state from which each verb succeeds, and what it answers.
FROM = {"reply/": "held", "accept/": "waiting", "release/": "held", "handoff/": "bot", "close/": "held"}
FROM |= {"note/": "bot", "takeover/": "bot"}


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


def in_state(state: str, person, now) -> Conversation:
    if state == "held":
        return make.held_by(person, now)
    return make.waiting(now) if state == "waiting" else make.conversation(now)


def address(conversation, what: str = "") -> str:
    return f"/api/v1/conversations/{conversation.pk}/{what}"


@pytest.mark.parametrize("path", ["/api/v1/conversations/", "/api/v1/traces/?provider_id=x", "/api/v1/nowhere/"])
def test_anonymous_is_refused_everywhere(client, path):
    response = client.get(path)
    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("what", READS)
def test_anonymous_reads_nothing(client, now, what):
    assert client.get(address(make.conversation(now), what)).status_code == 401


@pytest.mark.parametrize("what", VERBS)
def test_anonymous_does_nothing(client, now, what):
    held = make.conversation(now)
    events = Event.objects.count()
    assert client.post(address(held, what), VERBS[what], "application/json").status_code == 401
    assert Event.objects.count() == events


@pytest.mark.parametrize("what", READS)
def test_other_team_is_told_that_there_is_nothing(now, what):
    bob = make.agent(now, "bob", in_team="returns")
    response = make.client_of(bob).get(address(make.conversation(now), what))
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("what", VERBS)
def test_other_team_changes_nothing(now, ana, what):
    bob = make.agent(now, "bob", in_team="returns")
    theirs = in_state(FROM[what], ana, now)
    events = Event.objects.count()
    response = make.client_of(bob).post(address(theirs, what), VERBS[what], format="json")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert Event.objects.count() == events


def test_other_team_sees_an_empty_list(now):
    bob = make.agent(now, "bob", in_team="returns")
    make.conversation(now)
    assert make.client_of(bob).get("/api/v1/conversations/").json()["results"] == []


@pytest.mark.parametrize("what", READS)
def test_right_person_reads(now, ana, what):
    assert make.client_of(ana).get(address(make.conversation(now), what)).status_code == 200


@pytest.mark.parametrize("what", VERBS)
def test_right_person_acts(now, ana, what):
    mine = in_state(FROM[what], ana, now)
    response = make.client_of(ana).post(address(mine, what), VERBS[what], format="json")
    assert response.status_code == (201 if what == "reply/" else 200), response.json()


@pytest.mark.parametrize("what", READS)
def test_supervisor_reads_every_team(now, what):
    chief = make.agent(now, "chief", in_team="management", supervisor=True)
    assert make.client_of(chief).get(address(make.conversation(now), what)).status_code == 200


@pytest.mark.parametrize("what", VERBS)
def test_supervisor_acts_in_every_team(now, what):
    chief = make.agent(now, "chief", in_team="management", supervisor=True)
    theirs = in_state(FROM[what], chief, now)
    response = make.client_of(chief).post(address(theirs, what), VERBS[what], format="json")
    assert response.status_code == (201 if what == "reply/" else 200), response.json()


def test_one_who_left_the_team_keeps_what_is_assigned_to_them(now, ana):
    mine, other = make.held_by(ana, now), make.conversation(now)
    ana.groups.clear()
    client = make.client_of(ana)
    assert client.get(address(mine)).status_code == 200
    assert client.get(address(other)).status_code == 404


def test_look_at_another_teams_transcript_goes_on_the_record(now, ana):
    """Invariant 10: without it, who read what could not be answered."""
    chief = make.agent(now, "chief", in_team="management", supervisor=True)
    theirs = make.conversation(now)
    make.client_of(ana).get(address(theirs, "messages/"))
    assert not Event.objects.filter(event_type="transcript.seen").exists()
    make.client_of(chief).get(address(theirs, "messages/"))
    seen = Event.objects.get(event_type="transcript.seen")
    assert (seen.stream, seen.actor_id) == (theirs.stream, str(chief.pk))


def test_waiting_for_news_of_another_team_is_not_a_look(now):
    """A poll that brings nothing shows nothing; noting it each second would bury the record."""
    chief = make.agent(now, "chief", in_team="management", supervisor=True)
    make.client_of(chief).get(address(make.conversation(now), "messages/?after=9"))
    assert not Event.objects.filter(event_type="transcript.seen").exists()
