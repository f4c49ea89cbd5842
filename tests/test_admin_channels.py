"""Numbers in the admin: each provider with its own form, secrets that stay inside, health in words, buttons."""

import re

import pytest

from audit.models import Event
from config import clock
from conversations.models import Channel, Message
from tests import factories, template_factories
from tests.admin_channels import browser, channel
from tests.admin_factories import formset, page, said
from whatsapp.admin_accounts import UNOFFICIAL, TwilioAccountForm
from whatsapp.models import ChannelHealth, CloudAccount, DeliveryAttempt, InboundEvent, TwilioAccount, WasenderAccount

__all__ = ["browser", "channel"]
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


def test_the_list_asks_little(browser, now, django_assert_max_num_queries):
    for number in range(8):
        factories.channel(f"n{number}", now=now)
    with django_assert_max_num_queries(22):
        assert browser.get(page(Channel, "changelist")).status_code == 200
    assert not Message.objects.exists()
