"""Statuses, sessions, calls and oddities out of WASender's webhooks: read in Graph's shape, or kept whole."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wasender_events import AT, LID, PHONE, PN_KEY, event, found, one
from whatsapp.cloud.content import read
from whatsapp.cloud.envelope import Unreadable
from whatsapp.faults import FaultKind
from whatsapp.models import InboundUpdate
from whatsapp.wasender.errors import reported
from whatsapp.wasender.inbound import updates

Kind = InboundUpdate.Kind
STATUSES = [
    (0, "failed"), (2, "sent"), (3, "delivered"), (4, "read"), (5, "played"), ("2", "sent"), ("SERVER_ACK", "sent"),
    ("DELIVERY_ACK", "delivered"), ("READ", "read"), ("PLAYED", "played"), ("ERROR", "failed"),
    ("delivered", "delivered"),
]  # fmt: skip


@pytest.mark.parametrize(("given_status", "expected"), STATUSES)
def test_status(given_status, expected):
    key = {"remoteJid": f"{PHONE}@s.whatsapp.net", "id": "34874643876", "fromMe": False}
    (update,) = found("messages.update", {"update": {"status": given_status}, "key": key})
    status = update.raw["status"]
    assert (update.kind, update.provider_id, status["status"]) == (Kind.STATUS, "34874643876", expected)
    assert status["recipient_id"] == PHONE
    assert ("errors" in status) == (expected == "failed")


@pytest.mark.parametrize("given_status", [1, "PENDING", 9, "gone", True, {"a": 1}])
def test_status_that_is_no_news_is_kept(given_status):
    (update,) = found("messages.update", [{"update": {"status": given_status}, "key": {"id": "3EB0", "fromMe": True}}])
    assert update.kind == Kind.OTHER


def test_edit_reported_as_an_update():
    change = {"message": {"editedMessage": {"message": {"conversation": "At ten"}}}}
    (update,) = found("messages.update", [{"key": PN_KEY, "update": change}])
    assert (update.kind, update.target_id) == (Kind.MESSAGE, PN_KEY["id"])
    assert update.raw["message"]["edit"]["message"]["text"] == {"body": "At ten"}


def test_message_sent_names_whatsapps_id_and_wasenders_number():
    key = {"id": "message-id-456", "fromMe": True, "remoteJid": f"+{PHONE}"}
    (update,) = found("message.sent", {"key": key, "message": {"conversation": "x"}, "success": True})
    assert (update.kind, update.provider_id, update.raw["status"]["status"]) == (Kind.STATUS, "message-id-456", "sent")
    (failed,) = found("message.sent", {"success": False, "msgId": 100_007, "error": "Failed to send message"})
    assert (failed.provider_id, failed.raw["status"]["status"]) == ("msgid:100007", "failed")


def test_failure_of_an_unnamed_message_is_kept_without_its_number_in_the_note():
    data = {"success": False, "error": "Failed to send message: Invalid number JID: +123456787"}
    (update,) = found("message.sent", data)
    assert update.kind == Kind.OTHER
    assert "123456787" not in update.note


def test_group_receipts_are_not_read_others_are():
    receipt = {"userJid": "x", "readTimestamp": 1_763_700_000}
    for jid, kind in (("1203@g.us", Kind.OTHER), (f"{PHONE}@s.whatsapp.net", Kind.STATUS)):
        data = {"message": {"key": {"remoteJid": jid, "id": "3EB0", "fromMe": True}, "receipt": receipt}}
        (update,) = found("message-receipt.update", data)
        assert update.kind == kind
    assert update.raw["status"]["status"] == "read"
    assert update.provider_ts == datetime.fromtimestamp(1_763_700_000, UTC)


@pytest.mark.parametrize("state", ["connected", "connecting", "brand_new"])
def test_session_status_is_news_of_the_account(state):
    (update,) = found("session.status", {"status": state, "session_id": "session-id-123"}, sessionId="sk-secret")
    assert (update.kind, update.raw["value"]["status"]) == (Kind.ACCOUNT, state)
    assert "error" not in update.raw


@pytest.mark.parametrize("state", ["need_scan", "disconnected", "logged_out", "expired"])
def test_lost_session_is_an_error_of_the_account(state):
    """The channel must stop and keep its queue, or every message in it fails one by one."""
    (update,) = found("session.status", {"status": state})
    fault = reported(update.raw["error"])
    assert (update.kind, fault.kind, fault.code) == (Kind.ACCOUNT, FaultKind.ACCOUNT, "session_not_connected")
    assert fault.advice


FAILURES = [
    ("Failed to send message: Invalid number JID: +123456787", FaultKind.UNDELIVERABLE, "no_such_number"),
    ("Your Whatsapp Session is not connected", FaultKind.ACCOUNT, "session_not_connected"),
    ("Something broke", FaultKind.UNDELIVERABLE, "wasender_failed"),
]


@pytest.mark.parametrize(("words", "kind", "code"), FAILURES)
def test_message_that_fails_after_it_was_taken_says_why(words, kind, code):
    (update,) = found("message.sent", {"success": False, "msgId": 100_007, "error": words})
    fault = reported(update.raw["status"]["errors"][0])
    assert (fault.kind, fault.code) == (kind, code)
    assert "123456787" not in json.dumps(fault.as_error())


@pytest.mark.parametrize("name", ["call", "call.received"])
def test_documented_call(name):
    call = {"id": "3EB025832E521B2F7E11", "from": f"{PHONE}@s.whatsapp.net", "date": "2025-09-22T21:34:00.000Z",
            "isGroup": False, "isVideo": True, "status": "offer"}  # fmt: skip
    (update,) = found(name, {"call": call})
    assert (update.kind, update.provider_id) == (Kind.CALL, "3EB025832E521B2F7E11")
    assert update.provider_ts == datetime(2025, 9, 22, 21, 34, tzinfo=UTC)
    assert (update.raw["call"]["event"], update.raw["call"]["from"]) == ("connect", PHONE)
    assert found(name, {"call": call | {"isGroup": True}})[0].kind == Kind.OTHER


def test_unknown_event_is_kept_whole_and_address_books_are_not():
    (unknown,) = found("something.new", {"a": 1})
    assert unknown.raw["original"]["data"] == {"messages": {"a": 1}}
    (contacts,) = found("contacts.upsert", [{"jid": PHONE, "name": "Somebody"}])
    assert contacts.raw == {"event": "contacts.upsert"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"data": 1}', b'{"event": 7}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_event_says_so(body):
    with pytest.raises(Unreadable):
        updates(body, "", AT)


NAMES = ["messages.received", "messages.upsert", "messages.reaction", "messages.delete", "messages.update",
         "message-receipt.update", "message.sent", "session.status", "call", "new"]  # fmt: skip
WORDS = st.sampled_from(
    ["key", "message", "messages", "id", "fromMe", "remoteJid", "update", "status", "reaction", "keys", "conversation",
     "protocolMessage", "editedMessage", "imageMessage", "contextInfo", "type", "text", "call", "receipt", "fileSha256",
     "contacts", "vcard", "messageTimestamp", "low", LID, f"{PHONE}@s.whatsapp.net", "x"]
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@given(name=st.sampled_from(NAMES), data=JSON)
def test_whatever_an_event_holds_it_is_read_or_kept(name, data):
    """One strange update must not cost its neighbours: nothing raises, and what comes out can be stored."""
    for update in updates(json.dumps({"event": name, "data": data}).encode(), "", AT):
        stored = json.dumps(update.raw, allow_nan=False)
        assert "\\u0000" not in stored
        assert len(update.provider_id) <= 255
        if update.kind in (Kind.MESSAGE, Kind.ECHO):
            assert update.sender.identifiers
            read(update.raw["message"])


def test_edits_within_edits_are_not_followed():
    """Each level costs stack: a body may hold hundreds."""
    content = {"conversation": "x"}
    for _ in range(80):
        content = {"protocolMessage": {"key": {"id": "3EB0T"}, "type": 14, "editedMessage": content}}
    assert one(content).kind == Kind.OTHER


def test_numbers_too_large_for_the_database_are_kept_as_text():
    body = event("something.new", {"a": "N"}).replace(b'"N"', b"1e999")
    assert updates(body, "", AT)[0].raw["original"]["data"]["messages"]["a"] == "1e999"
