"""What a line holds beside words, by its kind: which partial draws it, and what that partial needs.

`content` comes out of the database and, before that, from outside: whatever is odd in it reads as absent, and the line
then shows its body, which says everything in words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.presenters.traces import safe_url
from conversations.models import Message

FILE_TYPES = frozenset({"image", "video", "audio", "document", "sticker"})
_WORDS_ONLY = frozenset({Message.TEXT, Message.NOTE, Message.BANNER})
_LABELLED = re.compile(r"\[([^\]\n]{1,120})\]\s*(.*)", re.DOTALL)
_MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=16/{0}/{1}"
_ASKS = {"location_request": ("map-pin", "Send location"), "contact_request": ("phone", "Share phone number")}


@dataclass(frozen=True, slots=True)
class Drawing:
    """`partial` under `console/lines/` draws `of`; `words` stand above it as plain text; `said` is what is read out
    where there are no words. `notice`: nobody said it, it stands in the middle."""

    partial: str = ""
    of: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    said: str = ""
    notice: bool = False


def drawing_of(message: Message) -> Drawing:
    """How the line is drawn. Never raises."""
    content = _dict(message.content)
    drawer = _DRAWERS.get(_text(content, "kind"))
    drawn = drawer(message, content) if drawer else None
    return drawn or _by_type(message, content)


def _by_type(message: Message, content: Mapping[str, Any]) -> Drawing:
    if message.type in FILE_TYPES:
        return _media(message, content)
    if message.type in _WORDS_ONLY or not _LABELLED.match(message.body):
        return Drawing(words=message.body)
    label, rest = _labelled(message.body)
    if message.type == "request_welcome":
        return Drawing("notice.html", {"icon": "chat-bubble-left", "label": label}, said=label, notice=True)
    if message.type == "location":
        return Drawing("location.html", {"name": label, "address": rest}, said=message.body)
    return _placeholder(message, label, rest)


def _media(message: Message, content: Mapping[str, Any]) -> Drawing:
    """The files themselves are drawn by `files`; here stands what was written under them, or what is missing."""
    caption, (label, rest) = _text(content, "caption"), _labelled(message.body)
    if message.attachments.all():
        named = rest if rest != _text(content, "filename") else ""
        return Drawing(words=caption or ("" if content else named), said=label)
    return Drawing("nofile.html", {"label": label, "name": rest if rest != caption else ""}, caption, said=message.body)


def _location(message: Message, content: Mapping[str, Any]) -> Drawing | None:
    latitude, longitude = content.get("latitude"), content.get("longitude")
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        return None
    name, address = _text(content, "name"), _text(content, "address")
    place = {
        "name": name or "Location", "address": address, "coordinates": f"{latitude:.6g}, {longitude:.6g}",
        "map": _MAP.format(f"{latitude:.7g}", f"{longitude:.7g}"), "url": safe_url(_text(content, "url")),
    }  # fmt: skip
    return Drawing("location.html", place, said=message.body)


def _contacts(message: Message, content: Mapping[str, Any]) -> Drawing | None:
    cards = [
        {
            "name": _text(card, "name") or "A contact without a name", "company": _text(card, "company"),
            "phones": _texts(card.get("phones")), "emails": _texts(card.get("emails")),
        }
        for card in _dicts(content.get("contacts"))
    ]  # fmt: skip
    label, _ = _labelled(message.body)
    return Drawing("contacts.html", {"label": label, "cards": cards}, said=message.body) if cards else None


def _tap(message: Message, content: Mapping[str, Any]) -> Drawing:
    title = _text(content, "title") or message.body
    return Drawing("tap.html", {"title": title, "description": _text(content, "description")}, said=f"Chose: {title}")


def _flow(message: Message, content: Mapping[str, Any]) -> Drawing:
    answers = content.get("answers")
    if not isinstance(answers, list):
        return Drawing("form.html", {"raw": _text(content, "raw"), "unread": True}, said=message.body)
    pairs = [pair for pair in answers if isinstance(pair, list) and len(pair) == 2]
    told = [(str(name).replace("_", " "), str(value)) for name, value in pairs]
    return Drawing("form.html", {"answers": told, "name": _text(content, "name")}, said=message.body)


def _order(message: Message, content: Mapping[str, Any]) -> Drawing:
    items = [
        {name: str(item.get(name, "")) for name in ("product", "quantity", "price", "currency")}
        for item in _dicts(content.get("items"))
    ]
    return Drawing("order.html", {"items": items}, _text(content, "note"), said=message.body)


def _call(message: Message, content: Mapping[str, Any]) -> Drawing:
    ours, ended, seconds = content.get("by_business") is True, content.get("ended") is True, content.get("seconds")
    talked = bool(isinstance(seconds, int) and seconds > 0)
    if not ended:
        icon = "phone"
    elif not talked:
        icon = "phone-x-mark"
    else:
        icon = "phone-arrow-up-right" if ours else "phone-arrow-down-left"
    label = "Call to the customer" if ours else "Call from the customer"
    _, rest = _labelled(message.body)
    missed = ended and not talked
    return Drawing("call.html", {"icon": icon, "label": label, "rest": rest, "missed": missed}, said=f"{label}: {rest}")


def _call_permission(_message: Message, content: Mapping[str, Any]) -> Drawing:
    if content.get("accepted") is not True:
        words = "The customer does not want to be called."
    elif content.get("permanent") is True:
        words = "The customer may be called, from now on."
    else:
        words = "The customer may be called for some days."
    return Drawing("notice.html", {"icon": "phone", "label": words}, said=words, notice=True)


def _system(message: Message, _content: Mapping[str, Any]) -> Drawing:
    _, rest = _labelled(message.body)
    return Drawing("notice.html", {"icon": "information-circle", "label": rest}, said=rest, notice=True)


def _loose(message: Message, content: Mapping[str, Any]) -> Drawing:
    """A change of a message that is not known here. A reaction of ours is only drawn when it is in trouble."""
    kind, target = _text(content, "kind"), "a message that is not here"
    if message.direction == Message.Direction.OUT and kind == "reaction":
        emoji = _text(content, "emoji")
        said = f"Reaction {emoji}" if emoji else "Taking back a reaction"
        return Drawing("loose.html", {"icon": "face-smile", "label": said}, said=said)
    if kind == "edit":
        return Drawing("loose.html", {"icon": "pencil", "label": f"Changed {target}"}, _text(content, "body"))
    if kind == "revoke":
        return Drawing("loose.html", {"icon": "trash", "label": f"Deleted {target}"}, said=message.body)
    emoji = _text(content, "emoji")
    label = f"Reacted {emoji} to {target}" if emoji else f"Took back a reaction to {target}"
    return Drawing("loose.html", {"icon": "face-smile", "label": label}, said=label)


def _buttons(_message: Message, content: Mapping[str, Any]) -> Drawing:
    titles = [{"icon": "arrow-uturn-left", "title": _text(item, "title")} for item in _dicts(content.get("buttons"))]
    return _frame(content, options=titles)


def _menu(message: Message, content: Mapping[str, Any]) -> Drawing:
    sections = [
        {
            "title": _text(section, "title"),
            "rows": [(_text(row, "title"), _text(row, "description")) for row in _dicts(section.get("rows"))],
        }
        for section in _dicts(content.get("sections"))
    ]
    return _frame(content, opens=_text(content, "button"), sections=sections, list_id=f"list-{message.pk}")


def _link(_message: Message, content: Mapping[str, Any]) -> Drawing:
    url = _text(content, "url")
    option = {"icon": "link", "title": _text(content, "display_text"), "detail": url, "href": safe_url(url)}
    return _frame(content, options=[option])


def _request(_message: Message, content: Mapping[str, Any]) -> Drawing:
    icon, title = _ASKS[_text(content, "kind")]
    return _frame(content, options=[{"icon": icon, "title": title}])


def _frame(content: Mapping[str, Any], **more: Any) -> Drawing:
    """Header, body and footer, as the customer reads them, above what can be tapped."""
    frame = {name: _text(content, name) for name in ("header", "body", "footer")}
    return Drawing("card.html", {**frame, **more}, said=frame["body"])


_DRAWERS: dict[str, Callable[[Message, Mapping[str, Any]], Drawing | None]] = {
    "media": _media,
    "location": _location,
    "contacts": _contacts,
    "tap": _tap,
    "flow": _flow,
    "order": _order,
    "call": _call,
    "call_permission": _call_permission,
    "system": _system,
    "reaction": _loose,
    "edit": _loose,
    "revoke": _loose,
    "buttons": _buttons,
    "menu": _menu,
    "link": _link,
    "location_request": _request,
    "contact_request": _request,
}


def _placeholder(message: Message, label: str, rest: str) -> Drawing:
    """What cannot be shown, with what the provider said about it; each word once."""
    told = _errors(message)
    for words, _ in told:
        rest = rest.removesuffix(words).strip()
    errors = [f"{words.rstrip('.')} ({code})" if code else words for words, code in told]
    return Drawing("placeholder.html", {"label": label, "rest": rest, "errors": errors}, said=message.body)


def _errors(message: Message) -> list[tuple[str, str]]:
    """What the provider said about a message it could not pass on: words and code."""
    found = []
    for error in _dicts(message.metadata.get("errors")):
        words = _text(_dict(error.get("error_data")), "details") or _text(error, "title") or _text(error, "message")
        if words:
            found.append((words, str(error.get("code") or "")))
    return found


def _labelled(body: str) -> tuple[str, str]:
    """`[Image] at the beach` into its label and the rest."""
    match = _LABELLED.fullmatch(body)
    return (match[1], match[2].strip()) if match else ("", body)


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
