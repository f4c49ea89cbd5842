"""Whether a team is there, and when next: what a customer is told out of hours rests on it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from sla import hours
from sla.models import Calendar, DayOff, Opening, check_time_zone

pytestmark = pytest.mark.django_db

MADRID, NEW_YORK, LORD_HOWE = "Europe/Madrid", "America/New_York", "Australia/Lord_Howe"
MON, TUE, FRI, SAT, SUN = 0, 1, 4, 5, 6


def calendar(zone: str, *openings: tuple[int, str, str], off: tuple[str, ...] = ()) -> Calendar:
    made = Calendar.objects.create(name=f"calendar {Calendar.objects.count()}", time_zone=zone)
    for weekday, opens, closes in openings:
        Opening.objects.create(
            calendar=made, weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
        )
    for day in off:
        DayOff.objects.create(calendar=made, day=date.fromisoformat(day))
    return made


def local(zone: str, text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def office(zone: str = MADRID, **more) -> Calendar:
    return calendar(zone, *((day, "09:00", "17:00") for day in range(5)), **more)


def test_without_a_calendar_or_opening_times_somebody_is_always_there(now):
    for always in (None, calendar(MADRID)):
        assert hours.is_open(always, now)
        assert hours.next_opening(always, now) == now
        assert hours.opened_at(always, now) < now - timedelta(days=365)


def test_first_minute_is_open_and_the_closing_minute_is_not():
    made = office()
    assert not hours.is_open(made, local(MADRID, "2026-11-23 08:59:59"))
    assert hours.is_open(made, local(MADRID, "2026-11-23 09:00"))
    assert hours.is_open(made, local(MADRID, "2026-11-23 16:59:59"))
    assert not hours.is_open(made, local(MADRID, "2026-11-23 17:00"))


def test_weekend_leads_to_monday_and_while_open_the_next_opening_is_now():
    made = office()
    monday = local(MADRID, "2026-11-23 09:00")
    assert hours.next_opening(made, local(MADRID, "2026-11-20 17:00")) == monday
    assert hours.next_opening(made, local(MADRID, "2026-11-22 23:59")) == monday
    assert hours.next_opening(made, monday) == monday


def test_several_intervals_a_day_leave_lunch_closed():
    made = calendar(MADRID, (MON, "16:00", "20:00"), (MON, "09:00", "14:00"))
    lunch = local(MADRID, "2026-11-23 15:00")
    assert not hours.is_open(made, lunch)
    assert hours.next_opening(made, lunch) == local(MADRID, "2026-11-23 16:00")
    assert hours.opened_at(made, local(MADRID, "2026-11-23 19:00")) == local(MADRID, "2026-11-23 16:00")


def test_night_shift_belongs_to_the_day_it_began():
    made = calendar(MADRID, (FRI, "22:00", "06:00"))
    assert hours.is_open(made, local(MADRID, "2026-11-27 23:00"))
    assert hours.is_open(made, local(MADRID, "2026-11-28 05:59"))
    assert not hours.is_open(made, local(MADRID, "2026-11-28 06:00"))
    assert not hours.is_open(made, local(MADRID, "2026-11-27 05:00")), "Thursday night is nobody's"


@pytest.mark.parametrize("closes", ["00:00", "08:00"])
def test_closing_at_or_before_opening_is_the_next_day(closes):
    made = calendar(MADRID, (SUN, "08:00", closes))
    assert hours.is_open(made, local(MADRID, "2026-11-22 23:59"))
    assert hours.is_open(made, local(MADRID, "2026-11-23 07:59")) == (closes == "08:00")


def test_day_off_closes_its_own_openings_and_not_the_night_before():
    made = calendar(MADRID, (MON, "20:00", "04:00"), (TUE, "20:00", "04:00"), off=("2026-11-24",))
    assert hours.is_open(made, local(MADRID, "2026-11-24 03:00"))
    assert not hours.is_open(made, local(MADRID, "2026-11-24 21:00"))
    assert hours.next_opening(made, local(MADRID, "2026-11-24 04:00")) == local(MADRID, "2026-11-30 20:00")


def test_never_within_sixty_days_is_no_date_at_all():
    closed = [(date(2026, 11, 21) + timedelta(days=day)).isoformat() for day in range(70)]
    made = office(off=tuple(closed))
    assert hours.next_opening(made, local(MADRID, "2026-11-21 09:00")) is None


@pytest.mark.parametrize(
    ("zone", "night", "hours_long"),
    [
        (MADRID, "2026-03-28", 8), (MADRID, "2026-10-24", 10),
        (NEW_YORK, "2026-03-07", 8), (NEW_YORK, "2026-10-31", 10),
        (LORD_HOWE, "2026-10-03", 8.5), (LORD_HOWE, "2026-04-04", 9.5),
    ],
)  # fmt: skip
def test_night_in_which_the_clocks_change_ends_when_the_clock_says_so(zone, night, hours_long):
    """Twice a year a shift is longer or shorter; whoever adds hours tells customers a wrong opening time."""
    made = calendar(zone, (SAT, "22:00", "07:00"))
    start, end = local(zone, f"{night} 22:00"), start_plus(zone, night)
    assert (end - start).total_seconds() / 3600 == hours_long
    assert hours.is_open(made, start)
    assert hours.is_open(made, end - timedelta(seconds=1))
    assert not hours.is_open(made, end)


def start_plus(zone: str, night: str) -> datetime:
    return local(zone, f"{date.fromisoformat(night) + timedelta(days=1)} 07:00")


@pytest.mark.parametrize(
    ("zone", "day", "opens", "jump"),
    [
        (MADRID, "2026-03-29", "02:30", "2026-03-29T01:00+00:00"),
        (NEW_YORK, "2026-03-08", "02:15", "2026-03-08T07:00+00:00"),
        (LORD_HOWE, "2026-10-04", "02:10", "2026-10-03T15:30+00:00"),
    ],
)
def test_opening_at_a_time_that_does_not_exist_begins_when_the_clock_jumps(zone, day, opens, jump):
    made = calendar(zone, (SUN, opens, "09:00"))
    at = datetime.fromisoformat(jump)
    assert not hours.is_open(made, at - timedelta(seconds=1))
    assert hours.is_open(made, at)
    assert hours.next_opening(made, at - timedelta(minutes=10)) == at


@pytest.mark.parametrize(
    ("zone", "day", "shows"),
    [(MADRID, "2026-10-25", "02:30"), (NEW_YORK, "2026-11-01", "01:30"), (LORD_HOWE, "2026-04-05", "01:45")],
)
def test_time_that_comes_twice_counts_the_first_time(zone, day, shows):
    """If this fails, a team that closed opens again for an hour by itself, and customers are told of it."""
    first, second = local(zone, f"{day} {shows}"), local(zone, f"{day} {shows}", fold=1)
    assert first < second
    closes, opens = calendar(zone, (SAT, "20:00", shows)), calendar(zone, (SUN, shows, "09:00"))
    assert not hours.is_open(closes, first)
    assert not hours.is_open(closes, second)
    assert hours.is_open(opens, first)
    assert hours.is_open(opens, second - timedelta(seconds=1))
    assert hours.next_opening(opens, first - timedelta(minutes=5)) == first


def test_opening_that_lies_wholly_in_the_gap_is_none():
    made = calendar(MADRID, (SUN, "02:10", "02:50"))
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert not hours.is_open(made, jump)
    assert hours.next_opening(made, jump) == local(MADRID, "2026-04-05 02:10")


def test_next_opening_is_open_and_nothing_is_open_before_it():
    """By brute force, hour by hour over the two changes of the clocks."""
    made = calendar(MADRID, (MON, "09:00", "14:00"), (FRI, "22:30", "03:00"), (SUN, "01:30", "02:30"))
    for start in (local(MADRID, "2026-03-20 00:00"), local(MADRID, "2026-10-18 00:00")):
        for step in range(0, 14 * 24 * 60, 97):
            at = start + timedelta(minutes=step)
            found = hours.next_opening(made, at)
            assert hours.is_open(made, found)
            assert hours.is_open(made, at) == (found == at)
            assert found == at or not hours.is_open(made, found - timedelta(seconds=1))


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "europe"])
def test_time_zone_that_is_none_is_refused(name):
    with pytest.raises(ValidationError):
        check_time_zone(name)
