"""What else is asked of Twilio: read marks with the typing indicator, and whether the account works."""

import pytest
from django.core.cache import cache

from conversations.content import Text
from tests import twilio_factories as make
from tests import twilio_standin
from whatsapp.twilio.adapter import TwilioAdapter

pytestmark = pytest.mark.django_db


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


def test_typing_shows_the_message_as_read(standin, adapter):
    line = standin.memory.write(twilio_standin.ANN, "Hi", [(b"x", "image/png"), (b"y", "image/png")])
    assert adapter.mark_read(line.sid, typing=True)
    assert adapter.mark_read(f"{line.sid}-1", typing=True)
    assert standin.memory.typing == [line.sid, line.sid]


def test_read_without_typing_has_no_way_at_twilio(standin, adapter):
    line = standin.memory.write(twilio_standin.ANN, "Hi")
    assert not adapter.mark_read(line.sid, typing=False)
    assert not standin.memory.requests


def test_typing_is_best_effort(standin, adapter, account):
    assert not adapter.mark_read("SM" + "0" * 32, typing=True)
    assert not adapter.mark_read("wamid.1", typing=True)
    line = standin.memory.write(twilio_standin.ANN, "Hi")
    standin.script("typing", "drop")
    assert not adapter.mark_read(line.sid, typing=True)
    account.messaging_api_url = "http://127.0.0.1:9"
    assert not adapter.mark_read(line.sid, typing=True)


def test_probe(standin, adapter, account):
    assert adapter.probe().healthy
    standin.memory.account.status = "suspended"
    assert (adapter.probe().healthy, adapter.probe().words) == (False, "The Twilio account is suspended.")
    account.auth_tokens = "wrong"
    assert "20003" in adapter.probe().words
    account.api_url = "http://127.0.0.1:9"
    assert "cannot be reached" in adapter.probe().words
