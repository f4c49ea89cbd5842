"""Prevents: a webhook acknowledged and not on disk, one bad row that spoils its neighbours, a request that hangs."""

import asyncio
import contextlib
import time

import psycopg
import pytest
from django.db import connection as django_connection

from config import embedded
from tests.webhooks import make_channel, own_postgres, stored
from whatsapp import group_commit
from whatsapp.group_commit import GroupCommit, Outcome, Row

pytestmark = pytest.mark.django_db(transaction=True)


class Commits:
    """A writer in an event loop of its own, counting commits."""

    def __init__(self, **options):
        self.count, self.options, self.runner = 0, options, asyncio.Runner()

    def __enter__(self):
        async def start():
            self.writer = GroupCommit(on_stored=self.committed, **self.options)

        self.runner.run(start())
        return self

    def __exit__(self, *_):
        self.runner.run(self.writer.close())
        self.runner.close()

    def committed(self):
        self.count += 1

    def store(self, rows):
        async def together():
            return await asyncio.gather(*(self.writer.store(row) for row in rows))

        return self.runner.run(together())


@pytest.fixture
def row(now):
    channel = make_channel()

    def make(body=b"x", channel_id=channel.pk):
        return Row(channel_id, body, now)

    return make


@contextlib.contextmanager
def locked_table():
    """Somebody else holds the table, so every insert waits."""
    with psycopg.connect(**_parameters()) as other:
        other.execute("LOCK TABLE whatsapp_inboundevent IN ACCESS EXCLUSIVE MODE")
        yield other
        other.rollback()


def _parameters():
    parameters = django_connection.get_connection_params()
    return {key: value for key, value in parameters.items() if key not in ("cursor_factory", "context")}


def _kill_writers():
    """Ends every other connection to this database and waits until it is gone."""
    with django_connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_rows_that_come_together_share_a_commit_and_keep_their_order(row):
    bodies = [b"%d" % number for number in range(200)]
    with Commits() as commits:
        assert commits.store(map(row, bodies)) == [Outcome.STORED] * 200
    assert stored() == bodies
    assert commits.count == 1


def test_what_is_queued_while_a_statement_runs_goes_by_the_next_one(row):
    async def in_two_waves(writer):
        first = asyncio.create_task(writer.store(row(b"first")))
        while not (writer._task and not writer._queue):
            await asyncio.sleep(0)  # until the first is under way
        return await asyncio.gather(first, *(writer.store(row(b"later")) for _ in range(50)))

    with Commits() as commits:
        assert set(commits.runner.run(in_two_waves(commits.writer))) == {Outcome.STORED}
    assert stored() == [b"first"] + [b"later"] * 50
    assert commits.count == 2


def test_the_connection_waits_for_the_disk():
    async def setting():
        connection = await group_commit._connect()
        try:
            return await (await connection.execute("SHOW synchronous_commit")).fetchone()
        finally:
            await connection.close()

    assert asyncio.run(setting()) == ("on",)


@pytest.mark.parametrize("position", [0, 7, 19])
def test_a_row_that_postgres_refuses_does_not_spoil_its_neighbours(row, position):
    rows = [row(b"good") for _ in range(20)]
    rows[position] = row(b"bad", channel_id=987_654)
    with Commits() as commits:
        outcomes = commits.store(rows)
    assert outcomes.pop(position) is Outcome.REFUSED
    assert set(outcomes) == {Outcome.STORED}
    assert stored() == [b"good"] * 19


def test_a_full_queue_turns_away_at_once_and_keeps_what_it_has(row, monkeypatch):
    monkeypatch.setattr(group_commit, "MAX_WAITING_ROWS", 10)
    with Commits() as commits:
        outcomes = commits.store(row() for _ in range(15))
    assert outcomes == [Outcome.STORED] * 10 + [Outcome.BUSY] * 5
    assert len(stored()) == 10


def test_bytes_fill_the_queue_too(row, monkeypatch):
    monkeypatch.setattr(group_commit, "MAX_WAITING_BYTES", 1000)
    with Commits() as commits:
        assert commits.store([row(b"x" * 600), row(b"y" * 600), row(b"z" * 100)]) == [
            Outcome.STORED,
            Outcome.BUSY,
            Outcome.STORED,
        ]
        assert commits.store([row(b"x" * 1000)]) == [Outcome.STORED], "room again once they are written"


def test_large_batches_are_cut_by_rows_and_by_bytes(row, monkeypatch):
    monkeypatch.setattr(group_commit, "MAX_BATCH_ROWS", 4)
    monkeypatch.setattr(group_commit, "MAX_BATCH_BYTES", 100)
    with Commits() as commits:
        assert set(commits.store(row() for _ in range(10))) == {Outcome.STORED}
        assert commits.count == 3
        assert set(commits.store(row(b"x" * 99) for _ in range(3))) == {Outcome.STORED}
        assert commits.count == 6


