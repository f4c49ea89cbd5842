"""What one message may meet on its way: tried again, parked, given up with words, and those behind it in order."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from audit.models import Event
from conversations import outbox
from conversations.models import Identity
from tests import sending
from tests.media_host import png
from tests.sending import Sender, Status, events_of, fresh, status, statuses, why
from tests.standin import running
from whatsapp import delivery
from whatsapp.media.outgoing import attachment_bind, content_for, upload_keep
from whatsapp.models import DeliveryAttempt

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    with running(tmp_path_factory.mktemp("whatsapp")) as client:
        yield client


@pytest.fixture
def world(standin, monkeypatch, settings):
    with sending.world(standin, monkeypatch, settings) as made:
        yield made


def work_off(world, conversation, rounds: int, seconds: float = 400) -> None:
    for _ in range(rounds):
        world.deliver(conversation)
        world.later(seconds=seconds)


@pytest.mark.parametrize("code", [1, 2, 131016, 131057, 133004])
def test_transient_fault_is_tried_again_and_goes_out_once(world, code):
    ann = world.customer()
    first, second = world.says(ann, "one"), world.says(ann, "two")
    world.fault(code=code, http=400, times=2)
    world.deliver(ann)
    assert statuses(first, second) == [Status.QUEUED, Status.QUEUED], "what was said first goes first"
    work_off(world, ann, 3)
    assert world.sent() == ["one", "two"]


def test_transient_fault_that_never_ends_ends_with_words_and_lets_the_next_go(world):
    """If this fails, one message that WhatsApp never takes blocks its conversation for ever."""
    ann = world.customer()
    first, second = world.says(ann, "one"), world.says(ann, "two")
    world.fault(code=131016, http=400, until_cleared=True, match={"text": "one"})
    work_off(world, ann, delivery.MOST_TRIES)
    assert statuses(first, second) == [Status.FAILED, Status.ACCEPTED]
    assert "could not take the message" in why(first)
    assert first.delivery_attempts.count() == delivery.MOST_TRIES


def test_waits_between_tries_grow(world):
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault(code=131016, http=400, times=4)
    waits = []
    for _ in range(4):
        world.deliver(ann)
        waits.append(sending.wait_of(message))
        world.later(seconds=waits[-1] + 1)
    assert waits == [2, 4, 8, 16]


AMBIGUOUS = {
    "131000": {"kind": "accept_then_error", "code": 131000, "http": 500},
    "bare 503": {"kind": "http", "http": 503},
    "cut off": {"kind": "accept_then_drop"},
    "cut off before": {"kind": "drop_before_accept"},
    "silence": {"kind": "accept_then_hang", "delay_ms": 3000},
    "garbage 200": {"kind": "garbage"},
    "a body that never ends": {"kind": "slow_body", "delay_ms": 4000},
}


@pytest.mark.parametrize("fault", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_ambiguous_send_is_parked_and_never_sent_again(world, fault):
    """Invariant 8: it may have arrived, so a second copy would be said twice."""
    ann = world.customer()
    message, behind = world.says(ann, "one"), world.says(ann, "two")
    world.fault(**{"match": {"text": "one"}, **fault})
    world.deliver(ann)
    assert statuses(message, behind) == [Status.UNKNOWN, Status.ACCEPTED]
    work_off(world, ann, 2, seconds=3600)
    assert world.sent().count("one") <= 1
    assert world.asked() == 2


def test_parked_send_is_settled_by_the_status_that_echoes_our_id(world):
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault("accept_then_drop")
    world.deliver(ann)
    assert (status(message), fresh(message).provider_id) == (Status.UNKNOWN, "")
    world.webhooks()
    assert status(message) in (Status.SENT, Status.DELIVERED, Status.READ)
    assert fresh(message).provider_id == world.client.sent()[0]["id"]
    assert fresh(message).error is None


def test_status_before_the_answer_counts_once(world):
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault("status_before_answer")
    world.deliver(ann)
    world.webhooks()
    assert status(message) in (Status.DELIVERED, Status.SENT, Status.READ)
    assert world.sent() == ["one"]


def test_person_settles_what_nobody_reported(world):
    ann = world.customer()
    agent = world.agent_of(ann)
    message = world.says(ann, "one")
    world.fault("drop_before_accept")
    world.deliver(ann)
    world.do(outbox.send_again, message.pk, agent=agent, now=world.now())
    world.deliver(ann)
    assert world.sent() == ["one"]
    assert status(message) == Status.FAILED
    with pytest.raises(ValueError, match="sent again already"):
        outbox.send_again(message.pk, agent=agent, now=world.now())


def test_status_after_a_persons_word_tells_the_truth(world):
    """The person said it did not arrive; the phone says it did: the tick is right, and nothing more is sent."""
    ann = world.customer()
    agent = world.agent_of(ann)
    message = world.says(ann, "one")
    world.fault("accept_then_drop")
    world.deliver(ann)
    outbox.settle_unknown(message.pk, arrived=False, agent=agent, now=world.now())
    assert status(message) == Status.FAILED
    world.webhooks()
    assert status(message) in (Status.DELIVERED, Status.READ)
    assert world.sent() == ["one"]


def test_bug_is_a_dead_letter_with_an_alert_and_is_not_tried_again(world):
    ann = world.customer()
    message, behind = world.says(ann, "one"), world.says(ann, "two")
    world.fault(code=100, http=400, match={"text": "one"}, until_cleared=True)
    world.deliver(ann)
    work_off(world, ann, 2)
    assert statuses(message, behind) == [Status.FAILED, Status.ACCEPTED]
    assert Event.objects.filter(event_type="message.dead_letter", payload__message=str(message.pk)).count() == 1
    assert [subject for subject in world.mail if "refuses what Baton sent" in subject]
    assert message.delivery_attempts.count() == 1


def test_hundred_dead_letters_of_one_kind_are_one_mail(world):
    """If this fails, an admin's mailbox fills up and the next real alert is not read."""
    ann = world.customer()
    for number in range(10):
        world.says(ann, f"line {number}")
    world.fault(code=131009, http=400, details="Parameter is wrong.", until_cleared=True)
    world.deliver(ann)
    assert Event.objects.filter(event_type="message.dead_letter").count() == 10
    assert len(world.mail) == 1


