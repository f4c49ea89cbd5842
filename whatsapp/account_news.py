"""News of a number's account: errors, restrictions, quality. Kept for the admin, followed where it is clear."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.actors import SYSTEM
from audit.record import record
from conversations.models import Channel
from whatsapp import channel_state, events
from whatsapp.alerts import alert
from whatsapp.cloud.shapes import as_dict, as_list, readable, text
from whatsapp.faults import FaultKind
from whatsapp.providers import fault_of

#: Of these an admin is told at once; the rest stands on the channel's page.
GRAVE = frozenset({
    "ACCOUNT_DELETED", "ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "DISABLED_UPDATE", "PARTNER_REMOVED",
    "ACCOUNT_OFFBOARDED",
})  # fmt: skip
_TOLD = ("event", "decision", "current_limit", "quality_score", "new_quality_score", "rejection_reason", "requester")


def apply(channel: Channel, raw: Mapping[str, Any], *, now: datetime) -> str:
    """Note it on the channel and on the record; returns it in words. An error that means the account is refused
    stops the channel."""
    if "error" in raw:
        return _error(channel, as_dict(raw["error"]), now)
    value, name = as_dict(raw.get("value")), text(raw.get("field"))
    told = [f"{key.replace('_', ' ')} {text(value[key])}" for key in _TOLD if text(value.get(key))]
    restrictions = [text(as_dict(item).get("restriction_type")) for item in as_list(value.get("restriction_info"))]
    words = readable(", ".join([name.replace("_", " "), *told, *filter(None, restrictions)]))[:300]
    _keep(channel, words, now, quality=text(value.get("current_limit")) if "quality" in name else "")
    if text(value.get("event")) in GRAVE:
        alert(f"News of the WhatsApp account of {channel.name}", words)
    return words


def _error(channel: Channel, error: dict[str, Any], now: datetime) -> str:
    fault = fault_of(channel, error)
    words = readable(f"{fault.words} ({fault.code})")[:300]
    _keep(channel, words, now)
    if fault.kind is FaultKind.ACCOUNT:
        channel_state.channel_stop(channel, fault, now=now)
    return words


def _keep(channel: Channel, words: str, now: datetime, *, quality: str = "") -> None:
    health = channel_state.state_of(channel)
    health.notice, health.notice_at = words, now
    health.quality = quality[:16] or health.quality
    health.save(update_fields=["notice", "notice_at", "quality"])
    record(events.CHANNEL_NOTICE, stream=f"channel:{channel.key}", actor=SYSTEM, now=now, payload={"words": words})
