"""The picker of templates: which there are, what the chosen one wants, what the customer will read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations import outbox
from conversations.models import Conversation
from whatsapp import channel_state
from whatsapp.models import MessageTemplate
from whatsapp.sending import templates_for
from whatsapp.templates.fields import Field
from whatsapp.templates.filling import FILE_KINDS, fields_of, fill
from whatsapp.templates.refusals import TemplateRefused
from whatsapp.templates.rendering import Preview, preview

#: Fields of the form that a template's field is made of; a place has four.
PREFIX = "field:"
PLACE = ("latitude", "longitude", "name", "address")
#: Stands for a file that was chosen and is not uploaded yet.
CHOSEN_FILE = "0"


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as the form shows it. `input_type` is text, file or place."""

    field: Field
    name: str
    input_type: str
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """`trouble` says why nothing can be sent; `no_consent` that the customer's consent is what is missing."""

    templates: list[MessageTemplate]
    chosen: MessageTemplate | None = None
    entries: list[Entry] = field(default_factory=list)
    trouble: str = ""
    no_consent: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The bubble. With `faults` some of it are the template's examples; without, it is what will be sent."""

    preview: Preview
    header: str
    faults: str


def picker_of(conversation: Conversation, *, chosen: str, now: datetime) -> Picker:
    """What the dialog shows; `chosen` is the id of a template, or anything else for none."""
    if words := channel_state.templates_obstacle(conversation.channel):
        return Picker([], trouble=f"This number sends no templates now: {words}")
    try:
        templates = templates_for(conversation)
    except TemplateRefused as refused:
        return Picker([], trouble=refused.words)
    if not templates:
        return Picker([], trouble="No approved template is known for this number. They are synced in the admin.")
    template = found(templates, chosen)
    if template is None:
        return Picker(templates)
    reason = outbox.template_refusal(conversation, category=template.category, now=now)
    no_consent = reason.words if reason else ""
    try:
        return Picker(templates, template, entries_of(template), no_consent=no_consent)
    except TemplateRefused as refused:
        return Picker(templates, template, trouble=refused.words, no_consent=no_consent)


def found(templates: list[MessageTemplate], chosen: str) -> MessageTemplate | None:
    """The template of that id among these."""
    return next((template for template in templates if str(template.pk) == chosen), None)


def entries_of(template: MessageTemplate) -> list[Entry]:
    """What an agent fills in: what WhatsApp needs, not what programs may add. Raises TemplateRefused."""
    return [_entry(found) for found in fields_of(template) if found.required]


def params_from(template: MessageTemplate, data: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields as `fill` takes them. Raises TemplateRefused.

    A file is never taken by its number: whoever sends one uploads it, so nobody sends another customer's.
    """
    params: dict[str, Any] = {}
    for entry in entries_of(template):
        if entry.input_type == "place":
            place = {part: _clean(data.get(f"{entry.name}.{part}", "")) for part in PLACE}
            if any(place.values()):
                params[entry.field.name] = place
        elif entry.input_type == "text" and (value := _clean(data.get(entry.name, ""))):
            params[entry.field.name] = value
    return params


def shown(template: MessageTemplate, params: Mapping[str, Any], *, filename: str) -> Shown:
    """The bubble as these parameters make it, and what is still wrong with them, in words."""
    words = {name: value for name, value in params.items() if isinstance(value, str)}
    place = params.get("header.location")
    header = place["name"] if isinstance(place, dict) else filename
    try:
        fill(template, params, filename=filename)
        faults = ""
    except TemplateRefused as refused:
        faults = refused.words
    return Shown(preview(template.components, words), header, faults)


def _entry(found: Field) -> Entry:
    name = f"{PREFIX}{found.name}"
    if found.kind in FILE_KINDS:
        return Entry(found, name, "file", _ACCEPT[found.kind])
    return Entry(found, name, "place" if found.kind == "location" else "text")


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()


_ACCEPT = {
    "image": "image/jpeg,image/png",
    "video": "video/mp4,video/3gpp",
    "document": ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt",
}
