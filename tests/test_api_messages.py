"""Messages and events of a conversation: in order, after a number, complete."""

import pytest

from audit.models import Event
from handoff import desk
from tests import api_factories as make

pytestmark = pytest.mark.django_db

MESSAGE = [
    "seq", "id", "direction", "sender", "author", "type", "body", "content", "status", "provider_id",
    "provider_ts", "received_at", "late", "reply_to", "attachments", "reactions", "edited", "revoked", "cost",
    "error", "metadata",
]  # fmt: skip


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def held(now, ana):
    held = make.held_by(ana, now, body="<script>alert(1)</script>")
    desk.reply(held.pk, agent=ana, body="How can I help?", now=now)
    desk.note(held.pk, agent=ana, body="seems upset", now=now)
    return held


def get(person, held, what):
    response = make.client_of(person).get(f"/api/v1/conversations/{held.pk}/{what}")
    assert response.status_code == 200, response.json()
    return response.json()


def test_messages_come_in_order_with_their_fields(ana, held):
    rows = get(ana, held, "messages/")["results"]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(list(row) == MESSAGE for row in rows)
    first, reply, note = rows[0], rows[-2], rows[-1]
    assert (first["direction"], first["sender"], first["author"]) == ("in", "user", None)
    assert first["body"] == "<script>alert(1)</script>"
    assert (first["status"], first["provider_ts"]) == ("received", "2026-11-21T09:00:00Z")
    assert (reply["direction"], reply["sender"], reply["author"], reply["status"]) == ("out", "human", "ana", "queued")
    assert (note["type"], note["status"], note["body"]) == ("note", "internal", "seems upset")


def test_messages_after_a_number(ana, held):
    whole = get(ana, held, "messages/")["results"]
    assert get(ana, held, "messages/?after=2")["results"] == whole[2:]
    assert get(ana, held, "messages/?after=999")["results"] == []


def test_messages_come_in_pages(ana, held):
    page = get(ana, held, "messages/?after=1&page_size=2")
    assert [row["seq"] for row in page["results"]] == [2, 3]
    assert "after=1" in page["next"]


def test_events_are_the_chain_in_plain_words(ana, held):
    rows = get(ana, held, "events/")["results"]
    assert list(rows[0]) == ["seq", "ts", "actor", "event_type", "description", "payload", "hash"]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert (rows[0]["event_type"], rows[0]["description"]) == ("conversation.opened", "The conversation was opened")
    assert rows[0]["actor"] == {"kind": "user", "id": str(held.customer_id), "name": ""}
    accepted = next(row for row in rows if row["event_type"] == "handoff.accepted")
    assert accepted["actor"] == {"kind": "human", "id": str(ana.pk), "name": "Ana Example"}
    assert [row["hash"] for row in rows] == list(Event.objects.about(held.stream).values_list("hash", flat=True))


def test_events_after_a_number(ana, held):
    whole = get(ana, held, "events/")["results"]
    assert get(ana, held, "events/?after=3")["results"] == whole[3:]


def test_events_are_of_this_conversation_alone(now, ana, held):
    make.conversation(now)
    count = Event.objects.filter(stream=held.stream).count()
    assert get(ana, held, "events/")["count"] == count < Event.objects.count()
