"""From the house's words to Graph's: the exact JSON of every message (Meta, WhatsApp docs, "Send messages")."""

from dataclasses import dataclass
from typing import Any

from conversations.content import (
    Buttons,
    ContactRequest,
    Content,
    LinkButton,
    Location,
    LocationRequest,
    Media,
    Menu,
    Reaction,
    Row,
    Section,
    Template,
    Text,
    Unsendable,
    type_of,
)
from conversations.models import Identity
from whatsapp.adapter import Outgoing

Json = dict[str, Any]

BSUIDS = (Identity.Kind.BSUID, Identity.Kind.PARENT_BSUID)
HEADER_FILES = ("image", "video", "document")


@dataclass(frozen=True, slots=True)
class MediaRef:
    """An uploaded file, by the id that WhatsApp gave it."""

    id: str
    mime_type: str = ""
    filename: str = ""


def body_of(outgoing: Outgoing, media: MediaRef | None) -> Json:
    """The body of POST /{phone_number_id}/messages. `media` goes with Media, and with a template's header.

    Raises Unsendable, saying the mend, for a file that is not there and an address that WhatsApp does not know.
    """
    body = {"messaging_product": "whatsapp", "recipient_type": "individual", **_address(outgoing.to)}
    if outgoing.reply_to and not isinstance(outgoing.content, Reaction):
        body["context"] = {"message_id": outgoing.reply_to}
    if outgoing.reference:
        body["biz_opaque_callback_data"] = outgoing.reference
    kind = type_of(outgoing.content)
    return body | {"type": kind, kind: _part(outgoing.content, media)}


def read_mark(provider_id: str, *, typing: bool) -> Json:
    """The body that shows a customer's message as read, and with `typing` that an answer is being written."""
    body: Json = {"messaging_product": "whatsapp", "status": "read", "message_id": provider_id}
    return body | {"typing_indicator": {"type": "text"}} if typing else body


def _address(to: Identity) -> Json:
    """A phone number goes into `to` and needs its plus: without, Meta puts the business's country before it."""
    if to.kind == Identity.Kind.WA_ID:
        return {"to": f"+{to.value.lstrip('+')}"}
    if to.kind in BSUIDS:
        return {"recipient": to.value}
    raise Unsendable(f"The Cloud API cannot reach a {to.get_kind_display()}. Choose the channel it belongs to.")


def _part(content: Content, media: MediaRef | None) -> Json:
    match content:
        case Text():
            return {"body": content.body, "preview_url": content.preview_url}
        case Media():
            return _media(content, media)
        case Location():
            place = {"latitude": content.latitude, "longitude": content.longitude}
            return place | _said(name=content.name, address=content.address)
        case Reaction():
            return {"message_id": content.provider_id, "emoji": content.emoji}
        case Template():
            return _template(content, media)
        case _:
            return _interactive(content)


def _media(content: Media, media: MediaRef | None) -> Json:
    if media is None:
        raise Unsendable("The file of this message is missing. Attach it once more.")
    filename = (content.filename or media.filename) if content.media == "document" else ""
    part: Json = {"id": media.id} | _said(caption=content.caption, filename=filename)
    return part | {"voice": True} if content.voice else part


def _interactive(content: Buttons | Menu | LinkButton | LocationRequest | ContactRequest) -> Json:
    kind, action = _action(content)
    part: Json = {"type": kind, "body": {"text": content.body}, "action": action}
    if isinstance(content, LocationRequest | ContactRequest):
        return part
    if content.header:
        part["header"] = {"type": "text", "text": content.header}
    if content.footer:
        part["footer"] = {"text": content.footer}
    return part


def _action(content: Buttons | Menu | LinkButton | LocationRequest | ContactRequest) -> tuple[str, Json]:
    match content:
        case Buttons():
            replies = [{"id": button.id, "title": button.title} for button in content.buttons]
            return "button", {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}
        case Menu():
            return "list", {"button": content.button, "sections": [_section(section) for section in content.sections]}
        case LinkButton():
            target = {"display_text": content.display_text, "url": content.url}
            return "cta_url", {"name": "cta_url", "parameters": target}
        case LocationRequest():
            return "location_request_message", {"name": "send_location"}
        case ContactRequest():
            return "request_contact_info", {"name": "request_contact_info"}


def _section(section: Section) -> Json:
    return _said(title=section.title) | {"rows": [_row(row) for row in section.rows]}


def _row(row: Row) -> Json:
    return {"id": row.id, "title": row.title} | _said(description=row.description)


def _template(content: Template, media: MediaRef | None) -> Json:
    components = list(content.components)
    if media is not None:
        components = _with_file(components, media)
    part: Json = {"name": content.name, "language": {"code": content.locale}}
    return part | {"components": components} if components else part


def _with_file(components: list[Json], media: MediaRef) -> list[Json]:
    """The components with this file in their header; a header that named another loses it."""
    header = next((each for each in components if each.get("type") == "header"), None)
    kind = _header_kind(header, media)
    file = {"id": media.id} | (_said(filename=media.filename) if kind == "document" else {})
    filled = {"type": "header", "parameters": [{"type": kind, kind: file}]}
    return [filled, *(each for each in components if each is not header)]


def _header_kind(header: Json | None, media: MediaRef) -> str:
    """What the header was approved as, where it says so; else what the file is."""
    for parameter in (header or {}).get("parameters", []):
        if parameter.get("type") in HEADER_FILES:
            return str(parameter["type"])
    family = media.mime_type.partition("/")[0]
    return family if family in HEADER_FILES else "document"


def _said(**fields: str) -> Json:
    """The fields that say something: Graph refuses some of them where they are empty."""
    return {name: value for name, value in fields.items() if value}
