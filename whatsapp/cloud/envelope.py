"""Taking a webhook body apart: every entry, change, message and status, whatever shape its neighbours are in.

Nothing here raises for what a provider may send: an update that cannot be understood comes out as `other`,
with the reason, and is kept. Field names and shapes: Meta, WhatsApp docs,
"Webhooks reference: messages".
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from audit.chain import storable
from conversations.identity import Sender
from conversations.models import Identity
from whatsapp.cloud import content
from whatsapp.cloud.shapes import as_dict, as_list, moment, readable, text
from whatsapp.models import InboundUpdate

Kind = InboundUpdate.Kind

LONGEST_ID = 255
LONGEST_ADDRESS = 160
#: JSON numbers longer than this would be refused by Python or the database: they are kept as text.
LONGEST_NUMBER = 18
#: News that is applied to a template, and news of the account that an admin should read.
TEMPLATE_FIELDS = frozenset({
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
})  # fmt: skip
ACCOUNT_FIELDS = frozenset({
    "account_update",
    "account_alerts",
    "account_review_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "business_capability_update",
    "business_username_updates",
    "security",
    "messaging_handovers",
})  # fmt: skip


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
    target_id: str = ""
    waba: str = ""


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
    if not any(sign in digits for sign in ".eE"):
        return int(digits)
    number = float(digits)
    return number if math.isfinite(number) else digits


def _of_entry(entry: Any) -> Iterator[Update]:
    changes = entry.get("changes") if isinstance(entry, dict) else None
    if not isinstance(changes, list) or not changes:
        yield _other({"entry": entry}, "an entry without changes")
        return
    waba = text(entry.get("id"))[:64]
    for change in changes:
        yield from (replace(update, waba=waba) for update in _of_change(change, waba, moment(entry.get("time"))))


def _of_change(change: Any, waba: str, time: datetime | None) -> Iterator[Update]:
    if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
        yield _other({"change": change}, "a change without a value")
        return
    value, field_name = change["value"], text(change.get("field"))[:100]
    number = text(as_dict(value.get("metadata")).get("phone_number_id"))
    found = list(FIELDS[field_name](value, number)) if field_name in FIELDS else []
    if field_name in FIELDS and not found:
        yield _other({"change": change}, f"the field {field_name} with nothing in it", number)
    elif field_name in TEMPLATE_FIELDS or field_name in ACCOUNT_FIELDS:
        kind = Kind.TEMPLATE if field_name in TEMPLATE_FIELDS else Kind.ACCOUNT
        raw = {"field": field_name, "value": value, "waba": waba}
        yield Update(kind, raw, number, provider_ts=time)
    elif field_name not in FIELDS:
        yield _other({"change": change}, f"field {field_name[:60]!r} is not read", number)
    yield from found


def _of_messages(value: dict[str, Any], number: str, kind: InboundUpdate.Kind = Kind.MESSAGE) -> Iterator[Update]:
    contacts, messages = value.get("contacts"), as_list(value.get("messages"))
    alone = len(messages) == 1
    yield from (_message(message, contacts, number, kind, alone=alone) for message in messages)
    yield from (_status(status, number) for status in as_list(value.get("statuses")))
    yield from _errors(value, number)


def _of_standby(value: dict[str, Any], number: str) -> Iterator[Update]:
    """As `messages`, while Meta's own agent holds the thread."""
    return _of_messages(value, number, Kind.STANDBY)


def _of_echoes(value: dict[str, Any], number: str) -> Iterator[Update]:
    """What the business wrote on its own phone, to the contact that it names whichever way round from and to stand
    (published samples show both)."""
    echoes = [as_dict(echo) for echo in as_list(value.get("message_echoes"))]
    own = _phone(as_dict(value.get("metadata")).get("display_phone_number"))
    for message in echoes:
        contact = _party(message, value.get("contacts"), alone=len(echoes) == 1)
        to = {"user_id": message.get("to_user_id"), "parent_user_id": message.get("to_parent_user_id"),
              "wa_id": message.get("to") if _phone(message.get("to")) != own else None}  # fmt: skip
        known = {**{name: found for name, found in to.items() if found}, **contact}
        yield _message(_anonymous(message), [known], number, Kind.ECHO, alone=True)


