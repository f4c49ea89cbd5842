"""The right pane: the customer, the handoff, the promise, the assistant's view, what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from audit.actors import Actor
from audit.models import Event
from audit.registry import describe
from console.presenters import times
from console.presenters.handoffs import Story, story_of, tickets_of
from conversations.models import Consent, Conversation, Customer, Identity, Message
from handoff.models import BotTurn, Handoff, Ticket
from sla.models import Clock
from whatsapp.models import Charge

#: Happenings in the pane; the full record has all.
MOST_HAPPENINGS = 40
#: What the ticks of the transcript say already.
IN_THE_TRANSCRIPT = (
    "message.received",
    "message.queued",
    "message.sending",
    "message.accepted",
    "message.status",
    "turn.scheduled",
)
_ACTORS = {"user": "Customer", "bot": "Assistant", "human": "Agent", "system": "Baton"}
_TURNS = {
    BotTurn.Status.SCHEDULED: "Waits for a pause, then answers",
    BotTurn.Status.THINKING: "Thinking",
    BotTurn.Status.REPLIED: "Answered",
    BotTurn.Status.HANDED_OFF: "Called a person",
    BotTurn.Status.DISCARDED: "Threw its last thought away",
}
#: Types of a charge (Meta, "Pricing") as an agent reads them.
_CHARGES = {
    "regular": "charged",
    "free_customer_service": "free",
    "free_entry_point": "free: came through an advertisement",
}


@dataclass(frozen=True, slots=True)
class Happening:
    event: Event
    who: str
    words: str
    when: str
    full_time: str

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """The payload, name by name (a template would take a key called `items` for the method)."""
        return sorted(self.event.payload.items())


@dataclass(frozen=True, slots=True)
class Promise:
    """One clock as the card shows it."""

    clock: Clock
    countdown: times.Countdown | None
    outcome: str
    level: str


@dataclass(frozen=True, slots=True)
class Mind:
    """What the assistant last thought. `confidence` is a share of one, or None."""

    status: str
    outcome: str
    intent: str
    confidence: float | None
    citations: list[str]

    @property
    def percent(self) -> int | None:
        return None if self.confidence is None else round(self.confidence * 100)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is in force about writing to the customer, in words, and where it comes from."""

    words: str
    source: str
    level: str


@dataclass(frozen=True, slots=True)
class Cost:
    """Delivered messages of one category and type, as WhatsApp charges them."""

    category: str
    type: str
    count: int


@dataclass(frozen=True, slots=True)
class Panel:
    identities: list[tuple[str, str]]
    agreement: Agreement
    costs: list[Cost]
    handoff: Handoff | None
    story: Story | None
    tickets: list[Ticket]
    handoff_mind: Mind | None
    travelled: list[dict[str, Any]]
    promise: Promise | None
    mind: Mind | None
    happenings: list[Happening]
    happenings_left_out: int


def panel_of(conversation: Conversation, *, now: datetime) -> Panel:
    """Everything the pane shows, in a fixed number of queries."""
    handoff = conversation.handoffs.select_related("team", "accepted_by").order_by("-requested_at", "-pk").first()
    events = Event.objects.about(conversation.stream)
    told = list(events.exclude(event_type__in=IN_THE_TRANSCRIPT).order_by("-seq")[:MOST_HAPPENINGS])
    return Panel(
        identities=_identities(conversation.customer),
        agreement=_agreement(conversation.customer),
        costs=_costs(conversation),
        handoff=handoff,
        story=story_of(conversation, handoff, now=now) if handoff else None,
        tickets=tickets_of(conversation),
        handoff_mind=_evidence(handoff.payload) if handoff else None,
        travelled=_travelled(handoff),
        promise=_promise(conversation, now),
        mind=_mind(conversation),
        happenings=[happening_of(event, now=now) for event in reversed(told)],
        happenings_left_out=max(0, events.count() - len(told)),
    )


