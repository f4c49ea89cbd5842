"""How fast a number sends: one bucket for all workers, people first, and nothing lost while Valkey is away."""

import threading
import time
import uuid

import pytest
import redis
from django.conf import settings as conf

from conversations.models import Conversation, Message
from tests import sending
from tests.sending import Status, status
from tests.standin import free_port, running
from whatsapp import delivery, pacing

Urgency = Message.Urgency


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    with running(tmp_path_factory.mktemp("whatsapp")) as client:
        yield client


@pytest.fixture
def world(db, standin, monkeypatch, settings):
    with sending.world(standin, monkeypatch, settings) as made:
        yield made


@pytest.fixture
def pair():
    """A conversation that is in no table, with buckets of its own."""
    return someone()


def someone(channel_id: int | None = None) -> Conversation:
    channel_id = channel_id or uuid.uuid4().int % 10**9
    return Conversation(channel_id=channel_id, customer_id=uuid.uuid4())


def valkey():
    return redis.Redis.from_url(conf.REDIS_URL)


def fill(conversation: Conversation, *, number: float, pair: float = 45) -> None:
    """The buckets as they stand, until the first token is taken: they do not grow before that."""
    at = time.time() + 60
    for key, tokens in zip(pacing._buckets(conversation), (number, pair), strict=True):
        valkey().hset(key, mapping={"tokens": tokens, "at": at})


def go(conversation: Conversation, urgency: int = Urgency.HUMAN, rate: float = 80) -> bool:
    return not pacing.take(conversation, rate=rate, urgency=urgency).seconds


def test_many_workers_share_one_bucket(pair):
    """If each worker had its own, four workers would send four times what WhatsApp allows."""
    taken, rate, until = [], 60.0, time.monotonic() + 1.0

    def work() -> None:
        while time.monotonic() < until:
            if go(someone(pair.channel_id), rate=rate):
                taken.append(1)
            else:
                time.sleep(0.002)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert rate < len(taken) <= rate * 2 + 5  # the burst of a full bucket, and one second's tokens


@pytest.mark.parametrize(("urgency", "least"), [(Urgency.HUMAN, 1), (Urgency.BOT, 17), (Urgency.BULK, 41)])
def test_the_less_urgent_leave_tokens_to_the_more_urgent(pair, urgency, least):
    """Bulk leaves half of a second's tokens, the bot a fifth, and people may take the last one."""
    fill(pair, number=least - 0.5)
    assert not go(pair, urgency, rate=80)
    fill(pair, number=least + 0.2)
    assert go(pair, urgency, rate=80)


def test_pair_gets_45_at_once_and_then_one_in_six_seconds(pair):
    assert [go(pair, rate=1000) for _ in range(46)] == [True] * 45 + [False]
    wait = pacing.take(pair, rate=1000, urgency=Urgency.HUMAN)
    assert wait.by == "pair"
    assert 5 < wait.seconds <= 6
    _, key = pacing._buckets(pair)
    valkey().hset(key, "at", time.time() - 6.1)
    assert go(pair, rate=1000)
    assert not go(pair, rate=1000)


def test_refused_token_costs_the_other_bucket_nothing(pair):
    fill(pair, number=50, pair=0)
    for _ in range(20):
        assert not go(pair)
    assert float(valkey().hget(pacing._buckets(pair)[0], "tokens")) == 50


def test_new_conversation_with_the_same_customer_has_no_new_budget(pair):
    """The limit is of number and customer: a matter closed and opened again changes nothing for WhatsApp."""
    fill(pair, number=80, pair=0)
    again = Conversation(channel_id=pair.channel_id, customer_id=pair.customer_id)
    assert not go(again)
    assert go(someone(pair.channel_id))


def test_slow_providers_send_one_by_one(pair):
    """One message in five seconds (WASender): a full bucket is one message, not a fifth of one."""
    assert [go(pair, rate=0.2), go(pair, rate=0.2)] == [True, False]


def test_token_of_a_claim_that_sends_nothing_is_given_back(world):
    """The window has closed meanwhile: what is not sent must not slow down what is."""
    ann = world.customer()
    world.says(ann, "one")
    type(ann).objects.update(window_expires_at=world.now())
    world.deliver(ann)
    number, pair = (float(valkey().hget(key, "tokens")) for key in pacing._buckets(ann))
    assert (number, pair) == (80, 45)


def test_two_sweeps_make_one_appointment(pair):
    """If this fails, a long queue doubles its tasks with every sweep until the broker is full."""
    assert pacing.appoint(pair, seconds=3)
    assert not pacing.appoint(pair, seconds=3)
    assert pacing.appoint(someone(), seconds=3)


def test_waiting_conversations_do_not_all_ask_again_at_once(pair):
    waits = set()
    fill(pair, number=0)
    for _ in range(50):
        waits.add(pacing.take(someone(pair.channel_id), rate=80, urgency=Urgency.BULK).seconds)
    assert max(waits) - min(waits) > 1


def test_slow_number_is_shown_as_slow(pair):
    assert not pacing.is_slow(pair.channel_id, pair.pk)
    fill(pair, number=0)
    go(pair)
    assert pacing.is_slow(pair.channel_id)


def test_without_valkey_nothing_is_sent_nothing_lost_and_no_task_fails(world, monkeypatch):
    ann = world.customer()
    message = world.says(ann, "one")
    nowhere = redis.Redis.from_url(f"redis://127.0.0.1:{free_port()}", socket_connect_timeout=0.2)
    with monkeypatch.context() as away:
        away.setattr(pacing, "_valkey", lambda: nowhere)
        assert delivery.deliver(ann.pk) == 0
        assert not pacing.is_slow(ann.channel_id)
        pacing.give_back(ann, rate=80)
    assert (status(message), world.asked()) == (Status.QUEUED, 0)
    world.sweep()
    assert world.sent() == ["one"]


def test_persons_words_behind_bulk_pull_it_along(world):
    """They cannot overtake in one conversation: the first must then go with the urgency of the second."""
    ann = world.customer()
    world.says(ann, "bulk", sending.Sender.SYSTEM, urgency=Urgency.BULK)
    world.says(ann, "a person's words")
    fill(ann, number=20)
    world.deliver(ann)
    assert world.sent() == ["bulk", "a person's words"]


def test_beyond_the_pair_budget_the_rest_waits_and_goes_out_later(world):
    ann = world.customer()
    for number in range(4):
        world.says(ann, f"line {number}")
    fill(ann, number=80, pair=2.1)
    world.deliver(ann)
    assert world.sent() == ["line 0", "line 1"]
    fill(ann, number=80, pair=3)
    world.sweep()
    assert world.sent() == [f"line {number}" for number in range(4)]
