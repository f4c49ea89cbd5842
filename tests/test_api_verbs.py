"""What each verb of the API does, and the codes with which it says no."""

import pytest

from audit.models import Event
from conversations.models import Message
from handoff import desk
from tests import api_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


def post(person, conversation, what, body=None, **headers):
    address = f"/api/v1/conversations/{conversation.pk}/{what}/"
    return make.client_of(person).post(address, body or {}, format="json", headers=headers)


def refused(response, code: str) -> str:
    assert (response.status_code, response.json()["code"]) == (409, code), response.json()
    return response.json()["detail"]


def test_accept_answers_with_the_conversation(now, ana):
    row = post(ana, make.waiting(now), "accept").json()
    assert (row["state"], row["control"], row["assigned_to"]) == ("human", "human", "ana")
    assert row["handoff"]["status"] == "accepted"


def test_accepting_what_another_took(now, ana):
    """Two agents must not both believe that they hold it."""
    bob = make.agent(now, "bob")
    held = make.held_by(bob, now)
    assert refused(post(ana, held, "accept"), "already_taken").startswith("Bob Example")


def test_accepting_what_the_bot_holds(now, ana):
    refused(post(ana, make.conversation(now), "accept"), "not_waiting")


def test_take_over(now, ana):
    row = post(ana, make.conversation(now), "takeover").json()
    assert (row["state"], row["assigned_to"], row["handoff"]["reason"]) == ("human", "ana", "take_over")


def test_taking_over_what_is_with_people(now, ana):
    refused(post(ana, make.waiting(now), "takeover"), "already_handed_off")


def test_reply_answers_with_the_message(now, ana):
    response = post(ana, make.held_by(ana, now), "reply", {"body": "  Good\r\nmorning  "})
    assert response.status_code == 201
    row = response.json()
    assert (row["sender"], row["author"], row["status"], row["body"]) == ("human", "ana", "queued", "Good\nmorning")
    assert Message.objects.get(pk=row["id"]).seq == row["seq"]


def test_reply_without_control(now, ana):
    """Without this, an agent and the bot would talk at once."""
    assert "the assistant" in refused(post(ana, make.conversation(now), "reply", {"body": "Hi"}), "not_in_control")
    bob = make.agent(now, "bob")
    refused(post(ana, make.held_by(bob, now), "reply", {"body": "Hi"}), "not_in_control")


def test_reply_outside_the_window(now, ana, monkeypatch):
    held = make.held_by(ana, now)
    monkeypatch.setattr("config.clock.now", lambda: make.later(now, hours=25))
    refused(post(ana, held, "reply", {"body": "Hi"}), "window_closed")
    assert not held.messages.filter(sender="human").exists()


def test_release_gives_the_context_to_the_assistant(now, ana):
    held = make.held_by(ana, now)
    row = post(ana, held, "release", {"context": "Refund promised"}).json()
    assert (row["state"], row["control"], row["assigned_to"]) == ("new", "bot", None)
    assert held.handoffs.get().return_context == "Refund promised"


def test_release_of_what_another_holds(now, ana):
    refused(post(ana, make.held_by(make.agent(now, "bob"), now), "release"), "not_in_control")


def test_handoff_to_another_team(now, ana):
    """The answer still shows the conversation, though the next request will not."""
    moved = make.conversation(now)
    make.agent(now, "rita", in_team="returns")  # a team that nobody is in is passed over
    team = make.team(now, "returns")
    row = post(ana, moved, "handoff", {"reason": "broken", "team": "returns"}).json()
    assert (row["state"], row["control"], row["team"]) == ("pending", "queue", "returns")
    assert (moved.handoffs.get().explanation, moved.handoffs.get().team_id) == ("broken", team.pk)
    assert make.client_of(ana).get(f"/api/v1/conversations/{moved.pk}/").status_code == 404


def test_handoff_twice(now, ana):
    refused(post(ana, make.waiting(now), "handoff", {"reason": "again"}), "already_handed_off")


def test_close(now, ana):
    held = make.held_by(ana, now)
    row = post(ana, held, "close", {"resolution": "Solved"}).json()
    assert (row["state"], row["control"], row["closed_at"]) == ("closed", "nobody", "2026-11-21T09:00:00Z")
    held.refresh_from_db()
    assert held.resolution == "Solved"


@pytest.mark.parametrize("what", ["accept", "takeover", "release", "handoff", "close", "reply"])
def test_nothing_more_happens_to_a_closed_conversation(now, ana, what):
    held = make.held_by(ana, now)
    desk.close(held.pk, agent=ana, now=now)
    events = Event.objects.count()
    refused(post(ana, held, what, {"body": "Hi"} if what == "reply" else {}), "closed")
    assert Event.objects.count() == events


def test_note_is_internal_whoever_is_in_control(now, ana):
    row = post(ana, make.conversation(now), "note", {"body": "VIP soon"}).json()
    note = Message.objects.get(type="note")
    assert (row["last_seq"], note.status, note.body) == (note.seq, "internal", "VIP soon")


@pytest.mark.parametrize("what", ["accept", "takeover"])
def test_body_may_be_missing_where_nothing_is_asked(now, ana, what):
    held = make.waiting(now) if what == "accept" else make.conversation(now)
    address = f"/api/v1/conversations/{held.pk}/{what}/"
    assert make.client_of(ana).post(address).status_code == 200
