"""One value for one field of a template: checked, in the customer's words and in Graph's form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from typing import Any

from whatsapp.templates.fields import Field

#: Longest value of each kind, in characters; a text is bounded by what it stands in as well.
LONGEST = {"text": 1024, "url_suffix": 2000, "code": 15, "otp": 15, "payload": 256, "flow_token": 256}
_BREAKS = re.compile(r"[\n\r\t\v\f\u2028\u2029]")
_SPACES = re.compile(r" {4,}")


@dataclass(frozen=True, slots=True)
class Value:
    """`words` are what the customer reads (of a file: the attachment's id); `parameter` what Graph takes."""

    words: str
    parameter: dict[str, Any] = _field(default_factory=dict)


def value_of(field: Field, raw: Any) -> Value:
    """The value. Raises ValueError, with the mend in its words, for what WhatsApp would refuse."""
    if field.kind in ("image", "video", "document"):
        return _attachment(raw)
    if field.kind == "location":
        return _location(raw)
    if field.kind == "text" and isinstance(raw, Mapping):
        return _money_or_date(raw)
    words = _line(raw, LONGEST[field.kind])
    if field.kind == "url_suffix" and re.search(r"\s", words):
        raise ValueError("An address has no spaces. Take them out.")
    if field.kind in ("code", "otp") and not re.fullmatch(r"[A-Za-z0-9_-]+", words):
        raise ValueError("A code has letters, digits, - and _ only.")
    return Value(words, {"type": "text", "text": words})


def _line(raw: Any, longest: int) -> str:
    """Words on one line, as WhatsApp wants them (132018)."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ValueError("Give words or a number.")
    words = str(raw)
    if not words.strip():
        raise ValueError("It is empty. Fill it in.")
    if _BREAKS.search(words):
        raise ValueError("WhatsApp takes no line breaks or tabs here. Write it on one line.")
    if _SPACES.search(words):
        raise ValueError("WhatsApp takes no four spaces in a row here. Take some out.")
    if "\x00" in words:
        raise ValueError("It holds a character that cannot be sent. Write it anew.")
    if len(words) > longest:
        raise ValueError(f"It has {len(words)} characters; {longest} are allowed. Shorten it.")
    return words


def _attachment(raw: Any) -> Value:
    number = str(raw) if isinstance(raw, int | str) and not isinstance(raw, bool) else ""
    if not re.fullmatch(r"[0-9]{1,18}", number):
        raise ValueError("Give the id of an uploaded file.")
    return Value(number)


def _location(raw: Any) -> Value:
    """A place with coordinates, name and address; Graph wants all four."""
    if not isinstance(raw, Mapping) or set(raw) != {"latitude", "longitude", "name", "address"}:
        raise ValueError("A place has latitude, longitude, name and address.")
    latitude, longitude = _degrees(raw["latitude"], 90), _degrees(raw["longitude"], 180)
    name, address = _line(raw["name"], 1000), _line(raw["address"], 1000)
    place = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    return Value(name, {"type": "location", "location": place})


def _degrees(raw: Any, most: int) -> float:
    try:
        degrees = float(raw)
    except (TypeError, ValueError):
        degrees = float("nan")
    if not -most <= degrees <= most:
        raise ValueError("The latitude lies between -90 and 90, the longitude between -180 and 180.")
    return degrees


def _money_or_date(raw: Mapping[str, Any]) -> Value:
    """Graph's own form, such as {"type": "currency", "currency": {…}}; the customer reads the fallback."""
    kind, told = raw.get("type"), raw.get(str(raw.get("type")))
    if kind not in ("currency", "date_time") or not isinstance(told, Mapping) or set(raw) != {"type", kind}:
        raise ValueError('Give words, or an object of type "currency" or "date_time" as WhatsApp takes it.')
    words = _line(told.get("fallback_value", ""), LONGEST["text"])
    if kind == "date_time":
        return Value(words, {"type": kind, kind: {"fallback_value": words}})
    code, amount = told.get("code"), told.get("amount_1000")
    if not isinstance(code, str) or not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError("An amount of money names its currency by three capitals, such as EUR.")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise ValueError("An amount of money is a whole number of thousandths (amount_1000).")
    return Value(words, {"type": kind, kind: {"fallback_value": words, "code": code, "amount_1000": amount}})
