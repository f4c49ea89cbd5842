"""The rules of message templates themselves: what may be created, and how it may be edited."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from whatsapp.standin.rules import fields
from whatsapp.standin.rules.errors import GraphError

MAX_NAME, MAX_BODY, MAX_FOOTER, MAX_HEADER = 512, 1024, 60, 60
MAX_BUTTONS, MAX_BUTTON_TEXT = 10, 25
CATEGORIES = {"MARKETING", "UTILITY", "AUTHENTICATION"}
HEADER_FORMATS = {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"}
BUTTON_TYPES = {"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "FLOW", "REQUEST_CONTACT_INFO"}
EDITABLE = {"APPROVED", "REJECTED", "PAUSED"}
COMPONENT_FIELDS = {
    "HEADER": {"type", "format", "text", "example"},
    "BODY": {"type", "text", "example"},
    "FOOTER": {"type", "text"},
    "BUTTONS": {"type", "buttons"},
}

VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
NAME = re.compile(r"[a-z][a-z0-9_]*")


def variables(text: str) -> list[str]:
    """The names, or numbers, of a text's variables in the order they first come."""
    return list(dict.fromkeys(name.strip() for name in VARIABLE.findall(text)))


def check_definition(given: Mapping[str, Any]) -> None:
    """Raises GraphError 100, 131008 or 131009 for a template that could not be created."""
    known = {"name", "language", "category", "components", "parameter_format", "allow_category_change"}
    fields.only(given, known, "")
    name = fields.text(given, "name", most=MAX_NAME, too_long=100)
    if re.fullmatch(r"[a-z0-9_]+", name, re.ASCII) is None:
        raise GraphError(100, "Param name may have lower-case letters, digits and underscores only.")
    language = fields.text(given, "language")
    if re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2,4})?", language, re.ASCII) is None:
        raise GraphError(100, "Param language must be a locale code such as en_US or de.")
    fields.one_of(given, "category", CATEGORIES, code=100)
    parameter_format = str(given.get("parameter_format", "POSITIONAL")).upper()
    if parameter_format not in ("POSITIONAL", "NAMED"):
        raise GraphError(100, "Param parameter_format must be one of {NAMED, POSITIONAL}.")
    check_components(given, named=parameter_format == "NAMED")


def check_components(given: Mapping[str, Any], *, named: bool) -> None:
    """Raises GraphError unless there is one body and at most one of each other part, all within their limits."""
    components = fields.things(given, "components")
    kinds = [fields.one_of(part, "type", set(COMPONENT_FIELDS), "components", code=100) for part in components]
    if kinds.count("BODY") != 1:
        raise GraphError(100, "A template needs one component of type BODY.")
    if len(set(kinds)) < len(kinds):
        raise GraphError(100, "A template may have one component of each type.")
    for kind, part in zip(kinds, components, strict=True):
        fields.only(part, COMPONENT_FIELDS[kind], "components")
        if kind == "BODY":
            _check_words(part, "BODY", MAX_BODY, named=named)
        elif kind == "HEADER":
            _check_header(part, named=named)
        elif kind == "FOOTER":
            _check_footer(part)
        else:
            _check_buttons(fields.things(part, "buttons", "components", most=MAX_BUTTONS))


def _check_header(part: Mapping[str, Any], *, named: bool) -> None:
    kind = fields.one_of(part, "format", HEADER_FORMATS, "components['HEADER']", code=100)
    if kind == "TEXT":
        _check_words(part, "HEADER", MAX_HEADER, named=named)
        if len(variables(part["text"])) > 1:
            raise GraphError(100, "A header may have one variable.")
    elif kind != "LOCATION" and not _example(part).get("header_handle"):
        raise GraphError(100, f"A header of format {kind} needs example['header_handle'], a sample of the file.")


def _check_footer(part: Mapping[str, Any]) -> None:
    if variables(fields.text(part, "text", "components['FOOTER']", most=MAX_FOOTER, too_long=100)):
        raise GraphError(100, "A footer may have no variables.")


