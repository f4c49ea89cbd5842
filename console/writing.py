"""Writing a text once, however often the request comes: a double click, a retry after a lost answer (invariant 8)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from conversations import outbox, transcript
from conversations.models import Message
from handoff import desk
from handoff.refusals import Refused

Kind = Literal["reply", "note"]
TYPES: dict[Kind, str] = {"reply": Message.TEXT, "note": Message.NOTE}
VERBS = {"reply": desk.reply, "note": desk.note}


@transaction.atomic
def write_once(conversation_id: UUID, *, agent: User, kind: Kind, body: str, key: str, now: datetime) -> Message:
    """Send a reply or keep a note; what this person wrote here under this key before is returned, not repeated.

    An empty key stands for nothing. The check and the writing happen under the conversation's lock, so two requests
    at once are one after the other. Raises Refused and ValueError as `handoff.desk`, and Refused (`key_reused`)
    where the key stands for another text: answering with that one would lose this one.
    """
    conversation = transcript.lock(conversation_id)
    earlier = conversation.messages.filter(author=agent, type=TYPES[kind], metadata__client_token=key).first()
    if key and earlier:
        if earlier.body != outbox.clean_text(body):
            raise Refused("key_reused", "This key was used for another text. Use a new key for each text.")
        return earlier
    message = VERBS[kind](conversation_id, agent=agent, body=body, now=now)
    if key:
        message.metadata = {**message.metadata, "client_token": key}
        message.save(update_fields=["metadata"])
    return message
