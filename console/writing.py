"""Sending from the composer, once: a repeated token (a double click, a retry after a lost answer) sends nothing."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from conversations import transcript
from conversations.models import Message
from handoff import desk

Kind = Literal["reply", "note"]


@transaction.atomic
def write_once(
    conversation_id: UUID, *, agent: User, kind: Kind, body: str, token: UUID | None, now: datetime
) -> Message:
    """Send a reply or keep a note, unless this agent's token has done so already; then that message is returned.

    The check and the writing happen under the conversation's lock. Raises Refused and ValueError as `handoff.desk`.
    """
    conversation = transcript.lock(conversation_id)
    if token:
        earlier = conversation.messages.filter(author=agent, metadata__client_token=str(token)).first()
        if earlier:
            return earlier
    verb = desk.note if kind == "note" else desk.reply
    message = verb(conversation_id, agent=agent, body=body, now=now)
    if token:
        message.metadata["client_token"] = str(token)
        message.save(update_fields=["metadata"])
    return message
