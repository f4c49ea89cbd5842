"""What travels with a handoff: read once, at that moment, and frozen. Later one can see what the agent saw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from conversations.models import Conversation, Message
from handoff.models import HandoffPolicy, Ticket
from handoff.priority import Score

#: What an engine or a rule may add: see `assistant.reply`.
FROM_THE_MIND = ("intent", "confidence", "citations", "entities", "sentiment", "tools", "error_codes", "guardrail")


def freeze(
    conversation: Conversation, *, evidence: Mapping[str, Any], why: Mapping[str, Any], summary: str, score: Score,
    due_at: datetime, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """The payload of a handoff made now, as JSON. `why` stands in it as `auto_escalated_due_to`."""
    customer = conversation.customer
    return {
        **{name: evidence[name] for name in FROM_THE_MIND if name in evidence},
        "conversation": {
            "id": str(conversation.pk), "channel": conversation.channel.key, "opened_at": _iso(conversation.opened_at),
            "topic": conversation.topic_id or "", "permalink": permalink(conversation),
        },
        "customer": {
            "id": str(customer.pk), "name": customer.name, "tier": customer.tier_id or "",
            "locale": customer.locale, "language": conversation.language, "is_known": bool(customer.external_ref),
        },
        "messages": last_messages(conversation),
        "summary": summary,
        "sentiments": list(evidence.get("sentiments", [])),
        "tried": _tried(conversation),
        "attachments": _attachments(conversation),
        "tickets": _open_tickets(conversation),
        "tier": customer.tier_id or "",
        "priority": {"score": score.value, "terms": [list(term) for term in score.terms]},
        "due_at": _iso(due_at),
        "auto_escalated_due_to": dict(why),
        "frozen_at": _iso(now),
    }  # fmt: skip


def permalink(conversation: Conversation) -> str:
    """Where the transcript stands in the console; a path where PUBLIC_URL is not set."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/c/{conversation.pk}/"


def last_messages(conversation: Conversation) -> list[dict[str, Any]]:
    """What was said last, as an agent will see it, oldest first; as many as the handoff policy says."""
    lines = conversation.messages.said().order_by("-placed_at", "-seq")
    wanted = HandoffPolicy.current().messages
    return [
        {"seq": line.seq, "sender": line.sender, "type": line.type, "body": line.body, "at": _iso(line.placed_at)}
        for line in reversed(lines[:wanted] if wanted else lines)
    ]


def _tried(conversation: Conversation) -> list[dict[str, Any]]:
    """What the assistant has answered so far, with its own view of each."""
    said = conversation.messages.filter(sender=Message.Sender.BOT).exclude(status=Message.Status.DROPPED)
    return [
        {"seq": line.seq, "intent": line.metadata.get("intent", ""), "confidence": line.metadata.get("confidence"),
         "answer": line.body[:200]}
        for line in reversed(said.order_by("-seq")[:10])
    ]  # fmt: skip


def _open_tickets(conversation: Conversation) -> list[str]:
    """Matters of the same customer that are followed up already; also of whom they were merged with."""
    theirs = Ticket.objects.filter(conversation__customer=conversation.customer_id)
    return [ticket.name for ticket in theirs.exclude(status=Ticket.Status.CLOSED).order_by("number")]


def _attachments(conversation: Conversation) -> list[dict[str, Any]]:
    """Files and places the customer sent; the files themselves are reached by their line."""
    kinds = ("image", "video", "audio", "voice", "document", "sticker", "location", "contacts")
    sent = conversation.messages.filter(direction=Message.Direction.IN, type__in=kinds).order_by("seq")
    return [{"seq": line.seq, "type": line.type, "message": str(line.pk)} for line in sent[:50]]


def _iso(moment: datetime) -> str:
    return moment.isoformat()
