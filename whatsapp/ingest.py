"""From stored webhook bodies to messages: split, then work off sender by sender, in the order of their clocks."""

import logging
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Exists, Min, OuterRef, QuerySet

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations.models import Message
from whatsapp import events
from whatsapp.handlers import handle
from whatsapp.models import InboundEvent, InboundUpdate
from whatsapp.splitting import split_stored

logger = logging.getLogger(__name__)

Kind = InboundUpdate.Kind
Outcome = InboundUpdate.Outcome
UPDATES_AT_ONCE = 200
SENDERS_AT_ONCE = 500
#: Old chats are worked off in small portions, and only while nothing else waits.
HISTORY_AT_ONCE = 100
#: Trouble of one transaction, not of the database: serialization, deadlock, lock not available, query cancelled.
OWN_TROUBLE = frozenset({"40001", "40P01", "55P03", "57014"})
#: So often an update is tried again after such trouble, before it counts as failed.
INTERRUPTIONS = 5


class Interrupted(Exception):
    """The database broke off the transaction of a sender's updates, at this one. Nothing of it was kept."""

    def __init__(self, update: InboundUpdate, error: OperationalError) -> None:
        super().__init__(f"update {update.pk}")
        self.update, self.error = update, error


def ingest(*, now: datetime) -> int:
    """Split what is stored and take in what is pending, until nothing is left. Returns how many updates.

    A sender whose updates meet a lock or a time limit of the database is left for the next sweep; the others go on.
    Raises OperationalError where the database itself is in trouble: nothing is lost, everything is tried again.
    """
    done = 0
    troubled: set[tuple[int, str]] = set()
    while split_stored(now=now):
        pass
    while senders := [sender for sender in pending_senders(but=len(troubled)) if sender not in troubled]:
        for sender in senders:
            try:
                done += ingest_sender(*sender, now=now)
            except Interrupted as interruption:
                interruption_note(interruption.update, interruption.error, now=now)
                troubled.add(sender)
    return done


@transaction.atomic
def interruption_note(update: InboundUpdate, error: OperationalError, *, now: datetime) -> None:
    """Count a try that the database broke off. One update that is broken off every time fails, so that it does not
    stand in its neighbours' way for ever."""
    logger.warning("update %s was broken off (%s); it will be tried again", update.pk, type(error.__cause__).__name__)
    pending = InboundUpdate.objects.select_for_update(of=("self",)).select_related("channel")
    found = pending.filter(pk=update.pk, outcome=Outcome.PENDING).first()
    if found is None:
        return
    if found.attempts + 1 >= INTERRUPTIONS:
        _fail(found, error, now)
    else:
        InboundUpdate.objects.filter(pk=found.pk).update(attempts=found.attempts + 1)


def pending_senders(*, but: int = 0) -> list[tuple[int, str]]:
    """Whose updates are waiting, (channel, sender), the longest-waiting first; room is made for `but` more."""
    waiting = _pending(live=True).values("channel_id", "sender_digest")
    oldest = waiting.annotate(first=Min("id")).order_by("first")[: SENDERS_AT_ONCE + but]
    return [(row["channel_id"], row["sender_digest"]) for row in oldest]


def history_ingest(*, now: datetime) -> int:
    """Take in a portion of the old chats that wait, while nothing live does. Returns how many lines."""
    done = 0
    while done < HISTORY_AT_ONCE and not _live_waits():
        first = _pending(live=False).order_by("id").values_list("channel_id", "sender_digest").first()
        if first is None:
            break
        try:
            done += ingest_sender(*first, now=now, live=False)
        except Interrupted as interruption:
            interruption_note(interruption.update, interruption.error, now=now)
            break
    return done


def _live_waits() -> bool:
    return _pending(live=True).exists() or InboundEvent.objects.filter(split_at=None).exists()


def _pending(*, live: bool) -> QuerySet[InboundUpdate]:
    pending = InboundUpdate.objects.filter(outcome=Outcome.PENDING)
    return pending.exclude(kind=Kind.HISTORY) if live else pending.filter(kind=Kind.HISTORY)


def ingest_sender(channel_id: int, sender_digest: str, *, now: datetime, live: bool = True) -> int:
    """Take in one sender's pending updates in the order of the provider's clock: one transaction.

    Another worker at the same sender waits for the lock and then finds nothing left.
    """
    with transaction.atomic():
        _lock_sender(channel_id, sender_digest)
        batch = list(
            _pending(live=live)
            .filter(channel_id=channel_id, sender_digest=sender_digest)
            .select_related("event", "channel")
            .order_by("provider_ts", "event_id", "position")[: UPDATES_AT_ONCE if live else HISTORY_AT_ONCE]
        )
        for update in batch:
            _take_in(update, now)
    return len(batch)


def _lock_sender(channel_id: int, sender_digest: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [sender_digest, channel_id])


def _take_in(update: InboundUpdate, now: datetime) -> None:
    """One update, in a savepoint of its own: it fails alone, and is kept with the reason."""
    for last_try in (False, True):
        try:
            with transaction.atomic():
                handle(update, now)
                _finish(update, now)
            return
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) in OWN_TROUBLE:
                raise Interrupted(update, error) from error
            raise
        except IntegrityError as error:  # the same person under another identifier, at this very moment
            if last_try:
                _fail(update, error, now)
        except Exception as error:  # a fault of ours must not cost the neighbours
            _fail(update, error, now)
            return


def _finish(update: InboundUpdate, now: datetime) -> None:
    update.processed_at = now
    update.attempts += 1
    update.save(update_fields=["outcome", "detail", "message", "processed_at", "attempts"])


def _fail(update: InboundUpdate, error: Exception, now: datetime) -> None:
    logger.exception("update %s could not be taken in", update.pk)
    update.outcome, update.detail, update.message = Outcome.FAILED, type(error).__name__, None
    _finish(update, now)
    record(
        events.UPDATE_FAILED,
        stream=f"channel:{update.channel.key}",
        actor=SYSTEM,
        now=now,
        payload={"update": update.pk, "why": type(error).__name__},
    )


def statuses_rematch() -> int:
    """Statuses that came before their message was known by the provider's id get another look."""
    ours = Message.objects.filter(direction=Message.Direction.OUT)
    known = ours.filter(channel=OuterRef("channel"), provider_id=OuterRef("provider_id"))
    early = InboundUpdate.objects.filter(kind=Kind.STATUS, outcome=Outcome.UNMATCHED)
    return early.filter(Exists(known)).update(outcome=Outcome.PENDING)


@transaction.atomic
def update_retry(update_id: int, *, by: Actor, now: datetime) -> bool:
    """Take a failed update up once more. Returns whether it had failed."""
    update = InboundUpdate.objects.select_for_update(of=("self",)).select_related("channel").get(pk=update_id)
    if update.outcome != Outcome.FAILED:
        return False
    update.outcome, update.detail, update.processed_at = Outcome.PENDING, "", None
    update.save(update_fields=["outcome", "detail", "processed_at"])
    stream = f"channel:{update.channel.key}"
    record(events.UPDATE_RETRIED, stream=stream, actor=by, now=now, payload={"update": update.pk})
    return True
