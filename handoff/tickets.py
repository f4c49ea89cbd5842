"""Tickets: matters that are followed up later, with a number the customer is told."""

from datetime import datetime
from typing import Any

from audit.actors import Actor
from conversations.models import Conversation
from handoff.models import Handoff, Ticket


def takes_tickets(conversation: Conversation, *, now: datetime) -> bool:
    """Whether the conversation's team takes its work as tickets, now."""
    return False


def ticket_open(
    conversation: Conversation, *, handoff: Handoff | None, actor: Actor, now: datetime,
    kind: Ticket.Kind = Ticket.Kind.FOLLOW_UP, contact: dict[str, Any] | None = None,
) -> Ticket:  # fmt: skip
    raise NotImplementedError
