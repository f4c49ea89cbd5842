"""What a message in Graph's shape says: words for every kind, and what is drawn beside them.

Never raises, whatever a message holds: what cannot be understood becomes a labelled placeholder, and the raw update
is kept whole. Kinds and fields: Meta, WhatsApp docs, "Webhooks reference: messages".
"""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from whatsapp.cloud.shapes import as_dict, as_list, readable, text
from whatsapp.inbound import FileRef, Said

#: A phone takes far less; this only bounds what one row can hold. The raw update is kept whole.
LONGEST_BODY = 65536
LONGEST_ID = 255
MEDIA = ("image", "video", "audio", "document", "sticker")
#: Ours, and what stands for nothing at all: a provider cannot claim them.
RESERVED = frozenset({"note", "banner", "template", "call"})

LABELS = {
    "image": "Image",
    "video": "Video",
    "audio": "Audio",
    "document": "Document",
    "sticker": "Sticker",
    "unsupported": "A kind of message that WhatsApp does not pass on",
}
NOT_KNOWN = "A kind of message that is not known here"
_SYSTEM = {
    "user_changed_number": "The customer has a new phone number",
    "user_changed_user_id": "WhatsApp knows the customer by a new id",
    "customer_identity_changed": "The customer's phone or security code changed: make sure it is still the same person",
}


def read(message: dict[str, Any]) -> Said:
    """The message as the house understands it."""
    kind = message.get("type")
    kind = kind if isinstance(kind, str) and kind.isidentifier() and len(kind) <= 32 else "unknown"
    if kind in RESERVED:
        kind = "unknown"
    reader = _READERS.get(kind) or partial(_unknown, kind)
    said = reader(message)
    context = as_dict(message.get("context"))
    return replace(
        said,
        body=said.body[:LONGEST_BODY],
        metadata={**_flags(message, context), **said.metadata},
        reply_to=said.reply_to or text(context.get("id"))[:LONGEST_ID],
    )


def target_of(message: dict[str, Any]) -> str:
    """The provider's id of the message that this one changes or reacts to; nothing for most."""
    kind = message.get("type")
    inner = as_dict(message.get(kind)) if kind in ("reaction", "edit", "revoke") else {}
    return text(inner.get("message_id") or inner.get("original_message_id"))[:LONGEST_ID]


def read_call(call: dict[str, Any]) -> Said:
    """A call's latest state (field `calls`: connect, then terminate)."""
    by_business, ended = call.get("direction") == "BUSINESS_INITIATED", call.get("event") == "terminate"
    duration = call.get("duration")
    seconds = duration if isinstance(duration, int) and not isinstance(duration, bool) else 0
    if not ended:
        words = "We are calling" if by_business else "The customer is calling"
    elif seconds > 0:
        words = f"{seconds // 60} min {seconds % 60} s"
    else:
        words = "Not answered" if by_business else "Missed"
    content = {"kind": "call", "by_business": by_business, "ended": ended, "seconds": seconds}
    return Said("call", _placeholder("Call", words), content, asks=False, opens_window=not by_business)


def shared_number(message: dict[str, Any]) -> str:
    """The phone number in an answer to our request for it: digits, or nothing."""
    for contact in as_list(message.get("contacts")) if message.get("type") == "contacts" else []:
        contact = as_dict(contact)
        if contact.get("origin") == "contact_request" or message.get("origin") == "contact_request":
            for phone in as_list(contact.get("phones")):
                digits = "".join(char for char in text(as_dict(phone).get("wa_id")) if char.isdigit())
                if digits:
                    return digits[:20]
    return ""


def _flags(message: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: True for name in ("forwarded", "frequently_forwarded") if context.get(name) is True}
    for source, name in ((message, "referral"), (context, "referred_product"), (message, "errors")):
        if source.get(name):
            found[name] = source[name]
    return found


def _words(*candidates: object) -> str:
    """The first of them that is text a page can show."""
    return next((readable(words) for words in candidates if isinstance(words, str) and readable(words)), "")


def _placeholder(label: str, *details: str) -> str:
    return " ".join([f"[{label}]", *(detail for detail in details if detail)])


def _text(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("text"))
    body = _words(inner.get("body"))
    return Said("text", body) if body else Said("unknown", "[A text message without text]")


