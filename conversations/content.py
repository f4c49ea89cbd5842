"""What the desk can say to a customer, in the house's words: every kind of message with its limits.

The limits are WhatsApp's (Meta, WhatsApp docs, "Send messages", "Interactive messages"; lengths as in its OpenAPI and
in pywa): what passes `check` here is not refused for its shape there. A provider's adapter turns these into its own
bodies; `Message.content` keeps them as JSON, `Message.body` their words.
"""

import re
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MediaKind = Literal["image", "video", "audio", "document", "sticker"]


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """`kind` tells them apart in JSON; `type` is what WhatsApp calls the message."""


class Text(_Content, tag="text", frozen=True):
    body: str
    preview_url: bool = False


class Media(_Content, tag="media", frozen=True):
    """A stored file: `attachment` is the id of its row. `voice` makes an audio file a voice note."""

    media: MediaKind
    attachment: int
    caption: str = ""
    filename: str = ""
    voice: bool = False


class Location(_Content, tag="location", frozen=True):
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class Button(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: str


class Buttons(_Content, tag="buttons", frozen=True):
    """Up to three answers to tap."""

    body: str
    buttons: tuple[Button, ...]
    header: str = ""
    footer: str = ""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: str
    description: str = ""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: tuple[Row, ...]
    title: str = ""


class Menu(_Content, tag="menu", frozen=True):
    """A list behind a button: up to ten rows in sections."""

    body: str
    button: str
    sections: tuple[Section, ...]
    header: str = ""
    footer: str = ""


class LinkButton(_Content, tag="link", frozen=True):
    """One button that opens a web page."""

    body: str
    display_text: str
    url: str
    header: str = ""
    footer: str = ""


class LocationRequest(_Content, tag="location_request", frozen=True):
    body: str


class ContactRequest(_Content, tag="contact_request", frozen=True):
    """Asks the customer to share their phone number."""

    body: str


class Reaction(_Content, tag="reaction", frozen=True):
    """An emoji on a message of this thread, by the provider's id; an empty one takes it back."""

    provider_id: str
    emoji: str


class Template(_Content, tag="template", frozen=True):
    """An approved template, filled in. `components` are the parameters as WhatsApp takes them; `text` is what the
    customer will read, whole, and `template` the id of its row at the time."""

    template: int
    name: str
    locale: str
    text: str
    components: tuple[dict[str, Any], ...] = ()
    category: str = ""


Content = Text | Media | Location | Buttons | Menu | LinkButton | LocationRequest | ContactRequest | Reaction | Template

TYPES: dict[type, str] = {
    Text: "text",
    Location: "location",
    Buttons: "interactive",
    Menu: "interactive",
    LinkButton: "interactive",
    LocationRequest: "interactive",
    ContactRequest: "interactive",
    Reaction: "reaction",
    Template: "template",
}


class Unsendable(ValueError):
    """WhatsApp would refuse this message; the words say the mend."""


def type_of(content: Content) -> str:
    """What WhatsApp calls a message of this content: `Message.type`."""
    return content.media if isinstance(content, Media) else TYPES[type(content)]


def dump(content: Content) -> dict[str, Any]:
    """As JSON for `Message.content`."""
    built: dict[str, Any] = msgspec.to_builtins(content)
    return built


def load(data: Any) -> Content:
    """The content out of JSON. Raises Unsendable, saying what is wrong, for anything else."""
    try:
        content: Content = msgspec.convert(data, type=Content)
        return content
    except msgspec.ValidationError as error:
        raise Unsendable(f"This is no message: {error}.") from error


def words(content: Content) -> str:
    """What it says, for lists, the bot, the record and whoever reads plain text."""
    match content:
        case Text():
            return content.body
        case Media():
            return f"[{content.media.capitalize()}] {content.caption or content.filename}".strip()
        case Location():
            return f"[Location] {content.name or f'{content.latitude}, {content.longitude}'}"
        case Buttons():
            return "\n".join([content.body, *(f"[{button.title}]" for button in content.buttons)])
        case Menu():
            rows = [row.title for section in content.sections for row in section.rows]
            return "\n".join([content.body, *(f"• {title}" for title in rows)])
        case LinkButton():
            return f"{content.body}\n[{content.display_text}] {content.url}"
        case Reaction():
            return f"[Reaction] {content.emoji}" if content.emoji else "[Reaction taken back]"
        case Template():
            return content.text
        case LocationRequest() | ContactRequest():
            return content.body


def check(content: Content) -> None:
    """Raises Unsendable, saying the mend, where WhatsApp would refuse it. Files are checked where they are stored."""
    _CHECKS[type(content)](content)


#: One emoji: a flag, a keycap, or a picture with its variation, skin and joined pictures (Unicode TR51, in outline).
_PICTURE = "[\u203c-\u3299\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae]\ufe0f?|{_PICTURE}(?:\u200d{_PICTURE})*"
)


