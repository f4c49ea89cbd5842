"""What the dialog that closes a conversation offers."""

from dataclasses import dataclass
from datetime import datetime

from conversations.models import Conversation, Message
from handoff.models import ResolutionTag


@dataclass(frozen=True, slots=True)
class Closing:
    """`ask_rating`: the customer is asked how it was, unless the agent says no; `no_rating`: why they cannot be."""

    tags: list[ResolutionTag]
    ask_rating: bool
    no_rating: str


def closing_of(conversation: Conversation, *, now: datetime) -> Closing:
    """Two queries. A customer is asked by default where a person answered them and they can still be written to."""
    tags = list(ResolutionTag.objects.filter(is_active=True))
    why_not = _why_not(conversation, now)
    answered = conversation.messages.filter(sender=Message.Sender.HUMAN).said().exists()
    return Closing(tags, ask_rating=answered and not why_not and conversation.window_is_open(now), no_rating=why_not)


def _why_not(conversation: Conversation, now: datetime) -> str:
    if conversation.customer.opted_out_at:
        return "They asked not to be written to."
    if not conversation.window_is_open(now) and not conversation.channel.rating_template:
        return "WhatsApp's 24-hour window is closed, and this number has no template that asks."
    return ""
