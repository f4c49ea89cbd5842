"""What a body POSTed to /messages asks for, and the rules that every send has in common."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from whatsapp.standin.rules import fields
from whatsapp.standin.rules.errors import GraphError
from whatsapp.standin.rules.interactive import check_interactive
from whatsapp.standin.rules.messages import (
    MEDIA_TYPES,
    check_contacts,
    check_location,
    check_media,
    check_reaction,
    check_text,
)
from whatsapp.standin.rules.template import check_template_shape, in_lower_case

WINDOW = timedelta(hours=24)
MAX_CALLBACK_DATA = 512

COMMON_FIELDS = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
}

#: How the object of each type is checked by itself. What others must know of it is checked in `graph`.
VALIDATORS: dict[str, Callable[[Any], None]] = {
    "text": check_text,
    **{kind: partial(check_media, kind) for kind in MEDIA_TYPES},
    "location": check_location,
    "contacts": check_contacts,
    "reaction": check_reaction,
    "interactive": check_interactive,
    "template": check_template_shape,
}


@dataclass(frozen=True)
class Outgoing:
    """A send that keeps the rules. Exactly one of `phone` (digits) and `bsuid` is set.

    `content`: the type's own object as received, a list for contacts. `reply_to`: the message it quotes, or "".
    """

    phone: str
    bsuid: str
    given: str
    type: str
    content: Any
    callback_data: str
    reply_to: str = ""

    @property
    def words(self) -> str:
        """What a person reads first of it; "" where there are no words."""
        if self.type == "contacts":
            return str(self.content[0]["name"]["formatted_name"])
        if self.type == "interactive":
            return str(self.content["body"]["text"])
        return str(next((self.content[name] for name in WORDS if name in self.content), ""))


WORDS = ("body", "caption", "emoji", "name")


@dataclass(frozen=True)
class MarkRead:
    message_id: str
    typing: bool


def read_order(body: Any) -> Outgoing | MarkRead:
    """What a body asks for. Raises GraphError 100, 131008, 131009 or 131051."""
    body = fields.without_nulls(body)
    if not isinstance(body, dict):
        raise GraphError(100, "The body must be a JSON object.")
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required and must be 'whatsapp'.")
    return _read_mark(body) if "status" in body else _read_message(body)


def check_window(opened_at: datetime | None, now: datetime) -> None:
    """Raises GraphError 131047 when the user has not written for 24 hours, or never."""
    if opened_at is None or now - opened_at >= WINDOW:
        raise GraphError(
            131047,
            "Message failed to send because more than 24 hours have passed since the customer last replied "
            "to this number.",
        )


def _read_mark(body: dict[str, Any]) -> MarkRead:
    fields.only(body, {"messaging_product", "status", "message_id", "typing_indicator"}, "")
    if body["status"] != "read":
        raise GraphError(100, "Param status must be one of {READ}.")
    typing = body.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise GraphError(131009, 'typing_indicator must be {"type": "text"}.')
    return MarkRead(fields.text(body, "message_id"), typing is not None)


def _read_message(body: dict[str, Any]) -> Outgoing:
    kind = body.get("type", "text")
    if not isinstance(kind, str):
        raise GraphError(100, "Param type must be a string.")
    if kind not in VALIDATORS:
        raise GraphError(131051, f"Param type must be one of {{{', '.join(VALIDATORS)}}}.")
    fields.only(body, COMMON_FIELDS | {kind}, "")
    if body.get("recipient_type", "individual") != "individual":
        raise GraphError(131009, "recipient_type must be 'individual'.")
    phone, bsuid, given = _read_recipient(body)
    content = _read_content(body, kind)
    VALIDATORS[kind](content)
    return Outgoing(phone, bsuid, given, kind, content, _read_callback_data(body), _read_context(body))


def _read_content(body: Mapping[str, Any], kind: str) -> Any:
    content = body.get(kind)
    if content is None:
        raise GraphError(131008, f"Parameter of type {kind} is missing.")
    if kind == "contacts":
        if not isinstance(content, list):
            raise GraphError(131009, "Param contacts must be a list.")
        return content
    fields.as_thing(content, "", kind)
    return in_lower_case(content) if kind == "template" else content


def _read_recipient(body: Mapping[str, Any]) -> tuple[str, str, str]:
    """`to` wins when both are given."""
    if "to" in body:
        to = fields.text(body, "to")
        if re.fullmatch(r"\+[1-9]\d{6,14}", to, re.ASCII) is None:
            raise GraphError(131009, "to must be a phone number as + and digits; a user id goes into recipient.")
        return to[1:], "", to
    if "recipient" not in body:
        raise GraphError(131008, "The parameter to, or recipient, is required.")
    recipient = fields.text(body, "recipient")
    if re.fullmatch(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", recipient, re.ASCII) is None:
        raise GraphError(131009, "recipient must be a business-scoped user id, such as US.13491208655302741918.")
    return "", recipient, recipient


def _read_callback_data(body: Mapping[str, Any]) -> str:
    return fields.optional_text(body, "biz_opaque_callback_data", most=MAX_CALLBACK_DATA, too_long=100)


def _read_context(body: Mapping[str, Any]) -> str:
    if body.get("context") is None:
        return ""
    context = fields.thing(body, "context")
    fields.only(context, {"message_id"}, "context")
    return fields.text(context, "message_id", "context")
