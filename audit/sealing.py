"""Sealing: a chained snapshot of the heads that moved since the last one."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from audit import chain
from audit.models import Head, Seal

_LOCK = 0x4241544F4E  # one sealer at a time, however many workers and beats there are
LARGEST_SEAL = 5000


@transaction.atomic
def seal(*, now: datetime) -> Seal | None:
    """Seal the heads that moved. None when none did, or another worker is at it. Safe to run twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        (alone,) = cursor.fetchone() or (False,)
    if not alone:
        return None
    moved = list(Head.objects.select_for_update().filter(seq__gt=F("sealed_seq")).order_by("stream")[:LARGEST_SEAL])
    if not moved:
        return None
    heads = [[head.stream, head.seq, head.hash] for head in moved]
    last = Seal.objects.order_by("id").last()
    prev_hash = last.hash if last else ""
    Head.objects.filter(pk__in=[head.pk for head in moved]).update(sealed_seq=F("seq"))
    return Seal.objects.create(
        sealed_at=now,
        heads=heads,
        prev_hash=prev_hash,
        hash=chain.seal_hash(prev_hash=prev_hash, sealed_at=now, heads=heads),
    )
