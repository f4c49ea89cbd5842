"""Notes in which this agent is called by name."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from audit.actors import Actor
from console.presenters import times
from conversations.models import Conversation
from handoff import mentions
from handoff.models import Mention


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody called this agent in the line `message`."""

    message: str
    words: str


def calls_of(conversation: Conversation, user: User, *, now: datetime) -> list[Call]:
    """Where this person was called here and has not looked since, the newest first; from now on they have. Two
    queries, one where nobody called."""
    found = Mention.objects.filter(user=user, message__conversation=conversation, seen_at=None)
    calls = [_call(mention, now) for mention in found.select_related("message__author").order_by("-at", "-pk")]
    if calls:
        mentions.seen(user, conversation, now=now)
    return calls


def _call(mention: Mention, now: datetime) -> Call:
    line, at = mention.message, times.short(mention.at, now=now)
    if line.author is None:
        return Call(str(line.pk), f"You were invited at {at}.")
    return Call(str(line.pk), f"{Actor.human(line.author).name} called you in a note at {at}.")