def _text(value: str, longest: int, what: str, *, required: bool = True) -> None:
    if required and not value.strip():
        raise Unsendable(f"{what} is empty. Write something.")
    if len(value) > longest:
        raise Unsendable(f"{what} may have {longest} characters at most; this has {len(value)}. Please shorten it.")


def _check_text(content: Text) -> None:
    if not content.body.strip():
        raise Unsendable("Write something: the message is empty.")
    if len(content.body) > LONGEST_TEXT:
        raise Unsendable(
            f"WhatsApp takes at most {LONGEST_TEXT} characters; this has {len(content.body)}. Please shorten it."
        )


def _check_media(content: Media) -> None:
    _text(content.caption, LONGEST_CAPTION, "The caption", required=False)
    if content.caption and content.media in ("audio", "sticker"):
        raise Unsendable(f"WhatsApp shows no caption under {content.media}. Send the words as a message of their own.")
    if content.voice and content.media != "audio":
        raise Unsendable("Only audio can be a voice message.")


def _check_location(content: Location) -> None:
    if not (-90 <= content.latitude <= 90 and -180 <= content.longitude <= 180):
        raise Unsendable("The latitude lies between -90 and 90, the longitude between -180 and 180.")
    _text(content.name, 1000, "The place's name", required=False)
    _text(content.address, 1000, "The address", required=False)


def _check_frame(content: Buttons | Menu | LinkButton, longest_body: int = 1024) -> None:
    _text(content.body, longest_body, "The text")
    _text(content.header, 60, "The header", required=False)
    _text(content.footer, 60, "The footer", required=False)


def _check_buttons(content: Buttons) -> None:
    _check_frame(content)
    if not 1 <= len(content.buttons) <= 3:
        raise Unsendable("WhatsApp shows one to three buttons. Use a list for more.")
    for button in content.buttons:
        _text(button.id, 256, "A button's id")
        _text(button.title, 20, "A button's title")
    _unique([button.id for button in content.buttons], "buttons need ids")
    _unique([button.title for button in content.buttons], "buttons need titles")


def _check_menu(content: Menu) -> None:
    _check_frame(content, longest_body=4096)
    _text(content.button, 20, "The button that opens the list")
    rows = [row for section in content.sections for row in section.rows]
    if not content.sections or not all(section.rows for section in content.sections):
        raise Unsendable("A list needs at least one row, and every section too.")
    if len(rows) > 10:
        raise Unsendable(f"A list holds ten rows at most; this has {len(rows)}.")
    for section in content.sections:
        _text(section.title, 24, "A section's title", required=len(content.sections) > 1)
    for row in rows:
        _text(row.id, 200, "A row's id")
        _text(row.title, 24, "A row's title")
        _text(row.description, 72, "A row's description", required=False)
    _unique([row.id for row in rows], "rows need ids")


def _check_link(content: LinkButton) -> None:
    _check_frame(content)
    _text(content.display_text, 20, "The button's text")
    _text(content.url, 2000, "The address")
    if urlsplit(content.url).scheme not in ("http", "https") or not urlsplit(content.url).netloc:
        raise Unsendable("The button opens a web page: give an address that starts with https://.")


def _check_request(content: LocationRequest | ContactRequest) -> None:
    _text(content.body, 1024, "The text")


def _check_reaction(content: Reaction) -> None:
    if not content.provider_id:
        raise Unsendable("This message has no id at WhatsApp yet: it cannot be reacted to.")
    if content.emoji and not _EMOJI.fullmatch(content.emoji):
        raise Unsendable("A reaction is one emoji; an empty one takes it back.")


def _check_template(content: Template) -> None:
    _text(content.name, 512, "The template's name")
    _text(content.text, 8192, "The template's text")


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise Unsendable(f"The {what} of their own: two are the same.")


_CHECKS: dict[type, Callable[[Any], None]] = {
    Text: _check_text,
    Media: _check_media,
    Location: _check_location,
    Buttons: _check_buttons,
    Menu: _check_menu,
    LinkButton: _check_link,
    LocationRequest: _check_request,
    ContactRequest: _check_request,
    Reaction: _check_reaction,
    Template: _check_template,
}
