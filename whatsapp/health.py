"""One line of health per channel: what came, what left, what went wrong, and whether it sends."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max

from conversations.models import Channel, Message
from whatsapp import ledger, pacing
from whatsapp.models import ChannelHealth, DeliveryAttempt, InboundEvent, InboundUpdate

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """`state` is one of ok, slow, paused, stopped, off; `words` say why it is not ok."""

    channel: Channel
    state: str
    words: str
    last_webhook_at: datetime | None
    last_stored_at: datetime | None
    last_sent_at: datetime | None
    errors_last_hour: int
    waiting: int
    service_this_month: int
    free_left: int
    templates_stopped: str = ""
    notice: str = ""
    missing_fields: list[str] = field(default_factory=list)
    fields_checked_at: datetime | None = None


def line_of(channel: Channel, *, now: datetime) -> Line:
    """The channel as an admin wants to see it: eight short queries."""
    health = ChannelHealth.objects.filter(channel=channel).first() or ChannelHealth(channel=channel)
    state, words = _state(channel, health, now)
    attempts = DeliveryAttempt.objects.filter(message__channel=channel)
    month = ledger.month_of(channel, now=now)
    return Line(
        channel=channel,
        state=state,
        words=words,
        last_webhook_at=InboundEvent.objects.filter(channel=channel).aggregate(at=Max("received_at"))["at"],
        last_stored_at=Message.objects.filter(channel=channel, direction=Message.Direction.IN).aggregate(
            at=Max("created_at")
        )["at"],
        last_sent_at=attempts.filter(outcome=DeliveryAttempt.Outcome.ACCEPTED).aggregate(at=Max("finished_at"))["at"],
        errors_last_hour=_errors(channel, now - HOUR),
        waiting=Message.objects.filter(channel=channel, status=Message.Status.QUEUED).count(),
        service_this_month=month.service,
        free_left=month.free_left,
        templates_stopped=health.templates_stop_words if health.templates_stopped_at else "",
        notice=health.notice,
        missing_fields=list(health.missing_fields),
        fields_checked_at=health.fields_checked_at,
    )


def _state(channel: Channel, health: ChannelHealth, now: datetime) -> tuple[str, str]:
    if not channel.is_active:
        return "off", "Switched off"
    if health.stopped_at:
        return "stopped", health.stop_words
    if health.paused_until and health.paused_until > now:
        return "paused", health.pause_words
    if pacing.is_slow(channel.pk):
        return "slow", "Sending slowly: WhatsApp limits"
    return "ok", ""


def _errors(channel: Channel, since: datetime) -> int:
    attempts = DeliveryAttempt.objects.filter(message__channel=channel, finished_at__gte=since)
    updates = InboundUpdate.objects.filter(
        channel=channel, outcome=InboundUpdate.Outcome.FAILED, processed_at__gte=since
    )
    return attempts.exclude(outcome=DeliveryAttempt.Outcome.ACCEPTED).count() + updates.count()
