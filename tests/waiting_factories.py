"""Customers who wait for a person, what they write meanwhile, and what they were told: for the tests of waiting."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations import intake, transcript
from conversations.models import Conversation, Message
from handoff import handoffs, router
from handoff.models import Handoff, WaitingRule
from sla.models import Calendar, Opening
from tests import factories


def hand_over(
    conversation: Conversation, *, now: datetime, language: str = "", evidence: Mapping[str, Any] | None = None,
    summary: str = "They ask for help.", reason: Handoff.Reason = Handoff.Reason.ASKED,
) -> Handoff:  # fmt: skip
    with transaction.atomic():
        return handoffs.handoff_request(
            factories.locked(conversation), reason=reason, actor=SYSTEM, now=now, summary=summary, language=language,
            evidence=evidence,
        )  # fmt: skip


def waits(number: int = 1, *, now: datetime, body: str = "Where is my order?", **more: Any) -> Conversation:
    """A customer who was handed over just now."""
    conversation = factories.conversation(now=now, who=factories.sender(number), body=body)
    hand_over(conversation, now=now, **more)
    return fresh(conversation)


@transaction.atomic
def writes(
    body: str, *, now: datetime, number: int = 1, type: str = "text", content: dict[str, Any] | None = None,
    sent_at: datetime | None = None, route: bool = True,
) -> Message:  # fmt: skip
    """The customer's line, taken in and followed as the channel does."""
    incoming = factories.incoming(body, now=now, who=factories.sender(number), type=type, sent_at=sent_at)
    taken = intake.take(factories.channel(now=now), replace(incoming, content=content or {}), now=now)
    if route:
        router.route(taken.message, now=now)
    return taken.message


def told(conversation: Conversation) -> list[str]:
    """What Baton itself has said to the customer, in order."""
    said = conversation.messages.filter(sender="system", direction="out").said()
    return list(said.order_by("seq").values_list("body", flat=True))


def do(step, conversation: Conversation, *, now: datetime, **more: Any) -> Any:
    """One step of ours about the locked conversation and its open handoff."""
    with transaction.atomic():
        locked = transcript.lock(conversation.pk)
        return step(locked, handoff_of(locked), now=now, **more)


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def handoff_of(conversation: Conversation) -> Handoff:
    return Handoff.objects.get(conversation=conversation, ended_at=None)


def hours(*openings: tuple[int, str, str], zone: str = "Europe/Madrid", other_ways: str = "") -> Calendar:
    """Opening times; by default Monday to Friday from 9 to 17 in Madrid."""
    made = Calendar.objects.create(name=f"hours {Calendar.objects.count()}", time_zone=zone, other_ways=other_ways)
    for weekday, opens, closes in openings or tuple((day, "09:00", "17:00") for day in range(5)):
        Opening.objects.create(
            calendar=made, weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
        )
    return made


def took(*minutes_ago: float, now: datetime, by: Any, team: str = "support") -> None:
    """Handoffs of this team that were accepted so long ago."""
    for number, minutes in enumerate(minutes_ago, start=900 + Handoff.objects.count()):
        at = now - timedelta(minutes=minutes)
        conversation = waits(number, now=at)
        with transaction.atomic():
            handoffs.handoff_accept(factories.locked(conversation), agent=by, now=at)


def rule(action: str, **more: Any) -> WaitingRule:
    return WaitingRule.objects.create(action=action, **more)


def recorded(conversation: Conversation, *kinds: str) -> list[dict[str, Any]]:
    """The payloads of these events in the conversation's record."""
    found = Event.objects.filter(stream=conversation.stream, event_type__in=kinds).order_by("id")
    return [event.payload for event in found]
