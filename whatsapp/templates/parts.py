"""Reading a template's components, which come from outside: whatever is odd reads as absent."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
#: What a header can carry beside text, by Graph's format.
MEDIA_FORMATS = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
KNOWN = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})


@dataclass(frozen=True, slots=True)
class Button:
    """`value` is the address, phone number or example code the button was approved with; `open` where its payload
    holds a variable, as Twilio's can."""

    index: int
    kind: str
    text: str
    value: str = ""
    examples: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A template taken apart. `header_format` is empty without a header; `header_fixed` says that its file belongs to
    the template itself, as Twilio's can; `strange` names what is unknown here."""

    header_format: str = ""
    header: str = ""
    body: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    header_examples: tuple[tuple[str, str], ...] = ()
    body_examples: tuple[tuple[str, str], ...] = ()
    header_handle: str = ""
    header_fixed: bool = False
    strange: tuple[str, ...] = ()


def read(components: Any) -> Parts:
    """The parts out of Graph's `components`. Never raises."""
    found = {str(part.get("type", "")).upper(): part for part in _dicts(components)}
    header, body = found.get("HEADER", {}), found.get("BODY", {})
    example = _dict(header.get("example"))
    return Parts(
        header_format=(_text(header, "format").upper() or "TEXT") if header else "",
        header=_text(header, "text"),
        body=_text(body, "text"),
        footer=_text(found.get("FOOTER", {}), "text"),
        buttons=tuple(_button(n, part) for n, part in enumerate(_dicts(found.get("BUTTONS", {}).get("buttons")))),
        header_examples=_examples(example, "header", _text(header, "text")),
        body_examples=_examples(_dict(body.get("example")), "body", _text(body, "text")),
        header_handle=next(iter(_texts(example.get("header_handle"))), ""),
        header_fixed="twilio_media" in header and not header.get("variables"),
        strange=tuple(sorted(set(found) - KNOWN)),
    )


def variables(text: str) -> list[str]:
    """The variables' names, each once: numbers in their order, names as they come."""
    names = list(dict.fromkeys(VARIABLE.findall(text)))
    return sorted(names, key=int) if names and all(name.isdecimal() for name in names) else names


def substitute(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables' values; a variable without one stays as it is."""
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


def _button(index: int, part: Mapping[str, Any]) -> Button:
    kind = _text(part, "type").upper()
    examples = part.get("example")
    value = _text(part, "url") or _text(part, "phone_number")
    known = (examples,) if isinstance(examples, str) else tuple(_texts(examples))
    if kind == "COPY_CODE" and known:
        value = known[0]
    return Button(
        index=index, kind=kind, text=_text(part, "text"), value=value, examples=known, open=bool(part.get("variables"))
    )


def _examples(example: Mapping[str, Any], where: str, text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a variable's name and its example."""
    named = _dicts(example.get(f"{where}_text_named_params"))
    if named:
        return tuple((_text(item, "param_name"), _text(item, "example")) for item in named)
    listed = example.get(f"{where}_text")
    if isinstance(listed, list) and listed and isinstance(listed[0], list):
        listed = listed[0]
    return tuple(zip(variables(text), _texts(listed), strict=False))


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> Iterable[str]:
    return [str(item) for item in value if isinstance(item, str | int)] if isinstance(value, list) else []


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""
