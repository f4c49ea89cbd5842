"""Carries webhooks to Baton: signed, over HTTP, again and again until they are answered 200.

Each user of each number has a lane of its own: within a lane one webhook waits for the other, so that a
conversation arrives as it was held; lanes do not wait for each other.
"""

import asyncio
import dataclasses
import logging
import random
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import httpx

from config import clock
from whatsapp.standin import payloads
from whatsapp.standin.faults import HookFault, take_hook_fault
from whatsapp.standin.phones import Number

logger = logging.getLogger(__name__)

#: Seconds between the tries: the second at once, the last pause repeated. Some two hours in all.
PAUSES = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
MAX_TRIES = 1500
TIMEOUT = 10.0
AT_ONCE = 32


@dataclass(eq=False)
class Update:
    """One thing to tell Baton, on a webhook `field`. `arrived` is called when it was answered 200."""

    number: Number
    user: str
    what: str
    value: dict[str, Any]
    arrived: Callable[[], Any] = lambda: None
    field: str = "messages"
    done: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)


@dataclass(eq=False)
class Parcel:
    """One webhook: the bytes are made once and stay the same over all tries."""

    updates: list[Update]
    body: bytes
    tries: int = 0
    lost_tries: int = 0
    lost_answers: int = 0

    @property
    def number(self) -> Number:
        return self.updates[0].number


