"""The rules of text, media, location, contacts and reaction messages."""

import re
from collections.abc import Mapping
from typing import Any

from whatsapp.standin.rules import fields
from whatsapp.standin.rules.errors import GraphError

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_FILENAME = 240
MAX_CONTACTS = 257

MEDIA_FIELDS = {
    "image": {"id", "link", "caption"},
    "video": {"id", "link", "caption"},
    "document": {"id", "link", "caption", "filename"},
    "audio": {"id", "link", "voice"},
    "sticker": {"id", "link"},
}
MEDIA_TYPES = tuple(MEDIA_FIELDS)

_BASE = "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
_BASE += "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
_ONE = f"{_BASE}\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
#: One emoji as a person sees it: with its skin tone, joined to others, a flag, or a key cap.
EMOJI = re.compile(f"{_ONE}(?:\u200d{_ONE})*|[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3")

CONTACT_FIELDS = {"name", "phones", "emails", "addresses", "urls", "org", "birthday"}
NAME_PARTS = ("first_name", "last_name", "middle_name", "suffix", "prefix")
CONTACT_PARTS = {
    "phones": {"phone", "type", "wa_id"},
    "emails": {"email", "type"},
    "urls": {"url", "type"},
    "addresses": {"street", "city", "state", "zip", "country", "country_code", "type"},
}


def check_text(text: Mapping[str, Any]) -> None:
    """Raises GraphError unless it is `{body: 1..4096 characters, preview_url?: bool}`."""
    fields.only(text, {"body", "preview_url"}, "text")
    fields.text(text, "body", "text", most=MAX_TEXT, too_long=100)
    fields.flag(text, "preview_url", "text")


def check_media(kind: str, media: Mapping[str, Any], where: str = "") -> None:
    """Raises GraphError unless it names one file, by `id` or `link`, and has only what its kind may have."""
    where = where or kind
    fields.only(media, MEDIA_FIELDS[kind], where)
    if "id" in media and "link" in media:
        raise GraphError(131009, f"Param {where} must have one of id and link, not both.")
    if "link" in media:
        fields.web_address(media, "link", where)
    elif "id" in media:
        fields.text(media, "id", where, most=64)
    else:
        raise GraphError(131008, f"The parameter {where} needs one of id and link.")
    fields.optional_text(media, "caption", where, most=MAX_CAPTION, too_long=100)
    fields.optional_text(media, "filename", where, most=MAX_FILENAME, too_long=100)
    fields.flag(media, "voice", where)


def check_location(location: Mapping[str, Any]) -> None:
    """Raises GraphError unless it has latitude and longitude, in degrees."""
    fields.only(location, {"latitude", "longitude", "name", "address"}, "location")
    _degrees(location, "latitude", 90)
    _degrees(location, "longitude", 180)
    fields.optional_text(location, "name", "location", most=1000)
    fields.optional_text(location, "address", "location", most=1000)


def _degrees(location: Mapping[str, Any], name: str, most: int) -> None:
    given = location.get(name)
    if given in (None, ""):
        raise fields.missing("location", name)
    try:
        right = not isinstance(given, bool) and -most <= float(given) <= most
    except (TypeError, ValueError):
        right = False
    if not right:
        raise fields.wrong("location", name, f"be a number from -{most} to {most}")


def check_reaction(reaction: Mapping[str, Any]) -> None:
    """Raises GraphError unless it names a message and one emoji; an empty emoji takes the reaction back."""
    fields.only(reaction, {"message_id", "emoji"}, "reaction")
    fields.text(reaction, "message_id", "reaction")
    if reaction.get("emoji") is None:
        raise fields.missing("reaction", "emoji")
    emoji = fields.optional_text(reaction, "emoji", "reaction")
    if emoji and EMOJI.fullmatch(emoji) is None:
        raise fields.wrong("reaction", "emoji", "be one emoji, or empty")


def check_contacts(contacts: list[Any]) -> None:
    """Raises GraphError unless each contact has a full name, one part of a name, and well-formed details."""
    for index, contact in enumerate(fields.things({"contacts": contacts}, "contacts", most=MAX_CONTACTS)):
        _check_contact(contact, fields.place("contacts", index))


def _check_contact(contact: Mapping[str, Any], where: str) -> None:
    fields.only(contact, CONTACT_FIELDS, where)
    _check_name(fields.thing(contact, "name", where), fields.place(where, "name"))
    for name, known in CONTACT_PARTS.items():
        if name in contact:
            _check_parts(fields.things(contact, name, where, least=0), known, fields.place(where, name))
    if "org" in contact:
        org = fields.thing(contact, "org", where)
        _check_parts([org], {"company", "department", "title"}, fields.place(where, "org"))
    birthday = fields.optional_text(contact, "birthday", where)
    if birthday and re.fullmatch(r"\d{4}-\d{2}-\d{2}", birthday, re.ASCII) is None:
        raise fields.wrong(where, "birthday", "be a date as YYYY-MM-DD")


def _check_name(name: Mapping[str, Any], where: str) -> None:
    fields.only(name, {"formatted_name", *NAME_PARTS}, where)
    fields.text(name, "formatted_name", where)
    said = [part for part in NAME_PARTS if fields.optional_text(name, part, where)]
    if not said:
        raise GraphError(131008, f"The parameter {where} needs one more of {', '.join(NAME_PARTS)}.")


def _check_parts(parts: list[dict[str, Any]], known: set[str], where: str) -> None:
    for part in parts:
        fields.only(part, known, where)
        for name in part:
            fields.optional_text(part, name, where)
