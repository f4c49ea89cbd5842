"""A Twilio sender, added and changed: words for every mistake, secrets never in the record."""

import pytest
from django.db import connection

from audit.actors import SYSTEM
from audit.models import Event
from conversations.models import Channel
from tests import factories
from whatsapp.models import TwilioAccount
from whatsapp.twilio_accounts import twilio_account_save

pytestmark = pytest.mark.django_db

SID = "AC" + "1" * 32
GIVEN = {"key": "shop", "account_sid": SID, "auth_tokens": ["first-token"], "sender": "+15550100199"}


def save(now, **changes):
    return twilio_account_save(**{**GIVEN, "team": factories.team(), "actor": SYSTEM, "now": now, **changes})


def refused(now, **changes):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the words are what is tested
        save(now, **changes)
    return str(refusal.value)


def test_sender_is_added_with_its_record(now):
    account, is_new = save(now, name="Shop line", portfolio="ours")
    channel = account.channel
    assert is_new
    assert (channel.key, channel.provider, channel.name, channel.portfolio) == ("shop", "twilio", "Shop line", "ours")
    assert (account.sender, account.account_sid, account.auth_tokens) == ("whatsapp:+15550100199", SID, "first-token")
    assert (account.api_url, account.content_api_url, account.messaging_api_url) == (
        "https://api.twilio.com",
        "https://content.twilio.com",
        "https://messaging.twilio.com",
    )
    event = Event.objects.get(event_type="channel.added")
    assert (event.stream, event.payload["provider"]) == ("channel:shop", "twilio")


@pytest.mark.parametrize(
    "written", ["whatsapp:+15550100199", "+1 (555) 010-0199", " +1.555.010.0199 ", "whatsapp:+1 555 010 0199"]
)
def test_number_is_taken_as_people_write_it(now, written):
    assert save(now, sender=written)[0].sender == "whatsapp:+15550100199"


def test_tokens_rotate_and_lie_encrypted(now):
    save(now)
    account, is_new = save(now, auth_tokens=["second-token", "first-token"])
    assert not is_new
    assert account.auth_tokens == "second-token\nfirst-token"
    event = Event.objects.get(event_type="config.changed")
    assert (event.stream, event.payload["fields"]) == ("channel:shop", ["auth_tokens"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT auth_tokens FROM whatsapp_twilioaccount")
        stored = str(cursor.fetchall())
    recorded = str(list(Event.objects.values_list("payload", flat=True)))
    assert "token" not in stored + recorded.replace("auth_tokens", "")


def test_again_without_a_change_records_nothing(now):
    save(now, name="Shop line")
    account, _ = save(now)
    assert account.channel.name == "Shop line"
    assert not Event.objects.filter(event_type="config.changed").exists()


def test_change_does_not_forget_how_far_lost_messages_were_looked_for(now):
    """Saved whole, the row would set the mark back under a look that runs at the same time."""
    account, _ = save(now)
    TwilioAccount.objects.update(listed_until=now)
    save(now, auth_tokens=["second-token"])
    account.refresh_from_db()
    assert account.listed_until == now


def test_another_address_serves_all_of_the_apis(now):
    account, _ = save(now, api_url="http://127.0.0.1:8001/")
    assert account.api_url == account.content_api_url == account.messaging_api_url == "http://127.0.0.1:8001"
    account, _ = save(now, api_url="http://127.0.0.1:8001", content_api_url="http://127.0.0.1:8002")
    assert (account.content_api_url, account.messaging_api_url) == ("http://127.0.0.1:8002", "http://127.0.0.1:8001")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "no/slash"}, "stands in the webhook's address"),
        ({"sender": "15550100199"}, "with its plus"),
        ({"sender": "+0155501"}, "with its plus"),
        ({"sender": "whatsapp:US.1001"}, "with its plus"),
        ({"account_sid": "SK" + "1" * 32}, "no account SID"),
        ({"account_sid": "AC1"}, "no account SID"),
        ({"auth_tokens": []}, "At least one auth token"),
        ({"auth_tokens": ["two words"]}, "auth token is empty or holds spaces"),
        ({"messaging_service_sid": "VA1"}, "no messaging service"),
        ({"api_url": "http://api.twilio.example"}, "Plain http"),
        ({"content_api_url": "nowhere"}, "will not do"),
    ],
)
def test_wrong_values_say_the_mend(now, changes, words):
    assert words in refused(now, **changes)
    assert not Channel.objects.exists()


def test_key_and_sender_belong_together(now):
    save(now)
    assert "belongs to the channel 'shop'" in refused(now, key="other")
    assert "belongs to another sender" in refused(now, sender="+15550100198")
    assert "portfolio cannot be changed" in refused(now, portfolio="other")


def test_key_of_another_provider_is_taken(now):
    factories.channel("main", now=now)
    assert "channel of 'cloud'" in refused(now, key="main")
