"""What becomes of a reply that the assistant drafted: sent as it was, sent with changes, or left."""

from datetime import datetime
from difflib import SequenceMatcher

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import Actor
from audit.record import record
from conversations import transcript
from conversations.models import Conversation, Message
from handoff import events
from handoff.models import Suggestion

Outcome = Suggestion.Outcome
#: Longer texts are compared by their beginnings: the time it takes grows with the square.
COMPARED = 2000


@transaction.atomic
def settle(suggestion_id: int, message: Message, *, agent: User, now: datetime) -> Suggestion:
    """The agent sent this message out of the suggestion: `used` where it says the same but for spaces and line
    breaks, `edited` otherwise. A second word about one suggestion changes nothing.

    Raises ValueError where the message is not the agent's own in that conversation, Suggestion.DoesNotExist.
    """
    conversation_id = Suggestion.objects.values_list("conversation_id", flat=True).get(pk=suggestion_id)
    conversation = transcript.lock(conversation_id)
    suggestion = Suggestion.objects.get(pk=suggestion_id)
    mine = message.sender == Message.Sender.HUMAN and message.author_id == agent.pk and not message.is_internal
    if message.conversation_id != conversation.pk or not mine:
        raise ValueError("A suggestion is settled by a message of your own in its conversation.")
    if suggestion.message_id or suggestion.outcome in (Outcome.USED, Outcome.EDITED):
        return suggestion
    likeness = _likeness(suggestion.body, message.body)
    outcome = Outcome.USED if _plain(suggestion.body) == _plain(message.body) else Outcome.EDITED
    suggestion.message = message
    _end(conversation, suggestion, outcome, Actor.human(agent), now, likeness=likeness)
    return suggestion


def suggestions_ignore(conversation: Conversation, *, actor: Actor, now: datetime) -> int:
    """Whatever is still open in the (locked) conversation was not used. Returns how many."""
    still_open = list(conversation.suggestions.filter(outcome=Outcome.OPEN))
    for suggestion in still_open:
        _end(conversation, suggestion, Outcome.IGNORED, actor, now, likeness=None)
    return len(still_open)


def _end(
    conversation: Conversation, suggestion: Suggestion, outcome: Suggestion.Outcome, actor: Actor, now: datetime, *,
    likeness: float | None,
) -> None:  # fmt: skip
    suggestion.outcome, suggestion.settled_at = outcome, now
    suggestion.save(update_fields=["outcome", "settled_at", "message"])
    event = {Outcome.USED: events.COPILOT_USED, Outcome.EDITED: events.COPILOT_EDITED}
    payload = {"suggestion": suggestion.pk, "likeness": likeness,
               "message": str(suggestion.message_id) if suggestion.message_id else ""}  # fmt: skip
    record(event.get(outcome, events.COPILOT_IGNORED), stream=conversation.stream, actor=actor, now=now,
           payload=payload)  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(text.split())


def _likeness(drafted: str, sent: str) -> float:
    """0 (nothing in common) to 1 (the same), spaces aside."""
    ratio = SequenceMatcher(None, _plain(drafted)[:COMPARED], _plain(sent)[:COMPARED], autojunk=False).ratio()
    return round(ratio, 2)
