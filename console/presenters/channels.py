"""The numbers: one line when something is wrong with one, and a page with each."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from conversations.models import Channel
from whatsapp import ledger, pacing
from whatsapp.health import Line, line_of
from whatsapp.ledger import Month
from whatsapp.models import ChannelHealth

STATES = {"ok": "Sends", "slow": "Sends slowly", "paused": "Pauses", "stopped": "Stopped", "off": "Switched off"}


@dataclass(frozen=True, slots=True)
class Card:
    """One number on the page of the channels."""

    line: Line
    month: Month
    state_words: str
    is_official: bool


def cards_of(*, now: datetime) -> list[Card]:
    """Every number with its line of health and its month (UTC): about ten short queries each."""
    return [_card(channel, now) for channel in Channel.objects.order_by("name", "pk")]


def troubles_of(user: User, *, now: datetime) -> list[str]:
    """What is wrong with the numbers, a line each, for a supervisor; for others nothing. One query."""
    if not user.has_perm("conversations.supervise"):
        return []
    active = Channel.objects.filter(is_active=True).select_related("health").order_by("name", "pk")
    said = [(channel.name, _trouble(channel, now)) for channel in active]
    return [f"{name}: {words}" for name, words in said if words]


def _trouble(channel: Channel, now: datetime) -> str:
    health: ChannelHealth | None = getattr(channel, "health", None)
    if health and health.stopped_at:
        return "stopped"
    if health and health.paused_until and health.paused_until > now:
        return "pauses"
    if health and health.templates_stopped_at:
        return "sends no templates"
    if health and health.missing_fields:
        return "does not hear everything"
    return "sends slowly" if pacing.is_slow(channel.pk) else ""


def _card(channel: Channel, now: datetime) -> Card:
    line = line_of(channel, now=now)
    return Card(line, ledger.month_of(channel, now=now), STATES[line.state], channel.provider != "wasender")
