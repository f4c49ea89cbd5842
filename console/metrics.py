"""`/metrics`: how the desk is doing, for Prometheus. Figures only; no names, no texts."""

from collections.abc import Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config import clock
from conversations.models import Conversation, Message
from handoff.models import BotTurn
from sla.models import Clock
from whatsapp.models import InboundEvent, InboundUpdate

Status = Message.Status
UNSETTLED = (Status.QUEUED, Status.SENDING, Status.UNKNOWN)


class Desk(Collector):
    """Counts read from the database at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = clock.now()
        yield _by_label(
            "baton_conversations_open", "Open conversations", "state", Conversation.objects.open().values_list("state")
        )
        outbox = Message.objects.filter(status__in=UNSETTLED).values_list("status")
        yield _by_label("baton_outbox_messages", "Messages not settled yet", "status", outbox)
        pending = InboundUpdate.objects.filter(outcome=InboundUpdate.Outcome.PENDING)
        yield _gauge("baton_inbound_unsplit", "Webhooks not split", InboundEvent.objects.filter(split_at=None).count())
        yield _gauge("baton_inbound_pending", "Updates not taken in", pending.count())
        failed = InboundUpdate.objects.filter(outcome=InboundUpdate.Outcome.FAILED)
        yield _gauge("baton_inbound_failed", "Updates kept after a failure", failed.count())
        late = BotTurn.objects.filter(status__in=["scheduled", "thinking"], due_at__lte=now)
        yield _gauge("baton_bot_turns_due", "Bot turns due now", late.count())
        overdue = Clock.objects.running().filter(due_at__lte=now)
        yield _gauge("baton_clocks_overdue", "Running promises past their deadline", overdue.count())


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    registry = CollectorRegistry()
    registry.register(Desk())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, words: str, value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _by_label(name: str, words: str, label: str, rows: "object") -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, count in rows.annotate(count=Count("pk")).order_by():  # type: ignore[attr-defined]
        family.add_metric([value], count)
    return family
