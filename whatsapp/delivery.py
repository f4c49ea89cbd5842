"""Working off one conversation's outbox: claim, one request without any lock, settle."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from config import clock
from conversations import outbox, transcript
from conversations.identity import address_of
from conversations.models import Channel, Message
from whatsapp.adapter import Accepted, Adapter, Ambiguous, NotSent, Rejected, SendResult
from whatsapp.cloud.adapter import CloudAdapter
from whatsapp.models import DeliveryAttempt

#: Enough for any backlog of one conversation; the sweep goes on where this stops.
MOST_AT_ONCE = 50

OUTCOMES = {
    Accepted: DeliveryAttempt.Outcome.ACCEPTED,
    Rejected: DeliveryAttempt.Outcome.REJECTED,
    NotSent: DeliveryAttempt.Outcome.NOT_SENT,
    Ambiguous: DeliveryAttempt.Outcome.AMBIGUOUS,
}


def adapter_for(channel: Channel) -> Adapter:
    """The provider's adapter with this channel's credentials. Raises CloudAccount.DoesNotExist."""
    return CloudAdapter(channel.cloud)


def deliver(conversation_id: UUID | str) -> int:
    """Send what may be sent of this conversation, in order. Returns how many requests were made."""
    for count in range(MOST_AT_ONCE):
        message = outbox.claim_next(conversation_id, now=clock.now())
        if message is None:
            return count
        started = clock.now()
        result = _send(message)
        _settle(message, result, started=started, now=clock.now())
        if isinstance(result, NotSent):
            return count + 1
    return MOST_AT_ONCE


def _send(message: Message) -> SendResult:
    to = address_of(message.conversation.customer, message.channel)
    if to is None:
        return Rejected({"code": "no_address", "title": "This customer has no address on this channel"})
    return adapter_for(message.channel).send_text(
        to=to, body=message.body, reference=str(message.pk), attempt=message.attempts
    )


def _settle(message: Message, result: SendResult, *, started: datetime, now: datetime) -> None:
    DeliveryAttempt.objects.create(
        message=message,
        number=message.attempts,
        started_at=started,
        finished_at=now,
        outcome=OUTCOMES[type(result)],
        http_status=result.http_status,
        detail=_detail(result),
    )
    match result:
        case Accepted():
            outbox.mark_accepted(message.pk, provider_id=result.provider_id, now=now)
        case Ambiguous():
            outbox.mark_unknown(message.pk, why=result.why, now=now)
        case NotSent():
            outbox.mark_postponed(message.pk, why=result.why, delay=result.retry_after, now=now)
        case Rejected():
            outbox.mark_failed(message.pk, error=result.error, now=now)
            if result.closes_window:
                _close_window(message.conversation_id, now)


def _detail(result: SendResult) -> dict[str, object]:
    match result:
        case Accepted():
            return {"provider_id": result.provider_id}
        case Rejected():
            return result.error
        case NotSent():
            return {"why": result.why, **result.error}
        case Ambiguous():
            return {"why": result.why}


@transaction.atomic
def _close_window(conversation_id: UUID, now: datetime) -> None:
    """WhatsApp says the window is closed (131047): then it is, whatever our own book says."""
    conversation = transcript.lock(conversation_id)
    if conversation.window_is_open(now):
        conversation.window_expires_at = now
        conversation.save(update_fields=["window_expires_at"])
