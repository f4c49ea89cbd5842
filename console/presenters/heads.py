"""The line above a transcript: who else is there, and what must not be overlooked."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from console.presenters.handoffs import waiting_words
from console.presenters.people import present_words
from conversations.models import Conversation
from handoff.models import Handoff


@dataclass(frozen=True, slots=True)
class Head:
    """`present`: who else looks or types, in words; `nudge`: how long the customer has waited for a silent agent."""

    present: str
    typing: bool
    nudge: str


def head_of(conversation: Conversation, handoff: Handoff | None, user: User, *, now: datetime) -> Head:
    """One query, one more where somebody was reminded. `handoff` is the latest."""
    present, typing = present_words(conversation, user, now=now)
    return Head(present, typing, waiting_words(conversation, handoff, user, now=now))
