"""Working together through the API: taking over, transfer, escalation, invitations, typing; each refusal's code."""

import json

import pytest

from audit.models import Event
from conversations.models import Conversation, Message, Participant
from handoff import desk, presence
from handoff.people import teams
from tests import api_factories as make

pytestmark = pytest.mark.django_db

VERBS = {
    "takeover": {"from": "bob"},
    "transfer": {"team": "returns"},
    "escalate": {"note": "please"},
    "invite": {"agent": "bob"},
    "pass": {},
    "typing": {},
}


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def bob(now):
    return make.agent(now, "bob")


@pytest.fixture
def returns(now):
    """Another team, with somebody in it."""
    return make.agent(now, "rita", in_team="returns").groups.get()


@pytest.fixture
def woken(monkeypatch):
    """What the worker is woken for."""
    calls = []
    monkeypatch.setattr("config.wake.send", lambda task, *args, **_: calls.append((task, *args)))
    return calls


def post(person, conversation, what, body=None):
    address = f"/api/v1/conversations/{conversation.pk}/{what}/"
    return make.client_of(person).post(address, body if body is not None else {}, format="json")


def refused(response, code: str) -> str:
    assert (response.status_code, response.json()["code"]) == (409, code), response.json()
    return response.json()["detail"]


def wrong(response, field: str = "detail") -> dict:
    assert (response.status_code, response.json()["code"]) == (400, "invalid"), response.json()
    assert field in response.json()
    return response.json()


def notes(conversation) -> list[str]:
    return list(conversation.messages.filter(type=Message.NOTE).values_list("body", flat=True))


@pytest.mark.parametrize("what", VERBS)
def test_anonymous_does_nothing(client, now, bob, what):
    thread = make.held_by(bob, now)
    address = f"/api/v1/conversations/{thread.pk}/{what}/"
    events = Event.objects.count()
    assert client.post(address, json.dumps(VERBS[what]), content_type="application/json").status_code == 401
    assert Event.objects.count() == events


@pytest.mark.parametrize("what", VERBS)
def test_other_team_is_told_that_there_is_nothing(now, bob, returns, what):
    stranger = make.agent(now, "eve", in_team="night")
    thread = make.held_by(bob, now)
    events = Event.objects.count()
    response = post(stranger, thread, what, VERBS[what])
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert Event.objects.count() == events


@pytest.mark.parametrize("what", VERBS)
def test_unknown_field_is_refused(now, ana, bob, returns, what):
    body = {**VERBS[what], "teem": "returns"}
    assert "Unknown field 'teem'" in wrong(post(ana, make.held_by(ana, now), what, body))["detail"]


# Taking over


def test_take_over_from_a_colleague(now, ana, bob):
    for name in ("bob", str(bob.pk), bob.pk):
        row = post(ana, make.held_by(bob, now), "takeover", {"from": name}).json()
        assert (row["state"], row["assigned_to"]) == ("human", "ana")


def test_take_over_from_whoever_it_is_not(now, ana, bob):
    """Of two who barge in at once, the second would overrun the first unseen."""
    zoe = make.agent(now, "zoe")
    thread = make.held_by(zoe, now)
    assert "Zoe Example" in refused(post(ana, thread, "takeover", {"from": "bob"}), "already_taken")
    assert "Zoe Example" in refused(post(ana, thread, "takeover"), "already_taken")
    thread.refresh_from_db()
    assert thread.assigned_to == zoe


def test_take_over_twice(now, ana, bob):
    thread = make.held_by(bob, now)
    for _ in range(2):
        assert post(ana, thread, "takeover", {"from": "bob"}).json()["assigned_to"] == "ana"
    assert Event.objects.filter(stream=thread.stream, event_type="handoff.accepted").count() == 2  # bob, then ana


@pytest.mark.parametrize("name", ["nobody", "9999999999", "", "a\x00b", "x" * 200, {}, ["bob"], True])
def test_take_over_from_nobody(now, ana, bob, name):
    wrong(post(ana, make.held_by(bob, now), "takeover", {"from": name}), "from")


def test_take_over_with_null_is_without(now, ana):
    assert post(ana, make.conversation(now), "takeover", {"from": None}).json()["assigned_to"] == "ana"


# Transfer


def test_transfer_to_a_team(now, ana, returns):
    for name in ("returns", str(returns.pk), returns.pk):
        thread = make.held_by(ana, now)
        row = post(ana, thread, "transfer", {"team": name, "note": "Wants a refund"}).json()
        assert (row["state"], row["team"], row["assigned_to"]) == ("pending", "returns", None)
        assert row["handoff"]["status"] == "requested"
        assert notes(thread) == ["Wants a refund"]


