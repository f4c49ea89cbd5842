"""Webhook bodies on disk, many to a commit.

A commit costs a wait for the disk, however many rows it holds. So one writer takes everything that was queued
while its previous statement ran, inserts it by one statement, and then tells every request that waits. There
is no timer: alone, a request is written at once; under load the batches grow by themselves.

One GroupCommit belongs to one event loop. It promises never to hold a request for longer than a few seconds,
and never to say STORED of a row that is not on disk. A row of which it does not say STORED may be on disk all the
same (the connection broke between the commit and its confirmation): the provider sends it again, and who reads the
events removes duplicates.
"""

import asyncio
import enum
import logging
import os
import select
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from whatsapp import own_connection

logger = logging.getLogger(__name__)

#: What may wait for the writer. Beyond it the provider is asked to come again.
MAX_WAITING_ROWS = 2_000
MAX_WAITING_BYTES = 64 * 1024 * 1024
#: What one statement takes.
MAX_BATCH_ROWS = 500
MAX_BATCH_BYTES = 16 * 1024 * 1024
#: Seconds: when Postgres gives a statement up (it is then surely not stored) and, later, when we hang up.
STATEMENT_LIMIT = 3.0
HANG_UP_AFTER = 4.0
#: Seconds between attempts to reach a Postgres that is away.
RECONNECT_PAUSE = 0.25
#: Seconds to wait for a connection before whoever waits is sent away.
CONNECT_PATIENCE = 0.8

_INSERT = """
    INSERT INTO whatsapp_inboundevent (channel_id, body, received_at, query)
    SELECT *, '' FROM unnest(%b::bigint[], %b::bytea[], %b::timestamptz[])
"""
#: A fourth array costs as much as each of the others, and most webhooks have no query.
_INSERT_WITH_QUERY = """
    INSERT INTO whatsapp_inboundevent (channel_id, body, received_at, query)
    SELECT * FROM unnest(%b::bigint[], %b::bytea[], %b::timestamptz[], %b::text[])
"""

Connect = Callable[[], Awaitable[psycopg.AsyncConnection[Any]]]


class Outcome(enum.Enum):
    STORED = "on disk"
    REFUSED = "Postgres refuses this row; it would take its neighbours"
    BUSY = "too much is waiting already"
    UNAVAILABLE = "Postgres is away, too slow, or did not confirm the commit"


@dataclass(frozen=True, slots=True)
class Row:
    channel_id: int
    body: bytes
    received_at: datetime
    query: str = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    row: Row
    outcome: asyncio.Future[Outcome]


