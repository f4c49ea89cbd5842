"""While Postgres is away: each waiting customer is told MAINTENANCE_TEXT, at most once per MAINTENANCE_EVERY.

It happens beside the requests: a webhook is answered 503 at once, whatever becomes of the notice. Who was told is
known to Valkey, so that a redelivery to another process does not tell them again; without Valkey nobody is told.
Afterwards `sent_record` brings the notices to the record.
"""

import asyncio
import dataclasses
import itertools
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import connection, transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from audit.actors import SYSTEM
from audit.models import Event
from audit.record import record
from config import clock
from whatsapp import events
from whatsapp.channel_directory import ChannelDirectory, Entry
from whatsapp.edge import told
from whatsapp.edge.breaker import Breaker
from whatsapp.edge.courier import Courier, Outcome
from whatsapp.edge.told import Guard, Notice
from whatsapp.edge.waiting import Waiting, customers

logger = logging.getLogger(__name__)

#: Seconds Postgres must stay away before anybody is told: a restart is not worth a word.
GRACE = 2.0
#: What may wait to be looked at. Beyond it a body is passed over; the provider sends it again.
MAX_WAITING_BODIES = 500
MAX_WAITING_BYTES = 16 * 1024 * 1024
#: Bodies looked at side by side, each one customer after the other.
AT_ONCE = 4
#: Customers remembered beside Valkey, which may forget them by a restart.
MAX_REMEMBERED = 50_000
#: A notice whose end nobody noted by then (the process died) goes to the record as unknown.
GIVEN_UP_AFTER = timedelta(minutes=2)
RECORDED_AT_ONCE = 500
_LOCK = 0x4E4F544943  # one writer of the record at a time


