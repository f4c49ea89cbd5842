"""Filling a template in: what it needs, whether what was given will do, and the message that comes of it.

The limits are WhatsApp's (Meta, WhatsApp docs, "Template components", errors 132000, 132005, 132012, 132018).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from conversations import content
from whatsapp.media.limits import OUTBOUND
from whatsapp.models import Attachment, MessageTemplate
from whatsapp.templates.fields import Field, fields_of_parts
from whatsapp.templates.parts import Parts, read, substitute, variables
from whatsapp.templates.refusals import TemplateRefused
from whatsapp.templates.rendering import button_words, header_words
from whatsapp.templates.values import Value, value_of

LONGEST_HEADER, LONGEST_BODY = 60, 1024
#: Stands in a header's parameter for the id of the uploaded file, which the provider's adapter puts there.
FILE_PLACE = "<<file>>"
FILE_KINDS = ("image", "video", "document")
Params = Sequence[Any] | Mapping[str, Any]


def fields_of(template: MessageTemplate) -> list[Field]:
    """What must (or may) be filled in, in the order in which the customer reads it.

    Raises TemplateRefused where the template has parts that cannot be filled in here.
    """
    return fields_of_parts(_parts(template))


def fill(template: MessageTemplate, params: Params, *, filename: str | None = None) -> content.Template:
    """The message that this template becomes.

    `params`: by the fields' names, or a list with one value for each required field in order. A header's file is
    given as the id of its attachment; `filename` tells its name where the attachment is not to be looked up.
    The result's `text` is what the customer reads, its `components` are as Graph takes them, FILE_PLACE standing for
    the uploaded file. Raises TemplateRefused (template_params), naming each field that will not do and the mend.
    """
    found = _parts(template)
    fields = fields_of_parts(found)
    values = _values(fields, _named(fields, params))
    if filename is None:
        attachment = _attachment(fields, values)
        filename = attachment.filename if attachment else ""
    header, body = _words(found, values)
    named = template.parameter_format == "NAMED"
    return content.Template(
        template=template.pk,
        name=template.name,
        locale=template.locale,
        text=_text(found, header, body, values, filename),
        components=tuple(_components(fields, values, named=named, filename=filename)),
        category=template.category,
    )


def attachment_of(template: MessageTemplate, params: Params) -> Attachment | None:
    """The stored file that goes into the header; None for a template without one. Raises TemplateRefused as `fill`."""
    fields = fields_of(template)
    return _attachment(fields, _values(fields, _named(fields, params)))


def _parts(template: MessageTemplate) -> Parts:
    found = read(template.components)
    if not found.body:
        raise TemplateRefused("template_unsupported", f"The text of {template} is not known. Sync the templates.")
    return found


def _named(fields: Sequence[Field], params: Params) -> dict[str, Any]:
    if isinstance(params, Mapping):
        given = {str(name): value for name, value in params.items()}
    elif isinstance(params, Sequence) and not isinstance(params, str | bytes):
        given = _by_order([field for field in fields if field.required], params)
    else:
        raise _refused(["The parameters are a list, or an object with a value for each field."])
    extra = sorted(set(given) - {field.name for field in fields})
    if extra:
        known = ", ".join(field.name for field in fields) or "none"
        raise _refused([f"There is no field {', '.join(extra)[:200]}; the template's fields are: {known}."])
    return given


def _by_order(required: Sequence[Field], params: Sequence[Any]) -> dict[str, Any]:
    if len(params) != len(required):
        names = ", ".join(field.name for field in required) or "none"
        raise _refused([f"{len(params)} values were given; the template needs {len(required)} (in order: {names})."])
    return {field.name: value for field, value in zip(required, params, strict=True)}


def _values(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Value]:
    """The value of each field that has one. All faults are told at once."""
    values, faults = {}, []
    for field in fields:
        raw = given.get(field.name)
        if raw is None or raw == "":
            if field.required:
                faults.append(f"{field.label} is empty. Fill it in.")
            continue
        try:
            values[field.name] = value_of(field, raw)
        except ValueError as fault:
            faults.append(f"{field.label}: {fault}")
    if faults:
        raise _refused(faults)
    return values


def _words(found: Parts, values: Mapping[str, Value]) -> tuple[str, str]:
    """Header and body as the customer reads them. Raises TemplateRefused where they have become too long."""
    read_as = {name: value.words for name, value in values.items()}
    in_header = {name.removeprefix("header."): words for name, words in read_as.items() if name.startswith("header.")}
    header, body = substitute(found.header, in_header), substitute(found.body, read_as)
    for what, text, longest in (("header", header, LONGEST_HEADER), ("text", body, LONGEST_BODY)):
        if len(text) > longest:
            raise _refused([f"Filled in, the {what} has {len(text)} characters; WhatsApp takes {longest}. Shorten it."])
    return header, body


def _text(found: Parts, header: str, body: str, values: Mapping[str, Value], filename: str) -> str:
    if "header.location" in values:
        filename = values["header.location"].words
    blocks = [header_words(found, header, filename), body, found.footer]
    buttons = "\n".join(button_words(button, _detail(button.index, found, values)) for button in found.buttons)
    return "\n\n".join(block for block in [*blocks, buttons] if block)


def _detail(index: int, found: Parts, values: Mapping[str, Value]) -> str:
    """What a button opens, calls or copies; nothing for an answer to tap."""
    button, value = found.buttons[index], values.get(f"button.{index}")
    match button.kind:
        case "URL":
            names = variables(button.value)
            return substitute(button.value, dict.fromkeys(names, value.words)) if value else button.value
        case "COPY_CODE" | "OTP":
            return value.words if value else ""
        case "PHONE_NUMBER":
            return button.value
        case _:
            return ""


def _components(
    fields: Sequence[Field], values: Mapping[str, Value], *, named: bool, filename: str
) -> list[dict[str, Any]]:
    built: list[dict[str, Any]] = []
    for where in ("header", "body"):
        own = [field for field in fields if field.where == where and field.name in values]
        parameters = [_parameter(field, values[field.name], named=named, filename=filename) for field in own]
        if parameters:
            built.append({"type": where, "parameters": parameters})
    for field in fields:
        if field.where == "button" and (field.name in values or field.kind == "flow_token"):
            built.append(_button(field, values.get(field.name)))
    return built


def _parameter(field: Field, value: Value, *, named: bool, filename: str) -> dict[str, Any]:
    if field.kind in FILE_KINDS:
        shown = {"filename": filename} if field.kind == "document" and filename else {}
        return {"type": field.kind, field.kind: {"id": FILE_PLACE, **shown}}
    more = {"parameter_name": field.variable} if named and field.kind == "text" else {}
    return {**value.parameter, **more}


#: How Graph calls a button of each kind of field, and its parameter. A one-time code goes as the address's end.
_BUTTONS = {
    "url_suffix": ("url", "text", "text"),
    "otp": ("url", "text", "text"),
    "code": ("copy_code", "coupon_code", "coupon_code"),
    "payload": ("quick_reply", "payload", "payload"),
}


def _button(field: Field, value: Value | None) -> dict[str, Any]:
    index = field.name.removeprefix("button.")
    if field.kind == "flow_token":
        # Graph wants the part even where nothing is to be said; "unused" is its own word for that
        action = {"flow_token": value.words if value else "unused"}
        return _button_part("flow", index, {"type": "action", "action": action})
    sub_type, kind, name = _BUTTONS[field.kind]
    return _button_part(sub_type, index, {"type": kind, name: value.words if value else ""})


def _button_part(sub_type: str, index: str, parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter]}


def _attachment(fields: Sequence[Field], values: Mapping[str, Value]) -> Attachment | None:
    field = next((field for field in fields if field.kind in FILE_KINDS and field.name in values), None)
    if field is None:
        return None
    number, limit = values[field.name].words, OUTBOUND[field.kind]
    attachment = Attachment.objects.filter(pk=int(number), state=Attachment.State.STORED).first()
    if attachment is None:
        raise _refused([f"{field.label}: there is no stored file {number}. Upload it first."])
    if attachment.mime_type not in limit.types:
        raise _refused([f"{field.label}: {attachment.mime_type or 'a file of unknown type'} does not go there."])
    if (attachment.size or 0) > limit.largest:
        raise _refused([f"{field.label}: the file is larger than WhatsApp takes. {limit.mend}"])
    return attachment


def _refused(faults: Sequence[str]) -> TemplateRefused:
    return TemplateRefused("template_params", " ".join(faults))