def test_a_connection_lost_while_idle_costs_nobody_anything(row):
    with Commits() as commits:
        assert commits.store([row()]) == [Outcome.STORED]
        assert _kill_writers() == 1
        assert commits.store([row()]) == [Outcome.STORED]


def test_a_connection_lost_during_the_statement_is_never_called_stored(row):
    async def cut(writer):
        waiting = [asyncio.create_task(writer.store(row())) for _ in range(5)]
        while not await asyncio.to_thread(_kill_blocked):
            await asyncio.sleep(0.01)
        return await asyncio.gather(*waiting)

    def _kill_blocked():
        with psycopg.connect(**_parameters(), autocommit=True) as other:
            return other.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND query LIKE '%whatsapp_inboundevent%'"
            ).fetchone()[0]

    with Commits() as commits:
        with locked_table():
            assert commits.runner.run(cut(commits.writer)) == [Outcome.UNAVAILABLE] * 5
        assert commits.store([row(b"after")]) == [Outcome.STORED], "and the writer mends itself"
    assert stored() == [b"after"]


def test_a_slow_postgres_is_given_up_within_the_limit(row, monkeypatch):
    monkeypatch.setattr(group_commit, "STATEMENT_LIMIT", 0.2)
    with Commits() as commits:
        with locked_table():
            started = time.monotonic()
            assert commits.store([row(), row()]) == [Outcome.UNAVAILABLE] * 2
            assert time.monotonic() - started < 2
        assert commits.store([row(b"after")]) == [Outcome.STORED]
    assert stored() == [b"after"]


def test_a_server_that_says_nothing_at_all_is_hung_up_on(row, monkeypatch):
    monkeypatch.setattr(group_commit, "HANG_UP_AFTER", 0.2)  # before the server's own limit: it seems dead
    with Commits() as commits:
        with locked_table():
            started = time.monotonic()
            assert commits.store([row()]) == [Outcome.UNAVAILABLE]
            assert time.monotonic() - started < 2
        assert commits.store([row(b"after")]) == [Outcome.STORED]


@pytest.fixture
def other_postgres():
    """A server that may be stopped, with the table alone; and how to reach it."""
    with own_postgres() as server:
        address = {"host": str(server.sockets), "user": "postgres", "dbname": embedded.DATABASE, "autocommit": True}
        with psycopg.connect(**address) as connection:
            connection.execute(
                "CREATE TABLE whatsapp_inboundevent"
                " (channel_id bigint, body bytea, received_at timestamptz, query varchar(1000))"
            )
        yield server, address


def test_a_postgres_that_is_away_is_answered_at_once_and_found_again(other_postgres, now):
    """The real server, stopped and started: whoever asks meanwhile is sent away in no time."""
    server, address = other_postgres
    row = Row(1, b"x", now)
    with Commits(connect=lambda: psycopg.AsyncConnection.connect(**address)) as commits:
        assert commits.store([row]) == [Outcome.STORED]
        server.stop()
        assert commits.store([row] * 3) == [Outcome.UNAVAILABLE] * 3
        assert commits.writer.is_away
        started = time.monotonic()
        assert commits.store([row] * 1000) == [Outcome.UNAVAILABLE] * 1000
        assert time.monotonic() - started < 0.5
        server.start()
        deadline = time.monotonic() + 10
        while commits.store([row]) != [Outcome.STORED]:
            assert time.monotonic() < deadline, "it never found Postgres again"
            commits.runner.run(asyncio.sleep(0.05))
        assert not commits.writer.is_away


def test_a_postgres_that_cannot_even_be_dialled_sends_away_before_the_connection_is_given_up(row, monkeypatch):
    """A firewall that swallows everything: each attempt to connect takes long, and nobody waits for it."""
    monkeypatch.setattr(group_commit, "CONNECT_PATIENCE", 0.1)
    unplugged = asyncio.Event()

    async def dial():
        await unplugged.wait()
        return await group_commit._connect()

    with Commits(connect=dial) as commits:
        started = time.monotonic()
        assert commits.store([row(), row()]) == [Outcome.UNAVAILABLE] * 2
        assert commits.store([row()] * 100) == [Outcome.UNAVAILABLE] * 100
        assert time.monotonic() - started < 2
        unplugged.set()
        deadline = time.monotonic() + 10
        while commits.store([row(b"after")]) != [Outcome.STORED]:
            assert time.monotonic() < deadline
            commits.runner.run(asyncio.sleep(0.01))
    assert stored() == [b"after"]


def test_closing_answers_whoever_waits(row):
    async def close_with_one_waiting(writer):
        waiting = asyncio.create_task(writer.store(row()))
        await asyncio.sleep(0.05)
        await writer.close()
        return await asyncio.wait_for(waiting, 1)

    with Commits() as commits, locked_table():
        assert commits.runner.run(close_with_one_waiting(commits.writer)) is Outcome.UNAVAILABLE
