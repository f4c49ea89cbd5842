"""A message that failed after it was taken: the same errors as at sending, and the same consequences."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversations import outbox
from conversations.models import Channel, Message
from whatsapp import consequences
from whatsapp.cloud.shapes import as_dict, as_list
from whatsapp.faults import Fault, FaultKind
from whatsapp.providers import fault_of


def error_of(channel: Channel, status: Mapping[str, Any]) -> dict[str, Any] | None:
    """The error inside a status as it stands in `Message.error`; None where there is none."""
    fault = _fault(channel, status)
    return fault.as_error() if fault else None


def follow(message: Message, status: Mapping[str, Any], *, now: datetime) -> None:
    """What a failed message means for its window, its customer and its channel.

    A person's words that came too late for the window are held once more, as a message of their own.
    """
    fault = _fault(message.channel, status)
    if fault is None:
        return
    consequences.follow(message, fault, now=now)
    if fault.kind is not FaultKind.WINDOW_CLOSED or not outbox.is_worth_holding(message):
        return
    if again := outbox.hold_again(message.pk, why=fault.words, now=now):
        _files_copy(message, again)


def _files_copy(message: Message, again: Message) -> None:
    """A file belongs to one message: the one that waits has its own row of the same stored bytes."""
    for file in message.attachments.order_by("pk"):
        file.pk, file.message, file._state.adding = None, again, True
        file.save()
        if "attachment" in again.content:
            again.content = {**again.content, "attachment": file.pk}
            again.save(update_fields=["content"])


def _fault(channel: Channel, status: Mapping[str, Any]) -> Fault | None:
    first = next(iter(as_list(status.get("errors"))), None)
    return fault_of(channel, as_dict(first)) if first else None
