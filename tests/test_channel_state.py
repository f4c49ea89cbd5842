"""A sick account stops its channel once, keeps the queue, and comes back by itself; others go on meanwhile."""

import pytest

from audit.models import Event
from conversations import outbox
from tests import sending
from tests.sending import OTHER_WABA, Status, status, statuses
from tests.standin import running
from whatsapp import channel_state, tasks
from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import ChannelHealth, CloudAccount

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    with running(tmp_path_factory.mktemp("whatsapp")) as client:
        yield client


@pytest.fixture
def world(standin, monkeypatch, settings):
    with sending.world(standin, monkeypatch, settings) as made:
        yield made


def stops(world) -> list[str]:
    return [subject for subject in world.mail if "stopped sending" in subject]


def probe(world, **delta: float) -> int:
    world.later(**(delta or {"seconds": 61}))
    return world.do(channel_state.channels_probe, now=world.now())


@pytest.mark.parametrize("code", [190, 10, 368, 131031, 131042, 133010])
def test_sick_account_stops_once_keeps_its_queue_and_comes_back_by_itself(world, code):
    ann, bob = world.customer(1), world.customer(2)
    messages = [world.says(ann, "one"), world.says(ann, "two"), world.says(bob, "three")]
    world.fault(code=code, http=401, where="account", until_cleared=True)
    world.deliver(ann, bob)
    for _ in range(3):
        world.sweep()
    assert statuses(*messages) == [Status.QUEUED] * 3
    assert (world.asked(), len(stops(world))) == (1, 1)
    assert probe(world) == 0
    clear_faults(world, 1, 2)
    assert probe(world) == 1
    world.sweep()
    assert world.sent() == ["one", "two", "three"]
    assert Event.objects.filter(event_type="channel.stopped").count() == 1
    assert Event.objects.filter(event_type="channel.resumed").count() == 1


def clear_faults(world, *customers: int) -> None:
    """The account is well again."""
    world.client.reset()
    for number in customers:
        world.client.put_window(world.channel.cloud.phone_number_id, f"c{number}", at=world.now() - world.ahead)


def test_account_that_looks_well_and_refuses_every_message_alerts_once(world):
    """A missing payment method does not show in the probe: an admin must not get a mail a minute for days."""
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault(code=131042, http=400, until_cleared=True)
    for _ in range(4):
        world.sweep()
        probe(world)
    assert (status(message), len(stops(world))) == (Status.QUEUED, 1)
    clear_faults(world, 1)
    world.sweep()
    assert world.sent() == ["one"]
    world.fault(code=131042, http=400)
    world.says(ann, "two")
    world.later(minutes=5)
    world.sweep()
    assert len(stops(world)) == 2, "after a message went through, a stop is news again"


def test_stopped_channels_are_asked_once_a_minute(world):
    ann = world.customer()
    world.says(ann, "one")
    world.fault(code=190, http=401, where="account", until_cleared=True)
    world.deliver(ann)
    probe(world)
    before = len(world.client.requests())
    probe(world, seconds=5)
    assert len(world.client.requests()) == before


@pytest.mark.parametrize("kind", ["stopped", "paused", "off", "slow"])
def test_long_queue_of_one_number_keeps_no_other_number_back(world, kind):
    """The sweep looks at a bounded number of conversations: they must not all be those that cannot send."""
    other = world.number("other", waba=OTHER_WABA)
    crowd = [world.customer(number) for number in range(10, 16)]
    for conversation in crowd:
        world.says(conversation, "hello")
    late = world.customer(2, on=other)
    message = world.says(late, "from the other number")
    health = channel_state.state_of(world.channel)
    if kind == "stopped":
        health.stopped_at = world.now()
    elif kind == "paused":
        health.paused_until = world.now().replace(year=world.now().year + 1)
    elif kind == "off":
        type(world.channel).objects.filter(pk=world.channel.pk).update(is_active=False)
    health.save()
    silent = channel_state.silent_channels(now=world.now())
    assert late.pk in outbox.due_conversations(now=world.now(), except_channels=silent, limit=2)
    world.deliver(late)
    assert status(message) == Status.ACCEPTED


def test_people_come_before_bulk_in_the_sweep(world):
    bulk, person = world.customer(1), world.customer(2)
    world.says(bulk, "bulk", sending.Sender.SYSTEM, urgency=2)
    world.says(person, "a person's words")
    assert outbox.due_conversations(now=world.now()) == [person.pk, bulk.pk]


def test_number_without_an_account_stops_instead_of_failing_each_task(world):
    """Half a channel, as an admin may leave it, must not break the sweep for the others."""
    bare = world.number("bare", waba=OTHER_WABA)
    conversation, fine = world.customer(1, on=bare), world.customer(2)
    message, other = world.says(conversation, "one"), world.says(fine, "two")
    CloudAccount.objects.filter(channel=bare).delete()
    world.sweep()
    assert statuses(message, other) == [Status.QUEUED, Status.ACCEPTED]
    assert "not entered" in ChannelHealth.objects.get(channel=bare).stop_words
    assert probe(world) == 0
    channel_state.fields_check(now=world.now())


def test_one_step_that_fails_does_not_keep_the_sweep_from_sending(world, monkeypatch):
    """If what came in cannot be taken in, agents' answers still go out."""
    ann = world.customer()
    world.says(ann, "one")
    woken = []
    monkeypatch.setattr(tasks.ingest, "ingest", lambda **_: 1 / 0)
    monkeypatch.setattr(tasks.wake, "send", lambda *given: woken.append(given))
    tasks.sweep()
    assert woken == [(outbox.DELIVER_TASK, str(ann.pk))]


def test_missing_fields_are_told_once_a_day_and_a_silent_provider_is_asked_again(world, monkeypatch):
    asked = []

    class Odd:
        def missing_fields(self):
            asked.append(1)
            if len(asked) == 1:
                raise ProviderUnavailable("away")
            return ["security"]

    monkeypatch.setattr(channel_state, "adapter_for", lambda channel: Odd())
    for _ in range(3):
        world.do(channel_state.fields_check, now=world.now())
    assert len(asked) == 2
    world.later(hours=24)
    world.do(channel_state.fields_check, now=world.now())
    assert [subject for subject in world.mail if "does not hear everything" in subject] == [world.mail[0]]
    assert len(world.mail) == 1


def test_sender_is_not_started_for_a_channel_that_is_switched_off(world):
    ann = world.customer()
    message = world.says(ann, "one")
    type(world.channel).objects.update(is_active=False)
    world.deliver(ann)
    assert (status(message), world.asked()) == (Status.QUEUED, 0)
