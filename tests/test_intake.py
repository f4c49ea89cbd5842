"""What customers send becomes messages exactly once, in order, with the window their own clock opens."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations import control, intake, window
from conversations.identity import Sender
from conversations.models import Conversation, Customer, Identity, Message
from conversations.states import Control, State
from conversations.states import Event as StateEvent
from handoff import resting
from tests import factories

pytestmark = pytest.mark.django_db


def test_repeat_changes_nothing(now):
    first = factories.take("Hello", now=now, provider_id="wamid.1")
    events = Event.objects.count()
    again = factories.take("Hello again", now=now, provider_id="wamid.1")
    assert again == first
    assert Message.objects.count() == 1
    assert Event.objects.count() == events


def test_same_provider_id_on_two_channels_is_two_messages(now):
    factories.take(now=now, provider_id="wamid.1")
    other = factories.channel("second", now=now)
    with transaction.atomic():
        taken = intake.take(other, factories.incoming(now=now, provider_id="wamid.1"), now=now)
    assert taken.is_new


def test_window_is_counted_from_the_customers_clock_not_from_arrival(now):
    """A webhook redelivered hours later must not reopen a window that has run for hours."""
    said = now - timedelta(hours=5)
    message = factories.take(now=now, sent_at=said)
    assert message.conversation.window_expires_at == window.expiry(said)


def test_clock_ahead_of_ours_does_not_stretch_the_window(now):
    message = factories.take(now=now, sent_at=now + timedelta(hours=9))
    assert message.conversation.window_expires_at == window.expiry(now)


def test_late_message_takes_its_place_and_is_marked(now):
    factories.take("second", now=now, sent_at=now - timedelta(seconds=10))
    factories.take("first", now=now, sent_at=now - timedelta(seconds=20))
    lines = [(line.body, line.late) for line in Message.objects.transcript()]
    assert lines == [("first", True), ("second", False)]


def test_late_message_does_not_shorten_the_window(now):
    factories.take(now=now, sent_at=now)
    message = factories.take(now=now, sent_at=now - timedelta(hours=3))
    conversation = Conversation.objects.get(pk=message.conversation_id)
    assert conversation.window_expires_at == window.expiry(now)


def test_whole_second_clock_does_not_put_a_question_after_its_answer(now):
    """WhatsApp's clock has whole seconds: a message said after ours can carry an earlier second."""
    first = factories.take("hello", now=now)
    with transaction.atomic():
        conversation = factories.locked(first.conversation)
        from conversations import transcript

        transcript.banner(conversation, "something of ours", now=now + timedelta(milliseconds=700))
    factories.take("and then", now=now + timedelta(seconds=1), sent_at=now)
    assert [line.seq for line in Message.objects.transcript()] == [1, 2, 3]


def test_reaction_opens_no_window(now):
    message = factories.take(now=now, type="reaction")
    assert message.conversation.window_expires_at is None


def test_closed_conversation_is_followed_by_a_new_one(now):
    first = factories.conversation(now=now)
    with transaction.atomic():
        control.transition(factories.locked(first), StateEvent.RESOLVED, actor=SYSTEM, now=now)
    second = factories.conversation(now=now)
    assert second.pk != first.pk
    assert second.customer == first.customer


def test_dormant_conversation_wakes_where_it_was(now):
    conversation = factories.conversation(now=now)
    with transaction.atomic():
        control.transition(factories.locked(conversation), StateEvent.HANDOFF, actor=SYSTEM, now=now)
    later = now + timedelta(hours=25)
    assert resting.windows_expire(now=later) == 1
    conversation.refresh_from_db()
    assert (conversation.state, conversation.control) == (State.DORMANT, Control.NOBODY)
    factories.take("are you there?", now=later)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.control) == (State.PENDING, Control.QUEUE)


def test_redelivered_old_message_does_not_wake_a_dormant_conversation(now):
    """Its window stays closed, so nobody could answer: saying 'the customer is back' would be a lie."""
    conversation = factories.conversation(now=now)
    later = now + timedelta(hours=25)
    resting.windows_expire(now=later)
    factories.take("old", now=later, sent_at=now + timedelta(minutes=1))
    conversation.refresh_from_db()
    assert conversation.state == State.DORMANT


def test_expiry_leaves_open_windows_alone(now):
    factories.conversation(now=now)
    assert resting.windows_expire(now=now + timedelta(hours=23)) == 0


class TestIdentity:
    def test_phone_hidden_later_is_the_same_customer(self, now):
        """Since 2026 the phone number may be left out: one person must not become two."""
        first = factories.take(now=now, who=Sender({"bsuid": "US.1", "wa_id": "15550100001"}))
        second = factories.take(now=now, who=Sender({"bsuid": "US.1"}))
        assert first.conversation == second.conversation

    def test_bsuid_that_comes_with_a_known_phone_is_linked(self, now):
        factories.take(now=now, who=Sender({"wa_id": "15550100001"}))
        factories.take(now=now, who=Sender({"bsuid": "US.1", "wa_id": "15550100001"}))
        assert Customer.objects.count() == 1
        assert set(Identity.objects.values_list("kind", flat=True)) == {"bsuid", "wa_id"}

    def test_two_known_customers_in_one_update_are_never_merged(self, now):
        factories.take(now=now, who=Sender({"bsuid": "US.1"}))
        factories.take(now=now, who=Sender({"wa_id": "15550100001"}))
        both = factories.take(now=now, who=Sender({"bsuid": "US.1", "wa_id": "15550100001"}))
        assert Customer.objects.count() == 2
        assert both.conversation.customer.identities.get().kind == "bsuid"
        assert Event.objects.filter(event_type="identity.conflict").count() == 1

    def test_same_bsuid_in_another_portfolio_is_another_customer(self, now):
        factories.take(now=now, who=Sender({"bsuid": "US.1"}))
        other = factories.channel("second", now=now)
        with transaction.atomic():
            intake.take(other, factories.incoming(now=now, who=Sender({"bsuid": "US.1"})), now=now)
        assert Customer.objects.count() == 2

    def test_phone_number_lies_encrypted(self, now):
        from django.db import connection

        factories.take(now=now, who=Sender({"wa_id": "15550100001"}))
        with connection.cursor() as cursor:
            cursor.execute("SELECT value, digest FROM conversations_identity")
            assert "15550100001" not in "".join(cursor.fetchone())
        assert Identity.objects.get().value == "15550100001"

    def test_nothing_on_the_record_holds_the_number_or_the_text(self, now):
        factories.take("my secret words", now=now, who=Sender({"wa_id": "15550100001"}))
        written = str(list(Event.objects.values()))
        assert "15550100001" not in written
        assert "secret words" not in written
