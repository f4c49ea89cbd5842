"""The state machine: ONE table (state × event → state). Docs, admin and tests are drawn from it."""

from enum import StrEnum
from typing import Final

from django.db import models


class State(models.TextChoices):
    NEW = "new"
    AUTHENTICATED = "authenticated"
    AUTOMATED = "automated"
    PENDING = "pending"
    HUMAN = "human"
    CLOSED = "closed"
    DORMANT = "dormant"


class Control(models.TextChoices):
    """Who may speak."""

    BOT = "bot"
    QUEUE = "queue", "nobody but system notices"
    HUMAN = "human"
    NOBODY = "nobody"


class Event(StrEnum):
    AUTHED = "authed"
    ANSWER_OK = "answer_ok"
    HANDOFF = "handoff"
    ACCEPT = "accept"
    TAKE_OVER = "take_over"
    REQUEUE = "requeue"
    RETURN_TO_BOT = "return_to_bot"
    RESOLVED = "resolved"
    EXPIRE_WINDOW = "expire_window"
    CUSTOMER_MESSAGE = "customer_message"


class Memory(StrEnum):
    """A target that is not a state but remembered: the conversation knows which."""

    BOT_STATE = "the bot state held before the handoff"
    RESUME_STATE = "where it was"


BOT_STATES: Final = (State.NEW, State.AUTHENTICATED, State.AUTOMATED)
OPEN_STATES: Final = (*BOT_STATES, State.PENDING, State.HUMAN, State.DORMANT)
AWAKE_STATES: Final = (*BOT_STATES, State.PENDING, State.HUMAN)

TABLE: Final[dict[tuple[State, Event], State | Memory]] = {
    (State.NEW, Event.AUTHED): State.AUTHENTICATED,
    (State.AUTHENTICATED, Event.ANSWER_OK): State.AUTOMATED,
    **{(state, Event.HANDOFF): State.PENDING for state in (*BOT_STATES, State.DORMANT)},
    (State.PENDING, Event.ACCEPT): State.HUMAN,
    **{(state, Event.TAKE_OVER): State.HUMAN for state in BOT_STATES},
    (State.HUMAN, Event.REQUEUE): State.PENDING,
    **{(state, Event.RETURN_TO_BOT): Memory.BOT_STATE for state in (State.PENDING, State.HUMAN)},
    **{(state, Event.RESOLVED): State.CLOSED for state in OPEN_STATES},
    **{(state, Event.EXPIRE_WINDOW): State.DORMANT for state in AWAKE_STATES},
    (State.DORMANT, Event.CUSTOMER_MESSAGE): Memory.RESUME_STATE,
    (State.CLOSED, Event.CUSTOMER_MESSAGE): Memory.BOT_STATE,
}

CONTROL: Final[dict[State, Control]] = {
    **dict.fromkeys(BOT_STATES, Control.BOT),
    State.PENDING: Control.QUEUE,
    State.HUMAN: Control.HUMAN,
    State.CLOSED: Control.NOBODY,
    State.DORMANT: Control.NOBODY,
}


class IllegalTransition(Exception):
    """The event does not apply in this state."""

    def __init__(self, state: str, event: Event) -> None:
        super().__init__(f"'{event}' does not apply to a conversation that is '{state}'.")
        self.state = state
        self.event = event


def control_of(state: str) -> Control:
    return CONTROL[State(state)]


def next_state(state: str, event: Event, *, bot_state: str, resume_state: str) -> State:
    """Where `event` leads from `state`; the two remembered states resolve what the table calls Memory.

    Raises IllegalTransition. A dormant conversation that was with people is not the bot's to hand off.
    """
    target = TABLE.get((State(state), event))
    if target is None or (event is Event.HANDOFF and state == State.DORMANT and resume_state not in BOT_STATES):
        raise IllegalTransition(state, event)
    if target is Memory.BOT_STATE:
        return State(bot_state)
    if target is Memory.RESUME_STATE:
        return State(resume_state)
    return State(target)
