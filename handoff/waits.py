"""Since when a customer waits for a person: the one place that says so."""

from datetime import datetime

from conversations.models import Conversation, Message

#: What stands in the thread and has answered nobody.
NEVER_LEFT = (Message.Status.FAILED, Message.Status.DROPPED)


def waiting_since(conversation: Conversation) -> datetime | None:
    """When the customer said the oldest thing that no person has answered in this handoff; None where a person has
    answered all, and where there is no handoff.

    Who is handed over waits from that moment on, whatever they wrote before it.
    """
    handoff = conversation.handoffs.filter(ended_at=None).first()
    if handoff is None:
        return None
    lines = conversation.messages.said().filter(created_at__gte=handoff.requested_at)
    answers = lines.filter(sender=Message.Sender.HUMAN).exclude(status__in=NEVER_LEFT).exclude(type=Message.REACTION)
    answer = answers.order_by("-seq").first()
    if answer is None:
        return handoff.requested_at
    asked = lines.filter(direction=Message.Direction.IN, asks=True, revoked_at=None, seq__gt=answer.seq)
    return asked.order_by("seq").values_list("created_at", flat=True).first()
