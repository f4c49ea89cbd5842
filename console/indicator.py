"""What the customer sees of an agent before the answer comes: that their line was read, that somebody types."""

from datetime import datetime

from django.contrib.auth.models import User

from config import wake
from conversations import outbox
from conversations.models import Conversation, Message
from conversations.states import State


def show(conversation: Conversation, *, agent: User, typing: bool, now: datetime) -> None:
    """Have WhatsApp show it, of the customer's latest line. Nothing is shown by whoever does not hold the
    conversation, nor after its window."""
    holds = conversation.state == State.HUMAN and conversation.assigned_to_id == agent.pk
    if not holds or not conversation.window_is_open(now):
        return
    heard = conversation.messages.filter(direction=Message.Direction.IN).exclude(provider_id="")
    latest = heard.order_by("-seq").values_list("provider_id", flat=True).first()
    if latest:
        wake.send(outbox.READ_TASK, conversation.channel_id, latest, typing)
