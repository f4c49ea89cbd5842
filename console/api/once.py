"""Writing a text once, however often the request comes: `Idempotency-Key`."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from config import clock
from console.api.errors import KeyReused
from console.api.inputs import IdempotencyKey
from conversations import outbox, transcript
from conversations.models import Message

HEADER = "Idempotency-Key"


class Writer(Protocol):
    def __call__(self, conversation_id: UUID, /, *, agent: User, body: str, now: datetime) -> Message: ...


def key_of(request: Request) -> str:
    """The request's key, empty where it has none. Raises ValidationError for one that is none."""
    if HEADER not in request.headers:
        return ""
    given = IdempotencyKey(data={"key": request.headers[HEADER]})
    if not given.is_valid():
        raise ValidationError({HEADER: given.errors["key"]})
    return str(given.validated_data["key"])


@transaction.atomic
def write(writer: Writer, conversation_id: UUID, *, agent: User, body: str, type: str, key: str) -> Message:
    """Write the text, or return what this person wrote here under this key before.

    The conversation's lock is taken first, so that two requests at once are one after the other. Raises what
    the writer raises, ValidationError for its ValueError, and KeyReused where the key stands for another text.
    """
    conversation = transcript.lock(conversation_id)
    try:
        if key and (first := _written(conversation.pk, agent, type, key)):
            return _same(first, body)
        message = writer(conversation_id, agent=agent, body=body, now=clock.now())
    except ValueError as error:
        raise ValidationError({"body": [str(error)]}) from error
    if key:
        message.metadata = {**message.metadata, "client_token": key}
        message.save(update_fields=["metadata"])
    return message


def _written(conversation_id: UUID, agent: User, type: str, key: str) -> Message | None:
    mine = Message.objects.filter(conversation=conversation_id, author=agent, type=type)
    return mine.filter(metadata__client_token=key).first()


def _same(first: Message, body: str) -> Message:
    if first.body != outbox.clean_text(body):
        raise KeyReused
    return first
