"""The rules of sending a template: its parameters must fit the definition that was approved."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from whatsapp.standin.rules import fields
from whatsapp.standin.rules.definitions import variables
from whatsapp.standin.rules.errors import GraphError
from whatsapp.standin.rules.messages import MEDIA_TYPES, check_media

MAX_NAME = 512
MAX_WORDS = {"body": 1024, "header": 60}
MAX_PAYLOAD = 256
MAX_COUPON = 15
SUB_TYPES = {
    "quick_reply": "QUICK_REPLY",
    "url": "URL",
    "flow": "FLOW",
    "copy_code": "COPY_CODE",
    "catalog": "CATALOG",
}
WORDS = {"text", "currency", "date_time"}
#: What a parameter of a button of each type is, and the field that holds it.
BUTTON_PARAMETERS = {"URL": ("text", "text"), "QUICK_REPLY": ("payload", "payload"), "FLOW": ("action", "action"),
                     "COPY_CODE": ("coupon_code", "coupon_code")}  # fmt: skip

Part = Mapping[str, Any]


def in_lower_case(content: Part) -> dict[str, Any]:
    """The same with the components' types in lower case: Graph takes HEADER and URL as well."""
    parts = content.get("components")
    if not isinstance(parts, list):
        return dict(content)
    return {**content, "components": [_lowered(part) if isinstance(part, dict) else part for part in parts]}


def _lowered(part: Part) -> dict[str, Any]:
    lowered = {name: part[name].lower() for name in ("type", "sub_type") if isinstance(part.get(name), str)}
    return {**part, **lowered}


def check_template_shape(content: Part) -> None:
    """Raises GraphError unless it names a template and a language and its components are well-formed."""
    fields.only(content, {"name", "language", "components"}, "template")
    fields.text(content, "name", "template", most=MAX_NAME)
    language = fields.thing(content, "language", "template")
    fields.only(language, {"code", "policy"}, "template['language']")
    fields.text(language, "code", "template['language']")
    if "policy" in language:
        fields.one_of(language, "policy", {"deterministic"}, "template['language']")
    if "components" in content:
        _check_parts(fields.things(content, "components", "template", least=0))


def _check_parts(parts: list[dict[str, Any]]) -> None:
    places = []
    for index, part in enumerate(parts):
        where = f"template['components'][{index}]"
        kind = fields.one_of(part, "type", {"header", "body", "button"}, where, code=100)
        more = {"sub_type", "index"} if kind == "button" else set()
        fields.only(part, {"type", "parameters"} | more, where)
        if kind == "button":
            fields.one_of(part, "sub_type", SUB_TYPES, where, code=100)
            places.append(f"button {_index(part, where)}")
        else:
            places.append(kind)
        for parameter in fields.things(part, "parameters", where, least=0):
            fields.text(parameter, "type", f"{where}['parameters']")
    fields.unique(places, "component", "template['components']")


def _index(part: Part, where: str = "") -> int:
    index = str(part.get("index", ""))
    if isinstance(part.get("index"), bool) or re.fullmatch(r"\d", index, re.ASCII) is None:
        raise fields.wrong(where, "index", "be the button's place, from 0 to 9")
    return int(index)


def check_template(content: Part, definition: Part, *, by_bsuid: bool = False) -> None:
    """Raises GraphError 132000, 132005, 132012, 132018 or 131008 unless the parameters fit the definition.

    `definition`: `components` and `parameter_format` as Graph lists them. `by_bsuid`: sent to a user id, which
    no copy-code authentication template may be (131062).
    """
    defined = {part["type"]: part for part in definition["components"]}
    if by_bsuid and definition["category"] == "AUTHENTICATION":
        raise GraphError(131062, "Authentication templates need a phone number; a user id will not do.")
    given = {part["type"]: part["parameters"] for part in content.get("components", []) if part["type"] != "button"}
    named = definition["parameter_format"] == "NAMED"
    _check_words("body", given.get("body", []), defined["BODY"]["text"], named=named)
    _check_header(given.get("header", []), defined.get("HEADER"), named=named)
    buttons = {_index(part): part for part in content.get("components", []) if part["type"] == "button"}
    _check_buttons(buttons, defined.get("BUTTONS", {"buttons": []})["buttons"])


def _check_words(kind: str, given: list[dict[str, Any]], text: str, *, named: bool) -> None:
    names = variables(text)
    if len(given) != len(names):
        raise GraphError(
            132000,
            f"{kind}: number of localizable_params ({len(given)}) does not match the expected number of params "
            f"({len(names)})",
        )
    for parameter in given:
        _check_word(kind, parameter)
    if named:
        _check_names(kind, given, names)
    elif any("parameter_name" in parameter for parameter in given):
        raise GraphError(132012, f"{kind}: the template's parameters are positional, they have no names.")
    _check_length(kind, given, text)


