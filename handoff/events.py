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
    intent = payload.get("intent") or "no intent"
    return f"A person was called: {payload.get('reason_words')} ({intent}, {_confidence(payload)})"


TURN_SCHEDULED = register("turn.scheduled", "The assistant waits for a pause, then answers")
TURN_REPLIED = register("turn.replied", _replied)
TURN_DISCARDED = register("turn.discarded", "The assistant's thought was thrown away: {why}")
TURN_FAILED = register("turn.failed", "The assistant failed: {why}")
REQUESTED = register("handoff.requested", _requested)
ACCEPTED = register("handoff.accepted", "{agent} accepted after {waited_seconds} s")
REQUEUED = register("handoff.requeued", "Back in the queue: {why}")
MOVED = register("handoff.moved", "Moved to the queue of {team_name}: {why}")
ENDED = register("handoff.ended", "The handoff ended: {ending}")
TEAM_CREATED = register("team.created", "Team {name} was made")
AGENT_CREATED = register("agent.created", "{username} was made an agent of {team}")
TOKEN_CREATED = register("token.created", "An API token was made for {username}")
TRANSCRIPT_SEEN = register("transcript.seen", "{agent} looked at another team's conversation")
