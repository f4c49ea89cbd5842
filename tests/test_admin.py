"""The admin: what can be changed is put on the record, what must not be changed cannot be, secrets stay inside."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from audit.models import Event
from conversations.models import Channel, Conversation, Customer, IdentityConflict, Message, Tier
from handoff.models import Handoff, Team
from sla.models import Clock, MatrixRow
from tests import api_factories as make
from whatsapp.models import (
    Attachment,
    Charge,
    CloudAccount,
    DeadLetter,
    DeliveryAttempt,
    InboundEvent,
    InboundUpdate,
)

pytestmark = pytest.mark.django_db

OURS = {"audit", "conversations", "sla", "assistant", "handoff", "whatsapp"}
REGISTERED = [model for model in apps.get_models() if model in admin.site._registry and model._meta.app_label in OURS]
READ_ONLY = [
    Event, Conversation, Clock, Handoff, InboundEvent, InboundUpdate, Attachment, Charge, DeadLetter, DeliveryAttempt,
    IdentityConflict,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _static_files_as_they_lie(settings):
    """These tests look at pages, not at files: no manifest of hashed names is collected for them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def root(now):
    return make.agent(now, "root", admin=True)


@pytest.fixture
def browser(client, root):
    client.force_login(root)
    return client


@pytest.fixture
def thread(now, root):
    """One row of everything: a conversation in the queue, and the webhook it came in."""
    waits = make.waiting(now, number=4711)
    event = InboundEvent.objects.create(channel=waits.channel, body=b'{"secret": "\xff body"}', received_at=now)
    InboundUpdate.objects.create(
        event=event, position=0, channel=waits.channel, kind="message", outcome="received",
        provider_id="wamid.x", raw={"words": "raw words"}, message=waits.messages.first(),
    )  # fmt: skip
    make_outcomes(waits, now)
    MatrixRow.objects.create(first_response=timedelta(minutes=90))
    return waits


def make_outcomes(waits: Conversation, now) -> None:
    """What became of a message that went out wrong: its request, its price, its file; a doubt about the customer."""
    channel, other = waits.channel, Customer.objects.create(name="Anna", created_at=now)
    error = {"code": 100, "kind": "bug", "title": "Baton sent something wrong.", "reference": "trace-1"}
    letter = Message.objects.create(
        conversation=waits, channel=channel, seq=99, revision=99, direction="out", sender="human", status="failed",
        body="our words", control_epoch=0, placed_at=now, created_at=now, error=error,
    )  # fmt: skip
    DeliveryAttempt.objects.create(message=letter, number=1, started_at=now, finished_at=now, outcome="refused")
    Attachment.objects.create(message=letter, channel=channel, kind="image", created_at=now)
    Charge.objects.create(
        message=letter, conversation_id=waits.pk, channel=channel, month=now.date(), type="regular",
        category="service", at=now,
    )  # fmt: skip
    IdentityConflict.objects.create(kept=waits.customer, other=other, channel=channel, noticed_at=now)