def _media(kind: str, message: dict[str, Any]) -> Said:
    inner = as_dict(message.get(kind))
    caption, filename = _words(inner.get("caption")), _words(inner.get("filename"))[:255]
    is_voice = kind == "audio" and inner.get("voice") is True
    label = "Voice message" if is_voice else LABELS[kind]
    media_id, url = text(inner.get("id"))[:LONGEST_ID], text(inner.get("url"))[:4000]
    file = FileRef(
        kind=kind, media_id=media_id, url=url, mime_type=text(inner.get("mime_type"))[:128],
        sha256=text(inner.get("sha256"))[:128], filename=filename, is_voice=is_voice,
    )  # fmt: skip
    content = {"kind": "media", "media": kind, "caption": caption, "filename": filename, "voice": is_voice}
    files = (file,) if media_id or url else ()
    return Said(kind, _placeholder(label, caption or filename), content, files=files)


def _location(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("location"))
    latitude, longitude = _degrees(inner.get("latitude"), 90), _degrees(inner.get("longitude"), 180)
    name, address = _words(inner.get("name")), _words(inner.get("address"))
    if latitude is None or longitude is None:
        return Said("location", _placeholder("Location", name, address))
    place = ", ".join(part for part in (name, address) if part) or f"{latitude}, {longitude}"
    content = {"kind": "location", "latitude": latitude, "longitude": longitude, "name": name, "address": address,
               "url": _words(inner.get("url"))}  # fmt: skip
    return Said("location", _placeholder("Location", place), content)


def _degrees(value: object, limit: int) -> float | None:
    try:
        degrees = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return degrees if degrees is not None and -limit <= degrees <= limit else None


def _contacts(message: dict[str, Any]) -> Said:
    cards = [_card(as_dict(contact)) for contact in as_list(message.get("contacts"))]
    names = ", ".join(card["name"] for card in cards if card["name"])
    label = "Phone number shared" if shared_number(message) else "Contact card"
    return Said("contacts", _placeholder(label, names), {"kind": "contacts", "contacts": cards})


def _card(contact: dict[str, Any]) -> dict[str, Any]:
    name, org = as_dict(contact.get("name")), as_dict(contact.get("org"))
    phones = [
        _words(as_dict(phone).get("phone"), as_dict(phone).get("wa_id")) for phone in as_list(contact.get("phones"))
    ]
    emails = [_words(as_dict(email).get("email")) for email in as_list(contact.get("emails"))]
    return {
        "name": _words(name.get("formatted_name"), name.get("first_name"), contact.get("vcard_name")),
        "company": _words(org.get("company")),
        "phones": [phone for phone in phones if phone],
        "emails": [email for email in emails if email],
    }


def _button(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("button"))
    title = _words(inner.get("text"), inner.get("payload"))
    content = {"kind": "tap", "id": _words(inner.get("payload")), "title": title}
    return Said("button", title or _placeholder("Button"), content)


def _interactive(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("interactive"))
    for name in ("button_reply", "list_reply"):
        if isinstance(inner.get(name), dict):
            return _tap(inner[name])
    if isinstance(inner.get("nfm_reply"), dict):
        return _flow(inner["nfm_reply"])
    if isinstance(inner.get("call_permission_reply"), dict):
        return _call_permission(inner["call_permission_reply"])
    return Said("interactive", _placeholder("Choice", _error_words(message)))


def _tap(reply: dict[str, Any]) -> Said:
    title, description = _words(reply.get("title"), reply.get("id")), _words(reply.get("description"))
    content = {"kind": "tap", "id": _words(reply.get("id")), "title": title, "description": description}
    return Said("interactive", title or _placeholder("Choice"), content)


def _flow(reply: dict[str, Any]) -> Said:
    """`response_json` is a JSON string; one that cannot be read is shown as it came."""
    raw = reply.get("response_json")
    try:
        answers = json.loads(raw) if isinstance(raw, str) else None
    except (ValueError, RecursionError):
        answers = None
    if not isinstance(answers, dict):
        words = _placeholder("Form", "the answers could not be read")
        return Said("interactive", words, {"kind": "flow", "answers": None, "raw": readable(text(raw))[:4000]})
    told = [[_words(name)[:200], _scalar(value)] for name, value in answers.items() if name != "flow_token"]
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in told]
    content = {"kind": "flow", "answers": told, "name": _words(reply.get("name"))}
    return Said("interactive", "\n".join([_placeholder("Form", "filled in"), *lines]), content)


