"""What this person may do with a conversation now, and why not. `handoff.desk` has the last word."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from audit.actors import Actor
from console.presenters import times
from console.presenters.notices import Notice, notices_of
from conversations.content import LONGEST_CAPTION, LONGEST_TEXT
from conversations.models import Conversation
from conversations.states import BOT_STATES, State
from handoff import attendance, phone_app
from whatsapp.media.limits import LARGEST, OUTBOUND, TAKES

PAUSES = "The assistant holds this conversation. Start typing to pause it, or take it over."
PAUSED = "The assistant is paused while you type; sending takes the conversation over."


@dataclass(frozen=True, slots=True)
class Gate:
    """`may_reply`, or `reason` says why not, or what writing does; `primary` is the verb that would help.

    `holds`: this person has the conversation; `pauses`: the assistant has it, and typing pauses it (`paused`: it does
    so now, by this person); `colleague`: who else holds it; `may_template`: they may send one now.
    """

    may_reply: bool
    reason: str
    primary: str
    window: times.Countdown | None
    holds: bool = False
    may_template: bool = False
    pauses: bool = False
    paused: bool = False
    colleague: User | None = None
    notices: list[Notice] = field(default_factory=list)

    @property
    def colleague_name(self) -> str:
        """Of the colleague who holds it; empty where none does."""
        return Actor.human(self.colleague).name if self.colleague else ""

    @property
    def limits(self) -> str:
        """WhatsApp's limits as JSON, so that the page can refuse before anything is uploaded."""
        return _LIMITS


@dataclass(frozen=True, slots=True)
class Verbs:
    accept: bool
    take_over: bool
    call_person: bool
    give_back: bool
    close: bool
    transfer: bool
    escalate: bool
    invite: bool
    leave: bool

    @property
    def more(self) -> bool:
        """Whether the menu holds anything."""
        return self.escalate or self.invite or self.give_back or self.leave


def gate_of(conversation: Conversation, user: User, *, now: datetime) -> Gate:
    """Whether the composer is open to this person."""
    reason, primary = _obstacle(conversation, user, now)
    is_closed = conversation.state == State.CLOSED
    pauses = conversation.state in BOT_STATES and conversation.window_is_open(now)
    paused = pauses and attendance.types(conversation, user, now=now)
    if pauses:
        reason = PAUSED if paused else PAUSES
    return Gate(
        may_reply=pauses or not reason,
        reason=reason,
        primary=primary,
        window=None if is_closed else times.window(conversation.window_expires_at, now=now),
        holds=conversation.state == State.HUMAN and conversation.assigned_to_id == user.pk,
        may_template=_may_template(conversation, user),
        pauses=pauses,
        paused=paused,
        colleague=conversation.assigned_to if primary == "take_over_from" else None,
        notices=notices_of(conversation, user, now=now),
    )


def verbs_of(conversation: Conversation, user: User) -> Verbs:
    """Which buttons to show."""
    state = conversation.state
    with_bot, waiting = state in BOT_STATES, state == State.PENDING
    holds = state == State.HUMAN and conversation.assigned_to_id == user.pk
    may_end = holds or (state == State.HUMAN and user.has_perm("conversations.supervise"))
    moves = may_end or (waiting and _in_its_queue(conversation, user))
    return Verbs(
        accept=waiting,
        take_over=with_bot or phone_app.is_holder(conversation),
        call_person=with_bot,
        give_back=waiting or may_end,
        close=may_end or with_bot or waiting or state == State.DORMANT,
        transfer=moves,
        escalate=moves,
        invite=state != State.CLOSED,
        leave=conversation.participants.filter(user=user).exists(),
    )


def _in_its_queue(conversation: Conversation, user: User) -> bool:
    return user.has_perm("conversations.supervise") or user.groups.filter(pk=conversation.team_id).exists()


def _obstacle(conversation: Conversation, user: User, now: datetime) -> tuple[str, str]:
    state = conversation.state
    if state == State.CLOSED:
        return "This conversation is closed.", ""
    if state == State.DORMANT or not conversation.window_is_open(now):
        return _closed_window(conversation, user)
    if state == State.PENDING:
        return "The customer is waiting for a person. Accept the conversation to reply.", "accept"
    if state in BOT_STATES:
        return PAUSES, "take_over"
    if phone_app.is_holder(conversation):
        return "Somebody answers from the phone app. Take the conversation over to reply.", "take_over"
    if conversation.assigned_to_id != user.pk and conversation.assigned_to is not None:
        return f"{Actor.human(conversation.assigned_to).name} holds this conversation.", "take_over_from"
    return "", ""


def _closed_window(conversation: Conversation, user: User) -> tuple[str, str]:
    if _may_template(conversation, user):
        return "WhatsApp's 24-hour window is closed. An approved template can still be sent.", "template"
    return "WhatsApp's 24-hour window is closed. You can reply once the customer has written again.", ""


def _may_template(conversation: Conversation, user: User) -> bool:
    """As `handoff.desk.send_template` has it: the holder; where the window has closed anybody, if it is nobody's."""
    if conversation.state == State.DORMANT:
        holder = conversation.assigned_to
        free = holder is None or holder == user or holder.username == phone_app.USERNAME
        return free or user.has_perm("conversations.supervise")
    return conversation.state == State.HUMAN and conversation.assigned_to_id == user.pk


_LIMITS = json.dumps({
    "text": LONGEST_TEXT, "caption": LONGEST_CAPTION, "largest": LARGEST, "takes": TAKES,
    "kinds": [
        {"kind": kind, "said": limit.said, "largest": limit.largest, "types": sorted(limit.types), "mend": limit.mend}
        for kind, limit in OUTBOUND.items()
    ],
})  # fmt: skip