def page(model, what: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def last_change() -> Event:
    return Event.objects.filter(event_type="config.changed").latest("id")


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_page_opens_under_the_strict_policy(browser, thread, model):
    response = browser.get(page(model, "changelist"), follow=True)  # of what has one row, its page is shown at once
    assert response.status_code == 200
    assert "default-src 'none'" in response["Content-Security-Policy"]
    first = model._default_manager.first()
    if first is not None:
        assert browser.get(page(model, "change", first.pk)).status_code == 200


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("term", ["ana", "7", "00000000-0000-0000-0000-000000000000", "%", "😀", "\x00", "x" * 500])
def test_searching_never_fails(browser, thread, model, term):
    assert browser.get(page(model, "changelist"), {"q": term}, follow=True).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_what_happened_can_only_be_read(browser, thread, model):
    """Even by a superuser: else the record and the thread would be as good as anybody's word."""
    pk = model._default_manager.first().pk
    assert browser.get(page(model, "add")).status_code == 403
    assert browser.post(page(model, "change", pk), {}).status_code == 403
    assert browser.post(page(model, "delete", pk), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    count = model._default_manager.count()
    browser.post(page(model, "changelist"), action)
    assert model._default_manager.count() == count


def test_transcripts_are_not_in_the_admin(browser, thread):
    """A look at a transcript goes on the record (invariant 10); the admin would be a way around."""
    assert Message not in admin.site._registry
    shown = [thread, Handoff.objects.get(), DeadLetter.objects.get(), Attachment.objects.get()]
    for row in shown:
        html = browser.get(page(type(row), "change", row.pk)).content.decode()
        assert "A person, please" not in html
        assert "our words" not in html


def test_staff_without_rights_sees_nothing(client, now, thread):
    helper = make.agent(now, "helper")
    helper.is_staff = True
    helper.save()
    client.force_login(helper)
    assert client.get(page(Customer, "changelist")).status_code == 403


def test_customer_is_shown_without_the_number(browser, thread):
    html = browser.get(page(Customer, "change", thread.customer_id)).content.decode()
    assert make.PHONE.format(4711) not in html
    assert "…4711" in html


def test_conversation_is_found_by_id_and_by_customer(browser, now, thread):
    make.conversation(now, name="Somebody else")
    for term in (str(thread.pk), "Ana"):
        html = browser.get(page(Conversation, "changelist"), {"q": term}).content.decode()
        assert str(thread.pk) in html
        assert "1 conversation" in html


def test_change_of_a_customer_is_recorded_by_id_not_by_name(browser, root, thread):
    data = {"name": "Ana Maria", "tier": "vip", "locale": "es", "external_ref": "", "_save": "1"}
    data |= {**formset("identities"), **formset("consents")}
    response = browser.post(page(Customer, "change", thread.customer_id), data)
    assert response.status_code == 302, response.context["errors"]
    event = last_change()
    assert (event.stream, event.actor_id) == (f"customer:{thread.customer_id}", str(root.pk))
    assert event.payload["fields"] == ["name", "tier", "locale"]
    assert "Ana" not in str(event.payload)


def test_adding_and_deleting_are_recorded(browser):
    browser.post(page(Tier, "add"), {"code": "gold", "name": "Gold", "rank": 5, "points": 10, "_save": "1"})
    assert (last_change().stream, last_change().payload["action"]) == ("tier:gold", "added")
    browser.post(page(Tier, "delete", "gold"), {"post": "yes"})
    assert not Tier.objects.filter(pk="gold").exists()
    assert (last_change().stream, last_change().payload["action"]) == ("tier:gold", "deleted")


def test_deleting_many_is_recorded_one_by_one(browser):
    Tier.objects.create(code="gold", name="Gold")
    Tier.objects.create(code="blue", name="Blue")
    data = {"action": "delete_selected", "_selected_action": ["gold", "blue"], "post": "yes"}
    browser.post(page(Tier, "changelist"), data)
    streams = Event.objects.filter(event_type="config.changed").values_list("stream", flat=True)
    assert set(streams) == {"tier:gold", "tier:blue"}


def test_record_is_shown_in_plain_words_and_can_be_filtered(browser, thread):
    html = browser.get(page(Event, "changelist")).content.decode()
    assert "The conversation was opened" in html
    html = browser.get(page(Event, "changelist"), {"event_type": "team.created"}).content.decode()
    assert "Team Support was made" in html
    assert "The conversation was opened" not in html
    html = browser.get(page(Event, "changelist"), {"q": str(thread.pk), "actor_kind": "user"}).content.decode()
    assert "The conversation was opened" in html
    assert "Team Support was made" not in html


def formset(prefix: str, total: int = 0, initial: int = 0) -> dict:
    return {
        f"{prefix}-TOTAL_FORMS": total,
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }


# The matrix, edited in its list


def test_durations_are_typed_as_people_write_them(browser):
    data = {"tier": "vip", "topic": "", "first_response": "1h30m", "_save": "1"}
    response = browser.post(page(MatrixRow, "add"), data)
    assert response.status_code == 302, response.context["errors"]
    assert MatrixRow.objects.get().first_response == timedelta(minutes=90)
    html = browser.get(page(MatrixRow, "changelist")).content.decode()
    assert 'value="1h30m"' in html


def test_matrix_is_edited_in_its_list_and_recorded(browser):
    kept = MatrixRow.objects.create(tier_id="vip", first_response=timedelta(hours=1))
    row = MatrixRow.objects.create(tier_id="retail", first_response=timedelta(hours=4))
    data = {**formset("form", 2, 2), "_save": "1"}
    for number, (pk, text) in enumerate([(row.pk, "2d"), (kept.pk, "1h")]):
        data |= {f"form-{number}-id": pk, f"form-{number}-first_response": text}
    assert browser.post(page(MatrixRow, "changelist"), data).status_code == 302
    row.refresh_from_db()
    assert row.first_response == timedelta(days=2)
    event = Event.objects.get(event_type="config.changed")
    assert (event.stream, event.payload["fields"]) == (f"matrixrow:{row.pk}", ["first_response"])


@pytest.mark.parametrize("text", ["", "soon", "0m", "-5m", "99999999d", "\x00"])
def test_duration_that_is_none_is_refused_with_words(browser, text):
    response = browser.post(page(MatrixRow, "add"), {"tier": "vip", "topic": "", "first_response": text})
    assert response.status_code == 200
    assert response.context["errors"]
    assert not MatrixRow.objects.exists()


# Channels and their secrets

SECRETS = {"cloud-0-access_token": "", "cloud-0-app_secrets": "", "cloud-0-verify_token": ""}


def channel_form(channel: Channel | None = None, **changes) -> dict:
    account = channel.cloud if channel else None
    data = {"name": "Main", "team": Team.objects.get(slug="support").pk, "is_active": "on", "_save": "1"}
    data |= {**formset("cloud", 1, 1 if account else 0), **SECRETS}
    data |= {"cloud-0-id": account.pk if account else "", "cloud-0-channel": channel.pk if channel else ""}
    data |= {"cloud-0-phone_number_id": "id-main", "cloud-0-api_url": "https://graph.example.com"}
    return data | {"cloud-0-api_version": "v26.0", "cloud-0-messages_per_second": "80", **changes}


def test_stored_secrets_never_reach_the_browser(browser, now):
    channel = make.channel(now)
    CloudAccount.objects.update(access_token="s3cr3t-a", app_secrets="s3cr3t-b", verify_token="s3cr3t-c")
    html = browser.get(page(Channel, "change", channel.pk)).content.decode()
    assert "s3cr3t" not in html
    for name in SECRETS:
        assert f'<input type="password" name="{name}"' in html


def test_empty_secrets_are_kept(browser, now):
    """Else every change of a name would cut the number off."""
    channel = make.channel(now)
    response = browser.post(page(Channel, "change", channel.pk), channel_form(channel, name="Renamed"))
    assert response.status_code == 302, response.context["errors"]
    channel = Channel.objects.get()
    assert (channel.name, channel.cloud.api_url) == ("Renamed", "https://graph.example.com")
    assert (channel.cloud.access_token, channel.cloud.app_secrets) == ("token", "secret")
    event = last_change()
    assert event.stream == "channel:main"
    assert event.payload["fields"] == ["name", "cloud account: api_url"]


def test_new_secrets_are_stored_and_only_named_on_the_record(browser, now):
    channel = make.channel(now)
    given = {"cloud-0-app_secrets": "newer secret", "cloud-0-access_token": "newtoken"}
    response = browser.post(page(Channel, "change", channel.pk), channel_form(channel, **given))
    assert response.status_code == 302, response.context["errors"]
    account = CloudAccount.objects.get()
    assert (account.app_secrets, account.access_token) == ("newer\nsecret", "newtoken")
    assert "cloud account: access_token" in last_change().payload["fields"]
    assert "newtoken" not in str(list(Event.objects.values_list("payload", flat=True)))


def test_refused_secrets_are_not_echoed(browser, now):
    channel = make.channel(now)
    given = {"cloud-0-access_token": "s3cr3t with spaces"}
    response = browser.post(page(Channel, "change", channel.pk), channel_form(channel, **given))
    assert response.status_code == 200
    assert "Copy it once more" in response.content.decode()
    assert "s3cr3t" not in response.content.decode()


def test_channel_is_added_with_its_account(browser, root):
    given = {
        "key": "second", "portfolio": "", "cloud-0-phone_number_id": "42", "cloud-0-access_token": "t",
        "cloud-0-app_secrets": "s", "cloud-0-verify_token": "v",
    }  # fmt: skip
    response = browser.post(f"{page(Channel, 'add')}?provider=cloud", channel_form(**given))
    assert response.status_code == 302, response.context["errors"]
    channel = Channel.objects.get(key="second")
    assert (channel.provider, channel.cloud.phone_number_id) == ("cloud", "42")
    assert (last_change().stream, last_change().payload["action"]) == ("channel:second", "added")


def test_channel_without_secrets_is_refused(browser, root):
    response = browser.post(f"{page(Channel, 'add')}?provider=cloud", channel_form(key="second", portfolio=""))
    assert "required" in str(response.context["errors"])
    assert not Channel.objects.exists()


@pytest.mark.parametrize("url", ["http://graph.example.com", "ftp://x", "https://u:p@x.example"])
def test_address_that_would_leak_the_token_is_refused(browser, now, url):
    channel = make.channel(now)
    data = channel_form(channel, **{"cloud-0-api_url": url})
    assert browser.post(page(Channel, "change", channel.pk), data).status_code == 200
    assert CloudAccount.objects.get().api_url == "https://graph.facebook.com"


def test_key_of_a_channel_is_fixed(browser, now):
    channel = make.channel(now)
    browser.post(page(Channel, "change", channel.pk), channel_form(channel, key="other", portfolio="other"))
    channel.refresh_from_db()
    assert (channel.key, channel.portfolio) == ("main", "")


# Raw traces


def test_raw_bodies_are_for_superusers_alone(browser, client, now, thread):
    """They hold numbers and words of customers."""
    from django.contrib.auth.models import Permission

    event, update = InboundEvent.objects.get(), InboundUpdate.objects.get()
    paths = [page(InboundEvent, "change", event.pk), page(InboundUpdate, "change", update.pk)]
    assert "� body" in browser.get(paths[0]).content.decode()
    assert "raw words" in browser.get(paths[1]).content.decode()
    helper = make.agent(now, "helper")
    helper.is_staff = True
    helper.save()
    helper.user_permissions.set(Permission.objects.filter(content_type__app_label="whatsapp"))
    client.force_login(helper)
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200
        assert "body&quot;" not in response.content.decode()
        assert "raw words" not in response.content.decode()
