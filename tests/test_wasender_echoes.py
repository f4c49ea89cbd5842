"""The desk's own message that comes back under an id not known yet is no person who took over."""

import json
from datetime import timedelta

import pytest
from django.db import transaction

from conversations import intake, transcript
from conversations.identity import Sender
from conversations.models import Message
from tests import factories, wasender_standin
from tests.wasender_standin import ANN, ANN_LID
from whatsapp.models import InboundEvent, InboundUpdate
from whatsapp.wasender.echoes import own_message
from whatsapp.wasender.inbound import updates

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(now):
    return wasender_standin.channel(now=now)


@transaction.atomic
def conversation(channel, now, **identifiers):
    who = Sender(identifiers or {"wa_id": ANN})
    incoming = factories.incoming(now=now, who=who, provider_id=f"3EB0{sorted(who.identifiers.values())}")
    return intake.take(channel, incoming, now=now).message.conversation


@transaction.atomic
def say(conversation, body, now, *, status="sending", provider_id=""):
    return transcript.append(
        transcript.lock(conversation.pk), now=now, placed_at=now, direction=Message.Direction.OUT,
        sender=Message.Sender.BOT, type="text", body=body, status=status, provider_id=provider_id,
    )  # fmt: skip


def echo(channel, body, now, *, jid=f"{ANN}@s.whatsapp.net"):
    """What WASender reports of a message from the paired phone."""
    element = {
        "key": {"id": "3EB0ECHO", "fromMe": True, "remoteJid": jid},
        "message": {"extendedTextMessage": {"text": body}},
        "messageTimestamp": int(now.timestamp()),
    }
    raw = json.dumps({"event": "messages.upsert", "data": {"messages": [element]}}).encode()
    event = InboundEvent.objects.create(channel=channel, body=raw, received_at=now)
    (update,) = updates(raw, "", now)
    return InboundUpdate.objects.create(
        event=event, position=0, channel=channel, kind=update.kind, provider_id=update.provider_id, raw=update.raw,
        provider_ts=update.provider_ts, sender_digest=update.sender.digest(),
    )  # fmt: skip


@pytest.mark.parametrize(("status", "provider_id"), [("sending", ""), ("unknown", ""), ("accepted", "msgid:100000")])
def test_message_on_its_way_is_ours(channel, now, status, provider_id):
    mine = say(conversation(channel, now), "Hello", now, status=status, provider_id=provider_id)
    assert own_message(echo(channel, "Hello", now)) == mine


def test_customer_known_by_linked_device_id_is_found_too(channel, now):
    mine = say(conversation(channel, now, wa_id=ANN, jid=ANN_LID), "Hello", now)
    assert own_message(echo(channel, "Hello", now, jid=ANN_LID)) == mine


def test_oldest_of_two_alike_comes_first(channel, now):
    thread = conversation(channel, now)
    first = say(thread, "Hello", now, status="unknown")
    say(thread, "Hello", now + timedelta(seconds=1))
    assert own_message(echo(channel, "Hello", now + timedelta(seconds=2))) == first


def test_other_words_another_customer_or_a_named_message_are_a_persons(channel, now):
    thread = conversation(channel, now)
    say(conversation(channel, now, wa_id="447700900192"), "Hello", now)
    say(thread, "Hello", now, status="accepted", provider_id="3EB0KNOWN")
    say(thread, "Good bye", now)
    assert own_message(echo(channel, "Hello", now)) is None


def test_same_words_much_later_are_a_persons(channel, now):
    say(conversation(channel, now), "Hello", now, status="unknown")
    assert own_message(echo(channel, "Hello", now + timedelta(minutes=11))) is None