def test_transfer_to_a_colleague(now, ana, bob):
    for name in ("bob", bob.pk):
        row = post(ana, make.held_by(ana, now), "transfer", {"agent": name}).json()
        assert (row["state"], row["assigned_to"], row["handoff"]["status"]) == ("human", "bob", "accepted")


@pytest.mark.parametrize(
    "body", [{}, {"note": "x"}, {"team": None, "agent": None}, {"team": "returns", "agent": "bob"}]
)
def test_transfer_to_nobody_or_to_two(now, ana, bob, returns, body):
    thread = make.held_by(ana, now)
    assert "one of the two" in wrong(post(ana, thread, "transfer", body))["detail"]
    thread.refresh_from_db()
    assert thread.assigned_to == ana


@pytest.mark.parametrize("field", ["team", "agent"])
@pytest.mark.parametrize("name", ["nobodys", "99999999999", "", "a\x00b", "\ud800", "x" * 3000, {}, [1], True])
def test_transfer_to_what_there_is_not(now, ana, field, name):
    thread = make.held_by(ana, now)
    address = f"/api/v1/conversations/{thread.pk}/transfer/"
    body = json.dumps({field: name})
    wrong(make.client_of(ana).post(address, body, content_type="application/json"), field)


@pytest.mark.parametrize("note", ["a\x00b", "x" * 2001, {}, ["x"]])
@pytest.mark.parametrize("what", ["transfer", "escalate", "invite"])
def test_note_that_is_none(now, ana, bob, returns, what, note):
    wrong(post(ana, make.held_by(ana, now), what, {**VERBS[what], "note": note}), "note")


def test_longest_note_is_taken(now, ana, returns):
    thread = make.held_by(ana, now)
    assert post(ana, thread, "transfer", {"team": "returns", "note": "é" * 2000}).status_code == 200


def test_transfer_to_an_empty_team(now, ana):
    make.team(now, "empty")
    refused(post(ana, make.held_by(ana, now), "transfer", {"team": "empty"}), "empty_team")


def test_transfer_to_somebody_who_is_away(now, ana, bob):
    presence.status_set(bob, status="away", now=now)
    assert "Bob Example" in refused(post(ana, make.held_by(ana, now), "transfer", {"agent": "bob"}), "agent_away")


def test_transfer_to_an_account_that_is_switched_off(now, ana, bob):
    bob.is_active = False
    bob.save()
    refused(post(ana, make.held_by(ana, now), "transfer", {"agent": "bob"}), "no_such_agent")


def test_transfer_of_what_another_holds(now, ana, bob, returns):
    refused(post(ana, make.held_by(bob, now), "transfer", {"team": "returns"}), "not_in_control")


def test_transfer_to_oneself(now, ana):
    refused(post(ana, make.held_by(ana, now), "transfer", {"agent": "ana"}), "already_there")


def test_transfer_to_the_queue_it_waits_in(now, ana):
    refused(post(ana, make.waiting(now), "transfer", {"team": "support"}), "already_there")


def test_transfer_to_a_colleague_of_what_the_assistant_holds(now, ana, bob):
    refused(post(ana, make.conversation(now), "transfer", {"agent": "bob"}), "not_waiting")


@pytest.mark.parametrize("what", ["transfer", "escalate", "invite"])
def test_nothing_more_happens_to_a_closed_conversation(now, ana, bob, returns, what):
    thread = make.held_by(ana, now)
    desk.close(thread.pk, agent=ana, now=now)
    events = Event.objects.count()
    refused(post(ana, thread, what, VERBS[what]), "closed")
    assert Event.objects.count() == events


# Escalate, invite


def test_escalate_goes_one_level_up(now, ana, returns):
    make.agent(now, "sue", in_team="seniors")
    teams().filter(slug="seniors").update(level=2)
    thread = make.held_by(ana, now)
    row = post(ana, thread, "escalate", {"note": "Cannot be solved here"}).json()
    assert (row["state"], row["team"]) == ("pending", "seniors")
    assert notes(thread) == ["Cannot be solved here"]


def test_escalate_from_the_top(now, ana):
    refused(post(ana, make.held_by(ana, now), "escalate"), "no_higher_team")


def test_invited_colleague_of_another_team_may_read(now, ana, returns):
    thread = make.held_by(ana, now)
    rita = returns.user_set.get()
    path = f"/api/v1/conversations/{thread.pk}/"
    assert make.client_of(rita).get(path).status_code == 404
    for _ in range(2):
        assert post(ana, thread, "invite", {"agent": "rita", "note": "Do you know this?"}).status_code == 200
    assert Participant.objects.get(conversation=thread).user == rita
    assert make.client_of(rita).get(path).status_code == 200
    refused(post(rita, thread, "reply", {"body": "Hello"}), "not_in_control")


