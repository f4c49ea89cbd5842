"""Answering a ticket once, however often its form is sent."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction

from conversations.models import Message
from conversations.outbox import clean_text
from handoff import tickets
from handoff.models import Ticket
from handoff.refusals import Refused


@transaction.atomic
def reply_once(ticket: Ticket, *, agent: User, body: str, token: UUID | None, now: datetime) -> Message:
    """The same again under the same token is not written again (invariant 8). The reply may open a new conversation,
    so one request waits for the other at the ticket, not at a conversation. Raises as `tickets.ticket_reply`, and
    Refused: key_reused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reply to {ticket.name}"])
    key = str(token) if token else ""
    theirs = Message.objects.filter(conversation__customer=ticket.conversation.customer_id, author=agent)
    earlier = theirs.filter(metadata__ticket=ticket.number, metadata__client_token=key).first() if key else None
    if earlier is None:
        message = tickets.ticket_reply(ticket.pk, agent=agent, body=body, now=now)
        if key:
            message.metadata = {**message.metadata, "client_token": key}
            message.save(update_fields=["metadata"])
        return message
    if earlier.body != clean_text(body):
        raise Refused("key_reused", "This form was sent already. Reload the page to write something else.")
    return earlier
