"""What the tests of the channels' admin pages share: somebody at the admin, and a channel."""

import pytest
from django.contrib.auth.models import User

from tests import template_factories
from tests.admin_factories import signed_in


@pytest.fixture
def browser():
    return signed_in(User.objects.create_superuser("root", password="a-long-password-for-tests"))


@pytest.fixture
def channel(now):
    return template_factories.channel(now=now)
