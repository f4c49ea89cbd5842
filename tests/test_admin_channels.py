"""Numbers in the admin: each provider with its own form, secrets that stay inside, health in words, buttons."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.models import Event
from config import clock
from conversations.models import Channel, Message
from tests import factories, template_factories
from tests.admin_factories import formset, page, said, signed_in, staff
from tests.cloud import odd_server
from whatsapp import channel_state
from whatsapp.admin_accounts import UNOFFICIAL, TwilioAccountForm
from whatsapp.cloud.account_state import NEEDED_FIELDS
from whatsapp.models import ChannelHealth, CloudAccount, DeliveryAttempt, InboundEvent, TwilioAccount, WasenderAccount

pytestmark = pytest.mark.django_db

SID = "AC" + "0" * 32
TWILIO = {
    "twilio-0-account_sid": SID, "twilio-0-auth_tokens": "t0ken-one", "twilio-0-sender": "+1 555 010 0199",
    "twilio-0-messaging_service_sid": "", "twilio-0-api_url": "https://api.twilio.com",
    "twilio-0-content_api_url": "https://content.twilio.com",
    "twilio-0-messaging_api_url": "https://messaging.twilio.com",
}  # fmt: skip
WASENDER = {
    "wasender-0-session_id": "4711", "wasender-0-api_key": "k3y", "wasender-0-webhook_secrets": "wh-new wh-old",
    "wasender-0-api_url": "https://www.wasenderapi.com/api", "wasender-0-account_protection": "on",
}  # fmt: skip
CLOUD = {
    "cloud-0-phone_number_id": "42", "cloud-0-access_token": "t", "cloud-0-app_secrets": "s",
    "cloud-0-verify_token": "v", "cloud-0-api_url": "https://graph.example.com", "cloud-0-api_version": "v26.0",
    "cloud-0-messages_per_second": "80", "cloud-0-business_account_id": "",
}  # fmt: skip
ACCOUNTS = {"cloud": CLOUD, "twilio": TWILIO, "wasender": WASENDER}


@pytest.fixture
def browser():
    return signed_in(User.objects.create_superuser("root", password="a-long-password-for-tests"))


@pytest.fixture
def channel(now):
    return template_factories.channel(now=now)


def add(browser, provider: str, **changes):
    data = {"name": "Second", "key": "second", "business_name": "", "portfolio": "", "is_active": "on", "_save": "1"}
    data |= {"team": factories.team().pk, **formset(provider, 1), **ACCOUNTS[provider], **changes}
    return browser.post(f"{page(Channel, 'add')}?provider={provider}", data)


def change(browser, channel: Channel, **changes):
    prefix = channel.provider
    account = getattr(channel, prefix)
    secrets = {name: "" for name in ACCOUNTS[prefix] if re.search("token|secret|key", name)}
    stored = {
        name: getattr(account, name.removeprefix(f"{prefix}-0-")) for name in ACCOUNTS[prefix] if name not in secrets
    }
    data = {"name": channel.name, "business_name": channel.business_name, "team": channel.team_id, "is_active": "on"}
    data |= {"reengage_template": channel.reengage_template, **formset(prefix, 1, 1), **stored, **secrets}
    data |= {f"{prefix}-0-id": account.pk, f"{prefix}-0-channel": channel.pk, **changes}
    return browser.post(page(Channel, "change", channel.pk), data)


def errors(response) -> str:
    return str(response.context["errors"])


# Adding


def test_adding_asks_for_the_provider_first(browser):
    html = browser.get(page(Channel, "add")).content.decode()
    assert "?provider=cloud" in html
    assert "?provider=twilio" in html
    assert "WASender" not in html


@pytest.mark.parametrize("provider", ["cloud", "twilio", "wasender"])
def test_the_right_form_for_each_provider(browser, settings, provider):
    settings.WASENDER_ENABLED = True
    html = browser.get(page(Channel, "add"), {"provider": provider}).content.decode()
    for other in ACCOUNTS:
        assert (f'name="{other}-0-' in html) == (other == provider)


@pytest.mark.parametrize("asked", ["", "fax", "__class__", "cloud\x00"])
def test_no_such_provider_leads_back_to_the_choice(browser, asked):
    response = browser.get(page(Channel, "add"), {"provider": asked})
    assert response.status_code == 200
    assert "through which provider?" in response.content.decode()


@pytest.mark.parametrize("provider", ["cloud", "twilio", "wasender"])
def test_a_channel_is_added_with_its_account_and_on_the_record(browser, settings, provider):
    settings.WASENDER_ENABLED = True
    response = add(browser, provider)
    assert response.status_code == 302, errors(response)
    channel = Channel.objects.get(key="second")
    assert channel.provider == provider
    event = Event.objects.get(event_type="config.changed")
    assert (event.stream, event.payload["action"]) == ("channel:second", "added")
    for secret in ("t0ken-one", "k3y", "wh-new"):
        assert secret not in str(event.payload)


def test_what_is_typed_is_stored_as_the_providers_write_it(browser, settings):
    settings.WASENDER_ENABLED = True
    add(browser, "twilio")
    add(browser, "wasender", key="third")
    assert TwilioAccount.objects.get().sender == "whatsapp:+15550100199"
    assert WasenderAccount.objects.get().webhook_secrets == "wh-new\nwh-old"


@pytest.mark.parametrize(
    ("provider", "wrong", "told"),
    [
        ("twilio", {"twilio-0-account_sid": "SK" + "0" * 32}, "is no account SID"),
        ("twilio", {"twilio-0-sender": "12"}, "with its plus"),
        ("twilio", {"twilio-0-messaging_service_sid": "MG1"}, "is no messaging service"),
        ("twilio", {"twilio-0-auth_tokens": ""}, "required"),
        ("twilio", {"twilio-0-content_api_url": "http://content.example"}, "use https"),
        ("wasender", {"wasender-0-session_id": "+15550100199"}, "is no session id"),
        ("wasender", {"wasender-0-api_key": "two words"}, "Copy it once more"),
        ("wasender", {"wasender-0-webhook_secrets": "sécret"}, "Copy it once more"),
        ("wasender", {"wasender-0-api_url": "ftp://x"}, "will not do"),
        ("cloud", {"cloud-0-phone_number_id": "+15550100199"}, "is no phone number id"),
        ("cloud", {"cloud-0-business_account_id": "WABA"}, "digits only"),
        ("cloud", {"cloud-0-messages_per_second": "0"}, "greater than or equal to 1"),
        ("cloud", {"cloud-0-messages_per_second": "1001"}, "less than or equal to 1000"),
        ("cloud", {"cloud-0-app_secrets": "good b\u00e4d"}, "Copy it once more"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_made(browser, settings, provider, wrong, told):
    settings.WASENDER_ENABLED = True
    response = add(browser, provider, **wrong)
    assert response.status_code == 200
    assert told in errors(response)
    assert not Channel.objects.exists()


def test_one_sender_cannot_be_two_channels(browser):
    add(browser, "twilio")
    response = add(browser, "twilio", key="third", **{"twilio-0-sender": "whatsapp:+15550100199"})
    assert "already exists" in errors(response)
    assert Channel.objects.count() == 1


# The unofficial one


def test_the_unofficial_provider_cannot_be_added_unless_switched_on(browser, settings):
    settings.WASENDER_ENABLED = False
    response = browser.get(page(Channel, "add"), {"provider": "wasender"})
    assert "WASENDER_ENABLED=1" in said(response)
    add(browser, "wasender")
    assert not Channel.objects.exists()


def test_the_unofficial_provider_says_so_wherever_it_stands(browser, settings):
    settings.WASENDER_ENABLED = True
    assert UNOFFICIAL in browser.get(page(Channel, "add")).content.decode()
    assert UNOFFICIAL in browser.get(page(Channel, "add"), {"provider": "wasender"}).content.decode()
    add(browser, "wasender")
    settings.WASENDER_ENABLED = False
    channel = Channel.objects.get()
    assert UNOFFICIAL in browser.get(page(Channel, "change", channel.pk)).content.decode()
    html = browser.get(page(Channel, "changelist")).content.decode()
    assert UNOFFICIAL in html
    assert "switched off (WASENDER_ENABLED)" in html


def test_official_providers_are_not_marked(browser, channel):
    for path in (page(Channel, "changelist"), page(Channel, "change", channel.pk)):
        assert "Unofficial" not in browser.get(path).content.decode()


# Changing


@pytest.mark.parametrize("provider", ["twilio", "wasender"])
def test_stored_secrets_never_reach_the_browser_and_empty_ones_are_kept(browser, settings, provider):
    settings.WASENDER_ENABLED = True
    add(browser, provider)
    channel = Channel.objects.get()
    html = browser.get(page(Channel, "change", channel.pk)).content.decode()
    assert not re.search("t0ken-one|k3y|wh-new|wh-old", html)
    names = re.findall(rf'type="password" name="{provider}-0-(\w+)"', html)
    assert names == {"twilio": ["auth_tokens"], "wasender": ["api_key", "webhook_secrets"]}[provider]
    response = change(browser, channel, name="Renamed")
    assert response.status_code == 302, errors(response)
    account = getattr(Channel.objects.get(name="Renamed"), provider)
    kept = account.auth_tokens if provider == "twilio" else f"{account.api_key} {account.webhook_secrets}"
    assert kept == {"twilio": "t0ken-one", "wasender": "k3y wh-new\nwh-old"}[provider]


def test_a_new_token_replaces_the_old_and_is_only_named_on_the_record(browser):
    add(browser, "twilio")
    response = change(browser, Channel.objects.get(), **{"twilio-0-auth_tokens": "newer t0ken-one"})
    assert response.status_code == 302, errors(response)
    assert TwilioAccount.objects.get().auth_tokens == "newer\nt0ken-one"
    event = Event.objects.filter(event_type="config.changed").latest("id")
    assert event.payload["fields"] == ["twilio account: auth_tokens"]
    assert "newer" not in str(event.payload)


def test_saving_does_not_set_back_how_far_lost_messages_were_looked_for(browser, now):
    """The recovery moves on while an admin looks at the page; set back, it would list a day anew, or a month."""
    add(browser, "twilio")
    opened = TwilioAccount.objects.get()
    TwilioAccount.objects.update(listed_until=now)
    data = {name.removeprefix("twilio-0-"): value for name, value in TWILIO.items()}
    form = TwilioAccountForm(data | {"auth_tokens": "other"}, instance=opened)
    assert form.is_valid(), form.errors
    form.save()
    account = TwilioAccount.objects.get()
    assert (account.auth_tokens, account.listed_until) == ("other", now)


def test_a_sender_stays_with_its_channel(browser):
    add(browser, "twilio")
    change(browser, Channel.objects.get(), **{"twilio-0-sender": "whatsapp:+15550100188"})
    assert TwilioAccount.objects.get().sender == "whatsapp:+15550100199"


def test_a_business_account_learned_meanwhile_is_not_emptied(browser, channel):
    response = change(browser, channel, **{"cloud-0-business_account_id": "", "cloud-0-messages_per_second": "20"})
    assert response.status_code == 302, errors(response)
    account = CloudAccount.objects.get()
    assert (account.business_account_id, account.messages_per_second) == (template_factories.WABA, 20)


def test_provider_of_a_channel_is_fixed(browser, channel):
    change(browser, channel, provider="twilio")
    assert Channel.objects.get().provider == "cloud"


# The re-engagement template


def test_reengagement_is_chosen_among_the_accounts_templates(browser, channel, now):
    template_factories.template(now=now, name="come_back", locale="en")
    template_factories.template(now=now, name="come_back", locale="de", status="REJECTED")
    template_factories.template(now=now, name="draft_only", status="DRAFT")
    template_factories.template(now=now, name="of_another", account_ref="999")
    html = browser.get(page(Channel, "change", channel.pk)).content.decode()
    assert "come_back (de rejected, en approved)" in html
    assert "draft_only" not in html
    assert "of_another" not in html
    assert "24-hour window is closed" in html
    response = change(browser, channel, reengage_template="come_back", business_name="Example Shop")
    assert response.status_code == 302, errors(response)
    channel.refresh_from_db()
    assert (channel.reengage_template, channel.business_name) == ("come_back", "Example Shop")
    assert Event.objects.get(event_type="config.changed").payload["fields"] == ["business_name", "reengage_template"]


def test_a_template_of_nobody_is_refused(browser, channel):
    response = change(browser, channel, reengage_template="invented")
    assert "not one of the available choices" in errors(response)


def test_a_chosen_template_that_is_gone_is_shown_and_kept(browser, channel):
    Channel.objects.update(reengage_template="gone")
    assert "gone (not known at the provider)" in browser.get(page(Channel, "change", channel.pk)).content.decode()
    channel.refresh_from_db()
    assert change(browser, channel).status_code == 302
    assert Channel.objects.get().reengage_template == "gone"


def test_without_a_business_account_the_page_says_what_to_enter(browser, channel):
    CloudAccount.objects.update(business_account_id="")
    html = browser.get(page(Channel, "change", channel.pk)).content.decode()
    assert "enter the business account below" in html


# Health


def test_the_page_tells_how_the_channel_does(browser, channel, now, settings):
    settings.PUBLIC_URL = "https://desk.example"
    InboundEvent.objects.create(channel=channel, body=b"{}", received_at=now)
    conversation = factories.conversation(now=now)
    attempt = {"number": 1, "started_at": clock.now(), "finished_at": clock.now()}
    DeliveryAttempt.objects.create(message=conversation.messages.get(), outcome="refused", **attempt)
    ChannelHealth.objects.create(
        channel=channel, stopped_at=now, stop_words="The token has expired.", missing_fields=["security"],
        fields_checked_at=now, templates_stopped_at=now, templates_stop_words="Too many blocks.",
        notice="account update, event DISABLED_UPDATE", notice_at=now,
    )  # fmt: skip
    html = " ".join(browser.get(page(Channel, "change", channel.pk)).content.decode().split())
    for words in (
        "Has stopped</span>: The token has expired.", "<dt>Last webhook</dt> <dd>Nov. 21, 2026, 9 a.m.</dd>",
        "<dt>Last message stored</dt> <dd>Nov. 21, 2026, 9 a.m.</dd>", "<dt>Last message sent</dt> <dd>never</dd>",
        "<dt>Errors in the last hour</dt> <dd>1</dd>", "<dt>Waiting to be sent</dt> <dd>0</dd>",
        "0 delivered, 1000 of the free tier left", "Not subscribed</span>: security (checked Nov. 21",
        ": Too many blocks.", "event DISABLED_UPDATE (Nov. 21", "https://desk.example/webhooks/cloud/main/",
    ):  # fmt: skip
        assert words in html


def test_a_channel_of_which_nothing_is_known_has_a_page(browser, channel):
    html = browser.get(page(Channel, "change", channel.pk)).content.decode()
    assert "Works" in html
    assert "Not checked yet" in html
    assert "Allow templates again" not in html


def test_the_list_says_in_words_what_does_not_work(browser, channel, now):
    for key in ("off", "stopped", "spam"):
        factories.channel(key, now=now)
    Channel.objects.filter(key="off").update(is_active=False)
    ChannelHealth.objects.create(channel=Channel.objects.get(key="stopped"), stopped_at=now, stop_words="Locked out.")
    spam = Channel.objects.get(key="spam")
    ChannelHealth.objects.create(channel=spam, templates_stopped_at=now, templates_stop_words="Blocked too often.")
    html = browser.get(page(Channel, "changelist")).content.decode()
    for words in ("Works", "the channel is switched off", "Locked out.", "Sends no templates</span>: Blocked too"):
        assert words in html


def test_pages_are_clean_under_the_policy(browser, channel, settings):
    settings.WASENDER_ENABLED = True
    paths = [page(Channel, "change", channel.pk), page(Channel, "add"), f"{page(Channel, 'add')}?provider=twilio"]
    for path in [*paths, page(Channel, "changelist")]:
        response = browser.get(path)
        html = response.content.decode()
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert not re.search(r"<[^>]+\s(style|on\w+)=|<style|<script(?![^>]*\ssrc=)[^>]*>", html)


# The buttons


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


def test_the_list_asks_little(browser, now, django_assert_max_num_queries):
    for number in range(8):
        factories.channel(f"n{number}", now=now)
    with django_assert_max_num_queries(22):
        assert browser.get(page(Channel, "changelist")).status_code == 200
    assert not Message.objects.exists()
