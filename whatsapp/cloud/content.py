"""What a message says, in words: its text, or a labelled placeholder for what is not shown yet."""

from typing import Any

from whatsapp.cloud.envelope import readable

#: A phone takes far less; this only bounds what one row can hold. The raw update is kept whole.
LONGEST_BODY = 65536

LABELS = {
    "image": "Image",
    "video": "Video",
    "audio": "Audio",
    "voice": "Voice message",
    "document": "Document",
    "sticker": "Sticker",
    "location": "Location",
    "contacts": "Contact card",
    "reaction": "Reaction",
    "button": "Button",
    "interactive": "Choice",
    "order": "Order from the catalogue",
    "system": "WhatsApp notice",
    "edit": "Edited message",
    "revoke": "Deleted message",
    "unsupported": "A kind of message that WhatsApp does not pass on",
}


def type_and_body(message: dict[str, Any]) -> tuple[str, str]:
    """The channel's name of the type, and what to show. Never raises, whatever the message holds."""
    kind = message.get("type")
    kind = kind if isinstance(kind, str) and kind.isidentifier() and len(kind) <= 32 else "unknown"
    if kind == "text":
        body = _inner(message, "text").get("body")
        if isinstance(body, str) and readable(body):
            return "text", readable(body)[:LONGEST_BODY]
        return "unknown", "[A text message without text]"
    label = LABELS.get(kind, "A kind of message that is not known here")
    detail = _detail(message, kind)
    return ("unknown" if kind in ("note", "banner") else kind), f"[{label}] {detail}".strip()[:LONGEST_BODY]


def _detail(message: dict[str, Any], kind: str) -> str:
    """The words inside, where a type has some: a caption, a file's name, the title of what was tapped."""
    inner = _inner(message, kind)
    replies = (inner.get(name) for name in ("button_reply", "list_reply"))
    reply: dict[str, Any] = next((reply for reply in replies if isinstance(reply, dict)), {})
    candidates = [inner.get("caption"), inner.get("filename"), inner.get("emoji"), inner.get("text"), inner.get("body"),
                  inner.get("name"), reply.get("title")]  # fmt: skip
    return next((readable(words) for words in candidates if isinstance(words, str) and readable(words)), "")


def _inner(message: dict[str, Any], kind: str) -> dict[str, Any]:
    inner = message.get(kind)
    return inner if isinstance(inner, dict) else {}
