"""From Twilio's form to the thread and back: the one way that every provider's messages take."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from conversations.models import Message
from tests import twilio_factories as make
from tests import twilio_standin
from tests.twilio_standin import ANN
from whatsapp import ingest
from whatsapp.models import Attachment, InboundEvent, InboundUpdate
from whatsapp.standin.twilio.webhooks import message_form, status_form
from whatsapp.twilio.recovery import lost_messages_recover

pytestmark = pytest.mark.django_db


@pytest.fixture
def standin():
    with twilio_standin.running() as running:
        yield running


@pytest.fixture
def account(standin, now):
    return make.account(standin, now=now - timedelta(hours=2))


def arrive(account, form, now, query=""):
    InboundEvent.objects.create(channel=account.channel, body=urlencode(form).encode(), query=query, received_at=now)
    ingest.ingest(now=now)


def test_message_with_two_files_becomes_two_lines_with_their_files(standin, account, now):
    line = standin.memory.write(ANN, "Both sides", [(b"x", "image/png"), (b"y", "application/pdf")])
    form = message_form(standin.memory.account, line, standin.url)
    arrive(account, form, now)
    arrive(account, form, now)
    kept = list(Message.objects.filter(direction="in").order_by("seq"))
    assert [message.provider_id for message in kept] == [line.sid, f"{line.sid}-1"]
    assert [message.type for message in kept] == ["image", "document"]
    assert [file.provider_media_id for file in Attachment.objects.order_by("pk")] == [
        form["MediaUrl0"],
        form["MediaUrl1"],
    ]
    assert list(InboundUpdate.objects.values_list("outcome", flat=True)) == ["received"] * 2 + ["duplicate"] * 2


def test_recovered_message_and_its_late_webhook_are_one(standin, account, now):
    line = standin.memory.write(ANN, "Are you there?")
    line.created_at = now - timedelta(minutes=30)
    assert lost_messages_recover(account, now=now) == 1
    ingest.ingest(now=now)
    arrive(account, message_form(standin.memory.account, line, standin.url), now)
    (message,) = Message.objects.filter(direction="in")
    assert (message.provider_id, message.provider_ts, message.received_at) == (line.sid, line.created_at, now)


def test_same_customer_by_number_and_by_id_is_one_customer(standin, account, now):
    first = message_form(standin.memory.account, standin.memory.write(ANN, "One"), standin.url)
    arrive(account, first | {"ExternalUserId": "US.1001"}, now)
    second = message_form(standin.memory.account, standin.memory.write("whatsapp:US.1001", "Two"), standin.url)
    arrive(account, second, now)
    assert len({message.conversation.customer_id for message in Message.objects.filter(direction="in")}) == 1


def test_status_on_the_way_changes_nothing_and_is_kept(standin, account, now):
    line = standin.memory.write(ANN, "x")
    arrive(account, status_form(standin.memory.account, line, "queued") | {"From": account.sender, "To": ANN}, now)
    update = InboundUpdate.objects.get()
    assert (update.kind, update.outcome) == ("other", "kept")