def _check_names(kind: str, given: list[dict[str, Any]], names: list[str]) -> None:
    said = [parameter.get("parameter_name") or "" for parameter in given]
    if sorted(map(str, said)) != sorted(names):
        raise GraphError(132012, f"{kind}: expected the parameter names {', '.join(names)}.")


def _check_word(kind: str, parameter: Part) -> None:
    if parameter["type"] not in WORDS:
        raise GraphError(132012, f"{kind}: Format mismatch, expected TEXT, received {parameter['type'].upper()[:40]}")
    where = f"template['{kind}']"
    fields.only(parameter, {"type", "parameter_name", parameter["type"]}, where)
    if parameter["type"] == "text":
        words = fields.text(parameter, "text", where)
    else:
        words = fields.text(fields.thing(parameter, parameter["type"], where), "fallback_value", where)
    if re.search(r"[\n\r\t]| {5,}", words):
        raise GraphError(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces.")


def _check_length(kind: str, given: list[dict[str, Any]], text: str) -> None:
    fixed = len(re.sub(r"\{\{[^{}]*\}\}", "", text))
    if fixed + sum(len(word_of(parameter)) for parameter in given) > MAX_WORDS[kind]:
        raise GraphError(132005, f"{kind}: the text with its parameters is over {MAX_WORDS[kind]} characters long.")


def word_of(parameter: Part) -> str:
    """What the customer reads in the variable's place."""
    kind = parameter["type"]
    return str(parameter["text"] if kind == "text" else parameter[kind]["fallback_value"])


def _check_header(given: list[dict[str, Any]], defined: Part | None, *, named: bool) -> None:
    expected = "" if defined is None else str(defined["format"])
    if expected in ("", "TEXT"):
        _check_words("header", given, defined["text"] if defined else "", named=named)
        return
    received = given[0]["type"].upper() if given else "UNKNOWN"
    if received != expected:
        raise GraphError(132012, f"header: Format mismatch, expected {expected}, received {received[:40]}")
    if len(given) != 1:
        raise GraphError(132000, f"header: number of params ({len(given)}) does not match the expected number (1)")
    if expected != "LOCATION":
        kind = expected.lower()
        check_media(kind, fields.thing(given[0], kind, "template['header']"), f"template['header']['{kind}']")


def _check_buttons(given: Mapping[int, Part], defined: list[dict[str, Any]]) -> None:
    for index, part in given.items():
        if index >= len(defined):
            raise GraphError(132000, f"buttons: the template has {len(defined)} buttons, there is none at {index}.")
        kind = str(defined[index]["type"])
        if SUB_TYPES[part["sub_type"]] != kind:
            raise GraphError(132012, f"buttons: Format mismatch at index {index}, expected {kind}.")
        _check_button(part["parameters"], defined[index], index)
    for index, button in enumerate(defined):
        if index not in given and _needs_parameter(button):
            raise _button_needs(index, button)


def _needs_parameter(button: Part) -> bool:
    return button["type"] == "COPY_CODE" or (button["type"] == "URL" and bool(variables(button["url"])))


def _button_needs(index: int, button: Part) -> GraphError:
    return GraphError(131008, f"buttons: Button at index {index} of type {button['type']} requires a parameter")


def _check_button(parameters: list[dict[str, Any]], button: Part, index: int) -> None:
    if not parameters and _needs_parameter(button):
        raise _button_needs(index, button)
    if len(parameters) > (0 if button["type"] == "URL" and not _needs_parameter(button) else 1):
        raise GraphError(132000, f"buttons: too many parameters for the button at index {index}.")
    for parameter in parameters:
        kind, name = BUTTON_PARAMETERS[button["type"]]
        if parameter["type"] != kind:
            raise GraphError(132012, f"buttons: Format mismatch at index {index}, expected a parameter of type {kind}.")
        where = f"template['buttons'][{index}]"
        if kind == "action":
            fields.thing(parameter, name, where)
        else:
            most = MAX_COUPON if kind == "coupon_code" else MAX_PAYLOAD if kind == "payload" else 2000
            fields.text(parameter, name, where, most=most)


def media_of_template(content: Part) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kind and the object of each file that a template's header carries."""
    for part in content.get("components", []):
        for parameter in part["parameters"]:
            if parameter["type"] in MEDIA_TYPES and isinstance(parameter.get(parameter["type"]), dict):
                yield parameter["type"], parameter[parameter["type"]]
