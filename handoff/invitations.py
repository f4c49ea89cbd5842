"""Colleagues who were asked in: they read along and write notes; answering is the holder's."""

from datetime import datetime

from django.contrib.auth.models import User

from audit.actors import Actor
from audit.record import record
from conversations import transcript
from conversations.models import Conversation, Participant
from handoff import events


def participant_add(conversation: Conversation, colleague: User, *, by: User, now: datetime) -> bool:
    """Let the colleague read along in the (locked) conversation. Returns whether they are new there."""
    _, is_new = Participant.objects.get_or_create(
        conversation=conversation, user=colleague, defaults={"invited_by": by, "at": now}
    )
    if is_new:
        actor, name = Actor.human(by), Actor.human(colleague).name
        record(events.INVITED, stream=conversation.stream, actor=actor, now=now,
               payload={"by": actor.name, "colleague": name, "colleague_id": colleague.pk})  # fmt: skip
        transcript.banner(conversation, f"{actor.name} invited {name}", now=now)
    return is_new


def participant_remove(conversation: Conversation, colleague: User, *, now: datetime) -> bool:
    """The colleague leaves the (locked) conversation. Returns whether they were there."""
    removed, _ = Participant.objects.filter(conversation=conversation, user=colleague).delete()
    if removed:
        actor = Actor.human(colleague)
        record(events.LEFT, stream=conversation.stream, actor=actor, now=now,
               payload={"colleague": actor.name, "colleague_id": colleague.pk})  # fmt: skip
        transcript.banner(conversation, f"{actor.name} left", now=now)
    return bool(removed)
