"""`/metrics`: what a scrape tells of back-pressure, in figures, at a fixed cost."""

from datetime import timedelta

import pytest

from config import clock
from conversations.models import Message
from handoff import desk
from tests.console_factories import customer_writes, held, light_settings, make_agent, make_channel  # noqa: F401
from whatsapp import pacing
from whatsapp.models import Attachment, ChannelHealth

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel():
    return make_channel()


@pytest.fixture
def agent():
    return make_agent("mia", "Orders")


def spend(conversation):
    """Send faster than the number may."""
    while not pacing.take(conversation, rate=1, urgency=Message.Urgency.HUMAN).seconds:
        pass


def figures(client):
    lines = client.get("/metrics").content.decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


def test_nought_is_told_not_left_out(client, channel):
    """An alarm on a figure that is absent never rings."""
    told = figures(client)
    for status in ("queued", "held", "sending", "unknown"):
        assert told[f'baton_outbox_messages{{status="{status}"}}'] == "0.0"
    for state in ("fetching", "failed", "too_large", "blocked"):
        assert told[f'baton_media_files{{state="{state}"}}'] == "0.0"
    for name in ("stopped", "paused", "slow", "templates_stopped"):
        assert told[f'baton_channel_{name}{{channel="main"}}'] == "0.0"


def test_what_waits_is_counted_by_number(client, agent, channel):
    other = make_channel(key="second")
    for number, (where, texts) in enumerate([(channel, 2), (other, 1)], 1):
        conversation = held(where, agent, phone=f"+1555010000{number}")
        conversation.messages.filter(status="queued").delete()
        for n in range(texts):
            desk.reply(conversation.pk, agent=agent, body=f"Line {n}", now=clock.now())
    Message.objects.filter(channel=other, status="queued").update(status="unknown")
    told = figures(client)
    assert told['baton_outbox_queued{channel="main"}'] == "2.0"
    assert told['baton_outbox_queued{channel="second"}'] == "0.0"
    assert told['baton_outbox_messages{status="unknown"}'] == "1.0"


def test_numbers_that_do_not_send_are_seen(client, channel):
    second = make_channel(key="second")
    soon = clock.now() + timedelta(minutes=1)
    ChannelHealth.objects.create(channel=channel, stopped_at=clock.now(), stop_words="Secret words")
    ChannelHealth.objects.create(channel=second, paused_until=soon, templates_stopped_at=clock.now())
    spend(customer_writes(second))
    told = figures(client)
    assert told['baton_channel_stopped{channel="main"}'] == "1.0"
    assert told['baton_channel_paused{channel="main"}'] == "0.0"
    assert told['baton_channel_paused{channel="second"}'] == "1.0"
    assert told['baton_channel_slow{channel="second"}'] == "1.0"
    assert told['baton_channel_templates_stopped{channel="second"}'] == "1.0"
    assert "Secret words" not in client.get("/metrics").content.decode()


def test_files_that_are_missing_are_counted(client, channel):
    for state in ("failed", "failed", "blocked", "stored"):
        Attachment.objects.create(channel=channel, kind="image", state=state, created_at=clock.now())
    told = figures(client)
    assert told['baton_media_files{state="failed"}'] == "2.0"
    assert told['baton_media_files{state="blocked"}'] == "1.0"
    assert 'baton_media_files{state="stored"}' not in told


def test_scrape_costs_the_same_however_busy(client, agent, channel, django_assert_max_num_queries):
    for number in range(12):
        customer_writes(channel, phone=f"+155501001{number:02d}")
        make_channel(key=f"more-{number}")
    with django_assert_max_num_queries(9):
        client.get("/metrics")
