"""Bringing templates level with the provider: nothing lost, nothing made up, and every change on the record."""

from datetime import timedelta

import pytest

from audit.actors import SYSTEM
from audit.models import Event
from config import clock
from tests import template_factories as make
from tests.template_factories import Catalogue, listed
from whatsapp.models import MessageTemplate
from whatsapp.templates import tasks
from whatsapp.templates.refusals import TemplateRefused
from whatsapp.templates.sync import SyncResult, templates_sync

pytestmark = pytest.mark.django_db


def sync(now, *items, channel=None, **options) -> SyncResult:
    channel = channel or make.channel(now=now)
    return templates_sync(channel, adapter=Catalogue(*items, **options), actor=SYSTEM, now=now)


def test_every_template_of_every_page_is_kept_with_its_components(now):
    result = sync(now, *(listed(f"name_{n}") for n in range(250)), listed("name_0", "de"))
    assert result == SyncResult(created=251)
    row = MessageTemplate.objects.get(name="name_0", locale="de")
    assert (row.account_ref, row.provider_id, row.components) == (make.WABA, "id-name_0-de", [make.BODY])
    assert (row.synced_at, row.quality, row.rejected_reason) == (now, "", "")


def test_second_sync_changes_nothing_and_records_nothing(now):
    sync(now, listed())
    events = Event.objects.count()
    later = now + timedelta(hours=1)
    assert sync(later, listed()).words() == "Nothing has changed."
    assert Event.objects.count() == events
    row = MessageTemplate.objects.get()
    assert (row.changed_at, row.synced_at) == (now, later)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"status": "PAUSED"}, "status", "PAUSED"),
        ({"category": "MARKETING"}, "category", "MARKETING"),
        ({"quality_score": {"score": "RED"}}, "quality", "RED"),
        ({"components": [make.body("Other words.")]}, "components", [make.body("Other words.")]),
        ({"status": "NEW_STATUS"}, "status", "NEW_STATUS"),
    ],
)
def test_each_change_is_taken_over_and_recorded_by_name_only(now, change, field, value):
    """Else nobody could say later since when a template was another one."""
    sync(now, listed())
    assert sync(now + timedelta(hours=1), listed(**change)) == SyncResult(changed=1)
    row = MessageTemplate.objects.get()
    assert getattr(row, field) == value
    event = Event.objects.get(event_type="template.changed")
    assert (event.stream, event.payload["fields"]) == ("channel:main", [field])
    assert "words" not in str(event.payload).lower()


def test_vanished_template_is_marked_never_deleted(now):
    sync(now, listed("kept"), listed("gone"))
    assert sync(now + timedelta(hours=1), listed("kept")) == SyncResult(gone=1)
    assert MessageTemplate.objects.get(name="gone").status == "DELETED"
    assert Event.objects.filter(event_type="template.gone").count() == 1
    assert sync(now + timedelta(hours=2), listed("kept")) == SyncResult()


@pytest.mark.parametrize("breaks_after", [0, 1])
def test_broken_page_marks_nothing_as_gone(now, breaks_after):
    """Else a hiccup at the provider would stop every template that stood on the next page."""
    sync(now, listed("first"), listed("second"))
    changed = listed("first", status="PAUSED")
    result = sync(now + timedelta(hours=1), changed, listed("second"), breaks_after=breaks_after)
    assert (result.gone, result.changed) == (0, breaks_after)
    assert "the connection broke" in result.words()
    assert MessageTemplate.objects.get(name="second").status == "APPROVED"


def test_endless_list_ends(now, monkeypatch):
    monkeypatch.setattr("whatsapp.templates.sync.MOST_TEMPLATES", 3)
    make.template(now=now - timedelta(days=1), name="unseen")
    result = sync(now, *(listed(f"name_{n}") for n in range(4)))
    assert (result.created, result.gone) == (3, 0)
    assert "did not end" in result.why


@pytest.mark.parametrize(
    "odd",
    [None, "words", {}, {"name": "x"}, {"name": "x" * 600, "language": "en"}, {"name": ["x"], "language": "en"}],
)
def test_odd_item_costs_its_neighbours_nothing(now, odd):
    assert sync(now, odd, listed()) == SyncResult(created=1)


@pytest.mark.parametrize("field", ["status", "category", "quality_score", "components", "parameter_format", "id"])
@pytest.mark.parametrize("value", [None, 7, ["x"], {"x": "\x00"}, "\x00\ud800" + "y" * 400, [{"type": "\x00"}]])
def test_odd_values_are_kept_where_they_can_be_and_never_approved(now, field, value):
    assert sync(now, listed(**{field: value})).created == 1
    assert (MessageTemplate.objects.get().status == "APPROVED") == (field != "status")


def test_webhook_newer_than_the_list_is_left_alone(now):
    """The list was asked for before: what it says is older."""
    make.template(now=now + timedelta(seconds=5), status="PAUSED")
    make.template(now=now + timedelta(seconds=5), name="newcomer", status="PENDING")
    assert sync(now, listed()) == SyncResult()
    assert set(MessageTemplate.objects.values_list("status", flat=True)) == {"PAUSED", "PENDING"}


def test_draft_is_not_gone_and_gives_way_to_the_provider(now):
    make.template(now=now, name="draft_only", status="DRAFT")
    make.template(now=now, status="DRAFT", components=[make.body("Mine.")])
    assert sync(now + timedelta(hours=1), listed()) == SyncResult(changed=1)
    assert MessageTemplate.objects.get(name="draft_only").status == "DRAFT"
    assert MessageTemplate.objects.get(name="order_update").components == [make.BODY]


def test_channel_without_account_says_the_mend(now):
    channel = make.make.channel(now=now)
    with pytest.raises(TemplateRefused, match="Enter its WhatsApp business account ID"):
        sync(now, channel=channel)


def test_channels_of_one_account_are_one_list_and_one_chain(now):
    first, second = make.channel(now=now), make.channel(now=now, key="second")
    assert sync(now, listed(), channel=second) == SyncResult(created=1)
    assert sync(now, listed(), channel=first) == SyncResult()
    assert Event.objects.get(event_type="template.added").stream == "channel:main"


@pytest.fixture
def asked(monkeypatch):
    """The channels whose provider was asked, in order."""
    calls = []

    def adapter(channel):
        calls.append(channel.key)
        return Catalogue(listed())

    monkeypatch.setattr("whatsapp.templates.sync.adapter_for", adapter)
    return calls


def test_nightly_sync_asks_each_account_once(now, asked):
    """Two numbers of one account cost the limits of one."""
    make.channel(now=now)
    make.channel(now=now, key="second")
    make.make.channel("without", now=now)
    tasks.sync_templates_nightly()
    assert asked == ["main"]
    assert MessageTemplate.objects.count() == 1


def test_crowd_of_webhooks_costs_one_sync(now, asked):
    channel = make.channel(now=now)
    asked_at = clock.now().isoformat()
    for _ in range(3):
        tasks.sync_templates(channel.pk, asked_at)
    assert asked == ["main"]
    tasks.sync_templates(channel.pk)
    assert asked == ["main", "main"]


def test_sync_of_a_channel_that_is_gone_is_nothing(now, asked):
    tasks.sync_templates(0, now.isoformat())
    tasks.sync_templates(make.make.channel(now=now).pk, now.isoformat())
    assert asked == []
