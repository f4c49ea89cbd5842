"""Which team a handoff goes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group

from conversations.models import Conversation


@dataclass(frozen=True, slots=True)
class Route:
    """`why` in words; `skills` the agent must have; `raises` is added to the priority."""

    team_id: int
    why: str
    skills: tuple[str, ...] = ()
    raises: int = 0


def route_for(conversation: Conversation, *, team: Group | None, evidence: Mapping[str, Any], now: datetime) -> Route:
    """The team that is to have the (locked) conversation."""
    if team is not None:
        return Route(team.pk, "named with the handoff")
    return Route(conversation.team_id, "the channel's own team")
