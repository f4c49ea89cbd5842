"""Looking into a WhatsApp message as linked devices see it: wrappers, which part counts, context, odd numbers."""

import base64
import binascii
from typing import Any

#: Messages that only wrap another one (disappearing, view once, a document with its caption, …).
WRAPPERS = frozenset({
    "ephemeralMessage", "viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension",
    "documentWithCaptionMessage", "deviceSentMessage", "lottieStickerMessage", "editedMessage",
    "groupMentionedMessage",
})  # fmt: skip
#: Stand beside the message and say nothing to a reader.
COMPANIONS = frozenset(
    {"messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage"}
)
MEDIA = {
    "imageMessage": "image",
    "videoMessage": "video",
    "ptvMessage": "video",
    "audioMessage": "audio",
    "documentMessage": "document",
    "stickerMessage": "sticker",
}
DEEPEST = 8
#: From this many hops on WhatsApp shows "forwarded many times".
MANY_TIMES = 5
#: Larger than any moment in seconds that concerns us: then it is in milliseconds.
LARGEST_SECONDS = 100_000_000_000


def unwrapped(message: Any) -> dict[str, Any]:
    """The message inside its wrappers; empty where there is none."""
    for _ in range(DEEPEST):
        if not isinstance(message, dict):
            return {}
        inner = next((message[name] for name in message if name in WRAPPERS and message[name]), None)
        if not isinstance(inner, dict):
            return message
        message = inner.get("message", inner)
    return {}


def part(message: dict[str, Any]) -> tuple[str, Any]:
    """The name and the value of the part that counts; ("", None) where there is none."""
    found = ((name, value) for name, value in message.items() if value is not None and name not in COMPANIONS)
    return next(found, ("", None))


def media_part(message: Any) -> tuple[str, dict[str, Any]]:
    """The name and the value of the file in a message; ("", {}) where it holds none."""
    name, value = part(unwrapped(message))
    return (name, value) if name in MEDIA and isinstance(value, dict) else ("", {})


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """A number, from a number, its digits, or protobuf's two halves (`low`, `high`); None for anything else."""
    if isinstance(value, dict):
        low, high = whole(value.get("low")), whole(value.get("high"))
        return None if low is None else (low & 0xFFFFFFFF) + ((high or 0) << 32)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def seconds(value: Any) -> int | None:
    """A moment in Unix seconds, given in seconds or milliseconds; None for anything else."""
    number = whole(value)
    if number is None or number <= 0:
        return None
    return number // 1000 if number >= LARGEST_SECONDS else number


def as_base64(value: Any) -> str:
    """Bytes as base64, however they were put into JSON: base64 already, a list, or an object of numbers."""
    if isinstance(value, str):
        return value if _is_base64(value) else ""
    values = value.get("data", list(value.values())) if isinstance(value, dict) else value
    if isinstance(values, str):
        return as_base64(values)
    try:
        return base64.b64encode(bytes(values)).decode() if values else ""
    except (TypeError, ValueError):
        return ""


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False
