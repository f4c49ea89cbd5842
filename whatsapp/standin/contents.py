"""What a person can write, and the object in which each kind travels. Pure functions; effects are in `inbound`."""

import json
import secrets
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from whatsapp.standin.phones import User
from whatsapp.standin.wire import Refusal

MEDIA = ("image", "video", "audio", "document", "sticker")
CAPTIONED = ("image", "video", "document")
DEFAULT_PLACE = "The old observatory"


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """What a person does on the phone.

    `payload` replaces the type's own object, and allows a type of any name. `message_id` and `at` (Unix seconds)
    are made up unless given, so that a repeated or a late message can be played. `field` "standby": Meta's own
    agent holds the thread. Which of the other fields count depends on the type; see KINDS.
    """

    phone_number_id: str
    type: str = "text"
    text: str = ""
    payload: dict[str, Any] | list[Any] | None = None
    message_id: str = ""
    at: int | None = None
    field: Literal["messages", "standby"] = "messages"
    reply_to: str = ""
    forwarded: Literal["", "once", "often"] = ""
    referral: bool | dict[str, Any] = False
    product: str = ""
    caption: str = ""
    sample: str = ""
    data: str = ""
    filename: str = ""
    mime_type: str = ""
    voice: bool = True
    animated: bool = False
    latitude: float = 51.4779
    longitude: float = -0.0015
    name: str = ""
    address: str = ""
    url: str = ""
    cards: list[dict[str, Any]] = []
    target: str = ""
    emoji: str = ""
    remove: bool = False
    id: str = ""
    title: str = ""
    description: str = ""
    answers: dict[str, Any] = {}
    broken: bool = False
    accepts: bool = True
    items: list[dict[str, Any]] = []
    code: int = 131051
    of: str = ""