class Courier:
    def __init__(self) -> None:
        self.faults: list[HookFault] = []
        self.lanes: dict[tuple[str, ...], deque[Parcel]] = {}
        self.held: list[tuple[HookFault, list[Update]]] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.posts = self.failures = self.given_up = self.pending = 0
        self._room = asyncio.Semaphore(AT_ONCE)
        self._client: httpx.AsyncClient | None = None

    def counts(self) -> dict[str, int]:
        """`pending` is 0 when nothing is on its way, waits for a retry or is held back by a fault."""
        return {
            "pending": self.pending,
            "posts": self.posts,
            "failures": self.failures,
            "given_up": self.given_up,
        }

    def tell(self, update: Update) -> None:
        """Send one update on its way, through whatever fault is scripted for it."""
        fault = take_hook_fault(self.faults, user=update.user, what=update.what)
        if fault is not None and fault.kind == "drop":
            update.done.set()
            return
        self.pending += 1
        if fault is None:
            self._enqueue(_parcel([update]))
        elif fault.kind in ("batch", "shuffle"):
            self._hold(fault, update)
        elif fault.kind == "delay":
            self._start(self._later(fault.delay_ms / 1000, _parcel([update])))
        else:
            self._enqueue_faulty(fault, update)

    def clear(self) -> None:
        """Forget everything that has not arrived, all faults and counts."""
        for task in self.tasks:
            task.cancel()
        self.faults, self.lanes, self.held = [], {}, []
        self.posts = self.failures = self.given_up = self.pending = 0

    def _enqueue_faulty(self, fault: HookFault, update: Update) -> None:
        parcel = _parcel([update])
        if fault.kind == "drop_first_try":
            parcel.lost_tries = fault.tries
        elif fault.kind == "lose_answer":
            parcel.lost_answers = fault.tries
        self._enqueue(parcel)
        if fault.kind == "duplicate":
            for _ in range(fault.copies or 0):
                self._enqueue_copy(parcel)

    def _enqueue_copy(self, parcel: Parcel) -> None:
        self.pending += 1
        self._enqueue(Parcel(parcel.updates, parcel.body))

    def _hold(self, fault: HookFault, update: Update) -> None:
        for held_by, updates in self.held:
            if held_by is fault:
                updates.append(update)
                break
        else:
            updates = [update]
            self.held.append((fault, updates))
            self._start(self._release_after(fault))
        if len(updates) >= fault.size:
            self._release(fault)

    async def _release_after(self, fault: HookFault) -> None:
        await asyncio.sleep(fault.wait_ms / 1000)
        if fault in self.faults:
            self.faults.remove(fault)
        self._release(fault)

    def _release(self, fault: HookFault) -> None:
        for entry in [entry for entry in self.held if entry[0] is fault]:
            self.held.remove(entry)
            if fault.kind == "batch":
                self._release_batch(entry[1])
            else:
                self._release_shuffled(fault, entry[1])

    def _release_batch(self, updates: list[Update]) -> None:
        by_number: dict[str, list[Update]] = {}
        for update in updates:
            by_number.setdefault(update.number.phone_number_id, []).append(update)
        self.pending -= len(updates) - len(by_number)
        for together in by_number.values():
            self._enqueue(_parcel(together), lane=("batch", together[0].number.phone_number_id))

    def _release_shuffled(self, fault: HookFault, updates: list[Update]) -> None:
        parcels = [_parcel([update]) for update in updates]
        parcels += [Parcel(parcel.updates, parcel.body) for parcel in parcels for _ in range(fault.copies or 0)]
        random.Random(fault.seed).shuffle(parcels)  # noqa: S311 - a reproducible order is the point
        self.pending += len(parcels) - len(updates)
        for parcel in parcels:
            self._enqueue(parcel, lane=("shuffle",))

    async def _later(self, seconds: float, parcel: Parcel) -> None:
        await asyncio.sleep(seconds)
        self._enqueue(parcel)

    def _enqueue(self, parcel: Parcel, lane: tuple[str, ...] | None = None) -> None:
        lane = lane or (parcel.number.phone_number_id, parcel.updates[0].user)
        waiting = self.lanes.get(lane)
        if waiting is not None:
            waiting.append(parcel)
            return
        self.lanes[lane] = deque([parcel])
        self._start(self._drive(lane, self.lanes[lane]))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _drive(self, lane: tuple[str, ...], waiting: deque[Parcel]) -> None:
        while waiting:
            parcel = waiting[0]
            arrived = await self._try(parcel)
            if not arrived and parcel.tries < MAX_TRIES:
                await asyncio.sleep(PAUSES[min(parcel.tries, len(PAUSES)) - 1])
                continue
            waiting.popleft()
            self._finish(parcel, arrived=arrived)
        del self.lanes[lane]

    def _finish(self, parcel: Parcel, *, arrived: bool) -> None:
        self.pending -= 1
        if not arrived:
            self.given_up += 1
            logger.error("A webhook to %s was given up after %s tries.", parcel.number.key, parcel.tries)
        for update in parcel.updates:
            if arrived:
                update.arrived()
            update.done.set()

    async def _try(self, parcel: Parcel) -> bool:
        parcel.tries += 1
        if parcel.tries <= parcel.lost_tries:
            return False
        async with self._room:
            status = await self._post(parcel.number, parcel.body)
        if status != 200:
            self.failures += 1
            if parcel.tries in (1, 10, 100):
                logger.warning("A webhook to %s was answered %s; try %s.", parcel.number.key, status, parcel.tries)
            return False
        return parcel.tries > parcel.lost_tries + parcel.lost_answers

    async def _post(self, number: Number, body: bytes) -> int | str:
        """The HTTP status of the answer, or the name of what went wrong."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, verify=False)  # noqa: S501 - local
        self.posts += 1
        try:
            answer = await self._client.post(
                f"{number.baton_url.rstrip('/')}/webhooks/cloud/{number.key}/",
                content=body,
                headers={
                    "Content-Type": "application/json",
                    "User-Agent": "facebookexternalua",
                    "X-Hub-Signature-256": payloads.signature(body, number.app_secret),
                },
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
        return answer.status_code


def _parcel(updates: list[Update]) -> Parcel:
    values = [(update.field, update.value) for update in updates]
    body = payloads.serialise(payloads.envelope(updates[0].number, values, now=clock.now()))
    return Parcel(updates, body)
