"""`Idempotency-Key`: the same request again writes nothing again."""

from uuid import UUID

from django.contrib.auth.models import User
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from config import clock
from console.api.inputs import IdempotencyKey
from console.writing import Kind, write_once
from conversations.models import Message

HEADER = "Idempotency-Key"


def key_of(request: Request) -> str:
    """The request's key, empty where it has none. Raises ValidationError for one that is none."""
    if HEADER not in request.headers:
        return ""
    given = IdempotencyKey(data={"key": request.headers[HEADER]})
    if not given.is_valid():
        raise ValidationError({HEADER: given.errors["key"]})
    return str(given.validated_data["key"])


def write(
    conversation_id: UUID, *, agent: User, kind: Kind, body: str, key: str, reply_to: int | None = None
) -> Message:
    """As `write_once`, with its ValueError as the ValidationError of the field."""
    try:
        return write_once(
            conversation_id, agent=agent, kind=kind, body=body, key=key, now=clock.now(), reply_to=reply_to
        )
    except ValueError as error:
        raise ValidationError({"body": [str(error)]}) from error
