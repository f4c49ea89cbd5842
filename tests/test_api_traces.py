"""Traces: what became of every update that carried an id, for those who may know."""

import pytest

from conversations.models import Message
from handoff import desk
from tests import api_factories as make
from whatsapp.models import DeliveryAttempt, InboundEvent, InboundUpdate

pytestmark = pytest.mark.django_db

TRACES = "/api/v1/traces/"


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def chief(now):
    return make.agent(now, "chief", in_team="management", supervisor=True)


def update(now, provider_id: str, *, message: Message | None = None, **fields) -> InboundUpdate:
    channel = make.channel(now)
    event = InboundEvent.objects.create(channel=channel, body=b"{}", received_at=now)
    row = {"kind": "message", "outcome": "received", "raw": {"from": "15550100001"}, "processed_at": now, **fields}
    return InboundUpdate.objects.create(
        event=event, position=0, channel=channel, provider_id=provider_id, message=message, **row
    )


def trace(person, provider_id: str) -> dict:
    response = make.client_of(person).get(TRACES, {"provider_id": provider_id})
    assert response.status_code == 200, response.json()
    return response.json()


def test_every_update_with_its_outcome(now, ana):
    thread = make.conversation(now)
    message = thread.messages.get()
    first = update(now, message.provider_id, message=message)
    update(now, message.provider_id, message=message, outcome="duplicate", detail="was there already")
    update(now, "another", message=message)
    found = trace(ana, message.provider_id)
    assert (found["count"], found["messages"]) == (2, [])
    assert found["results"][0] == {
        "event": first.event_id,
        "position": 0,
        "kind": "message",
        "outcome": "received",
        "detail": "",
        "received_at": "2026-11-21T09:00:00Z",
        "processed_at": "2026-11-21T09:00:00Z",
        "conversation": str(thread.pk),
        "seq": 1,
    }
    assert [row["outcome"] for row in found["results"]] == ["received", "duplicate"]


def test_sent_message_with_its_attempts_without_the_number(now, ana):
    """The provider's answer repeats the customer's number (invariant 9)."""
    held = make.held_by(ana, now)
    message = desk.reply(held.pk, agent=ana, body="Hello", now=now)
    Message.objects.filter(pk=message.pk).update(provider_id="wamid.out", status="delivered")
    DeliveryAttempt.objects.create(
        message=message, number=1, started_at=now, finished_at=now, outcome="accepted", http_status=200,
        detail={"contacts": [{"input": "15550100001"}]},
    )  # fmt: skip
    update(now, "wamid.out", message=message, kind="status", outcome="applied")
    found = trace(ana, "wamid.out")
    (row,) = found["messages"]
    assert (row["conversation"], row["seq"], row["status"]) == (str(held.pk), message.seq, "delivered")
    assert [(attempt["number"], attempt["result"], attempt["http_status"]) for attempt in row["attempts"]] == [
        (1, "accepted", 200)
    ]
    assert "15550100001" not in str(found)


def test_other_team_finds_nothing(now, ana):
    held = make.held_by(ana, now)
    message = desk.reply(held.pk, agent=ana, body="Hello", now=now)
    Message.objects.filter(pk=message.pk).update(provider_id="wamid.out")
    update(now, "wamid.out", message=message, kind="status")
    found = trace(make.agent(now, "bob", in_team="returns"), "wamid.out")
    assert (found["count"], found["results"], found["messages"]) == (0, [], [])


def test_update_of_no_conversation_is_for_supervisors(now, ana, chief):
    update(now, "odd", kind="other", outcome="kept", detail="not understood")
    assert trace(ana, "odd")["results"] == []
    (row,) = trace(chief, "odd")["results"]
    assert (row["outcome"], row["detail"], row["conversation"], row["seq"]) == ("kept", "not understood", None, None)


def test_update_not_yet_worked_off(now, chief):
    update(now, "young", outcome="pending", processed_at=None)
    (row,) = trace(chief, "young")["results"]
    assert (row["outcome"], row["processed_at"]) == ("pending", None)


def test_hundreds_of_repeats_come_in_pages_in_a_fixed_number_of_queries(now, chief, django_assert_max_num_queries):
    for _ in range(60):
        update(now, "again", outcome="duplicate")
    with django_assert_max_num_queries(7):
        found = trace(chief, "again")
    assert (found["count"], len(found["results"])) == (60, 50)
