"""`/metrics`: how the desk is doing, for Prometheus. Figures only; no names, no texts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config import clock
from conversations.models import Channel, Conversation, Message
from handoff.models import BotTurn
from sla.models import Clock
from whatsapp import pacing
from whatsapp.models import Attachment, InboundEvent, InboundUpdate

Status = Message.Status
UNSETTLED = (Status.QUEUED, Status.HELD, Status.SENDING, Status.UNKNOWN)
#: What may become of a file beside being stored, which is the rule and would mean counting all of them.
NOT_STORED = tuple(state for state in Attachment.State if state != Attachment.State.STORED)


class Desk(Collector):
    """Counts read from the database at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = clock.now()
        yield _by_label(
            "baton_conversations_open", "Open conversations", "state", Conversation.objects.open().values_list("state")
        )
        yield from _outbox()
        yield from _channels(now)
        pending = InboundUpdate.objects.filter(outcome=InboundUpdate.Outcome.PENDING)
        yield _gauge("baton_inbound_unsplit", "Webhooks not split", InboundEvent.objects.filter(split_at=None).count())
        yield _gauge("baton_inbound_pending", "Updates not taken in", pending.count())
        failed = InboundUpdate.objects.filter(outcome=InboundUpdate.Outcome.FAILED)
        yield _gauge("baton_inbound_failed", "Updates kept after a failure", failed.count())
        missing = Attachment.objects.filter(state__in=NOT_STORED).values_list("state")
        yield _by_label("baton_media_files", "Files that are not stored", "state", missing, NOT_STORED)
        late = BotTurn.objects.filter(status__in=["scheduled", "thinking"], due_at__lte=now)
        yield _gauge("baton_bot_turns_due", "Bot turns due now", late.count())
        overdue = Clock.objects.running().filter(due_at__lte=now)
        yield _gauge("baton_clocks_overdue", "Running promises past their deadline", overdue.count())


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    registry = CollectorRegistry()
    registry.register(Desk())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _outbox() -> Iterator[GaugeMetricFamily]:
    """One query for both: what is not settled, by its status, and what waits to be sent, by its number."""
    unsettled = Message.objects.filter(status__in=UNSETTLED).values_list("status", "channel__key")
    by_status, by_channel = Counter[str](), Counter[str]()
    for status, key, count in unsettled.annotate(count=Count("pk")).order_by():
        by_status[status] += count
        by_channel[key] += count if status == Status.QUEUED else 0
    yield _family("baton_outbox_messages", "Messages not settled yet", "status", by_status, UNSETTLED)
    yield _family("baton_outbox_queued", "Messages that wait to be sent, by number", "channel", by_channel)


def _channels(now: datetime) -> Iterator[GaugeMetricFamily]:
    """One query: 1 where a number is stopped, paused, slow or keeps its templates back, else 0."""
    stopped, paused, slow, templates = (Counter[str]() for _ in range(4))
    active = Channel.objects.filter(is_active=True).values_list(
        "pk", "key", "health__stopped_at", "health__paused_until", "health__templates_stopped_at"
    )
    for pk, key, stopped_at, paused_until, templates_stopped_at in active:
        stopped[key] = int(stopped_at is not None)
        paused[key] = int(paused_until is not None and paused_until > now)
        slow[key] = int(pacing.is_slow(pk))
        templates[key] = int(templates_stopped_at is not None)
    yield _family("baton_channel_stopped", "Numbers that the provider refuses", "channel", stopped)
    yield _family("baton_channel_paused", "Numbers that wait by the provider's word", "channel", paused)
    yield _family("baton_channel_slow", "Numbers slowed down by WhatsApp's limits", "channel", slow)
    yield _family("baton_channel_templates_stopped", "Numbers that send no templates", "channel", templates)


def _gauge(name: str, words: str, value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _by_label(
    name: str, words: str, label: str, rows: QuerySet[Any, Any], known: Iterable[str] = ()
) -> GaugeMetricFamily:
    return _family(name, words, label, Counter(dict(rows.annotate(count=Count("pk")).order_by())), known)


def _family(name: str, words: str, label: str, counts: Counter[str], known: Iterable[str] = ()) -> GaugeMetricFamily:
    """A figure for each label; a `known` one that has none is 0, so that an alarm can tell nought from absence."""
    family = GaugeMetricFamily(name, words, labels=[label])
    for value in dict.fromkeys([*map(str, known), *counts]):
        family.add_metric([value], counts[value])
    return family
