"""Who of a team gets what waits."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from config import wake
from handoff.models import Handoff

ASSIGN_TASK = "handoff.assign"
FILL_TASK = "handoff.fill"


def seek_agent(conversation_id: UUID) -> None:
    """After the commit: look for somebody for this conversation."""
    wake.on_commit(ASSIGN_TASK, str(conversation_id))


def slot_freed(user_id: int) -> None:
    """After the commit: this agent may have room for the next."""
    wake.on_commit(FILL_TASK, user_id)


def offers_end(handoff: Handoff, *, taken_by: User | None, now: datetime) -> None:
    """The handoff waits no more, or elsewhere: the offer that stands, if one does, is void."""
