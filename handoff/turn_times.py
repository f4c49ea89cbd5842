"""When it is the bot's turn: after a quiet pause, and not while somebody of the desk types."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from config import wake
from conversations.models import Conversation
from handoff.models import BotTurn

TAKE_TURN_TASK = "handoff.take_turn"
#: What is due within so many seconds is woken; what is due later is found by the sweep.
SOON = 5.0
Status = BotTurn.Status


def turn_schedule(
    conversation: Conversation, *, now: datetime, resumes: bool = False, not_before: datetime | None = None
) -> None:
    """Let the bot answer the (locked) conversation after a quiet pause; more words push the answer back.

    `resumes`: a person has given it back, so the bot speaks even where nothing is unanswered; a turn that resumes goes
    on doing so when the customer writes before it. `not_before`: the earliest moment, where that is later.
    """
    due_at = now + timedelta(seconds=settings.BOT_QUIET_PAUSE)
    due_at = max(due_at, not_before) if not_before else due_at
    BotTurn.objects.update_or_create(
        conversation=conversation, status=Status.SCHEDULED,
        defaults={"due_at": due_at, **({"resumes": True} if resumes else {})},
    )  # fmt: skip
    _wake(conversation.pk, due_at, now)


def turn_put_off(turn: BotTurn, *, until: datetime, now: datetime) -> None:
    """The turn (of the locked conversation) is due at that moment instead. It stays scheduled: nothing is lost."""
    turn.due_at = until
    turn.save(update_fields=["due_at"])
    _wake(turn.conversation_id, until, now)


def turns_due(*, now: datetime, limit: int = 100) -> list[UUID]:
    """Conversations whose bot turn is due or was given up: what the sweep looks at."""
    due = BotTurn.objects.filter(status__in=[Status.SCHEDULED, Status.THINKING], due_at__lte=now).order_by("due_at")
    return list(dict.fromkeys(due.values_list("conversation_id", flat=True)[:limit]))


def _wake(conversation_id: UUID, due_at: datetime, now: datetime) -> None:
    seconds = max(0.0, (due_at - now).total_seconds())
    if seconds <= SOON:
        wake.on_commit(TAKE_TURN_TASK, str(conversation_id), countdown=seconds)
