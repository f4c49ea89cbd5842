"""From stored webhook bodies to updates: taken apart, addressed to a channel, each a row of its own."""

import logging
from datetime import datetime

from django.db import OperationalError, transaction

from conversations.models import Channel
from whatsapp.cloud import envelope
from whatsapp.cloud.envelope import Update
from whatsapp.models import CloudAccount, InboundEvent, InboundUpdate
from whatsapp.twilio import inbound as twilio
from whatsapp.wasender import inbound as wasender

logger = logging.getLogger(__name__)

Kind = InboundUpdate.Kind
Outcome = InboundUpdate.Outcome
EVENTS_AT_ONCE = 50
#: Kinds that belong to the account as a whole: no number need be named.
ACCOUNT_WIDE = (Kind.OTHER, Kind.TEMPLATE, Kind.ACCOUNT)


@transaction.atomic
def split_stored(*, now: datetime) -> int:
    """Split the oldest stored bodies into updates. Safe beside other workers. Returns how many bodies."""
    stored = InboundEvent.objects.filter(split_at=None).select_related("channel").order_by("id")
    batch = list(stored.select_for_update(skip_locked=True, no_key=True, of=("self",))[:EVENTS_AT_ONCE])
    for event in batch:
        event.note = _split_alone(event, now)
        event.split_at = now
        event.save(update_fields=["note", "split_at"])
    return len(batch)


def _split_alone(event: InboundEvent, now: datetime) -> str:
    """In a savepoint of its own: a fault of ours in one body must not keep the others waiting."""
    try:
        with transaction.atomic():
            return _split(event, now)
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("webhook %s could not be taken apart", event.pk)
        return f"could not be taken apart: {type(error).__name__}"


def _split(event: InboundEvent, now: datetime) -> str:
    """Make the event's update rows. Returns why none could be made, if so."""
    try:
        found = _updates(event)
    except envelope.Unreadable as error:
        return str(error)
    channels = _channels(event, {update.phone_number_id: update.waba for update in found})
    InboundUpdate.objects.bulk_create(
        [_row(event, position, update, channels, now) for position, update in enumerate(found)]
    )
    return ""


def _updates(event: InboundEvent) -> list[Update]:
    body = bytes(event.body)
    match event.channel.provider:
        case "twilio":
            return twilio.parse(event)
        case "wasender":
            return wasender.updates(body, event.query, event.received_at)
        case _:
            return envelope.updates(body)


def _row(
    event: InboundEvent, position: int, update: Update, channels: dict[str, Channel], now: datetime
) -> InboundUpdate:
    channel = channels.get(update.phone_number_id)
    note = update.note
    if update.kind not in ACCOUNT_WIDE and channel is None:
        note = "addressed to a number that is not one of this app's"
    return InboundUpdate(
        event=event,
        position=position,
        channel=channel or event.channel,
        kind=update.kind,
        sender_digest=update.sender.digest(),
        provider_id=update.provider_id[: envelope.LONGEST_ID],
        target_id=update.target_id[: envelope.LONGEST_ID],
        provider_ts=update.provider_ts or event.received_at,
        raw=update.raw,
        outcome=Outcome.KEPT if note else Outcome.PENDING,
        detail=note[:300],
        processed_at=now if note else None,
    )


def _channels(event: InboundEvent, wabas: dict[str, str]) -> dict[str, Channel]:
    """The channels behind these numbers, each with the business account that the body names for it. Several numbers
    may share an app; the app is known by its secret.

    Providers other than the Cloud API name no number: theirs is the channel of the address.
    """
    if event.channel.provider != "cloud":
        return dict.fromkeys(wabas, event.channel)
    accounts = CloudAccount.objects.filter(phone_number_id__in=wabas).select_related("channel")
    own = CloudAccount.objects.filter(channel=event.channel).first()
    secrets = set(own.app_secrets.split()) if own else set()
    known = {}
    for account in accounts:
        if account.channel_id == event.channel_id or secrets & set(account.app_secrets.split()):
            known[account.phone_number_id] = account.channel
            _learn_business_account(account, wabas[account.phone_number_id])
    return known


def _learn_business_account(account: CloudAccount, waba: str) -> None:
    """A signed webhook says to which business account a number belongs: nobody need type it in."""
    if not account.business_account_id and waba.isdigit():
        account.business_account_id = waba
        account.save(update_fields=["business_account_id"])
