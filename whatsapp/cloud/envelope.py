"""Taking a webhook body apart: every entry, change, message and status, whatever shape its neighbours are in.

Nothing here raises for what a provider may send: an update that cannot be understood comes out as `other`,
with the reason, and is kept. Field names and shapes: Meta, WhatsApp docs,
"Webhooks reference: messages".
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from audit.chain import storable
from conversations.identity import Sender
from conversations.models import Identity
from whatsapp.models import InboundUpdate

Kind = InboundUpdate.Kind

LONGEST_ID = 255
LONGEST_ADDRESS = 160
#: JSON numbers longer than this would be refused by Python or the database: they are kept as text.
LONGEST_NUMBER = 18


class Unreadable(Exception):
    """The body as a whole is no envelope; the message says why."""


@dataclass(frozen=True, slots=True)
class Update:
    """One element of the envelope. `note` says why an `other` was not understood."""

    kind: InboundUpdate.Kind
    raw: dict[str, Any]
    phone_number_id: str = ""
    sender: Sender = field(default_factory=Sender)
    provider_id: str = ""
    provider_ts: datetime | None = None
    note: str = ""


def updates(body: bytes) -> list[Update]:
    """Every update of one webhook body, in its order. Raises Unreadable."""
    envelope = _parse(body)
    if not isinstance(envelope, dict):
        raise Unreadable("the body is JSON but no object")
    entries = envelope.get("entry")
    if not isinstance(entries, list) or not entries:
        raise Unreadable("the body has no entries")
    return [update for entry in entries for update in _of_entry(entry)]


def _parse(body: bytes) -> Any:
    try:
        value = json.loads(body, parse_constant=str, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the body is not JSON ({type(error).__name__})") from error
    return storable(value)


def _number(digits: str) -> int | float | str:
    if len(digits) > LONGEST_NUMBER:
        return digits
    return float(digits) if any(sign in digits for sign in ".eE") else int(digits)


def _of_entry(entry: Any) -> Iterator[Update]:
    changes = entry.get("changes") if isinstance(entry, dict) else None
    if not isinstance(changes, list) or not changes:
        yield _other({"entry": entry}, "an entry without changes")
        return
    for change in changes:
        yield from _of_change(change)


def _of_change(change: Any) -> Iterator[Update]:
    if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
        yield _other({"change": change}, "a change without a value")
        return
    value = change["value"]
    number = _text(_dict(value.get("metadata")).get("phone_number_id"))
    if change.get("field") != "messages":
        yield _other({"change": change}, f"field {_text(change.get('field'))[:60]!r} is not read", number)
        return
    messages, reports, errors = (_list(value.get(name)) for name in ("messages", "statuses", "errors"))
    yield from (_message(message, value.get("contacts"), number) for message in messages)
    yield from (_status(status, number) for status in reports)
    yield from (_other({"error": error}, "an error of the account", number) for error in errors)
    if not (messages or reports or errors):
        yield _other({"change": change}, "neither messages nor statuses", number)


def _message(message: Any, contacts: Any, number: str) -> Update:
    if not isinstance(message, dict):
        return _other({"message": message}, "a message that is no object", number)
    contact = _contact_of(message, contacts)
    raw = {"message": message, "contact": contact}
    provider_id = _text(message.get("id"))
    sender = sender_of(message, contact)
    if not provider_id or len(provider_id) > LONGEST_ID:
        return _other(raw, "a message without a usable id", number)
    if message.get("group_id"):
        return _other(raw, "a group message", number, provider_id)
    if not sender.identifiers:
        return _other(raw, "a message without a sender", number, provider_id)
    return Update(Kind.MESSAGE, raw, number, sender, provider_id, moment(message.get("timestamp")))


def _status(status: Any, number: str) -> Update:
    if not isinstance(status, dict):
        return _other({"status": status}, "a status that is no object", number)
    provider_id = _text(status.get("id"))
    if not provider_id or len(provider_id) > LONGEST_ID:
        return _other({"status": status}, "a status without a usable id", number)
    recipient = {
        Identity.Kind.BSUID: _address(status.get("recipient_user_id")),
        Identity.Kind.WA_ID: _phone(status.get("recipient_id")),
    }
    sender = Sender({kind: value for kind, value in recipient.items() if value})
    return Update(Kind.STATUS, {"status": status}, number, sender, provider_id, moment(status.get("timestamp")))


def _other(raw: dict[str, Any], note: str, number: str = "", provider_id: str = "") -> Update:
    return Update(Kind.OTHER, raw, number, provider_id=provider_id, note=note)


def _contact_of(message: dict[str, Any], contacts: Any) -> dict[str, Any]:
    """The contact that belongs to this message: by an identifier, else the only one there is."""
    listed = [contact for contact in contacts if isinstance(contact, dict)] if isinstance(contacts, list) else []
    for contact in listed:
        for ours, theirs in (("from_user_id", "user_id"), ("from", "wa_id")):
            if message.get(ours) and message.get(ours) == contact.get(theirs):
                return contact
    anonymous = not message.get("from_user_id") and not message.get("from")
    return listed[0] if len(listed) == 1 and (anonymous or not _identifiers({}, listed[0])) else {}


def sender_of(message: dict[str, Any], contact: dict[str, Any]) -> Sender:
    """Who sent this message: its identifiers and the name shown with it."""
    name = _text(_dict(contact.get("profile")).get("name"))
    return Sender(_identifiers(message, contact), readable(name)[:150])


def _identifiers(message: dict[str, Any], contact: dict[str, Any]) -> dict[str, str]:
    found = {
        Identity.Kind.BSUID: _address(message.get("from_user_id") or contact.get("user_id")),
        Identity.Kind.PARENT_BSUID: _address(message.get("from_parent_user_id") or contact.get("parent_user_id")),
        Identity.Kind.WA_ID: _phone(message.get("from") or contact.get("wa_id")),
    }
    return {kind: value for kind, value in found.items() if value}


def moment(value: Any) -> datetime | None:
    """Unix seconds, as text or number, to a moment; None for anything else."""
    try:
        return datetime.fromtimestamp(int(value), UTC) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def readable(text: str) -> str:
    """Text a page can show: control characters gone, line breaks and tabs kept."""
    return "".join(char for char in text if char in "\n\t" or ord(char) >= 32).strip()


def _address(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= LONGEST_ADDRESS else ""


def _phone(value: Any) -> str:
    digits = _text(value).lstrip("+")
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 20 else ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _list(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, and a lone element as a list of it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
