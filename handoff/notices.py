"""What customers are told about people: that one will come, when, and what they will see."""

from datetime import datetime

from assistant import texts
from audit.actors import SYSTEM
from conversations import outbox
from conversations.models import Conversation, Message
from handoff.models import Handoff


def tell_handed_over(conversation: Conversation, handoff: Handoff, *, now: datetime) -> None:
    """Once, right after a handoff: that somebody will come."""
    if conversation.window_is_open(now):
        text = texts.text("holding", conversation.language or conversation.customer.locale)
        outbox.message_queue(conversation, body=text, sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now)
