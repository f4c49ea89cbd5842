"""Whether a customer may be written to: their latest word decides, and it stays on the record."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations import consent, control
from conversations.consent import Kind, Source, Word
from conversations.models import Consent, Conversation, Customer
from conversations.states import Event as StateEvent
from tests import factories

pytestmark = pytest.mark.django_db

UTILITY, MARKETING = "UTILITY", "MARKETING"


@pytest.fixture
def conversation(now):
    return factories.conversation(now=now)


def say(conversation, kind, at, *, source=Source.AGENT, now=None) -> Customer:
    with transaction.atomic():
        consent.consent_record(conversation.customer, Word(kind, source, at, evidence="said so"), now=now or at)
    return Customer.objects.get(pk=conversation.customer_id)


def obstacle(conversation, category, now) -> str:
    return consent.obstacle(Conversation.objects.get(pk=conversation.pk), category=category, now=now)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("STOP", Kind.OPT_OUT),
        (" stop. ", Kind.OPT_OUT),
        ("Unsubscribe!", Kind.OPT_OUT),
        ("Abmelden", Kind.OPT_OUT),
        ("Stop   all", Kind.OPT_OUT),
        ("start", Kind.OPT_IN),
        ("Please stop the parcel", None),
        ("Where does the bus stop?", None),
        ("", None),
    ],
)
def test_only_a_whole_message_is_a_keyword(words, kind):
    """If this fails, "stop the parcel" silences the desk for a customer who needs help."""
    assert consent.keyword(words) == kind


def test_opt_out_forbids_everything_outside_what_they_ask_next(conversation, now):
    say(conversation, Kind.OPT_OUT, now + timedelta(minutes=1))
    assert "asked not to" in obstacle(conversation, UTILITY, now + timedelta(minutes=2))
    factories.take("where is my order?", now=now + timedelta(minutes=3))
    assert obstacle(conversation, UTILITY, now + timedelta(minutes=4)) == ""


def test_question_after_an_opt_out_is_no_leave_for_marketing(conversation, now):
    """They asked one thing; that does not make them a reader of offers again."""
    say(conversation, Kind.OPT_OUT, now + timedelta(minutes=1))
    factories.take("where is my order?", now=now + timedelta(minutes=3))
    assert "no marketing" in obstacle(conversation, MARKETING, now + timedelta(minutes=4))
    say(conversation, Kind.OPT_IN, now + timedelta(minutes=5))
    assert obstacle(conversation, MARKETING, now + timedelta(minutes=6)) == ""


def test_marketing_stop_leaves_utility_alone_and_ends_with_a_resume_only(conversation, now):
    say(conversation, Kind.MARKETING_STOP, now, source=Source.PROVIDER)
    assert "no marketing" in obstacle(conversation, MARKETING, now)
    assert obstacle(conversation, UTILITY, now) == ""
    say(conversation, Kind.OPT_IN, now + timedelta(minutes=1))
    assert "no marketing" in obstacle(conversation, MARKETING, now)
    say(conversation, Kind.MARKETING_RESUME, now + timedelta(minutes=2))
    assert obstacle(conversation, MARKETING, now) == ""


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (Kind.OPT_OUT, Kind.OPT_IN),
        (Kind.OPT_IN, Kind.OPT_OUT),
        (Kind.MARKETING_STOP, Kind.MARKETING_RESUME),
        (Kind.MARKETING_RESUME, Kind.MARKETING_STOP),
    ],
)
def test_late_report_of_an_older_word_changes_nothing(conversation, now, first, later):
    """Webhooks come in any order: an old "resume" must not undo a newer "stop"."""
    in_order = say(conversation, later, now)
    after = say(conversation, first, now - timedelta(hours=1), now=now)
    for field in ("opted_in_at", "opted_out_at", "marketing_stopped_at"):
        assert getattr(after, field) == getattr(in_order, field)
    assert Consent.objects.count() == 2, "it is kept all the same"


def test_every_word_is_kept_with_its_evidence_and_on_the_record(conversation, now):
    say(conversation, Kind.OPT_OUT, now)
    kept = Consent.objects.get()
    assert (kept.evidence, kept.source) == ("said so", Source.AGENT)
    event = Event.objects.get(event_type="customer.consent")
    assert "said so" not in str(event.payload)


def test_open_matter_may_be_answered_by_utility_and_a_closed_one_needs_consent(conversation, now):
    next_day = now + timedelta(days=2)
    assert obstacle(conversation, UTILITY, next_day) == ""
    assert "not agreed" in obstacle(conversation, MARKETING, next_day)
    with transaction.atomic():
        control.transition(factories.locked(conversation), StateEvent.RESOLVED, actor=SYSTEM, now=now)
    assert "not agreed" in obstacle(conversation, UTILITY, next_day)
    say(conversation, Kind.OPT_IN, next_day)
    assert obstacle(conversation, UTILITY, next_day) == ""
    assert obstacle(conversation, MARKETING, next_day) == ""
