"""Conversations whose 24-hour window has closed come to rest, and what was promised in them ends honestly."""

from datetime import datetime

from django.db import transaction

from audit.actors import SYSTEM
from conversations import control, transcript, window
from conversations.states import AWAKE_STATES, Event
from sla.clocks import clocks_lapse


def windows_expire(*, now: datetime) -> int:
    """Move conversations whose window has closed to `dormant`. Bounded and safe to run twice. Returns how many."""
    return sum(_rest(pk, now) for pk in window.expired(now=now))


@transaction.atomic
def _rest(pk: object, now: datetime) -> bool:
    conversation = transcript.lock(pk)
    if conversation.state not in AWAKE_STATES or conversation.window_is_open(now):
        return False
    clocks_lapse(conversation, why="WhatsApp's window closed before an answer", now=now)
    control.transition(conversation, Event.EXPIRE_WINDOW, actor=SYSTEM, now=now)
    return True
