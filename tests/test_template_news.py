"""Webhooks about templates: taken in once, in whatever order they come, and never an error."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Event
from config import wake
from tests import template_factories as make
from whatsapp.models import MessageTemplate
from whatsapp.templates.news import FIELDS, news_apply

pytestmark = pytest.mark.django_db
PAYLOADS = Path(__file__).resolve().parents[2] / "shared" / "payloads"
NAMED = {"message_template_name": "order_update", "message_template_language": "en_US", "message_template_id": 77}


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """Syncs that were asked for."""
    calls = []
    monkeypatch.setattr(wake, "on_commit", lambda task, *args, **options: calls.append((task, *args)))
    return calls


def tell(field, now, at=None, **value):
    return news_apply(field, {**NAMED, **value}, account_ref=make.WABA, provider="cloud", now=now, at=at)


def status(now, event, at=None, **more):
    return tell("message_template_status_update", now, at, event=event, **more)


def row() -> MessageTemplate:
    return MessageTemplate.objects.get()


@pytest.mark.parametrize(
    ("event", "becomes"),
    [
        ("APPROVED", "APPROVED"),
        ("PAUSED", "PAUSED"),
        ("DISABLED", "DISABLED"),
        ("REINSTATED", "APPROVED"),
        ("PENDING_DELETION", "DELETED"),
        ("FLAGGED", "PENDING"),
        ("LOCKED", "PENDING"),
        ("SOMETHING_NEW", "PENDING"),
    ],
)
def test_status_is_applied_recorded_and_a_sync_asked_for(now, asked, event, becomes):
    channel = make.channel(now=now)
    make.template(now=now, status="PENDING")
    later = now + timedelta(minutes=1)
    assert status(later, event)
    assert row().status == becomes
    assert Event.objects.filter(event_type="template.changed", stream="channel:main").exists() == (becomes != "PENDING")
    assert asked == [("whatsapp.sync_templates", channel.pk, later.isoformat())]


def test_rejection_says_why_in_words(now):
    make.template(now=now, status="PENDING")
    status(now, "REJECTED", reason="INVALID_FORMAT", rejection_info={"reason": "Bad.", "recommendation": "Mend it."})
    assert (row().status, row().rejected_reason) == ("REJECTED", "Bad. Mend it.")
    status(now, "APPROVED", reason="NONE")
    assert (row().status, row().rejected_reason) == ("APPROVED", "")


def test_older_news_changes_nothing(now, asked):
    """A pause that was over long ago must not stop a template when it is delivered late."""
    make.channel(now=now)
    make.template(now=now, status="PENDING")
    status(now, "APPROVED", at=now + timedelta(minutes=2))
    assert "Older" in status(now, "PAUSED", at=now + timedelta(minutes=1))
    assert row().status == "APPROVED"
    assert len(asked) == 2


def test_same_news_twice_is_recorded_once(now):
    make.template(now=now, status="PENDING")
    status(now, "APPROVED")
    assert "Nothing new" in status(now, "APPROVED")
    assert Event.objects.filter(event_type="template.changed").count() == 1


def test_unknown_template_gets_its_row_and_is_not_sendable_by_a_quality_score(now, asked):
    make.channel(now=now)
    tell("message_template_quality_update", now, new_quality_score="GREEN", previous_quality_score="UNKNOWN")
    assert (row().status, row().quality, row().provider_id) == ("PENDING", "GREEN", "77")
    assert Event.objects.filter(event_type="template.added").count() == 1
    assert len(asked) == 1


def test_announced_category_is_not_yet_in_force(now):
    make.template(now=now)
    tell("template_category_update", now, new_category="UTILITY", correct_category="MARKETING")
    assert row().category == "UTILITY"
    tell("template_category_update", now, previous_category="UTILITY", new_category="MARKETING")
    assert row().category == "MARKETING"


def test_new_words_keep_what_the_webhook_does_not_tell(now):
    footer = {"type": "FOOTER", "text": "Reply STOP to end."}
    make.template(now=now, components=[make.BODY | {"example": {"body_text": [["x"]]}}, footer])
    tell(
        "message_template_components_update", now, message_template_element="New words.",
        message_template_title="Hello",
        message_template_buttons=[{"message_template_button_type": "URL", "message_template_button_text": "Shop",
                                   "message_template_button_url": "https://shop.example"}],
    )  # fmt: skip
    assert row().components == [
        {"type": "HEADER", "format": "TEXT", "text": "Hello"},
        {"type": "BODY", "text": "New words.", "example": {"body_text": [["x"]]}},
        footer,
        make.buttons({"type": "URL", "text": "Shop", "url": "https://shop.example"}),
    ]


def test_other_fields_are_not_templates(now):
    assert tell("account_update", now) is None
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize("missing", ["message_template_name", "message_template_language"])
def test_news_of_no_template_makes_no_row(now, missing):
    value = {name: told for name, told in NAMED.items() if name != missing}
    told = news_apply(FIELDS[0], value, account_ref=make.WABA, provider="cloud", now=now)
    assert told == "Names no template"
    assert not MessageTemplate.objects.exists()


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=700) | st.just("\x00\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([
    *NAMED, "event", "reason", "rejection_info", "new_quality_score", "new_category", "message_template_title",
    "message_template_element", "message_template_footer", "message_template_buttons", "message_template_category",
])  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(FIELDS), value=st.dictionaries(names, odd, max_size=6), named=st.booleans())
def test_odd_values_are_never_an_error(now, field, value, named):
    """One bad update must not cost its neighbours."""
    given_value = {**value, **NAMED} if named else value
    told = news_apply(field, given_value, account_ref=make.WABA, provider="cloud", now=now)
    assert isinstance(told, str)


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the published sample bodies are not on this machine")
@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("pywa-template-*.json")), ids=lambda path: path.stem)
def test_published_samples_are_applied(now, path):
    body = json.loads(path.read_text())
    for sample in [body, *(part for part in body.values() if isinstance(part, dict))]:
        for entry in sample["entry"]:
            at = datetime.fromtimestamp(entry["time"], tz=UTC)
            for change in entry["changes"]:
                told = news_apply(
                    change["field"], change["value"], account_ref=entry["id"], provider="cloud", now=now, at=at
                )
                value = change["value"]
                one = MessageTemplate.objects.get(account_ref=entry["id"], name=value["message_template_name"])
                assert told.startswith(str(one))
                assert one.locale == value["message_template_language"]
                assert one.changed_at == at
