"""Prevents: a text to a customer that no auditor will ever find, or one that stands on the record twice."""

import dataclasses
import threading
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import connections

from audit.models import Event
from audit.registry import describe
from audit.verify import snapshot, verify
from config import secrecy
from whatsapp import maintenance
from whatsapp.edge import told
from whatsapp.edge.told import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def valkey():
    with redis.Redis.from_url(settings.REDIS_URL, decode_responses=True) as client:
        client.delete(told.notices_key())
        yield client
        client.delete(told.notices_key())


@pytest.fixture
def kept(valkey, now):
    """Puts notices where the web processes leave them."""

    def keep(number=1, *, channel="shop", age=1.0, **changes):
        sender = secrecy.digest(f"wa_id:1555010{number:04}")
        at = (now - timedelta(seconds=age)).isoformat()
        notice = Notice(f"n{number}", channel, sender, at, outcome="sent", provider_id=f"wamid.{number}")
        notice = dataclasses.replace(notice, **changes)
        valkey.hset(told.notices_key(), notice.id, told.written(notice))
        return notice

    return keep


def recorded():
    return list(Event.objects.filter(event_type="channel.maintenance_notice").order_by("id"))


def test_a_notice_goes_to_its_channels_record_once_and_out_of_valkey(kept, valkey, now):
    notice = kept()
    assert maintenance.sent_record(now=now) == 1
    assert maintenance.sent_record(now=now) == 0
    (event,) = recorded()
    assert (event.stream, event.ts, event.actor_kind) == ("channel:shop", now, "system")
    assert event.payload == {
        "notice": notice.id, "sender": notice.sender, "at": notice.at, "outcome": "sent", "provider_id": "wamid.1",
        "why": "",
    }  # fmt: skip
    assert valkey.hlen(told.notices_key()) == 0
    with snapshot():
        assert list(verify()) == []


def test_no_number_stands_on_the_record(kept, now):
    kept()
    maintenance.sent_record(now=now)
    assert "15550100001" not in str(recorded()[0].payload)


def test_a_crash_between_the_commit_and_valkey_records_nothing_twice(kept, now, monkeypatch):
    kept(1)
    kept(2)

    def crash(*_):
        raise redis.ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(redis.Redis, "hdel", crash)
        assert maintenance.sent_record(now=now) == 0
    assert len(recorded()) == 2
    kept(3)
    assert maintenance.sent_record(now=now) == 1
    assert sorted(event.payload["notice"] for event in recorded()) == ["n1", "n2", "n3"]


def test_two_workers_at_once_record_each_once(kept, now):
    for number in range(50):
        kept(number)

    def work():
        maintenance.sent_record(now=now)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    maintenance.sent_record(now=now)
    assert sorted(event.payload["notice"] for event in recorded()) == sorted(f"n{number}" for number in range(50))


def test_a_notice_under_way_waits_and_one_whose_process_died_is_unknown(kept, valkey, now):
    kept(1, age=5, outcome="", provider_id="")
    kept(2, age=600, outcome="", provider_id="")
    assert maintenance.sent_record(now=now) == 1
    (event,) = recorded()
    assert (event.payload["notice"], event.payload["outcome"]) == ("n2", "unknown")
    assert valkey.hkeys(told.notices_key()) == ["n1"]


def test_a_failure_is_on_the_record_in_words(kept, now):
    kept(1)
    kept(2, outcome="refused", provider_id="", why="the provider answered HTTP 400")
    maintenance.sent_record(now=now)
    sentences = [describe(event.event_type, event.payload) for event in recorded()]
    assert sorted(sentences) == [
        "While the database was away, a waiting customer may not have been told so: the provider answered HTTP 400",
        "While the database was away, a waiting customer was told so",
    ]


def test_what_is_no_notice_is_thrown_away_and_holds_nothing_up(kept, valkey, now):
    valkey.hset(told.notices_key(), mapping={"a": "not json", "b": "[]", "c": "{}", "d": '{"id": 1}'})
    kept(age=1)
    kept(2, at="yesterday")
    assert maintenance.sent_record(now=now) == 1
    assert valkey.hlen(told.notices_key()) == 0


def test_many_are_moved_in_bounded_steps(kept, now, monkeypatch):
    monkeypatch.setattr(maintenance, "RECORDED_AT_ONCE", 10)
    for number in range(25):
        kept(number)
    assert [maintenance.sent_record(now=now) for _ in range(4)] == [10, 10, 5, 0]


def test_without_valkey_the_sweep_goes_on(settings, tmp_path, now, caplog):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    assert maintenance.sent_record(now=now) == 0
    assert "maintenance notices" in caplog.text


def test_nothing_to_do_asks_postgres_nothing(now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert maintenance.sent_record(now=now) == 0
