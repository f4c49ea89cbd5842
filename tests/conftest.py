"""What every test may use. Rows are made by the same functions that the product uses, where there is one."""

from datetime import UTC, datetime

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Between tests pytest-django empties the tables, which the record's trigger refuses: allowed here alone."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("event", "seal"):
            cursor.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER audit_{table}_no_truncate")


@pytest.fixture(autouse=True)
def _cheap(settings):
    """Page tests need neither hashed file names nor a slow password hash; the tests of those say so."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """A fixed moment, a Saturday morning."""
    return datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
