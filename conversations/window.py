"""WhatsApp's 24-hour window: free text may be sent for 24 hours after the customer's latest message.

Source: Meta, WhatsApp docs, "Send messages" (customer service windows). A margin keeps a message that is
on its way from arriving a moment too late.
"""

from datetime import datetime, timedelta
from uuid import UUID

from conversations.models import OPEN, Conversation
from conversations.states import AWAKE_STATES

WINDOW = timedelta(hours=24)
MARGIN = timedelta(minutes=2)
BATCH = 200


def expiry(customer_wrote_at: datetime) -> datetime:
    """Until when we send free text after a message written (by the customer's clock) at that moment."""
    return customer_wrote_at + WINDOW - MARGIN


def expired(*, now: datetime) -> list[UUID]:
    """Awake conversations whose window has closed, the longest closed first; a bounded number."""
    due = Conversation.objects.filter(OPEN, state__in=AWAKE_STATES, window_expires_at__lte=now)
    return list(due.order_by("window_expires_at").values_list("pk", flat=True)[:BATCH])
