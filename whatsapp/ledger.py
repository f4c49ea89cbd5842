"""What messages cost, as WhatsApp's statuses say: the only meter there is.

Since 2026-10-01 every delivered free-form ("service") message is charged; 1,000 a month and number are free, and a
free one says so by its type (Meta, "Pricing"; one of two renderings of that page). Amounts are the provider's bill,
not ours to guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Count, Q

from audit.actors import SYSTEM
from audit.record import record
from conversations import transcript
from conversations.models import Channel, Message
from whatsapp import events
from whatsapp.models import Charge

FREE_PER_MONTH = 1000
DELIVERED = ("delivered", "read", "played")


def charge_note(message: Message, pricing: Mapping[str, Any], *, status: str, at: datetime, now: datetime) -> bool:
    """Enter what a status says about the message's price; once, however often it is said. Returns whether it is new.

    A price can be told before the message is delivered; it counts once it is.
    """
    category, kind = str(pricing.get("category") or "")[:40], str(pricing.get("type") or "")[:32]
    if not category or message.direction != Message.Direction.OUT:
        return _note_delivery(message, status, at)
    delivered_at = at if status in DELIVERED or message.status in DELIVERED else None
    charge, is_new = Charge.objects.get_or_create(
        message=message,
        defaults={
            "conversation_id": message.conversation_id, "channel_id": message.channel_id, "category": category,
            "type": kind, "month": _month(at), "at": at, "delivered_at": delivered_at,
        },
    )  # fmt: skip
    if not is_new:
        return _note_delivery(message, status, at)
    conversation = transcript.lock(message.conversation_id)
    transcript.amend(conversation, message, now=now)  # its page shows the price
    payload = {"message": str(message.pk), "seq": message.seq, "category": category, "type": charge.type}
    record(events.CHARGED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)
    return True


def _note_delivery(message: Message, status: str, at: datetime) -> bool:
    """It belongs to the month of its delivery; a report that comes late may tell of an earlier one."""
    if status not in DELIVERED:
        return False
    later = Charge.objects.filter(Q(delivered_at=None) | Q(delivered_at__gt=at), message=message)
    return bool(later.update(delivered_at=at, month=_month(at)))


def _month(at: datetime) -> date:
    at = at.astimezone(UTC)
    return date(at.year, at.month, 1)


@dataclass(frozen=True, slots=True)
class Month:
    """A number's month: `free_left` of the free tier, `charged` by category."""

    service: int
    free_left: int
    charged: dict[str, int]


def month_of(channel: Channel, *, now: datetime) -> Month:
    """What this number's messages cost in the calendar month (UTC) of `now`."""
    delivered = Charge.objects.filter(channel=channel, month=_month(now)).exclude(delivered_at=None)
    rows = delivered.values("category").annotate(all=Count("pk"), charged=Count("pk", filter=Q(type="regular")))
    by_category = {row["category"]: row for row in rows}
    service = by_category.get("service", {"all": 0})["all"]
    charged = {category: row["charged"] for category, row in by_category.items() if row["charged"]}
    return Month(service, max(0, FREE_PER_MONTH - service), charged)


def cost_of(message: Message) -> dict[str, str] | None:
    """A message's price as the API shows it; None while nothing was said. Needs `charge` fetched with the message."""
    charge = getattr(message, "charge", None)
    return {"category": charge.category, "type": charge.type} if charge else None
