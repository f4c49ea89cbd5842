"""What Meta's webhooks look like: the values, the envelope, the bytes and their signature."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
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


def envelope(number: Number, values: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One webhook body with all values; neighbours of one kind share a change, as Meta batches them."""
    changes: list[dict[str, Any]] = []
    for value in values:
        if changes and _kind(changes[-1]) == _kind(value):
            _merge(changes[-1], value)
        else:
            changes.append({name: list(part) if isinstance(part, list) else part for name, part in value.items()})
    return {
        "object": "whatsapp_business_account",
        "entry": [
            {"id": number.business_account_id, "changes": [{"value": value, "field": "messages"} for value in changes]}
        ],
    }


def _kind(value: dict[str, Any]) -> str:
    return "messages" if "messages" in value else "statuses"


def _merge(into: dict[str, Any], value: dict[str, Any]) -> None:
    into[_kind(value)].extend(value[_kind(value)])
    for contact in value.get("contacts", []):
        if contact not in into.setdefault("contacts", []):
            into["contacts"].append(contact)


def message_value(line: Line, *, content: dict[str, Any]) -> dict[str, Any]:
    """The value for a message from a user. Without a shared phone number, `wa_id` and `from` are left out."""
    message: dict[str, Any] = {"from": line.user.shown_phone} if line.user.shown_phone else {}
    message |= {
        "from_user_id": line.user.bsuid,
        "id": line.id,
        "timestamp": str(int(line.at.timestamp())),
        "type": line.type,
        line.type: content,
    }
    return _value(line.number) | {"contacts": [_contact(line.user, with_username=True)], "messages": [message]}


def status_value(line: Line, *, status: str, at: datetime, pricing: dict[str, Any] | None) -> dict[str, Any]:
    """The value for `sent`, `delivered` or `read`."""
    update = _status(line, status, at) | {"recipient_user_id": line.user.bsuid}
    if line.with_conversation:
        update["conversation"] = {"id": hashlib.md5(line.user.bsuid.encode(), usedforsecurity=False).hexdigest(),
                                  "origin": {"type": "service"}}  # fmt: skip
    if pricing:
        update["pricing"] = pricing
    contact = _contact(line.user, with_username=status != "sent")
    return _value(line.number) | {"contacts": [contact], "statuses": [update]}


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
    return _value(line.number) | {"statuses": [update]}


def _value(number: Number) -> dict[str, Any]:
    digits = "".join(letter for letter in number.display if letter.isdigit())
    metadata = {"display_phone_number": digits, "phone_number_id": number.phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata}


def _contact(user: User, *, with_username: bool) -> dict[str, Any]:
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


def inbound_content(kind: str, text: str, *, reacts_to: str) -> dict[str, Any]:
    """The type's own object, with stand-ins for pictures, voices and places."""
    if kind == "text":
        return {"body": text}
    if kind == "location":
        return {"latitude": 51.4779, "longitude": -0.0015, "name": text or "The old observatory"}
    if kind == "reaction":
        return {"message_id": reacts_to, "emoji": text or "\N{THUMBS UP SIGN}"}
    return _media(kind, text)


def _media(kind: str, text: str) -> dict[str, Any]:
    mime_types = {"image": "image/jpeg", "audio": "audio/ogg; codecs=opus", "sticker": "image/webp"}
    media: dict[str, Any] = {
        "id": str(10**15 + secrets.randbelow(9 * 10**15)),
        "mime_type": mime_types[kind],
        "sha256": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    if kind == "image" and text:
        media["caption"] = text
    if kind == "audio":
        media["voice"] = True
    if kind == "sticker":
        media["animated"] = False
    return media
