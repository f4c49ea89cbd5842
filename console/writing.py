"""Writing a message once, however often the request comes: a double click, a retry (invariant 8)."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from conversations import outbox, transcript
from conversations.models import Message
from handoff import desk
from handoff.refusals import Refused

Kind = Literal["reply", "note"]


@transaction.atomic
def message_once(
    conversation_id: UUID, *, agent: User, key: str, said: Any, write: Callable[[], Message], note: bool = False
) -> Message:
    """Write a message; what this person wrote here under this key before is returned, not repeated.

    An empty key stands for nothing. `said` is what the request asks for, as JSON: the check and the writing happen
    under the conversation's lock, so two requests at once are one after the other. Raises what `write` raises, and
    Refused (`key_reused`) where the key stands for something else: answering with that would lose this.
    """
    conversation = transcript.lock(conversation_id)
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    alike = Q(type=Message.NOTE) if note else ~Q(type=Message.NOTE)  # keys of notes and of messages are apart
    mine = conversation.messages.filter(alike, author=agent, metadata__client_token=key)
    earlier = mine.first() if key else None
    if earlier:
        if earlier.metadata.get("client_digest") != digest:
            raise Refused("key_reused", "This key was used for another message. Use a new key for each.")
        return earlier
    message = write()
    if key:
        message.metadata = {**message.metadata, "client_token": key, "client_digest": digest}
        message.save(update_fields=["metadata"])
    return message


def write_once(
    conversation_id: UUID, *, agent: User, kind: Kind, body: str, key: str, now: datetime, reply_to: int | None = None
) -> Message:
    """Send a text or keep a note, once. Raises as `message_once`, Refused and ValueError as `handoff.desk`."""

    def write() -> Message:
        if kind == "note":
            return desk.note(conversation_id, agent=agent, body=body, now=now)
        return desk.reply(conversation_id, agent=agent, body=body, now=now, reply_to=reply_to)

    said = [kind, outbox.clean_text(body), reply_to]
    return message_once(conversation_id, agent=agent, key=key, said=said, write=write, note=kind == "note")
