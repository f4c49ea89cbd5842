"""A Twilio account at the stand-in, and its adapter: what the tests of sending share."""

import pytest
from django.core.cache import cache

from conversations.content import Button, Buttons, Text
from tests import twilio_factories as make
from tests import twilio_standin
from whatsapp.twilio.adapter import TwilioAdapter

YES_NO = Buttons(body="Shall we?", buttons=(Button("yes", "Yes"), Button("no", "No")))


@pytest.fixture
def standin():
    with twilio_standin.running() as running:
        yield running


@pytest.fixture
def account(standin, now, settings):
    cache.clear()
    settings.PUBLIC_URL, settings.PROVIDER_TIMEOUT = "https://desk.example", 5.0
    return make.account(standin, now=now)


@pytest.fixture
def adapter(account):
    return TwilioAdapter(account)


def send(adapter, content=None, **more):
    return adapter.send(make.outgoing(content or Text(body="Hello"), **more))