def happening_of(event: Event, *, now: datetime) -> Happening:
    """An entry of the record in plain words. Payloads are written by many hands over years: words never fail."""
    who = event.actor_name or _ACTORS.get(event.actor_kind, event.actor_kind)
    words = describe(event.event_type, times.humane(event.payload))
    return Happening(event, who, words, times.short(event.ts, now=now), times.full(event.ts))


def _identities(customer: Customer) -> list[tuple[str, str]]:
    current = customer.identities.filter(valid_to=None).order_by("kind", "pk")
    return [(Identity.Kind(identity.kind).label, identity.masked) for identity in current]


def _agreement(customer: Customer) -> Agreement:
    """The last word in force. A word on marketing is told where nothing weightier is."""
    last = customer.consents.select_related("recorded_by").first()
    source = _source(last) if last else ""
    if customer.opted_out_at:
        return Agreement(f"Asked not to be written to, {times.day_words(customer.opted_out_at)}", source, "late")
    no_marketing = "; wants no marketing" if customer.marketing_stopped_at else ""
    if customer.opted_in_at:
        return Agreement(
            f"Agreed to be written to, {times.day_words(customer.opted_in_at)}{no_marketing}", source, "met"
        )
    if no_marketing:
        return Agreement("Wants no marketing", source, "soon")
    return Agreement("Has not been asked. An open matter may be answered.", "", "")


def _source(consent: Consent) -> str:
    said = Consent.Source(consent.source).label
    if consent.recorded_by is not None:
        said = f"{said}, noted by {Actor.human(consent.recorded_by).name}"
    return ": ".join(part for part in (said, consent.evidence) if part)


def _costs(conversation: Conversation) -> list[Cost]:
    delivered = Charge.objects.filter(conversation_id=conversation.pk).exclude(delivered_at=None)
    rows = delivered.values_list("category", "type").annotate(count=Count("pk")).order_by("category", "type")
    return [Cost(category.replace("_", " "), _CHARGES.get(kind, kind), count) for category, kind, count in rows]


def _travelled(handoff: Handoff | None) -> list[dict[str, Any]]:
    lines = handoff.payload.get("messages", []) if handoff else []
    return [{"who": _ACTORS.get(line.get("sender", ""), ""), "body": line.get("body", "")} for line in lines]


def _promise(conversation: Conversation, now: datetime) -> Promise | None:
    clock = conversation.clocks.order_by("-started_at", "-pk").first()
    if clock is None:
        return None
    if clock.met_at:
        late = f"answered {times.span((clock.met_at - clock.due_at).total_seconds())} late"
        outcome = late if clock.breached_at else f"answered at {times.clock_time(clock.met_at)}, in time"
        return Promise(clock, None, outcome, "late" if clock.breached_at else "met")
    if clock.cancelled_at:
        return Promise(clock, None, "missed, then called off" if clock.breached_at else "called off", "off")
    countdown = times.deadline(clock.due_at, started=clock.started_at, now=now)
    return Promise(clock, countdown, "", countdown.level if countdown else "")


def _mind(conversation: Conversation) -> Mind | None:
    turn = conversation.bot_turns.order_by("-pk").first()
    if turn is None:
        return None
    said = conversation.messages.filter(sender=Message.Sender.BOT).order_by("-seq").first()
    thought = _evidence(said.metadata if said else {})
    status = _TURNS[BotTurn.Status(turn.status)]
    outcome = turn.outcome if turn.status == BotTurn.Status.DISCARDED else ""
    return Mind(status, outcome, thought.intent, thought.confidence, thought.citations)


def _evidence(payload: dict[str, Any]) -> Mind:
    confidence = payload.get("confidence")
    return Mind(
        status="",
        outcome="",
        intent=str(payload.get("intent") or "").replace("_", " "),
        confidence=float(confidence) if isinstance(confidence, int | float) else None,
        citations=[str(url) for url in payload.get("citations") or []],
    )
