"""The life of an offer: made, then accepted, passed on, expired or withdrawn. The caller holds the conversation's lock.

Who gets which offer is decided in `handoff.assignment`.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import SYSTEM, Actor
from audit.record import record
from config import wake
from conversations import transcript
from conversations.models import Conversation
from handoff import events
from handoff.models import Handoff, Offer, Presence, Team

ASSIGN_TASK = "handoff.assign"
FILL_TASK = "handoff.fill"
Outcome = Offer.Outcome


def seek_agent(conversation_id: UUID) -> None:
    """After the commit: look for somebody for this conversation."""
    wake.on_commit(ASSIGN_TASK, str(conversation_id))


def slot_freed(user_id: int) -> None:
    """After the commit: this agent may have room for the next."""
    wake.on_commit(FILL_TASK, user_id)


def open_offer(handoff: Handoff) -> Offer | None:
    """The offer of it that stands, if one does."""
    return handoff.offers.filter(ended_at=None).select_related("agent").first()


def offer_make(
    conversation: Conversation, handoff: Handoff, *, agent: User, team: Team, why: str, now: datetime
) -> Offer:
    """Hold the waiting conversation out to this agent for as long as the team says. `why`: in words, with figures."""
    offer = Offer.objects.create(
        handoff=handoff, agent=agent, offered_at=now, expires_at=now + team.offer_time, why=why[:200]
    )
    Presence.objects.filter(user=agent).update(assigned_at=now, idle_since=None)
    handoff.check_at = min(handoff.check_at or offer.expires_at, offer.expires_at)
    handoff.save(update_fields=["check_at"])
    facts = {"expires_at": offer.expires_at.isoformat(), "why": offer.why}
    _note(events.OFFER_MADE, conversation, offer, facts, actor=SYSTEM, now=now)
    return offer


def offer_end(conversation: Conversation, offer: Offer, outcome: Outcome, *, now: datetime, why: str = "") -> None:
    """The offer stands no more. What was accepted is on the record as `handoff.accepted`; the rest is put there."""
    offer.ended_at, offer.outcome = now, outcome
    offer.save(update_fields=["ended_at", "outcome"])
    if outcome == Outcome.ACCEPTED:
        return
    event = {Outcome.PASSED: events.OFFER_PASSED, Outcome.EXPIRED: events.OFFER_EXPIRED}.get(outcome)
    actor = Actor.human(offer.agent) if outcome == Outcome.PASSED else SYSTEM
    _note(event or events.OFFER_WITHDRAWN, conversation, offer, {"why": why}, actor=actor, now=now)
    slot_freed(offer.agent_id)


def offers_end(handoff: Handoff, *, taken_by: User | None, now: datetime) -> None:
    """The handoff waits no more, or elsewhere: the offer that stands, if one does, is void. Who has taken it is busy
    from now on."""
    if taken_by is not None:
        Presence.objects.filter(user=taken_by).update(idle_since=None)
    offer = open_offer(handoff)
    if offer is None:
        return
    if taken_by == offer.agent:
        offer_end(handoff.conversation, offer, Outcome.ACCEPTED, now=now)
    else:
        why = f"{Actor.human(taken_by).name} took it" if taken_by else "it waits here no more"
        over = Outcome.WITHDRAWN if now < offer.expires_at else Outcome.EXPIRED
        offer_end(handoff.conversation, offer, over, now=now, why=why)


def offers_withdraw_of(user: User, *, why: str, now: datetime) -> int:
    """Whatever is held out to this person is offered to others at once. Each in a transaction of its own; returns how
    many there were."""
    held_out = Offer.objects.filter(agent=user, ended_at=None)
    waiting = list(held_out.order_by("pk").values_list("handoff__conversation_id", flat=True))
    return sum(_withdraw(conversation_id, user, why, now) for conversation_id in waiting)


@transaction.atomic
def _withdraw(conversation_id: UUID, user: User, why: str, now: datetime) -> bool:
    conversation = transcript.lock(conversation_id)
    offer = standing_offer(conversation)
    if offer is None or offer.agent_id != user.pk:
        return False
    offer_end(conversation, offer, Outcome.WITHDRAWN, now=now, why=why)
    seek_agent(conversation.pk)
    return True


def standing_offer(conversation: Conversation) -> Offer | None:
    """The offer of the conversation's open handoff that stands, if one does."""
    return standing_offer_of(conversation.pk)


def standing_offer_of(conversation_id: UUID | str) -> Offer | None:
    """The same, by the conversation's id."""
    standing = Offer.objects.filter(handoff__conversation__pk=conversation_id, handoff__ended_at=None, ended_at=None)
    return standing.select_related("agent", "handoff").first()


def _note(
    event: str, conversation: Conversation, offer: Offer, facts: Mapping[str, str], *, actor: Actor, now: datetime
) -> None:
    """On the record, and rung: a page that shows the offer draws it anew."""
    payload = {"offer": offer.pk, "handoff": offer.handoff_id, "agent_id": offer.agent_id,
               "agent": Actor.human(offer.agent).name, **facts}  # fmt: skip
    record(event, stream=conversation.stream, actor=actor, now=now, payload=payload)
    transcript.touch(conversation, now=now)
