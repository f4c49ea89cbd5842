"""The buttons on a channel's admin page: ask the provider now, check the fields, allow templates again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.models import Event
from config import clock
from conversations.models import Channel
from tests import template_factories
from tests.admin_channels import browser, channel
from tests.admin_factories import page, said, signed_in, staff
from tests.cloud import odd_server
from whatsapp import channel_state
from whatsapp.cloud.account_state import NEEDED_FIELDS
from whatsapp.models import ChannelHealth, CloudAccount

__all__ = ["browser", "channel"]
pytestmark = pytest.mark.django_db


def press(browser, channel, verb: str):
    return browser.post(page(Channel, verb, channel.pk), follow=True)


@pytest.mark.parametrize("verb", ["probe", "templates", "fields"])
def test_buttons_are_for_those_who_may_change_channels(client, channel, verb):
    path = page(Channel, verb, channel.pk)
    assert "/login/" in client.post(path)["Location"]
    looker = signed_in(staff("view_channel"))
    assert looker.post(path).status_code == 403
    assert path not in page_of(looker, channel)
    assert signed_in(staff(username="other")).post(path).status_code == 403
    changer = signed_in(staff("view_channel", "change_channel", username="changer"))
    ChannelHealth.objects.create(channel=channel, templates_stopped_at=clock.now(), templates_stop_words="Blocked.")
    assert path in page_of(changer, channel)
    assert changer.get(path).status_code == 405
    CloudAccount.objects.all().delete()
    assert changer.post(path).status_code == 302


def page_of(browser, channel) -> str:
    return browser.get(page(Channel, "change", channel.pk)).content.decode()


@pytest.mark.parametrize("verb", ["probe", "templates", "fields"])
def test_a_button_of_no_channel_is_not_found(browser, verb):
    assert browser.post(page(Channel, verb, 4711)).status_code == 404


def test_buttons_ask_for_the_token_of_the_form(channel):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.create_superuser("root", password="a-long-password-for-tests"))
    assert strict.post(page(Channel, "probe", channel.pk)).status_code == 403


def test_a_channel_that_works_again_goes_on_when_asked(browser, channel, now):
    ChannelHealth.objects.create(channel=channel, stopped_at=now, stop_words="The token has expired.")
    with odd_server() as graph:
        CloudAccount.objects.update(api_url=graph.url)
        account = CloudAccount.objects.get()
        graph.says(
            {"id": account.phone_number_id, "display_phone_number": "+1 555 010 0100", "quality_rating": "GREEN"}
        )
        told = said(press(browser, channel, "probe"))
    assert "this account works. (quality rating GREEN)" in told
    assert "555" not in told
    assert ChannelHealth.objects.get().stopped_at is None
    assert Event.objects.filter(event_type="channel.resumed", stream="channel:main").exists()


def test_a_channel_that_does_not_work_stays_stopped_and_says_why(browser, channel, now):
    ChannelHealth.objects.create(channel=channel, stopped_at=now)
    with odd_server() as graph:
        CloudAccount.objects.update(api_url=graph.url)
        graph.says({"id": CloudAccount.objects.get().phone_number_id, "status": "BANNED"})
        assert "WhatsApp has banned this number." in said(press(browser, channel, "probe"))
    assert ChannelHealth.objects.get().stopped_at


@pytest.mark.parametrize(("verb", "told"), [("probe", "is not entered"), ("fields", "has no account yet")])
def test_a_channel_without_an_account_says_so(browser, channel, verb, told):
    CloudAccount.objects.all().delete()
    assert told in said(press(browser, channel, verb))


def test_a_provider_that_is_away_is_told(browser, channel):
    """Nothing listens on port 9."""
    CloudAccount.objects.update(api_url="http://127.0.0.1:9")
    assert "could not be asked" in said(press(browser, channel, "fields"))
    assert "does not work" in said(press(browser, channel, "probe"))
    assert not ChannelHealth.objects.exclude(fields_checked_at=None).exists()


def test_templates_are_allowed_again_by_a_person_on_the_record(channel, now):
    ChannelHealth.objects.create(channel=channel, templates_stopped_at=now, templates_stop_words="Too many blocks.")
    ana = staff("view_channel", "change_channel", username="ana")
    assert "sent on this channel again" in said(press(signed_in(ana), channel, "templates"))
    assert channel_state.templates_obstacle(channel) == ""
    event = Event.objects.get(event_type="channel.templates_allowed")
    assert (event.stream, event.actor_id) == ("channel:main", str(ana.pk))
    assert "were allowed on this channel already" in said(press(signed_in(ana), channel, "templates"))
    assert Event.objects.filter(event_type="channel.templates_allowed").count() == 1


def _subscribed(graph, fields) -> None:
    graph.says({"data": [{"whatsapp_business_api_data": {"id": "4711"}}]})
    graph.says({"data": [{"object": "whatsapp_business_account", "fields": [{"name": name} for name in fields]}]})


@pytest.mark.django_db(transaction=True)
def test_missing_fields_are_told_kept_and_recorded_once(now):
    """In a transaction of its own: the record takes nothing outside of one."""
    channel = template_factories.channel(now=now)
    browser = signed_in(User.objects.create_superuser("root", password="a-long-password-for-tests"))
    with odd_server() as graph:
        CloudAccount.objects.update(api_url=graph.url)
        for _ in range(2):
            _subscribed(graph, [name for name in NEEDED_FIELDS if name != "security"])
            assert "Not subscribed: security." in said(press(browser, channel, "fields"))
        assert Event.objects.filter(event_type="channel.fields_missing").count() == 1
        assert ChannelHealth.objects.get().missing_fields == ["security"]
        _subscribed(graph, NEEDED_FIELDS)
        assert "Every webhook field" in said(press(browser, channel, "fields"))
    assert ChannelHealth.objects.get().missing_fields == []


@pytest.mark.django_db(transaction=True)
def test_the_daily_check_records_what_is_missing(now):
    channel = template_factories.channel(now=now)
    with odd_server() as graph:
        CloudAccount.objects.update(api_url=graph.url)
        _subscribed(graph, ["messages"])
        channel_state.fields_check(now=now)
        channel_state.fields_check(now=now + timedelta(hours=1))
        assert len(graph.paths) == 2
    assert Event.objects.get(event_type="channel.fields_missing").stream == f"channel:{channel.key}"
