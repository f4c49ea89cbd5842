"""Writing the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from audit import chain, registry
from audit.actors import Actor
from audit.models import Event, Head


def record(
    event_type: str, *, stream: str, actor: Actor, now: datetime, payload: Mapping[str, Any] | None = None
) -> Event:
    """Append one event to its stream, in the caller's transaction.

    Raises RuntimeError outside a transaction (the fact and its record commit together or not at all) and
    LookupError for an event type nobody registered. The payload holds no phone number and no message text
    (invariant 9): ids, codes and digests.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record belongs into the transaction of what it records.")
    if not registry.is_registered(event_type):
        raise LookupError(f"Unknown audit event {event_type!r}: register it in the app's events.py.")
    body = chain.storable(dict(payload or {}))
    head = _locked_head(stream)
    digest = chain.payload_digest(body)
    seq = head.seq + 1
    name = chain.storable(actor.name)[:150]
    link = chain.event_hash(
        prev_hash=head.hash,
        stream=stream,
        seq=seq,
        ts=now,
        actor=(actor.kind, actor.id, name),
        event_type=event_type,
        payload_digest=digest,
    )
    event = Event.objects.create(
        stream=stream,
        seq=seq,
        ts=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=name,
        event_type=event_type,
        payload=body,
        payload_digest=digest,
        prev_hash=head.hash,
        hash=link,
    )
    Head.objects.filter(pk=stream).update(seq=seq, hash=link)
    return event


def _locked_head(stream: str) -> Head:
    head = Head.objects.select_for_update().filter(pk=stream).first()
    if head is None:
        Head.objects.bulk_create([Head(stream=stream)], ignore_conflicts=True)
        head = Head.objects.select_for_update().get(pk=stream)
    return head
