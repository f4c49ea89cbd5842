"""What leaves the house: in order, one at a time, checked last of all, and never knowingly twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.actors import BOT, SYSTEM
from audit.models import Event
from conversations import control, outbox, statuses
from conversations.models import Message
from conversations.states import Event as StateEvent
from conversations.statuses import Report
from tests import factories

pytestmark = pytest.mark.django_db

Status = Message.Status


@pytest.fixture
def conversation(now):
    return factories.conversation(now=now)


def queue(conversation, now, body="hi", sender=Message.Sender.BOT):
    with transaction.atomic():
        return outbox.message_queue(factories.locked(conversation), body=body, sender=sender, actor=BOT, now=now)


def claim(conversation, now):
    return outbox.claim_next(conversation.pk, now=now)


def status_of(message):
    return Message.objects.get(pk=message.pk).status


def test_messages_are_claimed_in_order_and_one_at_a_time(conversation, now):
    first, second = queue(conversation, now, "one"), queue(conversation, now, "two")
    assert claim(conversation, now) == first
    assert claim(conversation, now) is None
    outbox.mark_accepted(first.pk, provider_id="wamid.1", now=now)
    assert claim(conversation, now) == second


def test_bot_message_thought_before_a_handoff_is_withheld_at_delivery(conversation, now):
    """Invariant 3, the second of its two guards: the message was queued, then a person was called."""
    stale = queue(conversation, now)
    with transaction.atomic():
        control.transition(factories.locked(conversation), StateEvent.HANDOFF, actor=SYSTEM, now=now)
    holding = queue(conversation, now, "A colleague will come.", Message.Sender.SYSTEM)
    assert claim(conversation, now) == holding
    assert status_of(stale) == Status.DROPPED
    dropped = Event.objects.get(event_type="message.dropped")
    assert dropped.payload["code"] == "stale_epoch"


def test_nothing_leaves_outside_the_window(conversation, now):
    """A person's words wait for the customer; what a machine said would be out of date by then."""
    by_person = queue(conversation, now, sender=Message.Sender.HUMAN)
    by_desk = queue(conversation, now, sender=Message.Sender.SYSTEM)
    assert claim(conversation, now + timedelta(hours=24)) is None
    assert status_of(by_person) == Status.HELD
    assert status_of(by_desk) == Status.DROPPED


def test_nothing_leaves_to_a_customer_who_opted_out(conversation, now):
    message = queue(conversation, now)
    conversation.customer.opted_out_at = now + timedelta(minutes=1)
    conversation.customer.save()
    assert claim(conversation, now + timedelta(minutes=2)) is None
    assert Message.objects.get(pk=message.pk).error["code"] == "opted_out"


def test_customer_who_writes_after_opting_out_is_answered(conversation, now):
    conversation.customer.opted_out_at = now - timedelta(minutes=1)
    conversation.customer.save()
    message = queue(conversation, now)
    assert claim(conversation, now) == message


def test_sender_that_died_in_the_middle_leaves_unknown_and_is_not_repeated(conversation, now, settings):
    """Invariant 8: the request may have left, so sending it again could say it twice."""
    first, second = queue(conversation, now, "one"), queue(conversation, now, "two")
    claim(conversation, now)
    after = now + timedelta(seconds=settings.SEND_LEASE + 1)
    assert claim(conversation, after) == second
    assert status_of(first) == Status.UNKNOWN


def test_late_answer_to_an_abandoned_send_is_believed(conversation, now, settings):
    message = queue(conversation, now)
    claim(conversation, now)
    claim(conversation, now + timedelta(seconds=settings.SEND_LEASE + 1))
    outbox.mark_accepted(message.pk, provider_id="wamid.1", now=now)
    assert status_of(message) == Status.ACCEPTED


def test_postponed_message_keeps_its_place(conversation, now):
    first, _second = queue(conversation, now, "one"), queue(conversation, now, "two")
    claim(conversation, now)
    outbox.mark_postponed(first.pk, why="throttled", delay=timedelta(seconds=4), now=now)
    assert claim(conversation, now) is None
    assert outbox.due_conversations(now=now) == []
    assert outbox.due_conversations(now=now + timedelta(seconds=5)) == [conversation.pk]
    assert claim(conversation, now + timedelta(seconds=5)) == first


