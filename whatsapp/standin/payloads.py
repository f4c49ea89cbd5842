"""What Meta's webhooks look like: the values, the envelope, the bytes and their signature."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from whatsapp.standin import rules
from whatsapp.standin.phones import Line, Number, User

HELP_PAGE = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


def serialise(content: Any) -> bytes:
    """Meta's spelling: unicode escaped in lower-case hex, slashes escaped, no spaces."""
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode()


def signature(body: bytes, app_secret: str) -> str:
    """The value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


#: The lists that neighbours of one field may share in one change.
LISTS = ("messages", "statuses", "calls", "message_echoes", "user_preferences")


def envelope(number: Number, values: Sequence[tuple[str, dict[str, Any]]], *, now: datetime) -> dict[str, Any]:
    """One webhook body with all (field, value) pairs; neighbours of one kind share a change, as Meta batches them.

    What concerns the account and no number (it has no `metadata`) stands in an entry of its own, with its time.
    """
    entries: list[dict[str, Any]] = []
    for is_account, group in groupby(values, key=lambda pair: "metadata" not in pair[1]):
        entry: dict[str, Any] = {"id": number.business_account_id}
        if is_account:
            entry["time"] = int(now.timestamp())
        entries.append(entry | {"changes": _changes(list(group))})
    return {"object": "whatsapp_business_account", "entry": entries}


def _changes(values: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    for field, value in values:
        if changes and _kind(value) and (changes[-1]["field"], _kind(changes[-1]["value"])) == (field, _kind(value)):
            _merge(changes[-1]["value"], value)
        else:
            copied = {name: list(part) if isinstance(part, list) else part for name, part in value.items()}
            changes.append({"value": copied, "field": field})
    return changes


def _kind(value: dict[str, Any]) -> str:
    return next((name for name in LISTS if name in value), "")


def _merge(into: dict[str, Any], value: dict[str, Any]) -> None:
    into[_kind(value)].extend(value[_kind(value)])
    for contact in value.get("contacts", []):
        if contact not in into.setdefault("contacts", []):
            into["contacts"].append(contact)


def message_value(line: Line, *, content: Any, **more: Any) -> dict[str, Any]:
    """The value for a message from a user. Without a shared phone number, `wa_id` and `from` are left out.

    `more`: further keys of the message (context, referral, errors). A message without content has no object of
    its type.
    """
    message = sender(line.user) | stamp(line.id, line.at) | {"type": line.type} | more
    if content is not None:
        message[line.type] = content
    return about(line.number) | {"contacts": [contact_of(line.user)], "messages": [message]}


def sender(user: User) -> dict[str, Any]:
    """`from`, where the number is shared, and `from_user_id`."""
    return ({"from": user.shown_phone} if user.shown_phone else {}) | {"from_user_id": user.bsuid}


def stamp(message_id: str, at: datetime) -> dict[str, Any]:
    return {"id": message_id, "timestamp": str(int(at.timestamp()))}


def status_value(line: Line, *, status: str, at: datetime, pricing: dict[str, Any] | None) -> dict[str, Any]:
    """The value for `sent`, `delivered` or `read`."""
    update = _status(line, status, at) | {"recipient_user_id": line.user.bsuid}
    if line.with_conversation:
        update["conversation"] = {"id": hashlib.md5(line.user.bsuid.encode(), usedforsecurity=False).hexdigest(),
                                  "origin": {"type": "service"}}  # fmt: skip
    if pricing:
        update["pricing"] = pricing
    contact = contact_of(line.user, with_username=status != "sent")
    return about(line.number) | {"contacts": [contact], "statuses": [update]}


def failed_value(line: Line, *, at: datetime, error: rules.GraphError) -> dict[str, Any]:
    """The value for `failed`: no contacts, and no user id where the send was addressed to a phone number."""
    update = _status(line, "failed", at)
    if not line.addressed_by_phone:
        update["recipient_user_id"] = line.user.bsuid
    update["errors"] = [
        {
            "code": error.code,
            "title": error.title,
            "message": error.title,
            "error_data": {"details": error.details},
            "href": HELP_PAGE,
        }
    ]
    return about(line.number) | {"statuses": [update]}


def about(number: Number) -> dict[str, Any]:
    """What every value about a number begins with."""
    metadata = {"display_phone_number": number.digits, "phone_number_id": number.phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata}


def contact_of(user: User, *, with_username: bool = True) -> dict[str, Any]:
    """One entry of `contacts`."""
    contact: dict[str, Any] = {"profile": {"name": user.name}}
    if user.username and with_username:
        contact["profile"]["username"] = user.username
    if user.shown_phone:
        contact["wa_id"] = user.shown_phone
    return contact | {"user_id": user.bsuid}


def _status(line: Line, status: str, at: datetime) -> dict[str, Any]:
    update: dict[str, Any] = {"id": line.id, "status": status, "timestamp": str(int(at.timestamp()))}
    if line.user.shown_phone:
        update["recipient_id"] = line.user.shown_phone
    if line.callback_data:
        update["biz_opaque_callback_data"] = line.callback_data
    return update
