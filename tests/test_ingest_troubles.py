"""The database breaks transactions off, and our own code has faults: nothing is lost, and nobody waits for another."""

from unittest import mock

import psycopg
import pytest
from django.db import OperationalError

from audit.actors import SYSTEM
from audit.models import Event
from audit.verify import verify
from conversations.models import Message
from tests import factories
from tests.traffic import Desk
from whatsapp import handlers, ingest, splitting
from whatsapp.models import InboundEvent, InboundUpdate

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(now):
    return Desk(now)


def broken_off(sqlstate: str) -> OperationalError:
    error = OperationalError("broken off")
    error.__cause__ = psycopg.errors.lookup(sqlstate)("broken off") if sqlstate else psycopg.OperationalError("gone")
    return error


def trouble(monkeypatch, wamid: str, sqlstate: str, *, times: int) -> mock.Mock:
    """Taking in that update is broken off so many times."""
    real, left = handlers.handle, [times]

    def handle(update, now):
        real(update, now)
        if update.provider_id == wamid and left[0]:
            left[0] -= 1
            raise broken_off(sqlstate)

    monkeypatch.setattr(ingest, "handle", handle)


def stored(desk, *items) -> None:
    from tests.processes import webhooks

    body = webhooks.envelope([desk.change("messages", "messages", *items)])
    InboundEvent.objects.create(channel=desk.channel, body=body, received_at=desk.now)


def three_of_one_and_one_of_another(desk) -> None:
    same = [desk.item("text", {"body": f"{n}"}, id=f"wamid.{n}", ago=9 - n) for n in range(3)]
    stored(desk, *same, desk.item("text", {"body": "other"}, id="wamid.o", bsuid="US.2"))


def told() -> list[str]:
    return sorted(Message.objects.filter(direction="in").values_list("body", flat=True))


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
def test_broken_off_in_the_middle_loses_and_doubles_nothing(desk, now, monkeypatch, sqlstate):
    trouble(monkeypatch, "wamid.1", sqlstate, times=1)
    three_of_one_and_one_of_another(desk)
    ingest.ingest(now=now)
    assert told() == ["other"], "the sender as a whole is taken back, its neighbour is not"
    ingest.ingest(now=now)
    assert told() == ["0", "1", "2", "other"]
    assert set(InboundUpdate.objects.values_list("outcome", flat=True)) == {"received"}
    assert list(verify()) == []


def test_update_broken_off_every_time_fails_alone_and_can_be_retried(desk, now, monkeypatch):
    trouble(monkeypatch, "wamid.1", "57014", times=ingest.INTERRUPTIONS)
    three_of_one_and_one_of_another(desk)
    for _ in range(ingest.INTERRUPTIONS + 1):
        ingest.ingest(now=now)
    assert told() == ["0", "2", "other"]
    failed = InboundUpdate.objects.get(outcome="failed")
    assert ingest.update_retry(failed.pk, by=SYSTEM, now=now)
    assert not ingest.update_retry(failed.pk, by=SYSTEM, now=now)
    ingest.ingest(now=now)
    assert told() == ["0", "1", "2", "other"]
    assert {"update.failed", "update.retried"} <= {
        kind.rpartition("whatsapp.")[2] for kind in Event.objects.values_list("event_type", flat=True)
    }


@pytest.mark.parametrize("sqlstate", ["", "53100", "57P01"])
def test_trouble_of_the_whole_database_marks_nothing_as_failed(desk, now, monkeypatch, sqlstate):
    """Postgres away or full for an hour: everything flows again without a hand."""
    trouble(monkeypatch, "wamid.1", sqlstate, times=9)
    three_of_one_and_one_of_another(desk)
    for _ in range(9):
        with pytest.raises(OperationalError):
            ingest.ingest(now=now)
    ingest.ingest(now=now)
    assert told() == ["0", "1", "2", "other"]


def test_body_that_our_code_cannot_take_apart_keeps_nobody_waiting(desk, now, monkeypatch):
    real = splitting._updates
    monkeypatch.setattr(
        splitting,
        "_updates",
        lambda event: real(event) if b"poison" not in bytes(event.body) else {}["a fault of ours"],
    )
    stored(desk, desk.item("text", {"body": "poison"}))
    stored(desk, desk.item("text", {"body": "fine"}))
    ingest.ingest(now=now)
    assert told() == ["fine"]
    assert "KeyError" in InboundEvent.objects.order_by("id").first().note


def test_one_bad_update_among_a_thousand_costs_none_of_its_neighbours(desk, now, monkeypatch):
    real = handlers.handle

    def handle(update, now):
        if update.provider_id == "wamid.500":
            raise RuntimeError("a fault of ours")
        real(update, now)

    monkeypatch.setattr(ingest, "handle", handle)
    items = [{"id": f"wamid.{n}", "status": "read", "timestamp": desk.at(0), "recipient_user_id": f"US.{n % 50}"}
             for n in range(1000)]  # fmt: skip
    updates = desk.field("messages", "statuses", *items)
    assert [update.provider_id for update in updates if update.outcome != "unmatched"] == ["wamid.500"]
    assert updates[500].outcome == "failed"


def status(desk, provider_id, status="delivered", **more):
    item = {"id": provider_id, "status": status, "timestamp": desk.at(0), "recipient_user_id": "US.1", **more}
    return desk.field("messages", "statuses", item)[0]


def outgoing(desk, now, provider_id, channel=None) -> Message:
    conversation = desk.say().message.conversation
    return Message.objects.create(
        conversation=conversation, channel=channel or desk.channel, seq=99, revision=1, direction="out", sender="human",
        body="x", status="accepted", control_epoch=0, placed_at=now, created_at=now, provider_id=provider_id,
    )  # fmt: skip


def test_status_of_another_channels_message_with_the_same_id_is_not_applied(desk, now):
    message = outgoing(desk, now, "wamid.same", channel=factories.channel("second", now=now))
    assert status(desk, "wamid.same").outcome == "unmatched"
    message.refresh_from_db()
    assert message.status == "accepted"


def test_status_that_names_a_customers_message_is_not_looked_at_over_and_over(desk):
    desk.say(id="wamid.theirs")
    status(desk, "wamid.theirs")
    assert ingest.statuses_rematch() == 0


@pytest.mark.parametrize("contacts", [None, [{"user_id": "US.1"}]])
def test_failed_status_needs_no_contacts(desk, now, contacts):
    message = outgoing(desk, now, "wamid.f")
    item = {"id": "wamid.f", "status": "failed", "timestamp": desk.at(0), "errors": [{"code": 131026, "title": "x"}]}
    desk.field("messages", "statuses", item, contacts=contacts)
    message.refresh_from_db()
    assert message.status == "failed"
    assert message.error["code"]


def test_sign_of_life_outranks_a_failure_and_never_goes_back(desk, now):
    message = outgoing(desk, now, "wamid.f")
    for told in ("failed", "read", "delivered", "sent", "failed"):
        status(desk, "wamid.f", told)
    message.refresh_from_db()
    assert (message.status, message.error) == ("read", None)


def test_group_status_is_applied_like_any_other(desk, now):
    outgoing(desk, now, "wamid.g")
    assert status(desk, "wamid.g", recipient_type="group", recipient_id="group-id").outcome == "applied"