def _party(item: dict[str, Any], contacts: Any, *, alone: bool) -> dict[str, Any]:
    """The contact at one end of this echo or call; the only one there is where nothing else can be meant."""
    ends = ("from", "to", "from_user_id", "to_user_id")
    named = {text(item.get(end)) for end in ends} - {""}
    listed = [contact for contact in as_list(contacts) if isinstance(contact, dict)]
    for contact in listed:
        if {text(contact.get("wa_id")), text(contact.get("user_id"))} & named:
            return contact
    return listed[0] if alone and len(listed) == 1 else {}


def _anonymous(message: dict[str, Any]) -> dict[str, Any]:
    """Without who sent it: that was the business."""
    return {name: value for name, value in message.items() if not name.startswith("from")}


def _of_calls(value: dict[str, Any], number: str) -> Iterator[Update]:
    calls = [as_dict(call) for call in as_list(value.get("calls"))]
    yield from _errors(value, number)
    for call in calls:
        end = "to" if call.get("direction") == "BUSINESS_INITIATED" else "from"
        theirs = {"wa_id": call.get(end), "user_id": call.get(f"{end}_user_id")}
        contact = _party(call, value.get("contacts"), alone=len(calls) == 1) or theirs
        yield _identified(Kind.CALL, {"call": call, "contact": contact}, call, {}, contact, number)
    for status in as_list(value.get("statuses")):
        provider_id, at = text(as_dict(status).get("id"))[:LONGEST_ID], moment(as_dict(status).get("timestamp"))
        kept = _other({"call_status": status}, "how a call rings is not shown", number, provider_id)
        yield replace(kept, provider_ts=at)


def _of_history(value: dict[str, Any], number: str) -> Iterator[Update]:
    """Old chats of the business's phone, shared once when it is connected."""
    for chunk in as_list(value.get("history")):
        for thread in as_list(as_dict(chunk).get("threads")):
            customer = text(as_dict(thread).get("id"))
            for message in as_list(as_dict(thread).get("messages")):
                message = as_dict(message)
                by_customer = _phone(message.get("from")) == _phone(customer)
                contact = {"wa_id": customer}
                raw = {"message": _anonymous(message), "contact": contact, "by_customer": by_customer}
                yield _identified(Kind.HISTORY, raw, message, {}, contact, number)
        yield from _errors(as_dict(chunk), number)


def _of_preferences(value: dict[str, Any], number: str) -> Iterator[Update]:
    for preference in as_list(value.get("user_preferences")):
        preference = as_dict(preference)
        contact = {"wa_id": preference.get("wa_id"), "user_id": preference.get("user_id"),
                   "parent_user_id": preference.get("parent_user_id")}  # fmt: skip
        contact = {name: found for name, found in contact.items() if found} or _only_contact(value.get("contacts"))
        sender = Sender(_identifiers({}, contact))
        raw = {"preference": preference, "contact": contact}
        if not sender.identifiers:
            yield _other(raw, "a preference of nobody", number)
            continue
        yield Update(Kind.PREFERENCE, raw, number, sender, provider_ts=moment(preference.get("timestamp")))


def _errors(value: dict[str, Any], number: str) -> Iterator[Update]:
    return (Update(Kind.ACCOUNT, {"error": error}, number) for error in as_list(value.get("errors")))


#: What holds messages, statuses or words of customers, and how each is read.
FIELDS: dict[str, Callable[[dict[str, Any], str], Iterator[Update]]] = {
    "messages": _of_messages,
    "standby": _of_standby,
    "smb_message_echoes": _of_echoes,
    "calls": _of_calls,
    "history": _of_history,
    "user_preferences": _of_preferences,
}


def _message(message: Any, contacts: Any, number: str, kind: InboundUpdate.Kind, *, alone: bool) -> Update:
    if not isinstance(message, dict):
        return _other({"message": message}, "a message that is no object", number)
    contact = _contact_of(message, contacts, alone=alone)
    return _identified(kind, {"message": message, "contact": contact}, message, message, contact, number)