def _scalar(value: object) -> str:
    return readable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:1000]


def _call_permission(reply: dict[str, Any]) -> Said:
    accepted = reply.get("response") == "accept"
    content = {"kind": "call_permission", "accepted": accepted, "permanent": reply.get("is_permanent") is True}
    words = "the customer may be called" if accepted else "the customer does not want to be called"
    return Said("interactive", _placeholder("Call permission", words), content, asks=False)


def _order(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("order"))
    items = [_item(as_dict(item)) for item in as_list(inner.get("product_items"))]
    lines = [f"{item['quantity']} × {item['product']} at {item['price']} {item['currency']}".strip() for item in items]
    note = _words(inner.get("text"))
    body = "\n".join([_placeholder("Order from the catalogue", note), *lines])
    return Said(
        "order", body, {"kind": "order", "items": items, "note": note, "catalog": text(inner.get("catalog_id"))}
    )


def _item(item: dict[str, Any]) -> dict[str, str]:
    fields = {"product": "product_retailer_id", "quantity": "quantity", "price": "item_price", "currency": "currency"}
    return {ours: readable(_number(item.get(theirs)))[:100] for ours, theirs in fields.items()}


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else text(value)


def _reaction(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("reaction"))
    emoji = _words(inner.get("emoji"))[:32]
    words = _placeholder("Reaction", emoji) if emoji else "[Reaction taken back]"
    target = text(inner.get("message_id"))[:LONGEST_ID]
    content = {"kind": "reaction", "emoji": emoji, "target": target}
    return Said("reaction", words, content, target=target, asks=False, opens_window=False)


def _edit(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("edit"))
    edited = as_dict(inner.get("message"))
    new = read(edited) if edited.get("type") != "edit" else Said("unknown", _placeholder(NOT_KNOWN))
    target = text(inner.get("original_message_id"))[:LONGEST_ID]
    content = {"kind": "edit", "target": target, "type": new.type, "body": new.body, "content": new.content}
    words = _placeholder("Edited message", new.body)
    return Said("edit", words, content, files=new.files, target=target, asks=False, opens_window=False)


def _revoke(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("revoke"))
    target = text(inner.get("original_message_id"))[:LONGEST_ID]
    content = {"kind": "revoke", "target": target}
    return Said("revoke", "[A message was deleted]", content, target=target, asks=False, opens_window=False)


def _system(message: dict[str, Any]) -> Said:
    """Its own words hold phone numbers; ours do not."""
    inner = as_dict(message.get("system"))
    change = text(inner.get("type"))
    words = _SYSTEM.get(change, "A change that is not known here")
    content = {"kind": "system", "change": change}
    return Said("system", _placeholder("WhatsApp notice", words), content, asks=False, opens_window=False)


def _unsupported(message: dict[str, Any]) -> Said:
    inner = as_dict(message.get("unsupported"))
    return Said("unsupported", _placeholder(LABELS["unsupported"], _words(inner.get("type")), _error_words(message)))


def _welcome(_message: dict[str, Any]) -> Said:
    return Said("request_welcome", "[The chat was opened]", asks=False, opens_window=False)


def _unknown(kind: str, message: dict[str, Any]) -> Said:
    inner = as_dict(message.get(kind))
    return Said(kind, _placeholder(NOT_KNOWN, _words(inner.get("body"), inner.get("text"), inner.get("caption"))))


def _error_words(message: dict[str, Any]) -> str:
    """Why the provider could not pass it on, where it says so."""
    first = as_dict(next(iter(as_list(message.get("errors"))), None))
    if first.get("code") == 131052:
        return "the file is too large: ask for a smaller one"
    return _words(as_dict(first.get("error_data")).get("details"), first.get("title"))[:300]


_READERS: dict[str, Callable[[dict[str, Any]], Said]] = {
    "text": _text,
    **{kind: partial(_media, kind) for kind in MEDIA},
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
    "unsupported": _unsupported,
    "request_welcome": _welcome,
}
