"""Durations as people write them: 15m, 4h, 2d, 1h30m, also 00:15:00."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_PART = re.compile(r"(\d{1,6})\s*([dhms])\s*")
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")


def parse(text: str) -> timedelta:
    """The duration meant. `h:mm` is hours and minutes. Raises ValueError, with examples, for anything else."""
    words = text.strip().lower()
    if clock := _CLOCK.fullmatch(words):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    parts = _PART.findall(words)
    units = [unit for _, unit in parts]
    if not parts or _PART.sub("", words) or units != sorted(set(units), key="dhms".index):
        raise ValueError("Write a duration like 15m, 4h, 2d or 1h30m.")
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in parts))


def format(duration: timedelta) -> str:
    """The shortest text that `parse` reads as the same duration, in whole seconds; `0m` for none."""
    left, parts = int(duration.total_seconds()), []
    for unit, size in _UNITS.items():
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0m"


class DurationField(forms.CharField):
    """A form field for a `models.DurationField`, typed and shown the way people write durations."""

    def __init__(self, **options: Any) -> None:
        options.pop("encoder", None)
        super().__init__(**{"help_text": "15m, 4h, 2d, 1h30m", **options})

    def prepare_value(self, value: Any) -> Any:
        return format(value) if isinstance(value, timedelta) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            duration = parse(str(text))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        if not duration:
            raise ValidationError("Longer than nothing, please.", code="invalid")
        return duration

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True
