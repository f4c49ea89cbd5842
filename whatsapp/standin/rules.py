"""The published rules of sending, as plain functions: what the Graph server refuses, and in which words.

A new message type is one validator more in VALIDATORS.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

WINDOW = timedelta(hours=24)
MAX_TEXT = 4096
MAX_CALLBACK_DATA = 512
OLDEST_VERSION, NEWEST_VERSION = 21, 26

COMMON_FIELDS = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
}

TITLES = {
    0: "AuthException",
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    190: "Invalid OAuth access token - Cannot parse access token",
    368: "Temporarily blocked for policies violations",
    80007: "Rate limit issues",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131031: "Account has been locked",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement",
    131050: "User has stopped marketing messages from this business",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    131062: "Business-scoped user IDs are not supported for this message",
    132001: "Template name does not exist in the translation",
    133004: "Server temporarily unavailable",
}
TRANSIENT = {1, 2, 131000, 131016, 131057, 133004}


class GraphError(Exception):
    """What the Graph server answers instead of doing what was asked."""

    def __init__(self, code: int, details: str, *, http: int = 400, title: str = "") -> None:
        super().__init__(details)
        self.code, self.details, self.http = code, details, http
        self.title = title or TITLES.get(code, "Error")

    def body(self) -> dict[str, Any]:
        """The published shape of an error answer."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.title}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "A" + secrets.token_urlsafe(16),
        }
        if self.code in TRANSIENT:
            error["is_transient"] = True
        return {"error": error}


@dataclass(frozen=True)
class Outgoing:
    """A send that keeps the rules. Exactly one of `phone` (digits) and `bsuid` is set."""

    phone: str
    bsuid: str
    given: str
    type: str
    content: dict[str, Any]
    callback_data: str


@dataclass(frozen=True)
class MarkRead:
    message_id: str
    typing: bool


def check_version(version: str) -> None:
    """Raises GraphError for a version that has died or is not born yet."""
    match = re.fullmatch(r"v(\d{1,3})\.0", version)
    if match is None or int(match[1]) > NEWEST_VERSION:
        raise GraphError(2500, f"Unknown path components: /{version}", title=f"Unknown path components: /{version}")
    if int(match[1]) < OLDEST_VERSION:
        title = f"You are calling a deprecated version of the API. Please update to v{NEWEST_VERSION}.0"
        raise GraphError(2635, title, title=title)


def says_conversation(version: str) -> bool:
    """Statuses carry a `conversation` up to v23.0; from v24.0 on it is gone."""
    return int(version[1:].partition(".")[0]) < 24


def check_token(authorization: str, access_token: str) -> None:
    """Raises GraphError 190 unless the bearer token is the number's."""
    given = authorization.removeprefix("Bearer ")
    if given == authorization or not secrets.compare_digest(given.encode(), access_token.encode()):
        raise GraphError(190, "Send the number's access token as a bearer token.", http=401)


def read_order(body: Any) -> Outgoing | MarkRead:
    """What a body asks for. Raises GraphError 100, 131008 or 131009."""
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
    _only(body, {"messaging_product", "status", "message_id", "typing_indicator"}, "")
    if body["status"] != "read":
        raise GraphError(100, "Param status must be one of {READ}.")
    typing = body.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise GraphError(131009, 'typing_indicator must be {"type": "text"}.')
    return MarkRead(_required_text(body, "message_id"), typing is not None)


def _read_message(body: dict[str, Any]) -> Outgoing:
    kind = body.get("type", "text")
    validate = VALIDATORS.get(kind) if isinstance(kind, str) else None
    if validate is None:
        raise GraphError(100, f"Param type must be one of {{{', '.join(VALIDATORS)}}} at this server.")
    _only(body, COMMON_FIELDS | {kind}, "")
    if body.get("recipient_type", "individual") != "individual":
        raise GraphError(131009, "recipient_type must be 'individual'.")
    phone, bsuid, given = _read_recipient(body)
    content = body.get(kind)
    if content is None:
        raise GraphError(131008, f"Parameter of type {kind} is missing.")
    if not isinstance(content, dict):
        raise GraphError(131009, f"Param {kind} must be an object.")
    validate(content)
    _check_context(body)
    return Outgoing(phone, bsuid, given, kind, content, _read_callback_data(body))


def _read_recipient(body: Mapping[str, Any]) -> tuple[str, str, str]:
    """`to` wins when both are given."""
    if "to" in body:
        to = _required_text(body, "to")
        if re.fullmatch(r"\+[1-9]\d{6,14}", to, re.ASCII) is None:
            raise GraphError(131009, "to must be a phone number as + and digits; a user id goes into recipient.")
        return to[1:], "", to
    if "recipient" not in body:
        raise GraphError(131008, "The parameter to, or recipient, is required.")
    recipient = _required_text(body, "recipient")
    if re.fullmatch(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", recipient, re.ASCII) is None:
        raise GraphError(131009, "recipient must be a business-scoped user id, such as US.13491208655302741918.")
    return "", recipient, recipient


def _read_callback_data(body: Mapping[str, Any]) -> str:
    data = body.get("biz_opaque_callback_data", "")
    if not isinstance(data, str):
        raise GraphError(131009, "biz_opaque_callback_data must be a string.")
    if len(data) > MAX_CALLBACK_DATA:
        raise GraphError(100, f"Param biz_opaque_callback_data must be at most {MAX_CALLBACK_DATA} characters long.")
    return data


def _check_context(body: Mapping[str, Any]) -> None:
    context = body.get("context")
    if context is None:
        return
    if not isinstance(context, dict):
        raise GraphError(131009, "context must be an object.")
    _only(context, {"message_id"}, "context")
    _required_text(context, "message_id")


def check_text(text: Mapping[str, Any]) -> None:
    """Raises GraphError unless it is `{body: 1..4096 characters, preview_url?: bool}`."""
    _only(text, {"body", "preview_url"}, "text")
    body = _required_text(text, "body")
    if len(body) > MAX_TEXT:
        raise GraphError(100, f"Param text['body'] must be at most {MAX_TEXT} characters long.")
    if not isinstance(text.get("preview_url", False), bool):
        raise GraphError(131009, "Param text['preview_url'] must be true or false.")


VALIDATORS: dict[str, Callable[[Mapping[str, Any]], None]] = {"text": check_text}


def _only(given: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in given:
        if name not in known:
            raise GraphError(100, f'Unexpected key "{name[:100]}" on param "{where}".')


def _required_text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None or value == "":
        raise GraphError(131008, f"The parameter {name} is required.")
    if not isinstance(value, str):
        raise GraphError(131009, f"The parameter {name} must be a string.")
    return value
