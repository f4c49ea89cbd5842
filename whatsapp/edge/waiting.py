"""Who waits for an answer: the senders of the messages in a webhook's body that could not be stored.

Only what a customer says counts: no status, reaction, echo, edit, group message or system notice. Nothing here
raises for what a provider may send; what cannot be read is nobody's. Shapes: Meta, WhatsApp docs, "Webhooks
reference: messages"; Twilio docs, "Webhook request".
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from config import secrecy
from conversations.models import Identity
from conversations.window import expiry

SPOKEN = frozenset(
    {"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "button", "interactive", "order"}
)  # fmt: skip
LONGEST_ADDRESS = 160


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer who wrote to `number`. `digest` names them without telling who they are."""

    number: str
    kind: str
    address: str
    digest: str


def customers(provider: str, body: bytes, *, now: datetime) -> list[Waiting]:
    """Each customer once, in the body's order. Where the 24-hour window has closed since, nobody may be written to."""
    found = {"cloud": _at_cloud, "twilio": _at_twilio}.get(provider, _nobody)(body, now)
    return list({(one.number, one.digest): one for one in found}.values())


def _nobody(_body: bytes, _now: datetime) -> Iterator[Waiting]:
    return iter(())


def _at_cloud(body: bytes, now: datetime) -> Iterator[Waiting]:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return
    for entry in _dicts(_dict(envelope).get("entry")):
        for change in _dicts(entry.get("changes")):
            if change.get("field") == "messages":
                yield from _of_value(_dict(change.get("value")), now)


def _of_value(value: dict[str, Any], now: datetime) -> Iterator[Waiting]:
    number = _dict(value.get("metadata")).get("phone_number_id")
    for message in _dicts(value.get("messages")):
        if message.get("type") in SPOKEN and not message.get("group_id") and _is_fresh(message, now):
            yield from _sender(str(number), message)


def _is_fresh(message: dict[str, Any], now: datetime) -> bool:
    try:
        return expiry(datetime.fromtimestamp(int(str(message.get("timestamp"))), UTC)) > now
    except (ValueError, OverflowError, OSError):
        return False


def _sender(number: str, message: dict[str, Any]) -> Iterator[Waiting]:
    """Named by the BSUID, which is always there; written to by phone number where there is one."""
    known = {
        Identity.Kind.BSUID: _address(message.get("from_user_id")),
        Identity.Kind.WA_ID: _address(message.get("from")).lstrip("+"),
    }
    named = [(kind, value) for kind, value in known.items() if value]
    if named:
        kind, address = named[-1]
        yield Waiting(number, kind, address, _digest(*named[0]))


def _at_twilio(body: bytes, _now: datetime) -> Iterator[Waiting]:
    """One message to a request, without a time: it came just now."""
    try:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000))
    except ValueError:
        return
    sender = _address(form.get("From"))
    is_report = "MessageStatus" in form or form.get("MessageType") == "reaction"
    if sender.startswith("whatsapp:") and not is_report:
        kind = Identity.Kind.TWILIO
        yield Waiting(form.get("To", ""), kind, sender, _digest(kind, sender))


def _digest(kind: str, value: str) -> str:
    """As on the updates of this sender, so that both can be found together."""
    return secrecy.digest(f"{kind}:{value}")


def _address(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_ADDRESS else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
