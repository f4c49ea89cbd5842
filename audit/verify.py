"""Checking the record: finds and locates every edit, deletion and gap (invariant 6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from audit import chain
from audit.models import Event, Head, Seal


@dataclass(frozen=True, slots=True)
class Fault:
    """`stream` and `seq` say where, `what` says what is wrong."""

    stream: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq}: {self.what}"


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the record: what is written while one looks would otherwise seem to be a fault.

    Must be entered outside any transaction.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def verify() -> Iterator[Fault]:
    """Every fault of the whole record, stream by stream; within `snapshot()` where others may write meanwhile.

    Memory use does not grow with the record.
    """
    yield from _chains()
    yield from _seals()


def _chains() -> Iterator[Fault]:
    heads = dict(Head.objects.values_list("stream", "seq"))
    stream, seq, last_hash = "", 0, ""
    for event in Event.objects.order_by("stream", "seq").iterator(chunk_size=2000):
        if event.stream != stream:
            if stream:
                yield from _end_of(stream, seq, last_hash, heads)
            stream, seq, last_hash = event.stream, 0, ""
        yield from _link(event, seq, last_hash)
        seq, last_hash = event.seq, event.hash
    if stream:
        yield from _end_of(stream, seq, last_hash, heads)
    for missing, length in heads.items():
        if length:
            yield Fault(missing, 1, f"all {length} events are missing")


def _link(event: Event, seq: int, last_hash: str) -> Iterator[Fault]:
    if event.seq != seq + 1:
        yield Fault(event.stream, seq + 1, f"missing up to #{event.seq - 1}")
    elif event.prev_hash != last_hash:
        yield Fault(event.stream, event.seq, "does not follow from the event before it")
    if chain.payload_digest(event.payload) != event.payload_digest:
        yield Fault(event.stream, event.seq, "payload was changed")
    if event.hash != chain.event_hash(
        prev_hash=event.prev_hash,
        stream=event.stream,
        seq=event.seq,
        ts=event.ts,
        actor=(event.actor_kind, event.actor_id, event.actor_name),
        event_type=event.event_type,
        payload_digest=event.payload_digest,
    ):
        yield Fault(event.stream, event.seq, "was changed")


def _end_of(stream: str, seq: int, last_hash: str, heads: dict[str, int]) -> Iterator[Fault]:
    expected = heads.pop(stream, None)
    if expected is None:
        yield Fault(stream, seq, "the stream's head is missing")
    elif expected != seq:
        yield Fault(stream, min(expected, seq) + 1, f"the stream ends at #{seq}, its head says #{expected}")
    elif Head.objects.filter(pk=stream).exclude(hash=last_hash).exists():
        yield Fault(stream, seq, "the stream's head does not match its last event")


def _seals() -> Iterator[Fault]:
    last_hash = ""
    for number, seal in enumerate(Seal.objects.order_by("id").iterator(chunk_size=200), start=1):
        name = f"seal:{seal.pk}"
        if seal.prev_hash != last_hash:
            yield Fault(name, number, "does not follow from the seal before it")
        if seal.hash != chain.seal_hash(prev_hash=seal.prev_hash, sealed_at=seal.sealed_at, heads=seal.heads):
            yield Fault(name, number, "was changed")
        yield from _sealed_events(seal)
        last_hash = seal.hash


def _sealed_events(seal: Seal) -> Iterator[Fault]:
    hashes = {
        (event.stream, event.seq): event.hash
        for event in Event.objects.filter(stream__in=[stream for stream, _, _ in seal.heads]).filter(
            seq__in={seq for _, seq, _ in seal.heads}
        )
    }
    for stream, seq, hash_ in seal.heads:
        if hashes.get((stream, seq)) != hash_:
            yield Fault(stream, seq, f"seal {seal.pk} saw another event here, or this one is gone")