@pytest.mark.parametrize("body", [{}, {"agent": None}, {"agent": "nobody"}, {"agent": ""}, {"agent": {}}])
def test_invite_nobody(now, ana, body):
    wrong(post(ana, make.held_by(ana, now), "invite", body), "agent")


def test_invite_oneself_or_a_dead_account(now, ana, bob):
    thread = make.held_by(ana, now)
    refused(post(ana, thread, "invite", {"agent": "ana"}), "already_there")
    bob.is_active = False
    bob.save()
    refused(post(ana, thread, "invite", {"agent": "bob"}), "no_such_agent")


# Typing and looking


def test_typing_pauses_the_assistant(now, ana, woken):
    thread = make.conversation(now)
    response = post(ana, thread, "typing", {})
    assert response.json() == {"bot_paused": True, "until": "2026-11-21T09:00:30Z"}
    assert make.client_of(ana).get(f"/api/v1/conversations/{thread.pk}/").json()["typing"] == ["ana"]
    assert post(ana, thread, "typing", {"typing": False}).json() == {"bot_paused": False, "until": None}
    row = make.client_of(ana).get(f"/api/v1/conversations/{thread.pk}/").json()
    assert (row["typing"], row["looking"]) == ([], ["ana"])
    assert not [call for call in woken if call[0] == "whatsapp.mark_read"]  # the customer sees it of the holder only


def test_customer_sees_that_the_holder_types(now, ana, bob, woken):
    thread = make.held_by(ana, now)
    latest = thread.messages.get(direction="in").provider_id
    assert post(ana, thread, "typing").json() == {"bot_paused": False, "until": None}
    post(bob, thread, "typing")
    assert woken == [("whatsapp.mark_read", thread.channel_id, latest, True)]


def test_nobody_sees_typing_after_the_window(now, ana, woken, monkeypatch):
    thread = make.held_by(ana, now)
    monkeypatch.setattr("config.clock.now", lambda: make.later(now, hours=25))
    assert post(ana, thread, "typing").status_code == 200
    assert woken == []


@pytest.mark.parametrize("typing", ["true", 1, 0, None, "", {}, []])
def test_typing_is_yes_or_no(now, ana, typing):
    wrong(post(ana, make.conversation(now), "typing", {"typing": typing}), "typing")


def test_who_types_is_forgotten_by_itself(now, ana, monkeypatch):
    """A closed laptop types no more."""
    thread = make.conversation(now)
    post(ana, thread, "typing")
    path = f"/api/v1/conversations/{thread.pk}/"
    for seconds, typing, looking in [(31, [], ["ana"]), (61, [], [])]:
        monkeypatch.setattr("config.clock.now", lambda late=seconds: make.later(now, seconds=late))
        row = make.client_of(ana).get(path).json()
        assert (row["typing"], row["looking"]) == (typing, looking)


# Closing


def test_close_with_tag_and_labels(now, ana, returns):
    thread = make.held_by(ana, now)
    body = {"resolution": "Refunded", "tag": "", "labels": {"better_team": "returns", "bot_could": False}}
    assert post(ana, thread, "close", body).json()["state"] == "closed"
    kept = thread.resolutions.get()
    assert (kept.note, kept.right_team, kept.better_team, kept.bot_could) == ("Refunded", False, returns, False)
    assert kept.labelled_by == ana


def test_close_and_ask_how_it_was(now, ana):
    thread = make.held_by(ana, now)
    assert post(ana, thread, "close", {"ask_rating": True}).status_code == 200
    assert thread.ratings.get().agent == ana
    quiet = make.held_by(ana, now)
    assert post(ana, quiet, "close", {}).status_code == 200
    assert not quiet.ratings.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tag", "no-such-tag"), ("tag", "x" * 500), ("tag", {}), ("tag", "a\x00b"),
        ("ask_rating", "yes"), ("ask_rating", None), ("ask_rating", 1),
        ("labels", "right"), ("labels", []), ("labels", {"right": True}), ("labels", {"right_team": "yes"}),
        ("labels", {"better_team": "nobodys"}), ("labels", {"better_intent": "x" * 65}),
        ("labels", {"better_intent": "Not An Intent"}), ("labels", {"right_intent": True, "better_intent": "refund"}),
    ],
)  # fmt: skip
def test_close_with_bad_input_closes_nothing(now, ana, field, value):
    thread = make.held_by(ana, now)
    answer = wrong(post(ana, thread, "close", {field: value}), field)
    assert isinstance(answer["detail"], str)
    assert Conversation.objects.get(pk=thread.pk).state == "human"
