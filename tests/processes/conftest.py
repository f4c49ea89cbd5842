from pathlib import Path

import pytest

from config import clock, schedule
from conversations.models import Channel
from tests import factories


@pytest.fixture
def real_now():
    return clock.now()


@pytest.fixture
def desk(transactional_db, real_now) -> Channel:
    """A number and beat's schedule, committed, so that other processes see them."""
    schedule.sync()
    return factories.channel(now=real_now)


@pytest.fixture
def directory(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("stack")
