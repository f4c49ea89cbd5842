"""What is due about a handoff next, and when."""

from datetime import datetime

from conversations.models import Conversation
from handoff.models import Handoff


def schedule(conversation: Conversation, handoff: Handoff, *, now: datetime) -> None:
    """Work out anew when something is due about the (locked) conversation's open handoff, and keep it."""
