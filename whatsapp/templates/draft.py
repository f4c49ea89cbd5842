"""A template as a person writes it, and Graph's components from it and back (Meta, WhatsApp docs, "Components")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from whatsapp.templates.parts import MEDIA_FORMATS, VARIABLE, Parts, read, variables

BUTTON_KINDS = {
    "QUICK_REPLY": "Answer to tap",
    "URL": "Opens a web page",
    "PHONE_NUMBER": "Calls a number",
    "COPY_CODE": "Copies a code",
}
HEADER_KINDS = {
    "": "None",
    "TEXT": "Text",
    "IMAGE": "Image",
    "VIDEO": "Video",
    "DOCUMENT": "Document",
    "LOCATION": "Location",
}
MOST_BUTTONS = 10


@dataclass(frozen=True, slots=True)
class DraftButton:
    """`value`: the address, the number, or the code's example; `example`: a whole address where it has a variable."""

    kind: str
    text: str
    value: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """`header_handle`: the provider's name for the uploaded sample file. Examples are by variable."""

    name: str
    locale: str
    category: str
    body: str
    parameter_format: str = "POSITIONAL"
    header_kind: str = ""
    header: str = ""
    header_handle: str = ""
    footer: str = ""
    buttons: tuple[DraftButton, ...] = ()
    header_examples: Mapping[str, str] = field(default_factory=dict)
    body_examples: Mapping[str, str] = field(default_factory=dict)


def components_of(draft: Draft) -> list[dict[str, Any]]:
    """As Graph takes them when a template is created or edited."""
    parts = [_header(draft), _worded("body", draft.body, draft.body_examples, draft.parameter_format)]
    if draft.footer:
        parts.append({"type": "FOOTER", "text": draft.footer})
    if draft.buttons:
        parts.append({"type": "BUTTONS", "buttons": [_button(button) for button in draft.buttons]})
    return [part for part in parts if part]


def is_writable(components: Any) -> bool:
    """Whether the form here can hold all of it: nothing is lost by editing."""
    found = read(components)
    plain = not found.strange and found.header_format in HEADER_KINDS
    return plain and all(button.kind in BUTTON_KINDS for button in found.buttons)


def draft_of(name: str, locale: str, category: str, parameter_format: str, components: Any) -> Draft:
    """The components as a person writes them."""
    found = read(components)
    return Draft(
        name=name,
        locale=locale,
        category=category,
        parameter_format=parameter_format,
        header_kind=found.header_format,
        header=found.header,
        header_handle=found.header_handle,
        body=found.body,
        footer=found.footer,
        buttons=tuple(_draft_buttons(found)),
        header_examples=dict(found.header_examples),
        body_examples=dict(found.body_examples),
    )


def _header(draft: Draft) -> dict[str, Any]:
    if draft.header_kind == "TEXT":
        return {
            **_worded("header", draft.header, draft.header_examples, draft.parameter_format),
            "format": "TEXT",
        }
    if draft.header_kind in MEDIA_FORMATS:
        sample = {"example": {"header_handle": [draft.header_handle]}} if draft.header_handle else {}
        return {"type": "HEADER", "format": draft.header_kind, **sample}
    return {"type": "HEADER", "format": draft.header_kind} if draft.header_kind else {}


def _worded(where: str, text: str, examples: Mapping[str, str], parameter_format: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": where.upper(), "text": text}
    names = variables(text)
    if not names:
        return part
    if parameter_format == "NAMED":
        named = [{"param_name": name, "example": examples.get(name, "")} for name in names]
        return part | {"example": {f"{where}_text_named_params": named}}
    told: list[Any] = [examples.get(name, "") for name in names]
    return part | {"example": {f"{where}_text": [told] if where == "body" else told}}


def _button(button: DraftButton) -> dict[str, Any]:
    match button.kind:
        case "URL":
            example = {"example": [button.example]} if VARIABLE.search(button.value) else {}
            return {"type": "URL", "text": button.text, "url": button.value, **example}
        case "PHONE_NUMBER":
            return {"type": "PHONE_NUMBER", "text": button.text, "phone_number": button.value}
        case "COPY_CODE":
            return {"type": "COPY_CODE", "example": button.value}
        case _:
            return {"type": button.kind, "text": button.text}


def _draft_buttons(found: Parts) -> list[DraftButton]:
    return [
        DraftButton(
            button.kind,
            "" if button.kind == "COPY_CODE" else button.text,
            button.value,
            next(iter(button.examples), "") if button.kind == "URL" else "",
        )
        for button in found.buttons
    ]
