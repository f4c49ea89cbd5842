"""A message that failed after it was taken: the same errors as at sending, and the same consequences."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversations.models import Channel, Message
from whatsapp import consequences
from whatsapp.cloud.shapes import as_dict, as_list
from whatsapp.faults import Fault
from whatsapp.providers import fault_of


def error_of(channel: Channel, status: Mapping[str, Any]) -> dict[str, Any] | None:
    """The error inside a status as it stands in `Message.error`; None where there is none."""
    fault = _fault(channel, status)
    return fault.as_error() if fault else None


def follow(message: Message, status: Mapping[str, Any], *, now: datetime) -> None:
    """What a failed message means for its window, its customer and its channel."""
    if fault := _fault(message.channel, status):
        consequences.follow(message, fault, now=now)


def _fault(channel: Channel, status: Mapping[str, Any]) -> Fault | None:
    first = next(iter(as_list(status.get("errors"))), None)
    return fault_of(channel, as_dict(first)) if first else None
