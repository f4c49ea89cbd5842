"""What the tests of the bot's turns share: a mind that says what a test wants, and a turn taken from the first word."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from assistant.engine import Context
from assistant.reply import Reply
from audit.models import Event
from config import clock
from conversations.models import Conversation
from handoff import router, turns
from handoff.models import BotTurn, Handoff
from tests import factories

SURE: dict[str, Any] = {"intent": "order_status", "answer": "It is on its way.", "confidence": 0.95}
UNSURE: dict[str, Any] = {"intent": "unknown", "handoff": True, "confidence": 0.2}


class Mind:
    """Says what it is told, in turn; the last thing again and again. `contexts`: what it was asked."""

    name = "mind"

    def __init__(self, *replies: dict[str, Any] | Exception, meanwhile: Callable[[], object] | None = None) -> None:
        self.replies, self.meanwhile = list(replies) or [SURE], meanwhile
        self.contexts: list[Context] = []

    def reply(self, context: Context) -> Reply:
        self.contexts.append(context)
        if self.meanwhile:
            self.meanwhile()
        said = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(said, Exception):
            raise said
        return Reply.make(**{**SURE, **said})


def say(body: str = "Where is my order?", *, now: datetime | None = None, number: int = 1, **more: Any) -> Conversation:
    """The customer writes; the bot, where it has the thread, is due to answer."""
    now = now or clock.now()
    message = factories.take(body, now=now, who=factories.sender(number), **more)
    with transaction.atomic():
        router.route(message, now=now)
    return Conversation.objects.get(pk=message.conversation_id)


def take(conversation: Conversation, mind: Mind | None = None) -> BotTurn | None:
    """The bot's turn, if it is due now by the clock."""
    turn = turns.turn_take(conversation.pk, engine=mind or Mind())
    conversation.refresh_from_db()
    return turn


def ask(body: str, mind: Mind | None = None, **more: Any) -> Conversation:
    """The customer writes and the bot takes its turn."""
    conversation = say(body, **more)
    take(conversation, mind)
    return conversation


def heard(conversation: Conversation) -> list[str]:
    """What the bot has said to the customer."""
    return list(conversation.messages.filter(sender="bot").order_by("seq").values_list("body", flat=True))


def last_handoff(conversation: Conversation) -> Handoff:
    return conversation.handoffs.latest("pk")


def recorded(event_type: str, conversation: Conversation) -> dict[str, Any]:
    """The payload of the last event of this type."""
    events = Event.objects.filter(stream=conversation.stream, event_type=event_type)
    return dict(events.latest("seq").payload)
