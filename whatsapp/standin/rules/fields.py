"""Small checks of single fields. `where` is the way to the object, such as `interactive['action']`."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from whatsapp.standin.rules.errors import GraphError

Given = Mapping[str, Any]


def without_nulls(value: Any) -> Any:
    """A copy in which null means the same as to Graph: that the field is not there."""
    if isinstance(value, dict):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value


def only(given: Given, known: Collection[str], where: str) -> None:
    """Raises GraphError 100 for a field that is not known there."""
    for name in given:
        if name not in known:
            raise GraphError(100, f'Unexpected key "{name[:100]}" on param "{where}".')


def place(where: str, name: str | int) -> str:
    """The way to a field of the object at `where`."""
    return f"{where}[{name!r}]" if where else str(name)


def missing(where: str, name: str) -> GraphError:
    """The refusal of an object without a field that it needs."""
    return GraphError(131008, f"The parameter {place(where, name)} is required.")


def wrong(where: str, name: str | int, must: str) -> GraphError:
    """The refusal of a field's value; `must` says what it has to be."""
    return GraphError(131009, f"Param {place(where, name)} must {must}.")


def text(given: Given, name: str, where: str = "", *, most: int = 0, too_long: int = 131009) -> str:
    """A string that must be there and not be empty. `most`: characters; `too_long`: the code where there are more."""
    if given.get(name) in (None, ""):
        raise missing(where, name)
    return optional_text(given, name, where, most=most, too_long=too_long)


def optional_text(given: Given, name: str, where: str = "", *, most: int = 0, too_long: int = 131009) -> str:
    """A string, "" where there is none."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise wrong(where, name, "be a string")
    if most and len(value) > most:
        raise GraphError(too_long, f"Param {place(where, name)} must be at most {most} characters long.")
    return value


def flag(given: Given, name: str, where: str) -> bool:
    """True or false, false where there is none. Raises GraphError 131009 for anything else."""
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise wrong(where, name, "be true or false")
    return value


def thing(given: Given, name: str, where: str = "") -> dict[str, Any]:
    """An object that must be there."""
    if given.get(name) is None:
        raise missing(where, name)
    return as_thing(given[name], where, name)


def as_thing(value: Any, where: str, name: str | int) -> dict[str, Any]:
    """The value, if it is an object. Raises GraphError 131009."""
    if not isinstance(value, dict):
        raise wrong(where, name, "be an object")
    return value


def things(given: Given, name: str, where: str = "", *, least: int = 1, most: int = 0) -> list[dict[str, Any]]:
    """A list of objects that must be there, with `least` to `most` (0: any number) of them."""
    if given.get(name) is None:
        raise missing(where, name)
    values = given[name]
    if not isinstance(values, list):
        raise wrong(where, name, "be a list")
    if len(values) < least or (most and len(values) > most):
        raise wrong(where, name, f"have at least {least}" + (f" and at most {most}" if most else "") + " items")
    return [as_thing(value, place(where, name), index) for index, value in enumerate(values)]


def one_of(given: Given, name: str, allowed: Collection[str], where: str = "", *, code: int = 131009) -> str:
    """A string out of a set, which must be there."""
    value = text(given, name, where)
    if value not in allowed:
        raise GraphError(code, f"Param {place(where, name)} must be one of {{{', '.join(sorted(allowed))}}}.")
    return value


def unique(values: list[str], what: str, where: str) -> None:
    """Raises GraphError 131009 where a value comes twice."""
    if len(set(values)) < len(values):
        raise GraphError(131009, f"Each {what} in {where} must be unique.")


def web_address(given: Given, name: str, where: str, *, most: int = 2000) -> str:
    """An http or https address with a host, which must be there."""
    value = text(given, name, where, most=most)
    try:
        parts = urlsplit(value)
        right = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        right = False
    if not right or any(letter.isspace() for letter in value):
        raise wrong(where, name, "be an address that starts with http:// or https://")
    return value
