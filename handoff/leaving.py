"""Accounts that are switched off: what they held goes back to the queues, so that nobody waits for somebody who will
never answer (invariant 7). Done at once where it happens; whatever is missed, `watch` finds."""

import logging
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import SYSTEM, Actor
from conversations import transcript
from conversations.models import Conversation
from conversations.states import State
from handoff import handoffs, offers, phone_app

logger = logging.getLogger(__name__)

BATCH = 200


def agent_deactivated(user: User, *, actor: Actor, now: datetime) -> int:
    """Give back to the queues what this person, whose account is switched off, holds or was offered. One transaction
    for each conversation: call it after the commit that switched the account off. Returns how many went back.

    What rests (the window has closed) stays with them until the customer writes, and goes to the queue then. Raises
    ValueError where the account is in use.
    """
    if user.is_active:
        raise ValueError(f"{user} can still answer: switch the account off first.")
    offers.offers_withdraw_of(user, why="the account was switched off", now=now)
    held = Conversation.objects.filter(state=State.HUMAN, assigned_to=user)
    return sum(_give_back(pk, actor, now) for pk in held.values_list("pk", flat=True))


def orphans_requeue(*, now: datetime) -> int:
    """Find what is held by accounts that are switched off, and give it back; a bounded number. Returns how many."""
    held = Conversation.objects.filter(state=State.HUMAN, assigned_to__is_active=False)
    left = held.exclude(assigned_to__username=phone_app.USERNAME)
    return sum(_give_back(pk, SYSTEM, now) for pk in left.values_list("pk", flat=True)[:BATCH])


def _give_back(pk: UUID, actor: Actor, now: datetime) -> bool:
    """One that cannot be given back keeps none of the others."""
    try:
        with transaction.atomic():
            return requeue_if_left(transcript.lock(pk), actor=actor, now=now)
    except Exception:
        logger.exception("conversation %s could not be given back", pk)
        return False


def requeue_if_left(conversation: Conversation, *, actor: Actor, now: datetime) -> bool:
    """The (locked) conversation goes to its queue if whoever holds it can never answer. Returns whether it did."""
    holder = conversation.assigned_to
    if conversation.state != State.HUMAN or holder is None or not is_left(holder):
        return False
    why = f"{Actor.human(holder).name} is no longer here"
    handoffs.handoff_requeue(conversation, actor=actor, now=now, why=why)
    return True


def is_left(holder: User) -> bool:
    """Whether the account is switched off. The phone app's always is, and somebody answers there all the same."""
    return not holder.is_active and holder.username != phone_app.USERNAME
