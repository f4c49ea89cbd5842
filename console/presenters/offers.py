"""What is held out to this agent now: a card each, with what they need to decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects

from console.presenters import times
from conversations.models import Tier
from handoff import assignment
from handoff.models import Offer


@dataclass(frozen=True, slots=True)
class OfferCard:
    """`said` is what is read out when it comes."""

    pk: int
    conversation: UUID
    name: str
    tier: Tier
    about: str
    why: str
    due: times.Countdown | None
    expires: times.Countdown

    @property
    def said(self) -> str:
        return f"Offered to you: {self.name}, {self.tier.name}, {self.about}."


def offers_of(user: User, *, now: datetime) -> list[OfferCard]:
    """The offers that stand, the first to expire on top. One query, two more where there are any."""
    found = assignment.open_offers_of(user, now=now)
    prefetch_related_objects(found, "handoff__conversation__customer__tier", "handoff__conversation__topic")
    return [_card(offer, now) for offer in found]


def _card(offer: Offer, now: datetime) -> OfferCard:
    handoff = offer.handoff
    conversation: Any = handoff.conversation
    return OfferCard(
        pk=offer.pk,
        conversation=conversation.pk,
        name=str(conversation.customer),
        tier=conversation.customer.tier,
        about=conversation.topic.name if conversation.topic else handoff.team.name,
        why=offer.why,
        due=times.deadline(handoff.due_at, started=handoff.requested_at, now=now),
        expires=times.offer(offer.expires_at, now=now),
    )
