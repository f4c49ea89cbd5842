"""WhatsApp's 24-hour window: free text may be sent for 24 hours after the customer's latest message.

Source: Meta, WhatsApp docs, "Send messages" (customer service windows). A margin keeps a message that is
on its way from arriving a moment too late.
"""

from datetime import datetime, timedelta

from django.db import transaction

from audit.actors import SYSTEM
from conversations import control, transcript
from conversations.models import OPEN, Conversation
from conversations.states import AWAKE_STATES, Event

WINDOW = timedelta(hours=24)
MARGIN = timedelta(minutes=2)
BATCH = 200


def expiry(customer_wrote_at: datetime) -> datetime:
    """Until when we send free text after a message written (by the customer's clock) at that moment."""
    return customer_wrote_at + WINDOW - MARGIN


def expire_windows(*, now: datetime) -> int:
    """Move conversations whose window has closed to `dormant`. Bounded and safe to run twice. Returns how many."""
    due = (
        Conversation.objects.filter(OPEN, state__in=AWAKE_STATES, window_expires_at__lte=now)
        .order_by("window_expires_at")
        .values_list("pk", flat=True)[:BATCH]
    )
    return sum(_expire(pk, now) for pk in list(due))


@transaction.atomic
def _expire(pk: object, now: datetime) -> bool:
    conversation = transcript.lock(pk)
    if conversation.state not in AWAKE_STATES or conversation.window_is_open(now):
        return False
    control.transition(conversation, Event.EXPIRE_WINDOW, actor=SYSTEM, now=now)
    return True
