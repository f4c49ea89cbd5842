"""Times as an agent reads them. `countdown.mjs` says the same words while the page stands open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils import timezone
from django.utils.formats import date_format

Level = Literal["calm", "soon", "late"]
Kind = Literal["deadline", "window", "offer"]
MINUTE, HOUR, DAY = 60, 3600, 86400
#: A deadline wants attention when this share of its time is left, or these seconds.
SOON_SHARE = 0.2
SOON_LEAST = 5 * MINUTE
#: The 24-hour window wants attention in its last hour.
WINDOW_SOON = HOUR
#: An offer stands for less than a minute as a rule: its last seconds want attention.
OFFER_SOON = 15
_ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Countdown:
    """A moment that is waited for. `soon` is the number of seconds before it when the colour changes."""

    kind: Kind
    due: datetime
    soon: int
    level: Level
    words: str

    @property
    def due_iso(self) -> str:
        return iso(self.due)


def deadline(due: datetime | None, *, started: datetime | None, now: datetime) -> Countdown | None:
    """The countdown to a promise; None where nothing runs."""
    if due is None:
        return None
    total = (due - started).total_seconds() if started else 0
    return _countdown("deadline", due, max(SOON_LEAST, int(total * SOON_SHARE)), now)


def window(expires: datetime | None, *, now: datetime) -> Countdown | None:
    """The countdown to the end of the 24-hour window; None where the customer has never written."""
    return None if expires is None else _countdown("window", expires, WINDOW_SOON, now)


def offer(expires: datetime, *, now: datetime) -> Countdown:
    """The countdown to the end of an offer."""
    return _countdown("offer", expires, OFFER_SOON, now)


def _countdown(kind: Kind, due: datetime, soon: int, now: datetime) -> Countdown:
    left = (due - now).total_seconds()
    level: Level = "late" if left <= 0 else "soon" if left < soon else "calm"
    return Countdown(kind, due, soon, level, countdown_words(kind, left))


def countdown_words(kind: str, left: float) -> str:
    """What is left (seconds; zero or less: it is over) in words."""
    if kind == "window":
        return f"{span(left)} left to reply" if left > 0 else "Window closed"
    if kind == "offer":
        return f"{span(left)} to take it" if left > 0 else "Over"
    return span(left) if left > 0 else f"{span(-left)} late"


def span(seconds: float) -> str:
    """A length of time at the precision that matters: `2 d 3 h`, `3 h 12 min`, `12 min`, `9:41`."""
    whole = int(seconds)
    if whole >= DAY:
        return f"{whole // DAY} d {whole % DAY // HOUR} h"
    if whole >= HOUR:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    if whole >= 10 * MINUTE:
        return f"{whole // MINUTE} min"
    return f"{whole // MINUTE}:{whole % MINUTE:02d}"


def iso(moment: datetime) -> str:
    """UTC with six decimals: it sorts as text, which is how the page finds a line's place."""
    return moment.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def clock_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def day_words(moment: datetime) -> str:
    """A day as the separator in a transcript names it."""
    return date_format(timezone.localtime(moment), "l j F Y")


def full(moment: datetime) -> str:
    """Day, time and zone: what a tooltip says."""
    return date_format(timezone.localtime(moment), "j F Y, H:i:s T")


def short(moment: datetime, *, now: datetime) -> str:
    """The time today, the weekday within a week, else the date."""
    there, here = timezone.localtime(moment), timezone.localtime(now)
    if there.date() == here.date():
        return there.strftime("%H:%M")
    if timedelta() < here - there < timedelta(days=6):
        return date_format(there, "D H:i")
    return date_format(there, "j M" if there.year == here.year else "j M Y")


def humane(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of an event with its machine times written for people."""
    return {key: _humane_value(value) for key, value in payload.items()}


def _humane_value(value: Any) -> Any:
    if not (isinstance(value, str) and _ISO.match(value)):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return date_format(timezone.localtime(moment), "j M H:i") if timezone.is_aware(moment) else value