def _identified(
    kind: InboundUpdate.Kind, raw: dict[str, Any], item: dict[str, Any], sent_by: dict[str, Any],
    contact: dict[str, Any], number: str,
) -> Update:  # fmt: skip
    """An update that needs an id and a person. Without either it is kept as it is."""
    provider_id = text(item.get("id"))
    sender = sender_of(sent_by, contact)
    if not provider_id or len(provider_id) > LONGEST_ID:
        return _other(raw, f"a {kind.label} without a usable id", number)
    if item.get("group_id"):
        return _other(raw, "a group message", number, provider_id)
    if not sender.identifiers:
        return _other(raw, f"a {kind.label} without a sender", number, provider_id)
    target = content.target_of(item)
    return Update(kind, raw, number, sender, provider_id, moment(item.get("timestamp")), target_id=target)


def _only_contact(contacts: Any) -> dict[str, Any]:
    listed = [contact for contact in as_list(contacts) if isinstance(contact, dict)]
    return listed[0] if len(listed) == 1 else {}


def _status(status: Any, number: str) -> Update:
    if not isinstance(status, dict):
        return _other({"status": status}, "a status that is no object", number)
    provider_id = text(status.get("id"))
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


def _contact_of(message: dict[str, Any], contacts: Any, *, alone: bool) -> dict[str, Any]:
    """The contact that belongs to this message: by an identifier, else the only one there is.

    A sender who is named in a way that cannot be read is the only contact's only where the message is alone: else the
    words of one could be put into another's mouth.
    """
    listed = [contact for contact in contacts if isinstance(contact, dict)] if isinstance(contacts, list) else []
    for contact in listed:
        for ours, theirs in (("from_user_id", "user_id"), ("from", "wa_id")):
            if message.get(ours) and message.get(ours) == contact.get(theirs):
                return contact
    unnamed = not message.get("from_user_id") and not message.get("from")
    anonymous = unnamed or (alone and not _identifiers(message, {}))
    return listed[0] if len(listed) == 1 and (anonymous or not _identifiers({}, listed[0])) else {}


def sender_of(message: dict[str, Any], contact: dict[str, Any]) -> Sender:
    """Who sent this message: its identifiers and the name shown with it."""
    name = text(as_dict(contact.get("profile")).get("name"))
    return Sender(_identifiers(message, contact), readable(name)[:150])


def _identifiers(message: dict[str, Any], contact: dict[str, Any]) -> dict[str, str]:
    found = {
        Identity.Kind.BSUID: _address(message.get("from_user_id") or contact.get("user_id")),
        Identity.Kind.PARENT_BSUID: _address(message.get("from_parent_user_id") or contact.get("parent_user_id")),
        Identity.Kind.WA_ID: _phone(message.get("from") or contact.get("wa_id")),
        Identity.Kind.JID: _address(message.get("from_jid") or contact.get("jid")),
    }
    return {kind: value for kind, value in found.items() if value}


_NAMES = {
    "jid": Identity.Kind.JID,
    "user_id": Identity.Kind.BSUID,
    "parent_user_id": Identity.Kind.PARENT_BSUID,
    "wa_id": Identity.Kind.WA_ID,
}


def identifiers_before(system: dict[str, Any]) -> dict[str, str]:
    """Whom a `system` message names by identifiers that are no longer theirs."""
    return _identifiers({}, {name: system.get(f"previous_{name}") for name in ("user_id", "parent_user_id")})


def identifiers_after(system: dict[str, Any]) -> dict[str, str]:
    """The identifiers a `system` message says are theirs from now on."""
    return _identifiers({}, {name: system.get(name) for name in _NAMES})


def contact_fields(identifiers: Mapping[str, str]) -> dict[str, str]:
    """Identifiers as a contact of the envelope carries them."""
    return {name: identifiers[kind] for name, kind in _NAMES.items() if kind in identifiers}


def _address(value: Any) -> str:
    address = text(value)
    return address if len(address) <= LONGEST_ADDRESS else ""


def _phone(value: Any) -> str:
    digits = text(value).lstrip("+")
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 20 else ""