def _check_words(part: Mapping[str, Any], kind: str, most: int, *, named: bool) -> None:
    words = fields.text(part, "text", f"components['{kind}']", most=most, too_long=100).strip()
    names = variables(words)
    if not names:
        return
    if kind == "BODY" and (words.startswith("{{") or words.endswith("}}")):
        raise GraphError(100, "Variables can't be at the start or end of the template.", subcode=2388299)
    if named:
        _check_named(names, _example(part), kind.lower())
    else:
        _check_positional(names, _example(part), kind.lower())


def _check_named(names: list[str], example: Mapping[str, Any], kind: str) -> None:
    for name in names:
        if NAME.fullmatch(name) is None:
            raise GraphError(100, f"The variable {name!r} must be lower-case letters, digits and underscores.")
    given = fields.things(example, f"{kind}_text_named_params", "example")
    samples = {str(one.get("param_name")): one.get("example") for one in given}
    for name in names:
        if not samples.get(name):
            raise GraphError(100, f"Give an example for {name} in example['{kind}_text_named_params'].")


def _check_positional(names: list[str], example: Mapping[str, Any], kind: str) -> None:
    if sorted(names) != sorted(str(number) for number in range(1, len(names) + 1)):
        raise GraphError(100, "Variables must be numbered {{1}}, {{2}}, … without gaps.")
    row = example.get(f"{kind}_text")
    if kind == "body" and isinstance(row, list) and row and isinstance(row[0], list):
        row = row[0]
    if not isinstance(row, list) or len(row) != len(names) or not all(row):
        raise GraphError(100, f"Give an example for each variable in example['{kind}_text'].", subcode=2388043)


def _example(part: Mapping[str, Any]) -> dict[str, Any]:
    return fields.as_thing(part.get("example", {}), "components", "example")


def _check_buttons(buttons: list[dict[str, Any]]) -> None:
    for index, button in enumerate(buttons):
        where = f"buttons[{index}]"
        kind = fields.one_of(button, "type", BUTTON_TYPES, where, code=100)
        if kind != "COPY_CODE":
            fields.text(button, "text", where, most=MAX_BUTTON_TEXT, too_long=100)
        if kind == "URL":
            _check_link(button, where)
        elif kind == "PHONE_NUMBER":
            fields.text(button, "phone_number", where, most=20, too_long=100)


def _check_link(button: Mapping[str, Any], where: str) -> None:
    url = fields.web_address(button, "url", where)
    names = variables(url)
    if not names:
        return
    if names != ["1"] or not url.endswith("{{1}}"):
        raise GraphError(100, "A link may have one variable, {{1}}, at its end.")
    if not button.get("example"):
        raise GraphError(100, f"Give an example for the variable of {where}.")


def check_edit(given: Mapping[str, Any], *, status: str, named: bool, edited: list[datetime], now: datetime) -> None:
    """Raises GraphError 100 where the template cannot be edited, or not so. `edited`: when it was before."""
    fields.only(given, {"category", "components"}, "")
    if not given:
        raise GraphError(131008, "Give category or components.")
    if status not in EDITABLE:
        raise GraphError(100, f"A template that is {status} cannot be edited.", subcode=2388039)
    if status == "APPROVED":
        _check_pace(edited, now)
        if "category" in given:
            raise GraphError(100, "The category of an approved template cannot be edited.", subcode=2388039)
    if "category" in given:
        fields.one_of(given, "category", CATEGORIES, code=100)
    if "components" in given:
        check_components(given, named=named)


def _check_pace(edited: list[datetime], now: datetime) -> None:
    in_a_day = [at for at in edited if now - at < timedelta(days=1)]
    in_a_month = [at for at in edited if now - at < timedelta(days=30)]
    if in_a_day or len(in_a_month) >= 10:
        raise GraphError(100, "An approved template may be edited once in 24 hours and ten times in 30 days.")
