"""What a message says, from WASender's words into Graph's, which the rest of the channel reads.

Field names of linked devices: WhatsApp's own protobuf, as WASender's documentation shows it ("How to receive
messages and media"); Graph's: Meta, WhatsApp docs, "Webhooks reference: messages".
"""

import math
from collections.abc import Callable
from typing import Any

from whatsapp.cloud.shapes import as_dict, as_list
from whatsapp.wasender import vcards
from whatsapp.wasender.keys import phone_of
from whatsapp.wasender.message_parts import MANY_TIMES, MEDIA, as_base64, as_text, part, unwrapped, whole

Graph = dict[str, Any]
#: WhatsApp's numbers for protocol messages; absent means the first.
REVOKE, EDIT = ("REVOKE", 0), ("MESSAGE_EDIT", 14)
#: Graph's code for what WhatsApp does not pass on.
UNSUPPORTED_CODE = 131051


def graph_content(element: Graph, media_id: str) -> Graph | None:
    """`type`, the object it names and `context`, in Graph's shape. None for what is no word of anybody's, such as
    a change of the chat's settings. `media_id` becomes the id of a file in it."""
    message = unwrapped(element.get("message"))
    name, value = part(message)
    if not name:
        return _without_message(element)
    if name == "protocolMessage":
        return _protocol(as_dict(value), media_id)
    return _known(name, value, media_id) or _by_words(element) or _unsupported(name)


def _known(name: str, value: Any, media_id: str) -> Graph | None:
    """The content of a part that is known; None for one that is not, or says nothing."""
    if name == "conversation":
        return _text(value)
    inner = as_dict(value)
    if name in MEDIA:
        return _media(MEDIA[name], inner, media_id) | _context(inner)
    translate = TRANSLATIONS.get(name)
    content = translate(inner) if translate else None
    return content | _context(inner) if content else None


def _text(body: Any) -> Graph | None:
    return {"type": "text", "text": {"body": body}} if as_text(body).strip() else None


def _extended_text(inner: Graph) -> Graph | None:
    return _text(inner.get("text"))


def _media(kind: str, inner: Graph, media_id: str) -> Graph:
    file: Graph = {"id": media_id, "mime_type": as_text(inner.get("mimetype"))}
    file["sha256"] = as_base64(inner.get("fileSha256"))
    if caption := as_text(inner.get("caption")):
        file["caption"] = caption
    if kind == "document":
        file["filename"] = as_text(inner.get("fileName")) or as_text(inner.get("title"))
    if kind == "audio":
        file["voice"] = inner.get("ptt") is True
    if kind == "sticker":
        file["animated"] = inner.get("isAnimated") is True
    return {"type": kind, kind: file}


def _location(inner: Graph) -> Graph | None:
    latitude, longitude = _degrees(inner.get("degreesLatitude")), _degrees(inner.get("degreesLongitude"))
    if latitude is None or longitude is None:
        return None
    place: Graph = {"latitude": latitude, "longitude": longitude}
    for name in ("name", "address", "url"):
        if words := as_text(inner.get(name)):
            place[name] = words
    return {"type": "location", "location": place}


def _degrees(value: Any) -> float | None:
    try:
        number = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _contact(inner: Graph) -> Graph:
    return {"type": "contacts", "contacts": [vcards.contact(inner.get("displayName"), inner.get("vcard"))]}


def _contacts(inner: Graph) -> Graph | None:
    cards = [as_dict(card) for card in as_list(inner.get("contacts"))]
    listed = [vcards.contact(card.get("displayName"), card.get("vcard")) for card in cards]
    return {"type": "contacts", "contacts": listed} if listed else None


def _button_reply(inner: Graph) -> Graph:
    reply = {"id": as_text(inner.get("selectedButtonId")), "title": as_text(inner.get("selectedDisplayText"))}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


def _list_reply(inner: Graph) -> Graph:
    reply = {"id": as_text(as_dict(inner.get("singleSelectReply")).get("selectedRowId"))}
    reply |= {name: as_text(inner.get(name)) for name in ("title", "description")}
    return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}


