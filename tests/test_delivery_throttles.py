"""Going too fast: whom it holds back, for how long, and that everything goes out by itself afterwards, once."""

from datetime import timedelta

import pytest

from tests import sending
from tests.sending import OTHER_WABA, Status, status, statuses
from tests.standin import running
from whatsapp.models import ChannelHealth

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    with running(tmp_path_factory.mktemp("whatsapp")) as client:
        yield client


@pytest.fixture
def world(standin, monkeypatch, settings):
    with sending.world(standin, monkeypatch, settings) as made:
        yield made


def pause_of(channel, now) -> float:
    return (ChannelHealth.objects.get(channel=channel).paused_until - now).total_seconds()


def test_pair_throttle_holds_one_customer_and_nobody_else(world):
    """If this fails, one talkative chat silences the whole number."""
    ann, bob = world.customer(1), world.customer(2)
    world.fault(code=131056, http=400, match={"user": "c1"}, times=2)
    held, free = world.says(ann, "to ann"), world.says(bob, "to bob")
    world.deliver(ann, bob)
    assert statuses(held, free) == [Status.QUEUED, Status.ACCEPTED]
    world.later(seconds=1.1)
    world.sweep()
    world.later(seconds=4.1)
    world.sweep()
    assert world.sent() == ["to bob", "to ann"]


def test_pair_throttle_waits_four_to_the_power_of_its_tries(world):
    """Meta's own rule: 1, 4, 16, 64 s. Other faults before it do not count as tries of it."""
    ann = world.customer(1)
    message = world.says(ann, "hello")
    world.fault(code=131016, http=400, times=2)
    world.fault(code=131056, http=400, times=4)
    waits = []
    for _ in range(6):
        world.deliver(ann)
        waits.append(sending.wait_of(message))
        world.later(seconds=waits[-1] + 1)
    assert waits[2:] == [1, 4, 16, 64]
    world.deliver(ann)
    assert world.sent() == ["hello"]


def test_number_throttle_pauses_the_number_longer_each_time_and_success_resets_it(world):
    ann, bob = world.customer(1), world.customer(2)
    first, second = world.says(ann, "one"), world.says(bob, "two")
    world.fault(code=130429, http=429, times=7)
    pauses = []
    for _ in range(7):
        before = world.asked()
        world.deliver(ann, bob)
        assert world.asked() == before + 1, "the other customer waits too"
        pauses.append(round(pause_of(world.channel, world.now())))
        world.later(seconds=pauses[-1] + 1)
    assert pauses == [1, 2, 4, 8, 16, 32, 60]
    world.sweep()
    assert statuses(first, second) == [Status.ACCEPTED, Status.ACCEPTED]
    assert sorted(world.sent()) == ["one", "two"]
    third = world.says(ann, "three")
    world.fault(code=130429, http=429)
    world.deliver(ann)
    assert round(pause_of(world.channel, world.now())) == 1
    world.later(seconds=2)
    world.sweep()
    assert status(third) == Status.ACCEPTED


def test_retry_after_is_honoured(world):
    ann = world.customer(1)
    world.says(ann, "one")
    world.fault(code=130429, http=429, headers={"Retry-After": "37"})
    world.deliver(ann)
    assert 35 < pause_of(world.channel, world.now()) <= 37


def test_longer_wait_named_while_the_number_pauses_is_honoured_too(world):
    """Two workers are refused at once: the second answer asks for more time than the first."""
    from whatsapp import channel_state

    now = world.now()
    channel_state.channel_pause(world.channel, words="slow", retry_after=None, now=now)
    channel_state.channel_pause(world.channel, words="slow", retry_after=timedelta(seconds=30), now=now)
    channel_state.channel_pause(world.channel, words="slow", retry_after=timedelta(seconds=5), now=now)
    assert pause_of(world.channel, now) == 30


def test_success_that_began_before_the_pause_does_not_shorten_the_next(world):
    """With several workers some sends succeed while others are refused: the pause would never grow."""
    from whatsapp import channel_state

    now = world.now()
    channel_state.channel_pause(world.channel, words="slow", retry_after=None, now=now)
    channel_state.note_success(world.channel, started=now)
    assert ChannelHealth.objects.get().pauses_in_row == 1
    channel_state.note_success(world.channel, started=now + timedelta(seconds=2))
    assert ChannelHealth.objects.get().pauses_in_row == 0


@pytest.mark.parametrize("code", [4, 613, 80007])
def test_app_throttle_pauses_every_number_of_the_account_and_no_other(world, code):
    """The limit is the account's: its other numbers would run into it one after the other."""
    kin, stranger = world.number("kin"), world.number("stranger", waba=OTHER_WABA)
    ours, theirs, others = world.customer(1), world.customer(2, on=kin), world.customer(3, on=stranger)
    world.fault(code=code, http=429)
    messages = [world.says(where, "hello") for where in (ours, theirs, others)]
    world.deliver(ours, theirs, others)
    assert statuses(*messages) == [Status.QUEUED, Status.QUEUED, Status.ACCEPTED]
    world.later(seconds=2)
    world.sweep()
    assert statuses(*messages) == [Status.ACCEPTED] * 3
    assert [world.sent("main"), world.sent("kin"), world.sent("stranger")] == [["hello"]] * 3


def test_throttling_uses_up_no_tries(world):
    """If this fails, a message that waited its turn long enough fails at the first small trouble afterwards."""
    ann = world.customer(1)
    message = world.says(ann, "hello")
    world.fault(code=130429, http=429, times=14)
    world.fault(code=131016, http=400)
    for _ in range(15):
        world.deliver(ann)
        world.later(seconds=65)
    assert status(message) == Status.QUEUED
    world.deliver(ann)
    assert world.sent() == ["hello"]


def test_order_survives_throttling_and_nothing_is_sent_twice(world):
    ann = world.customer(1)
    for number in range(4):
        world.says(ann, f"line {number}")
    world.fault(code=131056, http=400, match={"text": "line 1"})
    world.fault(code=130429, http=429, match={"text": "line 2"})
    world.fault(code=80007, http=400, match={"text": "line 3"})
    for _ in range(5):
        world.sweep()
        world.later(seconds=5)
    assert world.sent() == [f"line {number}" for number in range(4)]
