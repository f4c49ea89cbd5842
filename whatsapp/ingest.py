"""From stored webhook bodies to messages: split, then work off sender by sender, in the order of their clocks."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Exists, Min, OuterRef

from audit.actors import SYSTEM
from audit.record import record
from conversations import intake, statuses
from conversations.models import Channel, Message
from handoff import router
from whatsapp import events
from whatsapp.cloud import envelope
from whatsapp.cloud.content import type_and_body
from whatsapp.models import CloudAccount, InboundEvent, InboundUpdate

logger = logging.getLogger(__name__)

Kind = InboundUpdate.Kind
Outcome = InboundUpdate.Outcome
EVENTS_AT_ONCE = 50
UPDATES_AT_ONCE = 200
SENDERS_AT_ONCE = 500


def ingest(*, now: datetime) -> int:
    """Split what is stored and take in what is pending, until nothing is left. Returns how many updates."""
    done = 0
    while split_stored(now=now):
        pass
    while senders := pending_senders():
        done += sum(ingest_sender(channel_id, digest, now=now) for channel_id, digest in senders)
    return done


@transaction.atomic
def split_stored(*, now: datetime) -> int:
    """Split the oldest stored bodies into updates. Safe beside other workers. Returns how many bodies."""
    stored = InboundEvent.objects.filter(split_at=None).select_related("channel").order_by("id")
    batch = list(stored.select_for_update(skip_locked=True, no_key=True, of=("self",))[:EVENTS_AT_ONCE])
    for event in batch:
        event.note = _split(event, now)
        event.split_at = now
        event.save(update_fields=["note", "split_at"])
    return len(batch)


def _split(event: InboundEvent, now: datetime) -> str:
    """Make the event's update rows. Returns why none could be made, if so."""
    try:
        found = envelope.updates(bytes(event.body))
    except envelope.Unreadable as error:
        return str(error)
    channels = _channels(event, {update.phone_number_id for update in found})
    InboundUpdate.objects.bulk_create(
        [_row(event, position, update, channels, now) for position, update in enumerate(found)]
    )
    return ""


def _row(
    event: InboundEvent, position: int, update: envelope.Update, channels: dict[str, Channel], now: datetime
) -> InboundUpdate:
    channel = channels.get(update.phone_number_id)
    note = update.note
    if update.kind != Kind.OTHER and channel is None:
        note = "addressed to a number that is not one of this app's"
    return InboundUpdate(
        event=event,
        position=position,
        channel=channel or event.channel,
        kind=update.kind,
        sender_digest=update.sender.digest(),
        provider_id=update.provider_id[: envelope.LONGEST_ID],
        provider_ts=update.provider_ts or event.received_at,
        raw=update.raw,
        outcome=Outcome.KEPT if note else Outcome.PENDING,
        detail=note[:300],
        processed_at=now if note else None,
    )


def _channels(event: InboundEvent, numbers: set[str]) -> dict[str, Channel]:
    """The channels behind these numbers. Several numbers may share an app; the app is known by its secret."""
    accounts = CloudAccount.objects.filter(phone_number_id__in=numbers).select_related("channel")
    own = CloudAccount.objects.filter(channel=event.channel).first()
    secrets = set(own.app_secrets.split()) if own else set()
    return {
        account.phone_number_id: account.channel
        for account in accounts
        if account.channel_id == event.channel_id or secrets & set(account.app_secrets.split())
    }


def pending_senders() -> list[tuple[int, str]]:
    """Whose updates are waiting, (channel, sender), the longest-waiting first."""
    waiting = InboundUpdate.objects.filter(outcome=Outcome.PENDING).values("channel_id", "sender_digest")
    oldest = waiting.annotate(first=Min("id")).order_by("first")[:SENDERS_AT_ONCE]
    return [(row["channel_id"], row["sender_digest"]) for row in oldest]


def ingest_sender(channel_id: int, sender_digest: str, *, now: datetime) -> int:
    """Take in one sender's pending updates in the order of the provider's clock: one transaction.

    Another worker at the same sender waits for the lock and then finds nothing left.
    """
    with transaction.atomic():
        _lock_sender(channel_id, sender_digest)
        batch = list(
            InboundUpdate.objects.filter(channel_id=channel_id, sender_digest=sender_digest, outcome=Outcome.PENDING)
            .select_related("event", "channel")
            .order_by("provider_ts", "event_id", "position")[:UPDATES_AT_ONCE]
        )
        for update in batch:
            _take_in(update, now)
    return len(batch)


def _lock_sender(channel_id: int, sender_digest: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [sender_digest, channel_id])


def _take_in(update: InboundUpdate, now: datetime) -> None:
    """One update, in a savepoint of its own: it fails alone, and is kept with the reason."""
    handle = _take_message if update.kind == Kind.MESSAGE else _take_status
    for last_try in (False, True):
        try:
            with transaction.atomic():
                handle(update, now)
                _finish(update, now)
            return
        except OperationalError:
            raise
        except IntegrityError as error:  # the same person under another identifier, at this very moment
            if last_try:
                _fail(update, error, now)
        except Exception as error:  # a fault of ours must not cost the neighbours
            _fail(update, error, now)
            return


def _take_message(update: InboundUpdate, now: datetime) -> None:
    message = update.raw["message"]
    kind, body = type_and_body(message)
    taken = intake.take(
        update.channel,
        intake.Incoming(
            provider_id=update.provider_id,
            sender=envelope.sender_of(message, update.raw["contact"]),
            sent_at=update.provider_ts or update.event.received_at,
            received_at=update.event.received_at,
            type=kind,
            body=body,
        ),
        now=now,
    )
    update.message = taken.message
    update.outcome = Outcome.RECEIVED if taken.is_new else Outcome.DUPLICATE
    if taken.is_new:
        router.route(taken.message, now=now)


def _take_status(update: InboundUpdate, now: datetime) -> None:
    status = update.raw["status"]
    if status.get("status") not in statuses.REPORTED:
        update.outcome, update.detail = Outcome.KEPT, "a status that is not read"
        return
    report = statuses.Report(
        provider_id=update.provider_id,
        status=status["status"],
        at=update.provider_ts or update.event.received_at,
        message_id=_our_id(status.get("biz_opaque_callback_data")),
        error=_status_error(status.get("errors")),
    )
    message = statuses.message_of(update.channel, report)
    if message is None:
        update.outcome = Outcome.UNMATCHED
        return
    update.message = message
    update.outcome = Outcome.APPLIED if statuses.apply(message, report, now=now) else Outcome.IGNORED


def _our_id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _status_error(errors: object) -> dict[str, object] | None:
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None
    data = first.get("error_data")
    details = data.get("details", "") if isinstance(data, dict) else ""
    return {"code": first.get("code"), "title": str(first.get("title", ""))[:300], "details": str(details)[:500]}


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
    known = Message.objects.filter(channel=OuterRef("channel"), provider_id=OuterRef("provider_id"))
    early = InboundUpdate.objects.filter(kind=Kind.STATUS, outcome=Outcome.UNMATCHED)
    return early.filter(Exists(known)).update(outcome=Outcome.PENDING)
