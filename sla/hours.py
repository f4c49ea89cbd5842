"""Business hours: whether somebody is there, and when somebody is there next.

Opening times are by the calendar's own wall clock. An opening begins, and ends, at the first moment at which that clock
shows the time, or has jumped over it. So a shift that ends at 2:30 in the night the clocks go back ends the first time
they show it, and an opening at 2:30 in the night they go forward begins when they jump.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from sla.models import Calendar, Opening

#: So far ahead an opening is looked for.
HORIZON = timedelta(days=60)
_DAY = timedelta(days=1)
_EVER = datetime.min.replace(tzinfo=UTC)
Shift = tuple[datetime, datetime]


def is_open(calendar: Calendar | None, at: datetime) -> bool:
    """Whether somebody is there at that moment. Always, without a calendar or where it has no opening times."""
    return opened_at(calendar, at) is not None


def opened_at(calendar: Calendar | None, at: datetime) -> datetime | None:
    """Since when somebody has been there at that moment, for ever where it is always open; None while it is closed."""
    openings = _openings(calendar)
    if calendar is None or not openings:
        return _EVER
    today = at.astimezone(zone_of(calendar)).date()
    running = [start for start, end in _shifts(calendar, openings, today - _DAY, today) if start <= at < end]
    return min(running, default=None)


def next_opening(calendar: Calendar | None, at: datetime) -> datetime | None:
    """When somebody is there next: `at` itself while it is open. None where that is not within 60 days."""
    if calendar is None or is_open(calendar, at):
        return at
    today = at.astimezone(zone_of(calendar)).date()
    shifts = _shifts(calendar, _openings(calendar), today, today + HORIZON)
    starts = (start for start, _ in shifts if at < start <= at + HORIZON)
    return next(starts, None)


def zone_of(calendar: Calendar | None) -> ZoneInfo:
    """The clock it goes by: the installation's own without a calendar."""
    return ZoneInfo(calendar.time_zone if calendar else settings.TIME_ZONE)


def _openings(calendar: Calendar | None) -> list[Opening]:
    return list(calendar.openings.all()) if calendar else []


def _shifts(calendar: Calendar, openings: Iterable[Opening], first: date, last: date) -> Iterator[Shift]:
    """Every opening that begins from the first day to the last, with its end, in order of the days and of the times."""
    zone = zone_of(calendar)
    off = {off.day for off in calendar.days_off.all()}  # all, so that many calendars can be read ahead at once
    by_time = sorted(openings, key=lambda opening: opening.opens)
    for day in _days(first, last):
        for opening in by_time:
            if opening.weekday == day.weekday() and day not in off:
                closing_day = day + _DAY if opening.closes <= opening.opens else day
                start, end = moment(day, opening.opens, zone), moment(closing_day, opening.closes, zone)
                if start < end:
                    yield start, end


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * number for number in range((last - first).days + 1))


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment, in UTC, at which that zone's wall clock shows this time of this day, or has jumped over it."""
    wall = datetime.combine(day, at, tzinfo=zone)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return _jump(wall.replace(fold=1).astimezone(UTC), found, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """When the clock jumped, between these two moments, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds() // 2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
