"""A webhook that was lost: the customer's message is found in Twilio's list, and takes effect once."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from conversations.models import Channel, Message
from tests import factories, twilio_standin
from tests import twilio_factories as make
from tests.twilio_standin import ANN, BOB, SENDER, SID
from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import InboundEvent, InboundUpdate, TwilioAccount
from whatsapp.standin.twilio.memory import Line
from whatsapp.standin.twilio.webhooks import message_form
from whatsapp.twilio import inbound
from whatsapp.twilio.recovery import (
    GRACE,
    _inbound_forms,
    _store,
    all_lost_messages_recover,
    lost_messages_recover,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def standin():
    with twilio_standin.running() as running:
        yield running


@pytest.fixture
def account(standin, now):
    made = make.account(standin, now=now - timedelta(days=1))
    made.listed_until = now - timedelta(hours=1)
    made.save()
    return made


def wrote(standin, at, body="Are you there?", *, sender=ANN, files=()):
    line = standin.memory.write(sender, body, list(files))
    line.created_at = at
    for file in line.files:
        file.created_at = at
    return line


def forms():
    return [
        dict(parse_qsl(bytes(event.body).decode(), keep_blank_values=True))
        for event in InboundEvent.objects.order_by("id")
    ]


def minutes(now, ago):
    return now - timedelta(minutes=ago)


def test_lost_message_comes_in_as_its_webhook_would_have(standin, account, now):
    at = minutes(now, 30)
    line = wrote(standin, at, "Grüße & mehr")
    assert lost_messages_recover(account, now=now) == 1
    (event,) = InboundEvent.objects.all()
    assert (event.channel, event.received_at, event.split_at) == (account.channel, now, None)
    as_posted = message_form(standin.memory.account, line, standin.url)
    (form,) = forms()
    assert {name: as_posted[name] for name in form} == form
    assert set(as_posted) - set(form) == {"ProfileName", "MessageType"}
    (update,) = inbound.parse(event)
    assert (update.kind, update.provider_id, update.provider_ts) == (InboundUpdate.Kind.MESSAGE, line.sid, at)
    assert update.raw["message"]["text"]["body"] == "Grüße & mehr"
    assert dict(update.sender.identifiers) == {"wa_id": "15550100101"}


def test_customer_without_a_number(standin, account, now):
    wrote(standin, minutes(now, 30), sender=BOB)
    lost_messages_recover(account, now=now)
    (update,) = inbound.parse(InboundEvent.objects.get())
    assert dict(update.sender.identifiers) == {"bsuid": "GB.1002"}


def test_files_come_with_it(standin, account, now):
    line = wrote(standin, minutes(now, 30), "Two", files=[(b"x", "image/png"), (b"y", "application/pdf")])
    assert lost_messages_recover(account, now=now) == 1
    found = inbound.parse(InboundEvent.objects.get())
    assert [update.provider_id for update in found] == [line.sid, f"{line.sid}-1"]
    urls = {update.raw["message"][update.raw["message"]["type"]]["url"] for update in found}
    assert urls == {
        f"{standin.url}/2010-04-01/Accounts/{SID}/Messages/{line.sid}/Media/{file.sid}" for file in line.files
    }


def test_looking_again_finds_nothing_new(standin, account, now):
    wrote(standin, minutes(now, 30))
    assert lost_messages_recover(account, now=now) == 1
    assert lost_messages_recover(account, now=now) == 0
    account.listed_until = minutes(now, 60)
    account.save()
    assert lost_messages_recover(account, now=now) == 0
    assert InboundEvent.objects.count() == 1


def test_what_the_desk_has_in_any_form_is_not_taken_twice(standin, account, now):
    """As a webhook not yet taken apart, as an update, as a message."""
    waiting, split, message = (wrote(standin, minutes(now, ago)) for ago in (40, 30, 20))
    event = InboundEvent.objects.create(channel=account.channel, body=f"MessageSid={waiting.sid}&Body=x".encode())
    InboundUpdate.objects.create(
        event=event,
        position=0,
        channel=account.channel,
        kind="message",
        sender_digest="x",
        provider_id=split.sid,
        raw={},
    )
    kept = factories.take(now=now, provider_id=message.sid)
    Message.objects.filter(pk=kept.pk).update(channel=account.channel)
    assert lost_messages_recover(account, now=now) == 0


def test_message_of_another_channel_with_the_same_id_hides_nothing(standin, account, now):
    line = wrote(standin, minutes(now, 30))
    factories.take(now=now, provider_id=line.sid)
    assert lost_messages_recover(account, now=now) == 1


def test_message_just_sent_is_left_to_its_webhook(standin, account, now):
    wrote(standin, now - timedelta(seconds=30))
    assert lost_messages_recover(account, now=now) == 0
    assert TwilioAccount.objects.get().listed_until == now - GRACE
    assert lost_messages_recover(account, now=now + timedelta(minutes=5)) == 1


def test_order_of_the_customer_is_kept_over_pages(standin, account, now):
    standin.memory.page_limit = 3
    for place in range(8):
        wrote(standin, minutes(now, 40 - place), f"line {place}")
    assert lost_messages_recover(account, now=now) == 8
    assert [form["Body"] for form in forms()] == [f"line {place}" for place in range(8)]
    assert {seen["host"] for seen in standin.memory.requests} == {standin.url.removeprefix("http://")}


def test_what_others_sent_and_we_ourselves_is_left_out(standin, account, now):
    at = minutes(now, 30)
    standin.memory.add(Line("SM" + "1" * 32, "outbound-api", SENDER, ANN, "ours", at, "delivered"))
    standin.memory.add(Line("SM" + "2" * 32, "inbound", ANN, "whatsapp:+15550100198", "not ours", at, "received"))
    assert lost_messages_recover(account, now=now) == 0


def test_first_look_begins_where_the_channel_was_added(standin, account, now):
    """Years of old messages must not pour into a new desk."""
    account.listed_until = None
    account.save()
    wrote(standin, now - timedelta(days=3), "long ago")
    wrote(standin, now - timedelta(hours=20), "since then")
    assert lost_messages_recover(account, now=now) == 1
    assert forms()[0]["Body"] == "since then"


def test_channel_switched_off_for_months_brings_back_a_week(standin, account, now):
    account.listed_until = now - timedelta(days=90)
    account.save()
    wrote(standin, now - timedelta(days=30), "long ago")
    wrote(standin, now - timedelta(days=6), "last week")
    assert lost_messages_recover(account, now=now) == 1
    assert forms()[0]["Body"] == "last week"


def test_account_that_cannot_be_asked_does_not_hold_up_the_others(standin, account, now):
    other = Channel.objects.create(key="off", provider="twilio", name="Off", team=factories.team(), created_at=now)
    TwilioAccount.objects.filter(pk=account.pk).update(api_url="http://127.0.0.1:9")
    second = TwilioAccount(channel=other, account_sid=SID, auth_tokens=account.auth_tokens, sender=ANN)
    standin.point(second).listed_until = minutes(now, 60)
    second.save()
    standin.memory.account.sender = ANN
    wrote(standin, minutes(now, 30), sender="whatsapp:+15550100102")
    assert all_lost_messages_recover(now=now) == 1
    Channel.objects.filter(pk=other.pk).update(is_active=False)
    standin.memory.requests.clear()
    assert all_lost_messages_recover(now=now) == 0
    assert not standin.memory.requests


def test_two_workers_at_once_store_it_once(standin, account, now):
    """Both have read the list before either stores."""
    wrote(standin, minutes(now, 30))
    forms_of_both = [list(_inbound_forms(account, minutes(now, 60), now)) for _ in range(2)]
    assert [_store(account, found, now, now) for found in forms_of_both] == [1, 0]
    assert InboundEvent.objects.count() == 1


@pytest.mark.parametrize("kind", ["drop", "error", "garbage"])
def test_failed_look_starts_again_from_where_it_was(standin, account, now, kind):
    account.listed_until = now - timedelta(hours=9)
    account.save()
    wrote(standin, now - timedelta(hours=8), "first")
    wrote(standin, minutes(now, 30), "second")
    standin.script("list", kind, after=1, http=503)
    with pytest.raises(ProviderUnavailable):
        lost_messages_recover(account, now=now)
    assert [form["Body"] for form in forms()] == ["first"]
    assert TwilioAccount.objects.get().listed_until == now - timedelta(hours=3)
    account.refresh_from_db()
    assert lost_messages_recover(account, now=now) == 1
    assert [form["Body"] for form in forms()] == ["first", "second"]


def test_files_that_cannot_be_listed_hold_the_message_back(standin, account, now):
    """Taken in without its photo, it would never get it."""
    wrote(standin, minutes(now, 30), files=[(b"x", "image/png")])
    standin.script("media_list", "error", http=503)
    with pytest.raises(ProviderUnavailable):
        lost_messages_recover(account, now=now)
    assert not InboundEvent.objects.exists()
    assert lost_messages_recover(account, now=now) == 1
