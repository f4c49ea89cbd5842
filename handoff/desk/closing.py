"""Ending a matter."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import Actor
from conversations import control, transcript
from conversations.models import Conversation
from conversations.states import Event, State
from handoff import handoffs
from handoff.desk import checks
from handoff.models import Handoff


@transaction.atomic
def close(conversation_id: UUID, *, agent: User, now: datetime, resolution: str = "") -> Conversation:
    """Close the conversation. The holder or a supervisor may, and anybody where no person holds it.

    Raises Refused: closed, not_in_control.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state in (State.HUMAN, State.CLOSED):
        checks.refuse_unless_holder(conversation, agent, or_supervisor=True)
    conversation.resolution = resolution.strip()[:200]
    actor = Actor.human(agent)
    handoffs.handoff_end(conversation, ending=Handoff.Ending.CLOSED, actor=actor, now=now)
    control.transition(conversation, Event.RESOLVED, actor=actor, now=now, remark=conversation.resolution)
    return conversation
