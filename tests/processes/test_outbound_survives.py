"""Invariants 5 and 8 with real processes: nothing is knowingly sent twice, and every send is on the record."""

import pytest
from django.db import transaction

from audit.actors import BOT
from audit.models import Event
from audit.verify import snapshot, verify
from conversations import outbox
from conversations.models import Message
from tests import factories
from tests.processes.stack import eventually, running_stack
from whatsapp.models import ChannelHealth, CloudAccount
from whatsapp.standin.client import StandinClient

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

Status = Message.Status
ARRIVED = {Status.ACCEPTED, Status.SENT, Status.DELIVERED, Status.READ}


@pytest.fixture
def network(desk, directory):
    """The desk's processes and the stand-in for WhatsApp, which knows the desk's number and one customer."""
    with running_stack(directory, "whatsapp", "web", "worker", "beat", PROVIDER_TIMEOUT="1", SEND_LEASE="3") as stack:
        CloudAccount.objects.update(api_url=stack.standin_url)
        client = StandinClient(stack.standin_url)
        client.put_number(
            factories.PHONE_NUMBER_ID, key="main", access_token=factories.ACCESS_TOKEN,
            app_secret=factories.APP_SECRET, display="+1 555 010 0000", baton_url=stack.url,
        )  # fmt: skip
        client.put_user("customer", name="Customer 1", bsuid="US.00000000000000000001", wa_id="15550100001")
        yield stack, client
        client.close()


@pytest.fixture
def conversation(network, real_now):
    """Opened by the customer's own message through the real door, and taken from the bot by an agent."""
    _stack, client = network
    client.write("customer", phone_number_id=factories.PHONE_NUMBER_ID, text="Hello")
    message = eventually(lambda: Message.objects.filter(direction="in").first(), what="the customer's message")
    from handoff import desk as verbs

    verbs.take_over(message.conversation_id, agent=factories.agent(), now=real_now)
    return message.conversation


def queue(conversation, body, now):
    with transaction.atomic():
        return outbox.message_queue(
            factories.locked(conversation), body=body, sender=Message.Sender.SYSTEM, actor=BOT, now=now
        )


def reaches(message, *wanted):
    def probe():
        message.refresh_from_db()
        return message.status in wanted

    return eventually(probe, within=40, what=f"{message.body} becomes {wanted}")


def status_of(message):
    message.refresh_from_db()
    return message.status


def texts_sent(client):
    return [sent["body"]["text"]["body"] for sent in client.sent() if sent["body"].get("type") == "text"]


def test_answer_that_never_comes_parks_the_message_and_its_status_settles_it(network, conversation, real_now):
    """If this fails, a slow WhatsApp makes us say everything twice."""
    _stack, client = network
    client.faults({"kind": "accept_then_hang", "match": {"text": "said once"}, "delay_ms": 8000})
    for what in ("sent", "delivered"):  # of every message: the bot's greeting must not use up the delay
        client.webhook_faults({"kind": "delay", "match": {"what": what}, "delay_ms": 5000, "times": 20})
    message = queue(conversation, "said once", real_now)
    eventually(
        lambda: Event.objects.filter(event_type="message.unknown", payload__message=str(message.pk)).exists(),
        within=40,
        what="parked as unknown",
    )
    reaches(message, Status.SENT, Status.DELIVERED, Status.READ)
    assert texts_sent(client).count("said once") == 1
    assert message.provider_id


def test_connection_refused_before_it_left_is_tried_again(network, conversation, real_now):
    """If this fails, a restart of WhatsApp's edge loses what agents wrote."""
    stack, client = network
    stack.running["whatsapp"].kill()
    message = queue(conversation, "patience", real_now)
    eventually(
        lambda: Event.objects.filter(event_type="message.postponed", payload__message=str(message.pk)).exists(),
        what="postponed",
    )
    stack.start("whatsapp")
    client.put_number(
        factories.PHONE_NUMBER_ID, key="main", access_token=factories.ACCESS_TOKEN, app_secret=factories.APP_SECRET,
        display="+1 555 010 0000", baton_url=stack.url,
    )  # fmt: skip
    client.put_user("customer", name="Customer 1", bsuid="US.00000000000000000001", wa_id="15550100001")
    client.put_window(factories.PHONE_NUMBER_ID, "customer", at=real_now)
    reaches(message, Status.SENT, Status.DELIVERED, Status.READ)
    assert texts_sent(client).count("patience") == 1


def test_kill_9_of_the_worker_in_the_middle_of_sending_says_nothing_twice(network, conversation, real_now):
    """If this fails, a crashing worker makes the desk repeat itself to customers."""
    stack, client = network
    messages = [queue(conversation, f"line {number}", real_now) for number in range(12)]
    client.faults({"kind": "delay_ms", "delay_ms": 300, "times": 14})
    for done in (2, 5, 8):
        eventually(lambda done=done: f"line {done}" in texts_sent(client), within=60, what=f"line {done} sent")
        stack.running["worker"].kill()
        stack.start("worker")
    for message in messages:
        reaches(message, Status.SENT, Status.DELIVERED, Status.READ, Status.UNKNOWN)
    sent = [text for text in texts_sent(client) if text.startswith("line")]
    assert len(sent) == len(set(sent))
    assert sent == sorted(sent, key=lambda text: int(text.split()[1]))
    with snapshot():
        assert list(verify()) == []


def test_throttles_and_a_sick_account_pass_by_themselves_and_everything_goes_out_once_in_order(
    network, conversation, real_now
):
    """If this fails, WhatsApp's limits lose, double or reorder answers, or a desk needs a hand to go on."""
    _stack, client = network
    for fault in (
        {"code": 131056, "http": 400, "match": {"text": "line 1"}},
        {"code": 130429, "http": 429, "match": {"text": "line 3"}, "headers": {"Retry-After": "2"}},
        {"code": 80007, "http": 429, "match": {"text": "line 4"}},
        {"code": 190, "http": 401, "match": {"text": "line 6"}},
        {"code": 131016, "http": 400, "match": {"text": "line 7"}},
    ):
        client.faults({"kind": "error", **fault})
    messages = [queue(conversation, f"line {number}", real_now) for number in range(9)]
    eventually(lambda: ChannelHealth.objects.filter(stopped_at__isnull=False).exists(), within=60, what="stopped")
    eventually(lambda: status_of(messages[8]) in ARRIVED, within=150, what="the last line arrives")
    assert [text for text in texts_sent(client) if text.startswith("line")] == [f"line {n}" for n in range(9)]
    assert {status_of(message) for message in messages} <= ARRIVED
    assert Event.objects.filter(event_type="channel.stopped").count() == 1
    with snapshot():
        assert list(verify()) == []


def test_every_send_has_its_record_before_it_leaves(network, conversation, real_now):
    """If this fails, something reached a customer that no auditor will ever find."""
    _stack, client = network
    for number in range(5):
        queue(conversation, f"recorded {number}", real_now)
    eventually(lambda: "recorded 4" in texts_sent(client), what="all sent")
    for sent in client.sent():
        if sent["body"].get("type") != "text":
            continue
        ours = sent["body"]["biz_opaque_callback_data"]
        kinds = list(Event.objects.filter(payload__message=ours).order_by("seq").values_list("event_type", flat=True))
        assert kinds[:2] == ["message.queued", "message.sending"]
