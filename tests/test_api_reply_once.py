"""`Idempotency-Key`: a request repeated after a lost answer sends nothing twice (invariant 8)."""

import threading

import pytest
from django.db import connection

from conversations.models import Message
from tests import api_factories as make

KEY = "3f1c-again"


@pytest.fixture(autouse=True)
def _present(now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)


def post(person, conversation, body, what="reply", key=KEY):
    address = f"/api/v1/conversations/{conversation.pk}/{what}/"
    return make.client_of(person).post(address, {"body": body}, format="json", headers={"Idempotency-Key": key})


def sent(conversation, type="text") -> int:
    return conversation.messages.filter(sender="human", type=type).count()


@pytest.fixture
def ana(db, now):
    return make.agent(now, "ana")


def test_same_key_sends_once(now, ana):
    held = make.held_by(ana, now)
    first, again = post(ana, held, "On its way"), post(ana, held, "On its way ")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["metadata"]["client_token"] == KEY
    assert sent(held) == 1


def test_same_key_answers_alike_after_the_conversation_moved_on(now, ana):
    """The retry comes when the first has long taken effect: it must not be told that it is not in control."""
    held = make.held_by(ana, now)
    first = post(ana, held, "On its way")
    make.client_of(ana).post(f"/api/v1/conversations/{held.pk}/close/", {}, format="json")
    again = post(ana, held, "On its way")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


def test_without_a_key_each_request_sends(now, ana):
    held = make.held_by(ana, now)
    address = f"/api/v1/conversations/{held.pk}/reply/"
    for _ in range(2):
        assert make.client_of(ana).post(address, {"body": "Hello"}, format="json").status_code == 201
    assert sent(held) == 2


def test_other_keys_conversations_and_people_are_apart(now, ana):
    first, second = make.held_by(ana, now), make.held_by(ana, now)
    post(ana, first, "Hello")
    post(ana, first, "Hello", key="another")
    post(ana, second, "Hello")
    assert (sent(first), sent(second)) == (2, 1)
    bob = make.agent(now, "bob")
    post(ana, first, "Noted", "note")
    post(bob, first, "Noted", "note")
    assert sent(first, "note") == 2


def test_note_is_written_once(now, ana):
    thread = make.conversation(now)
    assert post(ana, thread, "Called", "note").json() == post(ana, thread, "Called", "note").json()
    assert sent(thread, "note") == 1


def test_key_of_another_text_is_refused(now, ana):
    """Answering with the first message would lose the second without a word."""
    held = make.held_by(ana, now)
    post(ana, held, "Yes")
    response = post(ana, held, "No")
    assert (response.status_code, response.json()["code"]) == (409, "key_reused")
    assert sent(held) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é"])
def test_bad_key_is_refused(now, ana, key):
    held = make.held_by(ana, now)
    response = post(ana, held, "Hello", key=key)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert "Idempotency-Key" in response.json()
    assert sent(held) == 0


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_send_once(now):
    """An impatient client retries while the first request still runs; without the lock both would send."""
    ana = make.agent(now, "ana")
    held = make.held_by(ana, now)
    start, answers = threading.Barrier(6), []

    def request() -> None:
        try:
            start.wait()
            answers.append(post(ana, held, "On its way"))
        finally:
            connection.close()

    threads = [threading.Thread(target=request) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 6
    assert {answer.json()["id"] for answer in answers} == {str(Message.objects.get(sender="human", type="text").pk)}
