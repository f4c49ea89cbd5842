"""A sent template as the customer sees it. Every word comes from the text kept with the message; the template's row
only says where header, footer and buttons begin, and is not believed where the text tells otherwise."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from console.presenters.traces import safe_url
from conversations.models import Message
from whatsapp.models import MessageTemplate
from whatsapp.templates.parts import Parts, read
from whatsapp.templates.rendering import markup

_ICONS = {
    "QUICK_REPLY": "arrow-uturn-left", "URL": "link", "PHONE_NUMBER": "phone", "COPY_CODE": "square-2-stack",
    "OTP": "square-2-stack", "FLOW": "clipboard-document-list", "VOICE_CALL": "phone",
}  # fmt: skip
_BUTTON = re.compile(r"\[([^\]\n]+)\] ?(.*)")


@dataclass(frozen=True, slots=True)
class SentTemplate:
    """`name` tells it to whoever knows the templates; the rest is what the customer reads."""

    name: str
    header: str
    body: SafeString
    footer: str
    options: list[dict[str, str]]


def parts_by_id(messages: Iterable[Message]) -> dict[int, Parts]:
    """The templates that these messages came from, as they are now: one query, or none."""
    ids = {number for message in messages if (number := _template_id(message))}
    if not ids:
        return {}
    rows = MessageTemplate.objects.filter(pk__in=ids).values_list("pk", "components")
    return {pk: read(components) for pk, components in rows}


def sent_template(message: Message, known: Mapping[int, Parts]) -> SentTemplate | None:
    """None for a message that is no template."""
    if message.type != Message.TEMPLATE:
        return None
    content = message.content if isinstance(message.content, dict) else {}
    text = str(content.get("text") or message.body)
    parts = known.get(_template_id(message) or 0, Parts())
    text, options = _without_buttons(text, parts)
    text, footer = _without_footer(text, parts)
    header, body = _header(text, parts)
    name = f"{content.get('name', '')}, {content.get('locale', '')}".strip(", ")
    return SentTemplate(name, header, markup(body), footer, options)


def _template_id(message: Message) -> int | None:
    number = message.content.get("template") if isinstance(message.content, dict) else None
    return number if message.type == Message.TEMPLATE and isinstance(number, int) else None


def _without_buttons(text: str, parts: Parts) -> tuple[str, list[dict[str, str]]]:
    """The last block, where it is nothing but as many buttons as the template has."""
    rest, _, last = text.rpartition("\n\n")
    found = [_BUTTON.fullmatch(line) for line in last.split("\n")]
    if not parts.buttons or len(found) != len(parts.buttons) or not all(found):
        return text, []
    pairs = zip(parts.buttons, (match for match in found if match), strict=True)
    return rest, [_option(button.kind, match[1], match[2]) for button, match in pairs]


def _option(kind: str, title: str, detail: str) -> dict[str, str]:
    icon = _ICONS.get(kind, "cursor-arrow-rays")
    return {"icon": icon, "title": title, "detail": detail, "href": safe_url(detail) if kind == "URL" else ""}


def _without_footer(text: str, parts: Parts) -> tuple[str, str]:
    ending = f"\n\n{parts.footer}"
    return (text.removesuffix(ending), parts.footer) if parts.footer and text.endswith(ending) else (text, "")


def _header(text: str, parts: Parts) -> tuple[str, str]:
    """The first block, where the template begins with a header."""
    first, gap, rest = text.partition("\n\n")
    return (first, rest) if parts.header_format and gap else ("", text)
