"""Looks at conversations that go on the record."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import Actor
from audit.record import record
from conversations.models import Conversation
from handoff import events


@transaction.atomic
def note_look(conversation: Conversation, *, agent: User, now: datetime) -> None:
    """Put a look at another team's transcript on the record (invariant 10). A look at one's own is not."""
    if conversation.assigned_to_id == agent.pk or agent.groups.filter(pk=conversation.team_id).exists():
        return
    actor = Actor.human(agent)
    record(events.TRANSCRIPT_SEEN, stream=conversation.stream, actor=actor, now=now, payload={"agent": actor.name})