def text(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    if not written.text:
        raise Refusal(400, "A text message needs its text.")
    return {"body": written.text}


def location(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    """A chosen place with its name, or, with an address only of "-", the bare position."""
    place: dict[str, Any] = {"latitude": written.latitude, "longitude": written.longitude}
    if written.address == "-":
        return place
    place["name"] = written.name or written.text or DEFAULT_PLACE
    return place | _given(written, "address", "url")


def contacts(written: Written, user: User) -> list[dict[str, Any]]:  # noqa: ARG001
    cards = written.cards or [_card("Lucía", "Gómez", "15550100188")]
    return [{"origin": "other", **card} for card in cards]


def contact_request(written: Written, user: User) -> list[dict[str, Any]]:  # noqa: ARG001
    """The answer to a request for the person's own number."""
    if not user.wa_id:
        raise Refusal(409, f"{user.name} has no phone number to share.")
    first, _, last = user.name.partition(" ")
    return [_card(first, last, user.wa_id) | {"origin": "contact_request"}]


def _card(first: str, last: str, wa_id: str) -> dict[str, Any]:
    name = {"first_name": first, "last_name": last, "formatted_name": f"{first} {last}".strip()}
    phone = {"phone": f"+{wa_id}", "wa_id": wa_id, "type": "CELL"}
    return {"name": {key: value for key, value in name.items() if value}, "phones": [phone]}


def button(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    """A tap on a template's quick reply: `id` is its payload."""
    return {"payload": written.id or _title(written), "text": _title(written)}


def button_reply(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    return {"type": "button_reply", "button_reply": {"id": _id(written), "title": _title(written)}}


def list_reply(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    row = {"id": _id(written), "title": _title(written)} | _given(written, "description")
    return {"type": "list_reply", "list_reply": row}


def nfm_reply(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    """A finished flow: its answers as a JSON string, which a `broken` one cuts short."""
    answers = json.dumps(written.answers or {"flow_token": "unused", "rating": "4", "comment": "Quick and friendly"})
    reply = {
        "name": "flow",
        "body": "Sent",
        "response_json": answers[: len(answers) // 2] if written.broken else answers,
    }
    return {"type": "nfm_reply", "nfm_reply": reply}


def call_permission_reply(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    reply: dict[str, Any] = {"response": "accept" if written.accepts else "reject", "response_source": "user_action"}
    if written.accepts and written.at is not None:
        reply["expiration_timestamp"] = written.at + 7 * 24 * 3600
    return {"type": "call_permission_reply", "call_permission_reply": reply}


def order(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    items = written.items or [
        {"product_retailer_id": "lamp-oak-01", "quantity": 2, "item_price": 49.5, "currency": "EUR"},
        {"product_retailer_id": "bulb-e27", "quantity": 1, "item_price": 6, "currency": "EUR"},
    ]
    return {"catalog_id": "555010800000001", "text": written.text, "product_items": items}


def reaction(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    """`target` is filled in by then. A removal has no emoji."""
    if written.remove:
        return {"message_id": written.target}
    return {"message_id": written.target, "emoji": written.emoji or written.text or "\N{THUMBS UP SIGN}"}


def revoke(written: Written, user: User) -> dict[str, Any]:  # noqa: ARG001
    return {"original_message_id": _target(written)}


def unsupported(written: Written, user: User) -> dict[str, Any] | None:  # noqa: ARG001
    return {"type": written.of} if written.of else None


def error(code: int) -> dict[str, Any]:
    """Why the content of an inbound message could not be given, as published."""
    title, details = {
        131051: ("Message type unknown", "Message type is currently not supported."),
        131052: ("Media download error", "The file is larger than 100 MB and cannot be given."),
    }.get(code, ("Something went wrong", "The content of this message cannot be given."))
    return {"code": code, "title": title, "message": title, "error_data": {"details": details}}


def advertisement(given: bool | dict[str, Any]) -> dict[str, Any]:
    """The ad by which a person found the chat."""
    if isinstance(given, dict):
        return given
    return {
        "source_url": "https://fb.example/ad-555",
        "source_id": "555010700000001",
        "source_type": "ad",
        "headline": "Chat with us",
        "body": "Oak lamps, made to last",
        "media_type": "image",
        "image_url": "https://cdn.example/ad-555.jpg",
        "ctwa_clid": "demo-" + secrets.token_urlsafe(24),
        "welcome_message": {"text": "Hello! How can we help?"},
    }


Builder = Callable[[Written, User], Any]
#: Kind: the `type` on the wire, and the builder of its object. Media kinds and edits are built in `inbound`.
KINDS: dict[str, tuple[str, Builder]] = {
    "text": ("text", text),
    "location": ("location", location),
    "contacts": ("contacts", contacts),
    "contact_request": ("contacts", contact_request),
    "button": ("button", button),
    "button_reply": ("interactive", button_reply),
    "list_reply": ("interactive", list_reply),
    "nfm_reply": ("interactive", nfm_reply),
    "call_permission_reply": ("interactive", call_permission_reply),
    "order": ("order", order),
    "reaction": ("reaction", reaction),
    "revoke": ("revoke", revoke),
    "unsupported": ("unsupported", unsupported),
}
WRITABLE = (*KINDS, *MEDIA, "edit")


def words(written: Written, content: Any) -> str:
    """The line's words on the screen and in the list of chats; empty where the kind speaks for itself."""
    if written.type in MEDIA:
        return written.caption or written.text
    if written.type in ("button", "button_reply", "list_reply"):
        return written.title
    if written.type == "location":
        return str(content.get("name", ""))
    if written.type in ("contacts", "contact_request"):
        return ", ".join(str(card.get("name", {}).get("formatted_name", "")) for card in content)
    return written.text


def _given(written: Written, *names: str) -> dict[str, Any]:
    return {name: getattr(written, name) for name in names if getattr(written, name)}


def _id(written: Written) -> str:
    if not written.id:
        raise Refusal(400, f"A {written.type} needs the id of what was chosen.")
    return written.id


def _title(written: Written) -> str:
    if not written.title:
        raise Refusal(400, f"A {written.type} needs the title of what was chosen.")
    return written.title


def _target(written: Written) -> str:
    if not written.target:
        raise Refusal(400, f"A {written.type} needs its target: the id of the message it is about.")
    return written.target
