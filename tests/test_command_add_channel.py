"""`manage.py add_channel`: a number without the admin, with words for every mistake."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Event
from conversations.models import Channel
from tests import api_factories as make
from whatsapp.models import CloudAccount, TwilioAccount

pytestmark = pytest.mark.django_db

GIVEN = {
    "--provider": "cloud",
    "--key": "shop",
    "--phone-number-id": "106540352242922",
    "--access-token": "EAAtoken",
    "--app-secret": "first-secret",
    "--verify-token": "my-verify-token",
}


def run(*more: str, **changes: str) -> None:
    given = GIVEN | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    call_command("add_channel", *[word for pair in given.items() for word in pair], *more)


def refused(*more: str, **changes: str) -> str:
    with pytest.raises(CommandError) as refusal:
        run(*more, **changes)
    assert refusal.value.returncode == 1
    return str(refusal.value)


def test_number_is_added_with_its_team_and_its_record(capsys):
    run("--name", "Shop line", "--api-url", "http://127.0.0.1:8001/")
    account = CloudAccount.objects.get()
    channel = account.channel
    assert (channel.key, channel.provider, channel.name, channel.team.name) == ("shop", "cloud", "Shop line", "Support")
    assert (account.access_token, account.app_secrets) == ("EAAtoken", "first-secret")
    assert (account.verify_token, account.api_url) == ("my-verify-token", "http://127.0.0.1:8001")
    event = Event.objects.get(event_type="channel.added")
    assert event.stream == "channel:shop"
    out = capsys.readouterr().out
    assert "Channel shop (Shop line) added." in out
    assert "/webhooks/cloud/shop/" in out


def test_secrets_are_neither_shown_nor_recorded_nor_stored_in_clear(capsys):
    run()
    run(access_token="EAAnewer")
    seen = capsys.readouterr()
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, app_secrets, verify_token FROM whatsapp_cloudaccount")
        stored = str(cursor.fetchall())
    recorded = str(list(Event.objects.values_list("payload", flat=True)))
    for secret in ("EAAtoken", "EAAnewer", "first-secret", "my-verify-token"):
        assert secret not in stored + recorded + seen.out + seen.err


def test_secrets_rotate(capsys):
    run()
    run("--app-secret", "second-secret")
    assert CloudAccount.objects.get().app_secrets == "first-secret\nsecond-secret"
    assert "its credentials were updated" in capsys.readouterr().out
    event = Event.objects.get(event_type="config.changed")
    assert (event.stream, event.payload["fields"]) == ("channel:shop", ["app_secrets"])


def test_again_changes_what_is_given_and_keeps_the_rest():
    run("--name", "Shop line")
    run("--name", "Shop", "--team", "returns", access_token="EAAnewer")
    channel = Channel.objects.get()
    assert (channel.name, channel.team.name, channel.cloud.access_token) == ("Shop", "Support", "EAAnewer")


def test_team_is_found_or_made(now):
    returns = make.team(now, "returns")
    run("--team", "returns")
    assert Channel.objects.get().team_id == returns.pk


def test_key_of_another_number_is_refused():
    """A mistyped id must not take over a channel with its conversations."""
    run()
    assert "belongs to another phone number id" in refused(phone_number_id="999")
    assert CloudAccount.objects.get().phone_number_id == GIVEN["--phone-number-id"]


def test_number_of_another_key_is_refused():
    run()
    assert "belongs to the channel 'shop' already" in refused(key="second")
    assert Channel.objects.count() == 1


def test_portfolio_is_fixed():
    """Customers are known within it: another would make strangers of them all."""
    run("--portfolio", "acme")
    run("--portfolio", "acme")
    assert "cannot be changed" in refused("--portfolio", "other")


def test_key_of_another_provider_is_refused(now):
    Channel.objects.create(key="shop", provider="twilio", name="x", team=make.team(now), created_at=now)
    assert "belongs to a channel of 'twilio'" in refused()


@pytest.mark.parametrize("provider", ["telegram", ""])
def test_other_providers_are_refused(provider):
    assert "use one of cloud, twilio, wasender" in refused(provider=provider)


def test_twilio_sender_is_added(settings, capsys):
    settings.PUBLIC_URL = "https://desk.example.com"
    sid = "AC" + "0" * 32
    call_command(
        "add_channel", "--provider", "twilio", "--key", "tw", "--account-sid", sid, "--auth-token", "a" * 32,
        "--sender", "+15550100007",
    )  # fmt: skip
    account = TwilioAccount.objects.get()
    assert (account.channel.provider, account.sender, account.auth_tokens) == (
        "twilio",
        "whatsapp:+15550100007",
        "a" * 32,
    )
    assert "/webhooks/twilio/tw/" in capsys.readouterr().out


def test_unofficial_provider_is_off_unless_asked_for(settings, capsys):
    words = ["--provider", "wasender", "--key", "ws", "--session-id", "7", "--api-key", "k" * 20,
             "--webhook-secret", "s" * 20]  # fmt: skip
    with pytest.raises(CommandError, match="WASENDER_ENABLED"):
        call_command("add_channel", *words)
    settings.WASENDER_ENABLED = True
    call_command("add_channel", *words)
    assert "Unofficial" in capsys.readouterr().out


def test_what_a_provider_needs_is_asked_for(capsys):
    with pytest.raises(CommandError, match="--account-sid, --auth-token, --sender"):
        call_command("add_channel", "--provider", "twilio", "--key", "tw")


@pytest.mark.parametrize(
    "url",
    [
        "http://graph.example.com", "ftp://graph.example.com", "graph.example.com", "", "https://", "javascript:x",
        "https://u:p@graph.example.com", "https://graph.example.com/?a=1", "http://127.0.0.1.example.com",
        "https://graph.example.com:x",
    ],
)  # fmt: skip
def test_address_that_would_leak_or_fail_is_refused(url):
    assert refused(api_url=url)
    assert not Channel.objects.exists()


@pytest.mark.parametrize("url", ["http://localhost:8001", "http://127.0.0.1:9", "http://[::1]:9", "https://a.example"])
def test_address_that_will_do(url):
    run(api_url=url)
    assert CloudAccount.objects.get().api_url == url


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("key", "my shop", "letters, digits, - and _ only"),
        ("key", "x" * 65, "64 characters"),
        ("phone_number_id", "+1 555 010 0001", "is not the number itself"),
        ("phone_number_id", "", "is no phone number id"),
        ("access_token", "", "access token is empty"),
        ("access_token", "two words", "access token is empty or holds spaces"),
        ("app_secret", "", "app secret is empty"),
        ("verify_token", "a\x00b", "verify token is empty"),
        ("name", "x" * 101, "at most 100 characters"),
        ("portfolio", "x" * 65, "at most 64 characters"),
        ("team", "!!!", "cannot be a team"),
    ],
)
def test_wrong_values_are_refused_with_words_and_leave_nothing(name, value, words):
    assert words in refused(**{name: value})
    assert not Channel.objects.exists()
    assert not Event.objects.exists()


def test_missing_option_is_wrong_usage():
    with pytest.raises(CommandError, match="--key"):
        call_command("add_channel", "--provider", "cloud")
