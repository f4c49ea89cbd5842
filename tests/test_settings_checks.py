"""Unsafe settings are refused at start, and the refusal says the mend."""

import pytest
from django.core.checks import run_checks


def ids(settings_ids=("baton.E001", "baton.E002", "baton.E003", "baton.E004")):
    return {message.id for message in run_checks() if message.id in settings_ids}


def test_defaults_are_safe():
    assert ids() == set()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"ALLOWED_HOSTS": ["*"], "PUBLIC_URL": "https://desk.example.com"}, "baton.E001"),
        ({"ALLOWED_HOSTS": ["desk.example.com"], "PUBLIC_URL": ""}, "baton.E002"),
        ({"ALLOWED_HOSTS": ["desk.example.com"], "PUBLIC_URL": "http://desk.example.com"}, "baton.E002"),
        (
            {"ALLOWED_HOSTS": ["desk.example.com"], "PUBLIC_URL": "https://desk.example.com", "SIMULATOR": True},
            "baton.E003",
        ),
        (
            {"ALLOWED_HOSTS": ["desk.example.com"], "PUBLIC_URL": "https://desk.example.com", "DEBUG": True},
            "baton.E003",
        ),
        ({"SECRET_KEY": "short"}, "baton.E004"),
        ({"DATA_KEYS": ["long enough to be a real key, this one is", "short"]}, "baton.E004"),
    ],
)
def test_unsafe_value_is_refused_with_the_mend(settings, changes, refusal):
    for name, value in changes.items():
        setattr(settings, name, value)
    found = [message for message in run_checks() if message.id == refusal]
    assert len(found) == 1
    assert found[0].hint


def test_public_desk_with_https_is_accepted(settings):
    settings.ALLOWED_HOSTS = ["desk.example.com"]
    settings.PUBLIC_URL = "https://desk.example.com"
    settings.SIMULATOR = settings.DEBUG = False
    assert ids() == set()