class GroupCommit:
    """The writer of one event loop. It starts with the first row."""

    def __init__(self, *, on_stored: Callable[[], None], connect: Connect | None = None) -> None:
        """`on_stored` is called after each commit, in the event loop: it must not block."""
        self._on_stored = on_stored
        self._connect = connect or _connect
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._away = self._reported = False
        self._queue: deque[_Waiting] = deque()
        self._queued_bytes = 0
        self._work = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """Whether Postgres could not be reached, or did not answer, when it was last tried."""
        return self._away

    async def store(self, row: Row) -> Outcome:
        """Put the row on disk, or say why not. Cancelling the caller does not take the row back."""
        if self._away:
            return Outcome.UNAVAILABLE
        if len(self._queue) >= MAX_WAITING_ROWS or self._queued_bytes + len(row.body) > MAX_WAITING_BYTES:
            return Outcome.BUSY
        waiting = _Waiting(row, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._queued_bytes += len(row.body)
        self._work.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="group commit")
        return await waiting.outcome

    async def close(self) -> None:
        """Stop the writer; what waits is answered UNAVAILABLE."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._settle(self._take(everything=True), Outcome.UNAVAILABLE)
        await self._drop_connection()

    async def _run(self) -> None:
        while True:
            await self._work.wait()
            connection = await self._ready_connection()
            batch = self._take()
            try:
                await self._write(connection, batch)
            except Exception as error:
                logger.warning("webhooks were not stored and are asked for again (%s)", _name(error))
                batch += self._take(everything=True)  # they have waited long enough
                self._work.set()  # so that the next connection is made before somebody waits for it
                await self._drop_connection()
            finally:
                self._settle(batch, Outcome.UNAVAILABLE)  # those not settled yet

    async def _ready_connection(self) -> psycopg.AsyncConnection[Any]:
        """A connection that was alive a moment ago; while there is none, whoever waits is sent away."""
        if self._connection and _has_news(self._connection):
            await self._drop_connection()  # closed while idle, by a restart of Postgres say
        while self._connection is None:
            impatience = asyncio.get_running_loop().call_later(CONNECT_PATIENCE, self._send_away)
            try:
                self._connection = await self._connect()
            except Exception as error:  # whatever it is: a writer that ended here would leave every caller hanging
                self._report_away(error)
                self._send_away()
                await asyncio.sleep(RECONNECT_PAUSE)
            finally:
                impatience.cancel()
        self._away = self._reported = False
        return self._connection

    def _send_away(self) -> None:
        """Whoever waits is told at once, and so is whoever comes until there is a connection."""
        self._away = True
        self._settle(self._take(everything=True), Outcome.UNAVAILABLE)

    def _report_away(self, error: Exception) -> None:
        if not self._reported:
            logger.error("Postgres is away (%s): webhooks are answered 503 until it is back", _name(error))
        self._reported = True

    def _take(self, *, everything: bool = False) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        while self._queue and (everything or self._fits(batch, size)):
            waiting = self._queue.popleft()
            batch.append(waiting)
            size += len(waiting.row.body)
        self._queued_bytes -= size
        if not self._queue:
            self._work.clear()
        return batch

    def _fits(self, batch: list[_Waiting], size: int) -> bool:
        return not batch or (len(batch) < MAX_BATCH_ROWS and size + len(self._queue[0].row.body) <= MAX_BATCH_BYTES)

    async def _write(self, connection: psycopg.AsyncConnection[Any], batch: list[_Waiting]) -> None:
        if not batch:
            return
        try:
            await _insert(connection, [waiting.row for waiting in batch])
        except (psycopg.IntegrityError, psycopg.DataError):
            await self._write_one_by_one(connection, batch)
        else:
            self._settle(batch, Outcome.STORED)
        self._on_stored()

    async def _write_one_by_one(self, connection: psycopg.AsyncConnection[Any], batch: list[_Waiting]) -> None:
        """So that a row Postgres refuses (its channel was just deleted) does not take its neighbours along."""
        for waiting in batch:
            try:
                await _insert(connection, [waiting.row])
            except (psycopg.IntegrityError, psycopg.DataError) as error:
                logger.warning("a webhook of channel %d was refused (%s)", waiting.row.channel_id, _name(error))
                self._settle([waiting], Outcome.REFUSED)
            else:
                self._settle([waiting], Outcome.STORED)

    def _settle(self, batch: Sequence[_Waiting], outcome: Outcome) -> None:
        for waiting in batch:
            if not waiting.outcome.done():  # done: settled before, or the caller went away
                waiting.outcome.set_result(outcome)

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()


async def _connect() -> psycopg.AsyncConnection[Any]:
    return await own_connection.connect(statement_limit=STATEMENT_LIMIT)


async def _insert(connection: psycopg.AsyncConnection[Any], rows: Sequence[Row]) -> None:
    """One statement, one commit. A server that does not answer at all is hung up on: OperationalError."""
    watch = asyncio.get_running_loop().call_later(HANG_UP_AFTER, _hang_up, connection)
    try:
        await connection.execute(*_statement(rows))
    finally:
        watch.cancel()


def _statement(rows: Sequence[Row]) -> tuple[str, list[list[Any]]]:
    columns: list[list[Any]] = [
        [row.channel_id for row in rows],
        [row.body for row in rows],
        [row.received_at for row in rows],
    ]
    if any(row.query for row in rows):
        return _INSERT_WITH_QUERY, [*columns, [row.query for row in rows]]
    return _INSERT, columns


def _hang_up(connection: psycopg.AsyncConnection[Any]) -> None:
    """Shut the socket, which wakes whoever reads from it; cancelling would wait for the silent server again."""
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def _has_news(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether something came in on an idle connection: the server's farewell, or the end of the line."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _name(error: Exception) -> str:
    """The kind of error alone: its text may quote the row."""
    return f"{type(error).__name__} {getattr(error, 'sqlstate', None) or ''}".rstrip()
