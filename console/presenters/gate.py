"""What this person may do with a conversation now, and why not. `handoff.desk` has the last word."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from audit.actors import Actor
from console.presenters import times
from conversations.models import Conversation
from conversations.states import BOT_STATES, State


@dataclass(frozen=True, slots=True)
class Gate:
    """`may_reply`, or `reason` says why not; `primary` is the verb that would help."""

    may_reply: bool
    reason: str
    primary: str
    window: times.Countdown | None


@dataclass(frozen=True, slots=True)
class Verbs:
    accept: bool
    take_over: bool
    call_person: bool
    give_back: bool
    close: bool


def gate_of(conversation: Conversation, user: User, *, now: datetime) -> Gate:
    """Whether the composer is open to this person."""
    reason, primary = _obstacle(conversation, user, now)
    is_closed = conversation.state == State.CLOSED
    window = None if is_closed else times.window(conversation.window_expires_at, now=now)
    return Gate(may_reply=not reason, reason=reason, primary=primary, window=window)


def verbs_of(conversation: Conversation, user: User) -> Verbs:
    """Which buttons to show."""
    state = conversation.state
    with_bot, waiting = state in BOT_STATES, state == State.PENDING
    holds = state == State.HUMAN and conversation.assigned_to_id == user.pk
    may_end = holds or (state == State.HUMAN and user.has_perm("conversations.supervise"))
    return Verbs(
        accept=waiting,
        take_over=with_bot,
        call_person=with_bot,
        give_back=waiting or may_end,
        close=may_end or with_bot or waiting or state == State.DORMANT,
    )


def _obstacle(conversation: Conversation, user: User, now: datetime) -> tuple[str, str]:
    state = conversation.state
    if state == State.CLOSED:
        return "This conversation is closed.", ""
    if state == State.DORMANT or not conversation.window_is_open(now):
        return "WhatsApp's 24-hour window is closed. You can reply once the customer has written again.", ""
    if state == State.PENDING:
        return "The customer is waiting for a person. Accept the conversation to reply.", "accept"
    if state in BOT_STATES:
        return "The assistant holds this conversation. Take it over to reply.", "take_over"
    if conversation.assigned_to_id != user.pk and conversation.assigned_to is not None:
        return f"{Actor.human(conversation.assigned_to).name} holds this conversation.", ""
    return "", ""
