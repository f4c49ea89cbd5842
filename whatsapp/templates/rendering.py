"""A template as the customer sees it: for the preview, with WhatsApp's marks as safe HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from whatsapp.templates.parts import MEDIA_FORMATS, Button, Parts, read, substitute, variables

BUTTON_WORDS = {
    "QUICK_REPLY": "Answers with its text",
    "URL": "Opens",
    "PHONE_NUMBER": "Calls",
    "COPY_CODE": "Copies",
    "OTP": "Copies the code",
    "FLOW": "Opens a form",
    "CATALOG": "Opens the catalogue",
    "VOICE_CALL": "Calls on WhatsApp",
}
_CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
#: A mark counts at the edge of words only, and never around spaces: 2*3*4 and snake_case_words stay as they are.
_MARKS = (("*", "strong"), ("_", "em"), ("~", "s"))
_PATTERNS = [
    (re.compile(rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=\S)([^{re.escape(mark)}\n]*?\S){re.escape(mark)}(?!\w)"),
     rf"<{tag}>\1</{tag}>")
    for mark, tag in _MARKS
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreviewButton:
    """`does` says what a tap does, `detail` with what: the address, the number, the code."""

    kind: str
    text: str
    does: str
    detail: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`header_kind` is text, image, video, document, location, or empty; the HTML in it is safe to show."""

    header_kind: str
    header: str
    body: SafeString
    footer: str
    buttons: tuple[PreviewButton, ...]
    unknown: tuple[str, ...] = ()


def preview(components: Any, values: Mapping[str, str] | None = None) -> Preview:
    """What the customer will see. `values` by field name (see `filling.fields_of`); examples stand for what is missing.

    Never raises: what cannot be shown is named in `unknown`.
    """
    found, given = read(components), values or {}
    in_header = {name.removeprefix("header."): value for name, value in given.items() if name.startswith("header.")}
    body = substitute(found.body, dict(found.body_examples) | dict(given))
    return Preview(
        header_kind=MEDIA_FORMATS.get(found.header_format, found.header_format.lower()),
        header=substitute(found.header, dict(found.header_examples) | in_header),
        body=markup(body),
        footer=found.footer,
        buttons=tuple(_button(button, given) for button in found.buttons),
        unknown=found.strange,
    )


def markup(text: str) -> SafeString:
    """WhatsApp's *bold*, _italic_, ~struck~, `code` and ```monospace``` as HTML; all else is escaped."""
    pieces, end = [], 0
    for match in _CODE.finditer(text):
        pieces += [_marked(text[end : match.start()]), f"<code>{_lines(escape(match[1] or match[2]))}</code>"]
        end = match.end()
    return mark_safe("".join([*pieces, _marked(text[end:])]))  # noqa: S308 - every piece was escaped


def header_words(found: Parts, header: str, filename: str = "") -> str:
    """The header in words: its text, or what it shows."""
    if found.header_format in ("", "TEXT"):
        return header
    return " ".join(filter(None, [f"[{found.header_format.capitalize()}]", filename]))


def button_words(button: Button, detail: str) -> str:
    """A button in words, as in the text kept with the message."""
    return f"[{button.text or 'Copy code'}] {detail}".strip()


def _marked(text: str) -> str:
    html = str(escape(text))
    for pattern, replacement in _PATTERNS:
        html = pattern.sub(replacement, html)
    return _lines(html)


def _lines(html: str) -> str:
    return str(html).replace("\r\n", "\n").replace("\n", "<br>")


def _button(button: Button, given: Mapping[str, str]) -> PreviewButton:
    detail, value = button.value, given.get(f"button.{button.index}", "")
    if button.kind == "URL":
        example = next(iter(button.examples), "")
        detail = substitute(button.value, dict.fromkeys(variables(button.value), value)) if value else example or detail
    elif button.kind in ("COPY_CODE", "OTP"):
        detail = value or detail
    does = BUTTON_WORDS.get(button.kind, button.kind.replace("_", " ").capitalize())
    return PreviewButton(button.kind.lower(), button.text or "Copy code", does, detail)
