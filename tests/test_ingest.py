"""From webhook bodies to messages, whatever a provider may send: nothing lost, nothing doubled, no neighbour harmed."""

import contextlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import clock
from conversations.models import Conversation, Customer, Message
from tests import factories
from tests.processes import webhooks
from whatsapp import ingest
from whatsapp.cloud import content, envelope
from whatsapp.models import InboundEvent, InboundUpdate

pytestmark = pytest.mark.django_db

PAYLOADS = Path(__file__).resolve().parents[2] / "shared" / "payloads"


@pytest.fixture
def channel(now):
    return factories.channel(now=now)


def store(channel, body, now) -> InboundEvent:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return InboundEvent.objects.create(channel=channel, body=raw, received_at=now)


def take_in(channel, body, now) -> list[InboundUpdate]:
    event = store(channel, body, now)
    ingest.ingest(now=now)
    return list(event.updates.order_by("position"))


def text(number=1, body="Hello", wamid="wamid.1", at=None, now=None):
    return webhooks.message(number, body, wamid=wamid, at=at or now)


def outcomes(updates) -> list[str]:
    return [update.outcome for update in updates]


def test_text_becomes_a_message_with_a_trace(channel, now):
    (update,) = take_in(channel, webhooks.envelope([text(now=now)]), now)
    assert update.outcome == "received"
    assert update.message.body == "Hello"
    assert update.message.conversation.customer.name == "Customer 1"


def test_thousand_updates_in_one_body_are_all_taken_in(channel, now):
    """Receivers that read the first element only lose 999 customers here."""
    changes = [text(number % 50, f"{number}", f"wamid.{number}", now=now) for number in range(1000)]
    updates = take_in(channel, webhooks.envelope(changes), now)
    assert set(outcomes(updates)) == {"received"}
    assert Message.objects.filter(direction="in").count() == 1000
    assert Customer.objects.count() == 50


def test_one_value_with_messages_and_statuses(channel, now):
    change = text(now=now)
    change["value"]["statuses"] = [{"id": "wamid.unknown", "status": "sent", "timestamp": "1"}]
    assert outcomes(take_in(channel, webhooks.envelope([change]), now)) == ["received", "unmatched"]


def test_order_is_the_customers_not_the_bodys(channel, now):
    changes = [
        text(1, "second", "wamid.2", at=now - timedelta(seconds=5)),
        text(1, "first", "wamid.1", at=now - timedelta(seconds=9)),
    ]
    take_in(channel, webhooks.envelope(changes), now)
    assert [message.body for message in Message.objects.filter(direction="in").order_by("seq")] == ["first", "second"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"not json", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "no object"),
        (b"null", "no object"),
        (b"{}", "no entries"),
        (b'{"entry": 5}', "no entries"),
        (b'{"entry": []}', "no entries"),
        (b"[" * 5000, "not JSON"),
    ],
)
def test_body_that_is_no_envelope_is_kept_with_the_reason(channel, now, body, words):
    event = store(channel, body, now)
    ingest.ingest(now=now)
    event.refresh_from_db()
    assert words in event.note
    assert bytes(event.body) == body


GOOD = "wamid.good"


@pytest.mark.parametrize(
    "bad",
    [
        None,
        5,
        "text",
        [],
        {},
        {"id": None},
        {"id": {"a": 1}, "from": "15550100001"},
        {"id": "x" * 300, "from": "15550100001", "type": "text"},
        {"id": "wamid.x", "from": ["15550100001"], "type": "text"},
        {"id": "wamid.x", "from": "not a number", "type": "text"},
        {"id": "wamid.x", "from_user_id": "U" * 500, "type": "text"},
        {"id": "wamid.x", "from": "15550100001", "group_id": "g", "type": "text"},
    ],
)
def test_message_that_cannot_be_one_is_kept_and_costs_no_neighbour(channel, now, bad):
    change = text(wamid=GOOD, now=now)
    change["value"]["messages"].insert(0, bad)
    updates = take_in(channel, webhooks.envelope([change]), now)
    assert outcomes(updates) == ["kept", "received"]
    assert updates[0].detail


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "text"},
        {"type": "text", "text": None},
        {"type": "text", "text": {"body": 5}},
        {"type": "text", "text": {"body": "\x00\x01"}},
        {"type": 7},
        {"type": "note", "note": {"body": "pretending to be ours"}},
        {"type": "banner"},
        {"type": "image", "image": "x"},
        {"type": "image", "image": {"caption": ["x"]}},
        {"type": "a type of next year", "x": 1},
        {"type": "text", "text": {"body": "x"}, "timestamp": "soon"},
        {"type": "text", "text": {"body": "x"}, "timestamp": 10**30},
        {"type": "text", "text": {"body": "x"}, "timestamp": -5},
        {"type": "text", "text": {"body": "x"}, "timestamp": True},
    ],
)
def test_message_with_odd_content_is_still_a_message(channel, now, fields):
    """The customer said something: the desk shows that they did, even where it cannot show what."""
    change = text(wamid=GOOD, now=now)
    change["value"]["messages"].insert(0, {"id": "wamid.odd", "from_user_id": "US.1", "timestamp": "1", **fields})
    updates = take_in(channel, webhooks.envelope([change]), now)
    assert outcomes(updates) == ["received", "received"]
    message = Message.objects.get(provider_id="wamid.odd")
    assert message.body
    assert message.status == "received"
    assert not message.is_internal


