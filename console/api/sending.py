"""Sending more than text: templates, interactive messages, reactions."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from console.api import once
from console.api.acting import Verb
from console.api.inputs import InteractiveInput, ReactionInput, TemplateInput
from console.api.lookups import agent_of
from console.api.outputs import message_data
from console.api.schema import CONVERSATION_ID, IDEMPOTENCY_KEY, written
from console.api.serializers import MessageSerializer
from console.writing import message_once
from conversations import content
from conversations.content import Content, Unsendable
from conversations.models import Message
from handoff import desk
from whatsapp.cloud import interactive
from whatsapp.sending import content_send, template_send

SENT = written(MessageSerializer, status=status.HTTP_201_CREATED)
#: What the house calls the interactive kinds.
INTERACTIVE = ("buttons", "menu", "link", "location_request", "contact_request", "location")


class SendTemplate(Verb):
    """Send an approved template: the one thing that leaves outside WhatsApp's 24-hour window."""

    serializer_class = TemplateInput

    @extend_schema(request=TemplateInput, responses=SENT, parameters=[CONVERSATION_ID, IDEMPOTENCY_KEY])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        agent = agent_of(request)

        def write() -> Message:
            return template_send(
                conversation.pk, agent=agent, name=given["name"], locale=given.get("locale", ""),
                params=given.get("params") or [], follow_up=given.get("follow_up", ""), now=clock.now(),
            )  # fmt: skip

        return _answer(request, conversation.pk, given, write, field="params")


class SendInteractive(Verb):
    """Send buttons, a list, a link button, or ask for a place or a phone number."""

    serializer_class = InteractiveInput

    @extend_schema(request=InteractiveInput, responses=SENT, parameters=[CONVERSATION_ID, IDEMPOTENCY_KEY])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        reply_to = given.pop("reply_to", None)
        message = _interactive(given)

        def write() -> Message:
            return content_send(
                conversation.pk, agent=agent_of(request), content=message, reply_to=reply_to, now=clock.now()
            )

        return _answer(request, conversation.pk, [content.dump(message), reply_to], write)


class React(Verb):
    """Put an emoji under a line of the customer's; an empty one takes it back."""

    serializer_class = ReactionInput

    @extend_schema(request=ReactionInput, responses=SENT, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        try:
            message = desk.react(
                conversation.pk, agent=agent_of(request), seq=given["seq"], emoji=given["emoji"], now=clock.now()
            )
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return Response(message_data(message), status=status.HTTP_201_CREATED)


def _answer(request: Request, conversation_id: Any, said: Any, write: Any, *, field: str = "") -> Response:
    try:
        message = message_once(
            conversation_id, agent=agent_of(request), key=once.key_of(request), said=said, write=write
        )
    except ValueError as error:
        raise ValidationError({field: [str(error)]} if field else str(error)) from error
    return Response(message_data(message), status=status.HTTP_201_CREATED)


def _interactive(given: dict[str, Any]) -> Content:
    """In the house's words (`kind`) or in Graph's (`type`). Raises ValidationError."""
    given = given.get("interactive", given)
    try:
        if "kind" not in given:
            return interactive.content_of(given)
        if given["kind"] not in INTERACTIVE:
            raise Unsendable(f"`kind` is one of: {', '.join(INTERACTIVE)}.")
        return content.load(given)
    except Unsendable as error:
        raise ValidationError(str(error)) from error
