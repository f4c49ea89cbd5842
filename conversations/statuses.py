"""What the provider says became of a message: only ever forwards.

Meta promises no order between statuses, and `delivered` may never come (WhatsApp docs, "status messages webhook").
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actors import SYSTEM
from audit.record import record
from conversations import changes as later_changes
from conversations import events, transcript
from conversations.models import Channel, Message

Status = Message.Status

#: A status replaces one of lower rank. `failed` outranks everything but a sign of life from the phone.
RANK = {
    Status.QUEUED: 0,
    Status.HELD: 0,
    Status.SENDING: 0,
    Status.UNKNOWN: 0,
    Status.DROPPED: 0,
    Status.ACCEPTED: 1,
    Status.SENT: 2,
    Status.FAILED: 3,
    Status.DELIVERED: 4,
    Status.READ: 5,
}
REPORTED = {
    "sent": Status.SENT, "delivered": Status.DELIVERED, "read": Status.READ, "failed": Status.FAILED,
    "played": Status.READ,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """One status webhook. `message_id` is ours, echoed by the provider; `provider_id` is the provider's."""

    provider_id: str
    status: str
    at: datetime
    message_id: UUID | None = None
    error: dict[str, Any] | None = None


def message_of(channel: Channel, report: Report) -> Message | None:
    """The message a report is about: by the provider's id, else by ours, which it echoes."""
    messages = Message.objects.filter(channel=channel, direction=Message.Direction.OUT)
    if report.provider_id and (found := messages.filter(provider_id=report.provider_id).first()):
        return found
    if report.message_id:
        return messages.filter(pk=report.message_id, provider_id__in=["", report.provider_id]).first()
    return None


@transaction.atomic
def apply(message: Message, report: Report, *, now: datetime) -> bool:
    """Take the report over if it says something newer. Returns whether it did."""
    conversation = transcript.lock(message.conversation_id)
    message.refresh_from_db()
    after = REPORTED[report.status]
    changes: dict[str, Any] = {}
    if report.provider_id and not message.provider_id:
        changes["provider_id"] = report.provider_id
    if RANK[Status(message.status)] < RANK[after]:
        changes |= {"status": after, "error": report.error, "due_at": None}
    if report.status == "played" and (message.played_at is None or report.at < message.played_at):
        changes["played_at"] = report.at  # the first time it was, whichever report comes first
    if not changes:
        return False
    before = message.status
    transcript.amend(conversation, message, now=now, **changes)
    if "provider_id" in changes:
        later_changes.apply_waiting(conversation, message, now=now)
    if "status" in changes:
        record(
            events.STATUS,
            stream=conversation.stream,
            actor=SYSTEM,
            now=now,
            payload={
                "message": str(message.pk),
                "seq": message.seq,
                "from": str(before),
                "to": str(after),
                "at": report.at.isoformat(),
                "error": report.error,
            },
        )
    if "played_at" in changes:
        payload = {"message": str(message.pk), "seq": message.seq}
        record(events.PLAYED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)
    return "status" in changes or "played_at" in changes