def _template_reply(inner: Graph) -> Graph:
    payload, text = as_text(inner.get("selectedId")), as_text(inner.get("selectedDisplayText"))
    return {"type": "button", "button": {"payload": payload, "text": text}}


def _flow_reply(inner: Graph) -> Graph:
    flow = as_dict(inner.get("nativeFlowResponseMessage"))
    reply = {
        "name": as_text(flow.get("name")),
        "body": as_text(as_dict(inner.get("body")).get("text")),
        "response_json": as_text(flow.get("paramsJson")),
    }
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}


def reaction(target: str, emoji: Any) -> Graph:
    """An emoji on the message with this id; an empty one takes it back."""
    return {"type": "reaction", "reaction": {"message_id": target, "emoji": as_text(emoji)}}


def _reaction(inner: Graph) -> Graph | None:
    target = as_text(as_dict(inner.get("key")).get("id"))
    return reaction(target, inner.get("text")) if target else None


def revoke(target: str) -> Graph:
    """The message with this id was deleted for everyone."""
    return {"type": "revoke", "revoke": {"original_message_id": target}}


def edit(target: str, message: Any, media_id: str) -> Graph | None:
    """The message with this id now reads thus; None where the new words cannot be read."""
    if part(unwrapped(message))[0] == "protocolMessage":
        return None
    content = graph_content({"message": message}, media_id)
    return {"type": "edit", "edit": {"original_message_id": target, "message": content}} if content else None


def _protocol(inner: Graph, media_id: str) -> Graph | None:
    target = as_text(as_dict(inner.get("key")).get("id"))
    kind = inner.get("type", REVOKE[0])
    if target and kind in EDIT:
        return edit(target, inner.get("editedMessage"), media_id)
    return revoke(target) if target and kind in REVOKE and kind is not False else None


def _without_message(element: Graph) -> Graph | None:
    """A stub says what became of the chat, not what anybody said; words without a message are still words."""
    return _by_words(element) or (None if element.get("messageStubType") is not None else _unsupported("unknown"))


def _by_words(element: Graph) -> Graph | None:
    """WASender's own reading of a message: the last resort for a kind that is not known here."""
    return _text(element.get("messageBody"))


def _unsupported(name: str) -> Graph:
    label = name.removesuffix("Message").removesuffix("MessageV2").removesuffix("MessageV3") or "unknown"
    error = {"code": UNSUPPORTED_CODE, "title": "Message type is not supported"}
    return {"type": "unsupported", "unsupported": {"type": label[:60]}, "errors": [error]}


def _context(inner: Graph) -> Graph:
    """What it answers, whether it was forwarded, and the advertisement it came from."""
    info = as_dict(inner.get("contextInfo"))
    context: Graph = {}
    if quoted := as_text(info.get("stanzaId")):
        context = {"id": quoted, "from": phone_of(info.get("participant"))}
    if info.get("isForwarded") is True:
        context["forwarded"] = True
        if (whole(info.get("forwardingScore")) or 0) >= MANY_TIMES:
            context["frequently_forwarded"] = True
    found: Graph = {"context": context} if context else {}
    if advertisement := _referral(as_dict(info.get("externalAdReply"))):
        found["referral"] = advertisement
    return found


def _referral(inner: Graph) -> Graph:
    """Only a click on an advertisement: link previews use the same field."""
    if inner.get("sourceType") != "ad":
        return {}
    names = {"source_url": "sourceUrl", "source_id": "sourceId", "headline": "title", "body": "body",
             "ctwa_clid": "ctwaClid"}  # fmt: skip
    found = {ours: as_text(inner.get(theirs)) for ours, theirs in names.items()}
    return {"source_type": "ad"} | {name: value for name, value in found.items() if value}


TRANSLATIONS: dict[str, Callable[[Graph], Graph | None]] = {
    "extendedTextMessage": _extended_text,
    "locationMessage": _location,
    "liveLocationMessage": _location,
    "contactMessage": _contact,
    "contactsArrayMessage": _contacts,
    "buttonsResponseMessage": _button_reply,
    "listResponseMessage": _list_reply,
    "templateButtonReplyMessage": _template_reply,
    "interactiveResponseMessage": _flow_reply,
    "reactionMessage": _reaction,
}
