"""Events that are no message: what became of one, the session's state, a call."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from whatsapp.cloud.envelope import Update
from whatsapp.cloud.shapes import as_dict, moment, text
from whatsapp.models import InboundUpdate
from whatsapp.wasender import keys
from whatsapp.wasender.errors import FAILED, SESSION_LOST
from whatsapp.wasender.message_parts import as_text
from whatsapp.wasender.sessions import LOST, words_of

Kind = InboundUpdate.Kind
Graph = dict[str, Any]

#: WASender's numbers and WhatsApp's names for what became of a message, in Graph's words (WASender, "Webhook:
#: Message status update"). Waiting to be sent is no news.
STATUSES = {
    "0": "failed", "error": "failed", "failed": "failed",
    "1": "", "pending": "", "in_progress": "",
    "2": "sent", "sent": "sent", "server_ack": "sent",
    "3": "delivered", "delivered": "delivered", "delivery_ack": "delivered",
    "4": "read", "read": "read",
    "5": "played", "played": "played",
}  # fmt: skip
CALL_EVENTS = {"offer": "connect", "ringing": "connect", "accept": "accept"}


def other(raw: Graph, note: str, provider_id: str = "") -> Update:
    """What is kept and not read; the note says why, without anything personal."""
    return Update(Kind.OTHER, raw, provider_id=provider_id, note=note)


def status_of(key: Graph, given: Any, at: int, error: str = "") -> Update:
    """What became of the message with this key, in Graph's shape."""
    provider_id = keys.message_id(key)
    status = STATUSES.get(str(given).lower()) if isinstance(given, int | str) else None
    if not provider_id:
        return other({"key": key}, "a status without a usable id")
    if not status:
        note = "a status that is not known" if status is None else "still waiting to be sent"
        return other({"key": key, "status": given}, note, provider_id)
    sender = keys.customer(key | {"fromMe": True})
    raw: Graph = {"id": provider_id, "status": status, "timestamp": str(at)}
    if phone := sender.identifiers.get("wa_id"):
        raw["recipient_id"] = phone
    if status == "failed":
        raw["errors"] = [_failure(error)]
    return Update(Kind.STATUS, {"status": raw}, sender=sender, provider_id=provider_id, provider_ts=moment(at))


def sent(data: Any, at: int) -> Iterator[Update]:
    """WASender reports that it sent, or could not send; the latter names the message by its own number, if at all."""
    report = as_dict(data)
    report = as_dict(report.get("messages")) or report
    key, local = keys.key_of(report), keys.local_id(report.get("msgId"))
    failed = report.get("success") is False
    if keys.other_chat(key):
        yield other({"event": "message.sent", "key": key}, keys.other_chat(key))
        return
    names = [name for name in (keys.message_id(key), local) if name]
    for name in names:
        yield status_of(key | {"id": name}, "failed" if failed else "sent", at, as_text(report.get("error")))
    if not names:
        note = "a message could not be sent, and it is not said which" if failed else "a status without a usable id"
        yield other({"data": data}, note)


def _failure(details: str) -> Graph:
    title = "WASender could not send it"
    return {"code": FAILED, "title": title, "message": title, "error_data": {"details": details[:500]}}


def session_status(data: Any, at: int) -> Update:
    """The session's new state, as news of the account; one in which nothing can be sent, as an error of it."""
    state = text(as_dict(data).get("status"))[:40]
    if not state:
        return other({"event": "session.status"}, "a session status without a state")
    raw: Graph = {"field": "session_status", "value": {"event": state.upper(), "status": state}, "waba": ""}
    if state in LOST:
        title = "The phone is not connected at WASender"
        error = {"code": SESSION_LOST, "title": title, "message": title, "error_data": {"details": words_of(state)}}
        raw = {"error": error, **raw}
    return Update(Kind.ACCOUNT, raw, provider_ts=moment(at))


def call(data: Any, at: int) -> Update:
    """Somebody rings the paired phone, in the shape of Graph's `calls`."""
    given = as_dict(as_dict(data).get("call")) or as_dict(data)
    call_id, caller = as_text(given.get("id")), given.get("from")
    sender = keys.customer({"remoteJid": caller, "senderPn": given.get("callerPn")})
    if not call_id or len(call_id) > keys.LONGEST_ID or given.get("isGroup") is True or not sender.identifiers:
        return other({"call": given}, "a call without a caller, or in a group")
    at = _moment_of(given.get("date")) or at
    raw: Graph = {"id": call_id, "direction": "USER_INITIATED", "timestamp": str(at)}
    raw["event"] = CALL_EVENTS.get(as_text(given.get("status")) or "offer", "terminate")
    raw |= {"status": as_text(given.get("status")), "video": given.get("isVideo") is True}
    if phone := sender.identifiers.get("wa_id"):
        raw["from"] = phone
    contact = {"wa_id": sender.identifiers.get("wa_id"), "jid": sender.identifiers.get("jid")}
    named = {name: value for name, value in contact.items() if value}
    return Update(
        Kind.CALL, {"call": raw, "contact": named}, sender=sender, provider_id=call_id, provider_ts=moment(at)
    )


def _moment_of(value: Any) -> int | None:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
