"""A paired phone is added only where the operator has switched the unofficial way on, with words for every mistake."""

import pytest
from django.db import connection

from audit.actors import SYSTEM
from audit.models import Event
from conversations.models import Channel
from tests import factories
from whatsapp.models import WasenderAccount
from whatsapp.wasender_accounts import wasender_account_save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _enabled(settings):
    settings.WASENDER_ENABLED = True


def save(now, **more):
    given = {
        "key": "paired", "session_id": "4711", "api_key": "sk-first", "webhook_secrets": ["wh-first"],
        "team": factories.team(), "actor": SYSTEM, "now": now,
    }  # fmt: skip
    return wasender_account_save(**given | more)


@pytest.mark.parametrize("how", ["off", "absent"])
def test_off_by_default_and_says_why_and_how(now, settings, how):
    if how == "off":
        settings.WASENDER_ENABLED = False
    else:
        del settings.WASENDER_ENABLED
    with pytest.raises(ValueError, match="WASENDER_ENABLED=1") as refusal:
        save(now)
    assert "unofficial" in str(refusal.value)
    assert "bans" in str(refusal.value)
    assert not Channel.objects.exists()


def test_phone_is_added_protected_and_on_the_record(now):
    account, is_new = save(now, name="Shop phone")
    assert is_new
    assert (account.channel.provider, account.channel.name, account.account_protection) == (
        "wasender",
        "Shop phone",
        True,
    )
    assert account.api_url == "https://www.wasenderapi.com/api"
    event = Event.objects.get(event_type="channel.added")
    assert (event.stream, event.payload["provider"]) == ("channel:paired", "wasender")


def test_again_replaces_credentials_and_records_which(now):
    save(now)
    account, is_new = save(
        now, api_key="sk-second", webhook_secrets=["wh-second", "wh-first"], account_protection=False
    )
    assert not is_new
    account.refresh_from_db()
    assert (account.api_key, account.webhook_secrets.split()) == ("sk-second", ["wh-second", "wh-first"])
    event = Event.objects.get(event_type="config.changed")
    assert event.payload["fields"] == ["api_key", "webhook_secrets", "account_protection"]


def test_same_again_changes_nothing(now):
    save(now)
    save(now)
    assert not Event.objects.filter(event_type="config.changed").exists()


def test_secrets_lie_encrypted_and_are_not_recorded(now):
    save(now)
    save(now, api_key="sk-second")
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key, webhook_secrets FROM whatsapp_wasenderaccount")
        stored = str(cursor.fetchall())
    recorded = str(list(Event.objects.values_list("payload", flat=True)))
    for secret in ("sk-first", "sk-second", "wh-first"):
        assert secret not in stored + recorded


WRONG = {
    "phone number for a session id": ({"session_id": "+1 555 010 0191"}, "session id"),
    "empty session id": ({"session_id": ""}, "session id"),
    "no webhook secret": ({"webhook_secrets": []}, "At least one webhook secret"),
    "empty webhook secret": ({"webhook_secrets": [""]}, "webhook secret"),
    "key with a line break": ({"api_key": "sk\n"}, "API key"),
    "key of the address": ({"key": "a b"}, "letters, digits"),
    "plain http": ({"api_url": "http://www.wasenderapi.com/api"}, "https"),
    "long name": ({"name": "x" * 101}, "100"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_wrong_values_say_the_mend(now, change, words):
    with pytest.raises(ValueError, match=words):
        save(now, **change)
    assert not WasenderAccount.objects.exists()


def test_key_and_session_of_others_are_refused(now):
    save(now)
    factories.channel(now=now)
    for change, words in (
        ({"key": "second"}, "belongs to the channel 'paired' already"),
        ({"session_id": "4712"}, "belongs to another session"),
        ({"key": "main", "session_id": "4712"}, "belongs to a channel of 'cloud'"),
        ({"portfolio": "p"}, "portfolio cannot be changed"),
    ):
        with pytest.raises(ValueError, match=words):
            save(now, **change)