def test_what_no_bsuid_can_get_goes_once_more_by_phone(world):
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault(code=131062, http=400)
    world.deliver(ann)
    bodies = [seen["body"] for seen in world.client.requests() if seen["path"].endswith("/messages")]
    assert ["recipient" in bodies[0], "to" in bodies[1]] == [True, True]
    assert (world.sent(), status(message)) == (["one"], Status.ACCEPTED)


def test_without_a_phone_number_it_fails_with_the_mend(world):
    ann = world.customer()
    ann.customer.identities.filter(kind=Identity.Kind.WA_ID).update(valid_to=world.now())
    message = world.says(ann, "one")
    world.fault(code=131062, http=400, until_cleared=True)
    world.deliver(ann)
    assert (status(message), world.asked()) == (Status.FAILED, 1)
    assert "share their phone number" in fresh(message).error["advice"]


def test_by_phone_too_it_is_tried_once_only(world):
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault(code=131062, http=400, until_cleared=True)
    world.deliver(ann)
    assert (status(message), world.asked()) == (Status.FAILED, 2)


def photo(world, conversation):
    agent = world.agent_of(conversation)
    file = SimpleUploadedFile("a.png", png(), "image/png")
    attachment = upload_keep(conversation, file=file, agent=agent, now=world.now())
    with transaction.atomic():
        message = world.says(conversation, content_for(attachment, "a photo"))
        attachment_bind(content_for(attachment, "a photo"), message)
    return message, attachment


def test_lost_file_fails_with_words_and_lets_the_next_go(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    ann = world.customer()
    message, attachment = photo(world, ann)
    behind = world.says(ann, "and a word")
    attachment.file.storage.delete(str(attachment.file))
    world.deliver(ann)
    assert statuses(message, behind) == [Status.FAILED, Status.ACCEPTED]
    assert "cannot be read" in why(message)


def test_file_whose_upload_never_works_ends_and_lets_the_next_go(world, settings, tmp_path):
    """Nothing has left, so it is tried again; but a file that is refused each time must not block for a day."""
    settings.MEDIA_ROOT = tmp_path / "media"
    ann = world.customer()
    message, _ = photo(world, ann)
    behind = world.says(ann, "and a word")
    world.fault("http", where="media_upload", http=503, until_cleared=True)
    work_off(world, ann, delivery.MOST_TRIES)
    assert statuses(message, behind) == [Status.FAILED, Status.ACCEPTED]
    assert "could not be uploaded" in why(message)


def test_nobody_reached_is_no_reason_to_give_up(world):
    """WhatsApp's edge is away for hours: what agents wrote waits, and goes out once."""
    ann = world.customer()
    message = world.says(ann, "patience")
    ann.channel.cloud.__class__.objects.update(api_url="http://127.0.0.1:9")
    work_off(world, ann, delivery.MOST_TRIES + 3)
    assert status(message) == Status.QUEUED
    ann.channel.cloud.__class__.objects.update(api_url=world.client.url)
    world.sweep()
    assert world.sent() == ["patience"]


def test_every_attempt_is_on_record_and_every_send_before_it_leaves(world):
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault(code=131016, http=400)
    work_off(world, ann, 2)
    assert events_of(message) == ["queued", "sending", "postponed", "sending", "accepted"]
    attempts = message.delivery_attempts.order_by("number").values_list("outcome", flat=True)
    assert list(attempts) == [DeliveryAttempt.Outcome.REFUSED, DeliveryAttempt.Outcome.ACCEPTED]


def test_customer_without_an_address_is_said_so(world):
    ann = world.customer()
    ann.customer.identities.update(valid_to=world.now())
    message, behind = world.says(ann, "one"), world.says(ann, "two", Sender.SYSTEM)
    world.deliver(ann)
    assert statuses(message, behind) == [Status.FAILED, Status.FAILED]
    assert "no address" in why(message)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_conversation_send_each_line_once_in_order(world):
    """Invariants 2 and 8: the sweep and a wake-up come at the same moment."""
    ann = world.customer()
    for number in range(12):
        world.says(ann, f"line {number:02}")

    def work() -> None:
        try:
            for _ in range(6):
                delivery.deliver(ann.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    world.sweep()
    assert world.sent() == [f"line {number:02}" for number in range(12)]
