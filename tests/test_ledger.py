"""What messages cost: each once, in the month of its delivery, and nothing for what never arrived."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations import outbox, statuses
from conversations.models import Message
from tests import factories
from whatsapp import ledger
from whatsapp.models import Charge

pytestmark = pytest.mark.django_db

PRICE = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"}
FREE = PRICE | {"type": "free_customer_service"}
NOVEMBER = datetime(2026, 11, 30, 23, 59, 58, tzinfo=UTC)
DECEMBER = NOVEMBER + timedelta(seconds=4)


@pytest.fixture
def conversation(now):
    return factories.conversation(now=now)


@transaction.atomic
def accepted(conversation, now) -> Message:
    message = outbox.message_queue(
        factories.locked(conversation), body="hi", sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now
    )
    outbox.claim_next(conversation.pk, now=now)
    outbox.mark_accepted(message.pk, provider_id=f"wamid.{message.seq}", now=now)
    return message


def report(message, status, at, price=None) -> bool:
    """One status webhook, as the handler takes it in."""
    statuses.apply(message, statuses.Report(f"wamid.{message.seq}", status, at), now=at)
    return ledger.charge_note(message, price or {}, status=status, at=at, now=at)


def month(message, now):
    return ledger.month_of(message.channel, now=now)


def test_price_told_again_and_again_is_charged_once(conversation, now):
    message = accepted(conversation, now)
    for status in ("sent", "delivered", "delivered", "read", "sent"):
        report(message, status, now, PRICE)
    assert Charge.objects.count() == 1
    assert Event.objects.filter(event_type="message.charged").count() == 1
    assert month(message, now).charged == {"service": 1}


def test_price_counts_only_once_the_message_is_delivered(conversation, now):
    message = accepted(conversation, now)
    report(message, "sent", now, PRICE)
    assert month(message, now).service == 0
    report(message, "delivered", now)
    assert month(message, now).service == 1


def test_delivered_reported_before_the_price_counts_too(conversation, now):
    """Statuses have no order: `delivered` without a price, then `sent` with it."""
    message = accepted(conversation, now)
    report(message, "delivered", now)
    report(message, "sent", now, PRICE)
    assert month(message, now).charged == {"service": 1}


def test_read_alone_means_delivered(conversation, now):
    """`delivered` never comes where the chat was open."""
    message = accepted(conversation, now)
    report(message, "sent", now, PRICE)
    report(message, "read", now)
    assert month(message, now).service == 1


def test_what_failed_never_counts(conversation, now):
    message = accepted(conversation, now)
    report(message, "sent", now, PRICE)
    report(message, "failed", now, PRICE)
    assert month(message, now) == ledger.Month(0, ledger.FREE_PER_MONTH, {})


def test_message_belongs_to_the_month_of_its_delivery(conversation, now):
    """Sent two seconds before midnight, delivered two after: WhatsApp bills December."""
    message = accepted(conversation, now)
    report(message, "sent", NOVEMBER, PRICE)
    report(message, "delivered", DECEMBER)
    assert (month(message, NOVEMBER).service, month(message, DECEMBER).service) == (0, 1)


def test_delivery_reported_after_the_reading_puts_it_into_its_month(conversation, now):
    message = accepted(conversation, now)
    report(message, "read", DECEMBER, PRICE)
    report(message, "delivered", NOVEMBER)
    report(message, "read", DECEMBER)
    assert (month(message, NOVEMBER).service, month(message, DECEMBER).service) == (1, 0)


def test_months_are_of_utc(conversation, now):
    """A server elsewhere must not bill another month than WhatsApp does."""
    message = accepted(conversation, now)
    report(message, "delivered", DECEMBER.astimezone(timezone(timedelta(hours=-8))), PRICE)
    assert month(message, DECEMBER.astimezone(timezone(timedelta(hours=-8)))).service == 1
    assert Charge.objects.get().month.month == 12


def test_free_tier_is_counted_by_number_and_month_and_never_goes_below_nothing(conversation, now, monkeypatch):
    monkeypatch.setattr(ledger, "FREE_PER_MONTH", 2)
    left = []
    for _ in range(3):
        message = accepted(conversation, now)
        report(message, "delivered", now, FREE)
        left.append(month(message, now).free_left)
    assert left == [1, 0, 0]
    assert month(message, now).charged == {}
    assert month(message, now + timedelta(days=31)).free_left == 2
    other = factories.channel("other", now=now)
    assert ledger.month_of(other, now=now).free_left == 2


def test_templates_use_up_nothing_of_the_free_tier(conversation, now):
    message = accepted(conversation, now)
    report(message, "delivered", now, PRICE | {"category": "utility"})
    assert month(message, now) == ledger.Month(0, ledger.FREE_PER_MONTH, {"utility": 1})


@pytest.mark.parametrize("price", [{}, {"type": "regular"}, {"category": ""}, {"category": None, "type": 3}])
def test_price_that_says_no_category_is_no_price(conversation, now, price):
    message = accepted(conversation, now)
    assert not report(message, "sent", now, price)
    assert not Charge.objects.exists()


def test_price_of_a_customers_own_message_is_nothing(conversation, now):
    theirs = conversation.messages.get(direction="in")
    assert not ledger.charge_note(theirs, PRICE, status="read", at=now, now=now)


def test_price_is_shown_with_its_message(conversation, now):
    message = accepted(conversation, now)
    assert ledger.cost_of(message) is None
    before = Message.objects.get(pk=message.pk).revision
    report(message, "sent", now, PRICE)
    shown = Message.objects.select_related("charge").get(pk=message.pk)
    assert ledger.cost_of(shown) == {"category": "service", "type": "regular"}
    assert shown.revision > before, "its page draws it anew"