def test_failed_message_lets_the_next_one_go(conversation, now):
    first, second = queue(conversation, now, "one"), queue(conversation, now, "two")
    claim(conversation, now)
    outbox.mark_failed(first.pk, error={"code": 131026, "title": "undeliverable"}, now=now)
    assert claim(conversation, now) == second


def test_database_refuses_a_second_sender(conversation, now):
    first, second = queue(conversation, now), queue(conversation, now)
    claim(conversation, now)
    with pytest.raises(IntegrityError, match="message_one_sending"), transaction.atomic():
        Message.objects.filter(pk=second.pk).update(status=Status.SENDING)
    assert status_of(first) == Status.SENDING


def test_database_refuses_to_queue_a_note(conversation, now):
    agent = factories.agent()
    with transaction.atomic():
        note = outbox.note_write(factories.locked(conversation), body="careful", author=agent, now=now)
    with pytest.raises(IntegrityError, match="message_internal_never_sent"), transaction.atomic():
        Message.objects.filter(pk=note.pk).update(status=Status.QUEUED)


@pytest.mark.parametrize(("body", "words"), [("", "empty"), (" \n\x00 ", "empty"), ("x" * 4097, "at most 4096")])
def test_text_that_whatsapp_would_refuse_is_refused_here(conversation, now, body, words):
    with pytest.raises(ValueError, match=words):
        queue(conversation, now, body)


class TestStatuses:
    @pytest.fixture
    def message(self, conversation, now):
        message = queue(conversation, now)
        claim(conversation, now)
        outbox.mark_accepted(message.pk, provider_id="wamid.1", now=now)
        return message

    def report(self, message, status, now, **more):
        report = Report(provider_id="wamid.1", status=status, at=now, **more)
        found = statuses.message_of(message.channel, report)
        return statuses.apply(found, report, now=now)

    @pytest.mark.parametrize(
        ("order", "end"),
        [
            (["sent", "delivered", "read"], "read"),
            (["read", "delivered", "sent"], "read"),
            (["delivered", "sent"], "delivered"),
            (["failed", "delivered"], "delivered"),
            (["delivered", "failed"], "delivered"),
            (["sent", "failed"], "failed"),
            (["failed", "sent"], "failed"),
        ],
    )
    def test_ticks_never_run_backwards(self, message, now, order, end):
        for status in order:
            self.report(message, status, now)
        assert status_of(message) == end

    def test_repeated_status_is_not_recorded_twice(self, message, now):
        assert self.report(message, "sent", now)
        assert not self.report(message, "sent", now)
        assert Event.objects.filter(event_type="message.status").count() == 1

    def test_status_that_beats_the_answer_is_kept(self, conversation, now):
        """The webhook can be faster than the HTTP answer: our id, echoed, says which message it is about."""
        message = queue(conversation, now)
        claim(conversation, now)
        report = Report(provider_id="wamid.9", status="delivered", at=now, message_id=message.pk)
        statuses.apply(statuses.message_of(message.channel, report), report, now=now)
        outbox.mark_accepted(message.pk, provider_id="wamid.9", now=now)
        assert status_of(message) == Status.DELIVERED

    def test_status_settles_an_unknown_send(self, conversation, now):
        message = queue(conversation, now)
        claim(conversation, now)
        outbox.mark_unknown(message.pk, why="time-out", now=now)
        report = Report(provider_id="wamid.9", status="sent", at=now, message_id=message.pk)
        statuses.apply(statuses.message_of(message.channel, report), report, now=now)
        message.refresh_from_db()
        assert (message.status, message.provider_id, message.error) == (Status.SENT, "wamid.9", None)

    def test_unknown_does_not_undo_a_status(self, conversation, now):
        message = queue(conversation, now)
        claim(conversation, now)
        report = Report(provider_id="wamid.9", status="sent", at=now, message_id=message.pk)
        statuses.apply(statuses.message_of(message.channel, report), report, now=now)
        outbox.mark_unknown(message.pk, why="time-out", now=now)
        assert status_of(message) == Status.SENT

    def test_status_with_anothers_id_is_not_believed(self, message, now):
        """A message that has its provider's id is not moved by a status for another id that echoes ours."""
        report = Report(provider_id="wamid.other", status="read", at=now, message_id=message.pk)
        assert statuses.message_of(message.channel, report) is None