class Notices:
    """The notices of one event loop. It starts with the first body that is offered."""

    def __init__(self, *, is_away: Callable[[], bool], directory: ChannelDirectory) -> None:
        """`is_away`: whether Postgres still is; `directory`: which number belongs to which channel."""
        self._is_away, self._directory = is_away, directory
        self._queue: asyncio.Queue[tuple[float, Entry, bytes]] = asyncio.Queue(MAX_WAITING_BODIES)
        self._bytes = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._guard, self._courier = Guard(), Courier()
        self._valkey = Breaker("Valkey, as the guard of maintenance notices,")
        self._providers: defaultdict[str, Breaker] = defaultdict(
            lambda: Breaker("The provider, asked to carry a maintenance notice,")
        )
        self._remembered: dict[str, float] = {}

    def offer(self, channel: Entry, body: bytes) -> None:
        """Tell those who wrote in this body, if there is a text and still need; returns at once, promises nothing."""
        is_full = self._queue.full() or self._bytes + len(body) > MAX_WAITING_BYTES
        if not settings.MAINTENANCE_TEXT or is_full:
            return
        self._queue.put_nowait((time.monotonic(), channel, body))
        self._bytes += len(body)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._run(), name="maintenance notices") for _ in range(AT_ONCE)]

    async def close(self) -> None:
        """Stop; what waits is forgotten, and the provider sends it again."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks = []
        await self._courier.close()
        await self._guard.close()

    async def _run(self) -> None:
        while True:
            offered_at, channel, body = await self._queue.get()
            await asyncio.sleep(offered_at + GRACE - time.monotonic())
            try:
                await self._look_at(channel, body)
            except Exception:  # a fault of ours must not end the notices for good
                logger.exception("channel %s: a body could not be looked at for a maintenance notice", channel.key)
            finally:
                self._bytes -= len(body)
                self._queue.task_done()

    async def _look_at(self, channel: Entry, body: bytes) -> None:
        if not self._is_away():
            return
        for customer in await asyncio.to_thread(customers, channel.provider, body, now=clock.now()):
            number = self._directory.with_number(customer.number, beside=channel)
            if number and self._is_away() and self._valkey.is_closed and self._providers[number.key].is_closed:
                await self._tell(number, customer)

    async def _tell(self, channel: Entry, customer: Waiting) -> None:
        notice = Notice(str(uuid.uuid4()), channel.key, customer.digest, clock.now().isoformat())
        if self._remembers(notice) or not await self._may_tell(notice):
            return
        self._remember(notice)
        result = await self._courier.tell(channel, customer, settings.MAINTENANCE_TEXT, reference=notice.id)
        provider = self._providers[channel.key]
        provider.worked() if result.outcome is Outcome.SENT else provider.failed()
        await self._settle(dataclasses.replace(notice, **dataclasses.asdict(result)))

    async def _may_tell(self, notice: Notice) -> bool:
        """False without Valkey too: it cannot be known then who was told already."""
        try:
            taken = await self._guard.claim(notice)
        except (redis.RedisError, OSError):
            self._valkey.failed()
            return False
        self._valkey.worked()
        return taken

    async def _settle(self, notice: Notice) -> None:
        """Note the end. Where Valkey is lost by now, the record will say unknown, and nobody is told again."""
        try:
            await self._guard.note(notice)
            if notice.outcome == Outcome.NOT_SENT:
                await self._guard.free(notice)
                self._remembered.pop(_name(notice), None)
        except (redis.RedisError, OSError):
            self._valkey.failed()

    def _remembers(self, notice: Notice) -> bool:
        return self._remembered.get(_name(notice), float("-inf")) > time.monotonic()

    def _remember(self, notice: Notice) -> None:
        if len(self._remembered) >= MAX_REMEMBERED:
            present = time.monotonic()
            self._remembered = {name: until for name, until in self._remembered.items() if until > present}
        self._remembered[_name(notice)] = time.monotonic() + settings.MAINTENANCE_EVERY


def _name(notice: Notice) -> str:
    return f"{notice.channel}:{notice.sender}"


def sent_record(*, now: datetime) -> int:
    """Bring the notices that are settled to the record, each exactly once. Returns how many were new to it.

    Bounded, safe to run twice and beside others: what is on the record is taken out of Valkey only after the commit,
    and is known by its id when it is met again. Without Valkey nothing happens.
    """
    try:
        with _valkey() as valkey:
            return _move(valkey, now)
    except (redis.RedisError, OSError) as error:
        logger.warning("maintenance notices could not be fetched for the record (%s)", type(error).__name__)
        return 0


def _move(valkey: "redis.Redis", now: datetime) -> int:
    kept = list(itertools.islice(valkey.hscan_iter(told.notices_key()), RECORDED_AT_ONCE))
    if not kept:
        return 0
    found = {key: told.read(text) for key, text in kept}
    done = {key: notice for key, notice in found.items() if notice is None or _is_settled(notice, now)}
    added = _add([notice for notice in done.values() if notice], now)
    if added is None:
        return 0
    if done:
        valkey.hdel(told.notices_key(), *done)
    return added


def _is_settled(notice: Notice, now: datetime) -> bool:
    return bool(notice.outcome) or datetime.fromisoformat(notice.at) + GIVEN_UP_AFTER < now


@transaction.atomic
def _add(notices: list[Notice], now: datetime) -> int | None:
    """None where another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        (alone,) = cursor.fetchone() or (False,)
    if not alone:
        return None
    ids = [notice.id for notice in notices]
    recorded = Event.objects.filter(event_type=events.MAINTENANCE_NOTICE, payload__notice__in=ids)
    known = set(recorded.values_list("payload__notice", flat=True))
    new = [notice for notice in notices if notice.id not in known]
    for notice in sorted(new, key=lambda one: one.at):
        _record(notice, now)
    return len(new)


def _record(notice: Notice, now: datetime) -> None:
    payload = {
        "notice": notice.id,
        "sender": notice.sender,
        "at": notice.at,
        "outcome": notice.outcome or Outcome.UNKNOWN,
        "provider_id": notice.provider_id,
        "why": notice.why,
    }
    record(events.MAINTENANCE_NOTICE, stream=f"channel:{notice.channel}", actor=SYSTEM, now=now, payload=payload)


def _valkey() -> "redis.Redis":
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=told.LIMIT, socket_connect_timeout=told.LIMIT, retry=Retry(NoBackoff(), 0)
    )
