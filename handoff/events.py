"""What this floor puts on the record, in plain words."""

from collections.abc import Mapping
from typing import Any

from audit.registry import register


def _confidence(payload: Mapping[str, Any]) -> str:
    value = payload.get("confidence")
    return f"{round(float(value) * 100)} % sure" if isinstance(value, int | float) else "confidence unknown"


def _replied(payload: Mapping[str, Any]) -> str:
    return f"The assistant answered ({payload.get('intent')}, {_confidence(payload)})"


def _requested(payload: Mapping[str, Any]) -> str:
    """Where a rule needed no thought of the assistant's, or it had none, there is no intent to tell."""
    thought = f" ({payload['intent']}, {_confidence(payload)})" if payload.get("intent") else ""
    return f"A person was called: {payload.get('reason_words')}{thought}"


def _resolution_kept(payload: Mapping[str, Any]) -> str:
    tag = payload.get("tag")
    return f"It was kept how this ended: {tag}" if tag else "It was kept how this ended, without a tag"


def _labelled(payload: Mapping[str, Any]) -> str:
    names = ", ".join(str(name).removesuffix("_id").replace("_", " ") for name in payload.get("labels") or {})
    return f"What is to be learnt from it was noted: {names or 'nothing'}"


def _rating_given(payload: Mapping[str, Any]) -> str:
    before = f" (before: {payload['before']})" if payload.get("before") else ""
    return f"The customer's rating: {payload.get('score')} of 5, by {payload.get('via')}{before}"


def _copilot_edited(payload: Mapping[str, Any]) -> str:
    likeness = payload.get("likeness")
    alike = f" ({round(float(likeness) * 100)} % alike)" if isinstance(likeness, int | float) else ""
    return f"A suggested reply was sent with changes{alike}"


def _bot_switched(payload: Mapping[str, Any]) -> str:
    before, after = payload.get("before") or {}, payload.get("after") or {}
    told = []
    if before.get("enabled") != after.get("enabled"):
        told.append("may answer again" if after.get("enabled") else "was stopped everywhere")
    if before.get("canary_percent") != after.get("canary_percent"):
        told.append(f"answers {after.get('canary_percent')} % of the customers from now on")
    return f"The assistant {' and '.join(told) or 'was left as it is'}"


def _accepted(payload: Mapping[str, Any]) -> str:
    if payload.get("by"):
        return f"{payload.get('by')} gave it to {payload.get('agent')}"
    return f"{payload.get('agent')} accepted after {payload.get('waited_seconds', '?')} s"


def _told(payload: Mapping[str, Any]) -> str:
    if payload.get("closed"):
        return "The customer was told that the team is away, and when it opens"
    minutes = payload.get("minutes")
    figure = "as soon as somebody is free" if minutes is None else f"about {minutes} minutes"
    return f"The customer was told their place in line ({payload.get('place')}, {figure})"


def _ticket_changed(payload: Mapping[str, Any]) -> str:
    changed = payload.get("changed") or {}
    words = ", ".join(f"{name}: {value}" for name, value in changed.items())
    return f"{payload.get('agent', '?')} changed ticket {payload.get('ticket', '?')} ({words})"


TURN_SCHEDULED = register("turn.scheduled", "The assistant waits for a pause, then answers")
TURN_REPLIED = register("turn.replied", _replied)
TURN_DISCARDED = register("turn.discarded", "The assistant's thought was thrown away: {why}")
TURN_FAILED = register("turn.failed", "The assistant failed: {why}")
REQUESTED = register("handoff.requested", _requested)
ACCEPTED = register("handoff.accepted", _accepted)
REQUEUED = register("handoff.requeued", "Back in the queue: {why}")
MOVED = register("handoff.moved", "Moved to the queue of {team_name}: {why}")
ENDED = register("handoff.ended", "The handoff ended: {ending}")
TEAM_CREATED = register("team.created", "Team {name} was made")
AGENT_CREATED = register("agent.created", "{username} was made an agent of {team}")
TOKEN_CREATED = register("token.created", "An API token was made for {username}")
TRANSCRIPT_SEEN = register("transcript.seen", "{agent} looked at another team's conversation")
BOT_SWITCHED = register("bot.switched", _bot_switched)
OFFER_MADE = register("offer.made", "Offered to {agent}: {why}")
OFFER_PASSED = register("offer.passed", "{agent} passed on the offer")
OFFER_EXPIRED = register("offer.expired", "{agent} let the offer go by")
OFFER_WITHDRAWN = register("offer.withdrawn", "The offer to {agent} was withdrawn: {why}")
AGENT_PRESENCE = register("agent.presence", "{agent} is {status} ({why})")
NUDGED = register("handoff.nudged", "{agent} was reminded: the customer has waited {waited_seconds} s for an answer")
SUPERVISOR_CALLED = register("handoff.supervisor_called", "A supervisor was asked to look: {why}")
PAUSED = register("bot.paused", "The assistant waits: {agent} is typing")
INVITED = register("colleague.invited", "{by} invited {colleague} to read along")
LEFT = register("colleague.left", "{colleague} reads along no more")
MENTIONED = register("colleague.mentioned", "{by} mentioned {colleague} in note {seq}")
RESOLUTION_KEPT = register("resolution.kept", _resolution_kept)
RESOLUTION_LABELLED = register("resolution.labelled", _labelled)
FEEDBACK_EXPORTED = register("feedback.exported", "Examples for the assistant's learning were taken out ({format})")
RATING_ASKED = register("rating.asked", "The customer was asked how it was (message {seq})")
RATING_NOT_ASKED = register("rating.not_asked", "The customer was not asked how it was: {why}")
RATING_GIVEN = register("rating.given", _rating_given)
RATING_TAKEN_BACK = register("rating.taken_back", "The customer took their rating back")
COPILOT_SUGGESTED = register("copilot.suggested", "The assistant suggested a reply to {agent}")
COPILOT_USED = register("copilot.used", "A suggested reply was sent as it was")
COPILOT_EDITED = register("copilot.edited", _copilot_edited)
COPILOT_IGNORED = register("copilot.ignored", "A suggested reply was not used")
TOLD = register("handoff.told", _told)
WAITING_RULE = register("handoff.waiting_rule", "Waited {waited_seconds} s, by waiting rule {rule}: {action_words}")
MEANWHILE_ANSWERED = register("handoff.meanwhile", "The customer wants the assistant's help meanwhile: {answer}")
CALLBACK_STARTED = register("callback.started", "The customer was asked for details for a call-back")
CALLBACK_ANSWERED = register("callback.answered", "The customer answered the call-back form ({step}); kept sealed")
CALLBACK_LEFT = register("callback.left", "The call-back form was dropped: {why}")
TICKET_OPENED = register("ticket.opened", "Ticket {ticket} ({kind_words}) was made, due {due_at}")
TICKET_CHANGED = register("ticket.changed", _ticket_changed)
TICKET_REPLIED = register("ticket.replied", "{agent} answered ticket {ticket} (message {seq})")
TICKET_CLOSED = register("ticket.closed", "{agent} closed ticket {ticket}")
