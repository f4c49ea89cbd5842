"""What a template wants filled in: the fields of the console's form and of the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from whatsapp.templates.parts import MEDIA_FORMATS, Button, Parts, variables
from whatsapp.templates.refusals import TemplateRefused

Kind = Literal["text", "image", "video", "document", "location", "url_suffix", "code", "otp", "payload", "flow_token"]
#: Buttons that go out as they are.
_FIXED = frozenset({"PHONE_NUMBER", "CATALOG", "VOICE_CALL"})


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `name` is unique in its template: a variable of the body by its own name, `header.…`,
    `button.<index>`; `variable` is what stands in the braces; `where` is header, body or button."""

    name: str
    label: str
    kind: Kind
    required: bool
    example: str
    where: str
    variable: str = ""


def fields_of_parts(found: Parts) -> list[Field]:
    """In the order in which the customer reads them. Raises TemplateRefused for parts that cannot be filled in here."""
    return [*_header(found), *_body(found), *_buttons(found)]


def _header(found: Parts) -> Iterator[Field]:
    if found.strange:
        raise _unsupported(", ".join(found.strange))
    kind = found.header_format
    if kind in MEDIA_FORMATS and found.header_fixed:
        return
    if kind in MEDIA_FORMATS:
        media = MEDIA_FORMATS[kind]
        yield Field(f"header.{media}", f"Header {media}", media, True, "", "header")  # type: ignore[arg-type]
    elif kind == "LOCATION":
        yield Field("header.location", "Header location", "location", True, "", "header")
    elif kind not in ("", "TEXT"):
        raise _unsupported(f"a header of kind {kind}")
    examples = dict(found.header_examples)
    for name in variables(found.header):
        yield Field(f"header.{name}", f"Header {_shown(name)}", "text", True, examples.get(name, ""), "header", name)


def _body(found: Parts) -> Iterator[Field]:
    examples = dict(found.body_examples)
    for name in variables(found.body):
        yield Field(name, f"Text {_shown(name)}", "text", True, examples.get(name, ""), "body", name)


def _buttons(found: Parts) -> Iterator[Field]:
    for button in found.buttons:
        field = _button(button)
        if field is not None:
            yield field


def _button(button: Button) -> Field | None:
    name, example = f"button.{button.index}", next(iter(button.examples), "")
    match button.kind:
        case "URL" if names := variables(button.value):
            label = f"End of the address of button “{button.text}”"
            root = button.value.partition("{{")[0]
            return Field(name, label, "url_suffix", True, example.removeprefix(root), "button", names[0])
        case "COPY_CODE":
            return Field(name, "Code to copy", "code", True, example, "button")
        case "OTP":
            return Field(name, "One-time code", "otp", True, example, "button")
        case "QUICK_REPLY":
            return Field(name, f"Payload of button “{button.text}”", "payload", button.open, "", "button")
        case "FLOW":
            return Field(name, f"Token of form “{button.text}”", "flow_token", False, "", "button")
        case "URL":
            return None
        case kind if kind in _FIXED:
            return None
        case kind:
            raise _unsupported(f"a button of kind {kind or '(none)'}")


def _shown(name: str) -> str:
    return f"{{{{{name}}}}}"


def _unsupported(what: str) -> TemplateRefused:
    return TemplateRefused(
        "template_unsupported", f"This template has {what}, which cannot be filled in here. Choose another template."
    )
