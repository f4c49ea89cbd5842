"""One line per channel: what an admin sees of it must be of this channel, and true now."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from conversations import outbox
from conversations.models import Message
from tests import factories
from whatsapp import channel_state, health, pacing
from whatsapp.faults import Fault, FaultKind
from whatsapp.models import DeliveryAttempt, InboundEvent

pytestmark = pytest.mark.django_db

SICK = Fault("190", FaultKind.ACCOUNT, "The token is not accepted.")
SPAM = Fault("131048", FaultKind.SPAM, "Too many people blocked this number.")


@pytest.fixture
def channel(now):
    return factories.channel(now=now)


def state(channel, now):
    line = health.line_of(channel, now=now)
    return line.state, line.words


def queued(now) -> Message:
    conversation = factories.conversation(now=now)
    with transaction.atomic():
        return outbox.message_queue(
            factories.locked(conversation), body="hi", sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now
        )


def attempt(message, number, outcome, at) -> None:
    DeliveryAttempt.objects.create(message=message, number=number, started_at=at, finished_at=at, outcome=outcome)


def test_new_channel_is_well(channel, now):
    line = health.line_of(channel, now=now)
    assert (line.state, line.last_webhook_at, line.last_sent_at, line.waiting) == ("ok", None, None, 0)
    assert (line.service_this_month, line.free_left) == (0, 1000)


def test_the_gravest_state_is_shown(channel, now):
    channel_state.channel_pause(channel, words="Too fast.", retry_after=timedelta(seconds=30), now=now)
    assert state(channel, now) == ("paused", "Too fast.")
    channel_state.channel_stop(channel, SICK, now=now)
    assert state(channel, now) == ("stopped", "The token is not accepted.")
    channel.is_active = False
    assert state(channel, now) == ("off", "Switched off")


def test_pause_and_stop_that_are_over_are_not_shown(channel, now):
    channel_state.channel_pause(channel, words="Too fast.", retry_after=timedelta(seconds=30), now=now)
    channel_state.channel_stop(channel, SICK, now=now)
    channel_state.channel_resume(channel, now=now)
    assert state(channel, now + timedelta(seconds=31)) == ("ok", "")


def test_sending_slowly_is_shown(channel, now):
    conversation = factories.conversation(now=now)
    while not pacing.take(conversation, rate=1, urgency=0).seconds:
        pass
    assert state(channel, now) == ("slow", "Sending slowly: WhatsApp limits")


def test_templates_stopped_stands_beside_the_state(channel, now):
    channel_state.templates_stop(channel, SPAM, now=now)
    line = health.line_of(channel, now=now)
    assert (line.state, line.templates_stopped) == ("ok", SPAM.words)


def test_times_and_counts_are_of_this_channel_and_this_hour(channel, now):
    other = factories.channel("other", now=now)
    message = queued(now)
    InboundEvent.objects.create(channel=channel, body=b"{}", received_at=now)
    attempt(message, 1, "refused", now - timedelta(hours=2))
    attempt(message, 2, "refused", now - timedelta(minutes=5))
    attempt(message, 3, "accepted", now)
    line = health.line_of(channel, now=now)
    assert (line.errors_last_hour, line.waiting) == (1, 1)
    assert (line.last_webhook_at, line.last_stored_at, line.last_sent_at) == (now, now, now)
    theirs = health.line_of(other, now=now)
    assert (theirs.errors_last_hour, theirs.waiting, theirs.last_webhook_at, theirs.last_sent_at) == (0, 0, None, None)


def test_line_costs_few_queries(channel, now, django_assert_max_num_queries):
    for _ in range(3):
        attempt(queued(now), 1, "accepted", now)
    with django_assert_max_num_queries(9):
        health.line_of(channel, now=now)
