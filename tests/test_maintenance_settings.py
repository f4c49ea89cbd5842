"""Prevents: a maintenance text that no provider carries, or one that is repeated without end."""

import pytest
from django.core.checks import run_checks


def refusals(*ids):
    return [message for message in run_checks() if message.id in ids]


def test_the_defaults_tell_nobody_and_are_accepted(settings):
    assert settings.MAINTENANCE_TEXT == ""
    assert settings.MAINTENANCE_EVERY == 3600
    assert refusals("baton.E006", "baton.E007") == []


@pytest.mark.parametrize(("length", "count"), [(1600, 0), (1601, 1)])
def test_a_text_is_as_long_as_every_provider_carries(settings, length, count):
    settings.MAINTENANCE_TEXT = "x" * length
    found = refusals("baton.E006")
    assert len(found) == count
    assert all("MAINTENANCE_TEXT" in message.msg and message.hint for message in found)


@pytest.mark.parametrize(
    ("seconds", "count"), [(60, 0), (3600.0, 0), (59, 1), (0, 1), (-1, 1), (float("inf"), 1), (float("nan"), 1)]
)
def test_a_period_that_makes_no_sense_is_refused_with_the_mend(settings, seconds, count):
    settings.MAINTENANCE_EVERY = seconds
    found = refusals("baton.E007")
    assert len(found) == count
    assert all("MAINTENANCE_EVERY=3600" in message.hint for message in found)
