"""Durations as people write them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from sla import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15m", 900), ("4h", 14400), ("2d", 172800), ("90s", 90), ("1h30m", 5400), ("1d 2h 3m 4s", 93784),
        (" 4H ", 14400), ("4 h", 14400), ("0:15", 900), ("00:15:00", 900), ("36:00", 129600), ("0m", 0),
    ],
)  # fmt: skip
def test_parse(text, seconds):
    assert durations.parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15",
        "m",
        "-5m",
        "1.5h",
        "15 minutes",
        "5m4h",
        "5m5m",
        "4h,",
        "1:60",
        "1:00:60",
        "9999999d",
        "4h\x00",
        "٣m x",
    ],
)
def test_nonsense_is_refused_with_examples(text):
    with pytest.raises(ValueError, match="like 15m, 4h, 2d or 1h30m"):
        durations.parse(text)


@given(st.integers(min_value=0, max_value=10**9))
def test_what_is_shown_is_read_back_the_same(seconds):
    """Else saving a list untouched would change the promises in it."""
    duration = timedelta(seconds=seconds)
    assert durations.parse(durations.format(duration)) == duration


@pytest.mark.parametrize(("minutes", "text"), [(15, "15m"), (240, "4h"), (2880, "2d"), (90, "1h30m"), (0, "0m")])
def test_format(minutes, text):
    assert durations.format(timedelta(minutes=minutes)) == text


def test_field_knows_an_unchanged_value():
    field = durations.DurationField()
    assert not field.has_changed(timedelta(hours=4), "240m")
    assert field.has_changed(timedelta(hours=4), "5h")
    assert field.has_changed(timedelta(hours=4), "nonsense")


def test_field_says_what_is_wrong():
    with pytest.raises(ValidationError, match="like 15m"):
        durations.DurationField().clean("soon")
    with pytest.raises(ValidationError, match="Longer than nothing"):
        durations.DurationField().clean("0m")
    assert durations.DurationField(required=False).clean("") is None