def test_control_characters_nul_and_lone_surrogates_are_survived(channel, now):
    raw = webhooks.envelope([text(body="before PLACE after", now=now)]).replace(b"PLACE", b"\\u0000\\ud800\\u0007")
    (update,) = take_in(channel, raw, now)
    assert update.outcome == "received"
    assert update.message.body.startswith("before ")
    assert "\x00" not in update.message.body


def test_number_that_is_none_of_this_apps_is_kept(channel, now):
    change = text(now=now)
    change["value"]["metadata"]["phone_number_id"] = "999"
    (update,) = take_in(channel, webhooks.envelope([change]), now)
    assert update.outcome == "kept"
    assert "not one of this app's" in update.detail
    assert not Message.objects.exists()


def test_other_number_of_the_same_app_is_routed_to_its_channel(channel, now):
    other = factories.channel("second", now=now)
    change = text(now=now)
    change["value"]["metadata"]["phone_number_id"] = other.cloud.phone_number_id
    (update,) = take_in(channel, webhooks.envelope([change]), now)
    assert update.message.channel == other


def test_number_of_another_app_cannot_be_written_for(channel, now):
    """A webhook signed with one app's secret must not put words into another app's customers' mouths."""
    other = factories.channel("second", now=now)
    other.cloud.app_secrets = "another-secret-altogether"
    other.cloud.save()
    change = text(now=now)
    change["value"]["metadata"]["phone_number_id"] = other.cloud.phone_number_id
    assert outcomes(take_in(channel, webhooks.envelope([change]), now)) == ["kept"]


def test_fault_of_ours_in_one_update_leaves_the_others_and_can_be_found(channel, now, monkeypatch):
    real = content.read

    def faulty(message):
        if message["id"] == "wamid.poison":
            raise RuntimeError("a bug")
        return real(message)

    monkeypatch.setattr(content, "read", faulty)
    changes = [text(1, wamid=name, now=now) for name in ("wamid.a", "wamid.poison", "wamid.b")]
    updates = take_in(channel, webhooks.envelope(changes), now)
    assert outcomes(updates) == ["received", "failed", "received"]
    assert updates[1].detail == "RuntimeError"


def test_early_status_is_matched_once_the_message_is_known(channel, now):
    message = factories.take(now=now)
    out = Message.objects.create(
        conversation=message.conversation, channel=channel, seq=99, revision=1, direction="out", sender="human",
        body="x", status="accepted", control_epoch=0, placed_at=now, created_at=now,
    )  # fmt: skip
    change = text(now=now)
    change["value"] = {
        **{name: change["value"][name] for name in ("messaging_product", "metadata")},
        "statuses": [{"id": "wamid.early", "status": "delivered", "timestamp": str(int(now.timestamp()))}],
    }
    (update,) = take_in(channel, webhooks.envelope([change]), now)
    assert update.outcome == "unmatched"
    out.provider_id = "wamid.early"
    out.save()
    assert ingest.statuses_rematch() == 1
    ingest.ingest(now=now)
    out.refresh_from_db()
    update.refresh_from_db()
    assert (out.status, update.outcome) == ("delivered", "applied")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = ["id", "from", "from_user_id", "timestamp", "type", "text", "context", "errors", "status", "recipient_id",
         "image", "audio", "interactive", "reaction", "system", "edit", "revoke", "order", "contacts", "location",
         "button", "referral", "origin"]  # fmt: skip
broken = st.dictionaries(st.sampled_from(NAMES), json_values, max_size=8) | json_values


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    items=st.lists(broken, max_size=4), reports=st.lists(broken, max_size=3), contacts=json_values,
    field=st.sampled_from([*envelope.FIELDS, *envelope.TEMPLATE_FIELDS, "account_update"]),
)  # fmt: skip
def test_nothing_that_json_can_hold_breaks_the_batch(items, reports, contacts, field):
    """If this fails, one odd update of Meta's stops the desk, or costs the customer beside it a message."""
    now = clock.now()
    channel = factories.channel(now=now)
    wamid = f"wamid.good.{InboundEvent.objects.count()}"
    odd = text(2, wamid=f"{wamid}.odd", now=now)
    odd["value"] |= {"messages": items, "statuses": reports, "contacts": contacts, "message_echoes": items,
                     "calls": items, "history": [{"threads": [{"id": "15550100002", "messages": items}]}],
                     "user_preferences": reports}  # fmt: skip
    odd["field"] = field
    updates = take_in(channel, webhooks.envelope([odd, text(1, wamid=wamid, now=now)]), now)
    ingest.history_ingest(now=now)
    for update in updates:
        update.refresh_from_db()
    assert "pending" not in outcomes(updates)
    assert "failed" not in outcomes(updates), [update.detail for update in updates]
    assert updates[-1].outcome == "received"


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")))
def test_no_body_makes_the_reader_raise_anything_but_its_refusal(body):
    with contextlib.suppress(envelope.Unreadable):
        envelope.updates(body)


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the published sample bodies are not here")
def test_published_samples_are_all_accounted_for(channel, now):
    """Every published body is taken in or kept with a reason; none fails."""
    samples = [
        path for path in sorted(PAYLOADS.glob("*.json")) if path.name not in ("expected.json", "signature-vectors.json")
    ]
    assert samples
    for path in samples:
        body = path.read_bytes()
        numbers = {update.phone_number_id for update in envelope.updates(body)} - {""}
        if numbers:
            channel.cloud.phone_number_id = min(numbers)
            channel.cloud.save()
        updates = take_in(channel, body, now)
        assert updates, path.name
        assert "failed" not in outcomes(updates), path.name
        assert "pending" not in outcomes(updates), path.name
    assert Conversation.objects.exists()
