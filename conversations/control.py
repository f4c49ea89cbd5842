"""Who may speak, and how that changes: every change of state goes through `transition`."""

import hashlib
from datetime import datetime

from audit.actors import Actor
from audit.record import record
from conversations import events, states, transcript
from conversations.models import Conversation
from conversations.states import BOT_STATES, Event, State

_BANNERS = {
    Event.HANDOFF: "Handed over to {team}",
    Event.ACCEPT: "{actor} accepted",
    Event.TAKE_OVER: "{actor} took over",
    Event.REQUEUE: "Back in the queue of {team}",
    Event.RETURN_TO_BOT: "{actor} gave the conversation back to the assistant",
    Event.RESOLVED: "{actor} closed the conversation",
    Event.EXPIRE_WINDOW: "WhatsApp's 24-hour window closed; the customer must write first",
    Event.CUSTOMER_MESSAGE: "The customer is back",
}
_REOPENED = "The customer came back to this matter"

_SAVED = ["state", "control_epoch", "bot_state", "resume_state", "closed_at", "assigned_to", "team", "resolution"]


def transition(
    conversation: Conversation,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
    why: str = "",
    remark: str = "",
    told: str | None = None,
) -> None:
    """Move the (locked) conversation along the table; audit row and banner in the same transaction.

    `control_epoch` rises when control changes hands: whatever was thought before is stale from here on.
    Raises states.IllegalTransition and changes nothing when the event does not apply. The caller sets
    `assigned_to`, `team` and `resolution` before the call; they are saved with the state. `why` is in our own words;
    a `remark`, in an agent's, stands in the thread, and in the record by its digest only (invariant 9). `told` is what
    the thread says in place of the event's own words; an empty one says nothing.
    """
    before = State(conversation.state)
    after = states.next_state(before, event, bot_state=conversation.bot_state, resume_state=conversation.resume_state)
    changed = states.control_of(before) != states.control_of(after)
    conversation.state = after
    conversation.control_epoch += changed
    _remember(conversation, before, after, now)
    transcript.touch(conversation, now=now, also=_SAVED)
    facts = {
        "event": str(event),
        "from": str(before),
        "to": str(after),
        "control": str(states.control_of(after)),
        "control_changed": changed,
        "epoch": conversation.control_epoch,
        "actor": actor.name,
        "why": why,
        "remark_sha256": hashlib.sha256(remark.encode()).hexdigest() if remark else "",
    }
    record(events.TRANSITION, stream=conversation.stream, actor=actor, now=now, payload=facts)
    text = _words(conversation, event, before, actor) if told is None else told
    if text:
        transcript.banner(conversation, ": ".join(part for part in (text, why, remark) if part), now=now)


def _words(conversation: Conversation, event: Event, before: State, actor: Actor) -> str:
    words = _REOPENED if before is State.CLOSED else _BANNERS.get(event, "")
    return words.format(actor=actor.name or "Baton", team=conversation.team.name)


def _remember(conversation: Conversation, before: State, after: State, now: datetime) -> None:
    if after in BOT_STATES:
        conversation.bot_state = after
    if after is State.DORMANT:
        conversation.resume_state = before
    elif before is State.DORMANT:
        conversation.resume_state = ""
    if after is State.CLOSED:
        conversation.closed_at = now
    elif before is State.CLOSED:  # how it was closed stands in the thread and in the record
        conversation.closed_at, conversation.resolution = None, ""
    rests_with_its_agent = after is State.DORMANT and before is State.HUMAN
    if after not in (State.HUMAN, State.CLOSED) and not rests_with_its_agent:
        conversation.assigned_to = None
