"""Acting on a conversation: the desk's verbs, one address each."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from console.api import once
from console.api.base import ApiView
from console.api.inputs import CloseInput, HandoffInput, NothingInput, ReleaseInput, TextInput
from console.api.lookups import agent_of, visible_conversation
from console.api.reading import conversation_data
from console.api.schema import IDEMPOTENCY_KEY, written
from console.api.serializers import ConversationSerializer, MessageSerializer
from conversations.models import Message
from handoff import desk

ANSWER = written(ConversationSerializer)


class Verb(ApiView):
    """See that they may see it, read the body, do it, answer with the conversation as it is then."""

    filter_backends: list[Any] = []

    def act(self, conversation_id: UUID, agent: User, given: dict[str, Any]) -> object:
        raise NotImplementedError

    def perform(self, request: Request, conversation_id: str) -> Response:
        conversation = visible_conversation(request, conversation_id)
        self.act(conversation.pk, agent_of(request), self.given(request))
        return Response(conversation_data(conversation))

    def given(self, request: Request) -> dict[str, Any]:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class Accept(Verb):
    """Take a waiting conversation. Of two at once one wins; the other is told who."""

    serializer_class = NothingInput

    @extend_schema(request=NothingInput, responses=ANSWER)
    def post(self, request: Request, conversation_id: str) -> Response:
        return self.perform(request, conversation_id)

    def act(self, conversation_id: UUID, agent: User, given: dict[str, Any]) -> object:
        return desk.accept(conversation_id, agent=agent, now=clock.now())


class TakeOver(Verb):
    """Take a conversation that the assistant holds."""

    serializer_class = NothingInput

    @extend_schema(request=NothingInput, responses=ANSWER)
    def post(self, request: Request, conversation_id: str) -> Response:
        return self.perform(request, conversation_id)

    def act(self, conversation_id: UUID, agent: User, given: dict[str, Any]) -> object:
        return desk.take_over(conversation_id, agent=agent, now=clock.now())


class Release(Verb):
    """Give it back to the assistant, with what it should know."""

    serializer_class = ReleaseInput

    @extend_schema(request=ReleaseInput, responses=ANSWER)
    def post(self, request: Request, conversation_id: str) -> Response:
        return self.perform(request, conversation_id)

    def act(self, conversation_id: UUID, agent: User, given: dict[str, Any]) -> object:
        return desk.release(conversation_id, agent=agent, context=given.get("context", ""), now=clock.now())


class CallPerson(Verb):
    """Call a person into a conversation that the assistant holds."""

    serializer_class = HandoffInput

    @extend_schema(request=HandoffInput, responses=ANSWER)
    def post(self, request: Request, conversation_id: str) -> Response:
        return self.perform(request, conversation_id)

    def act(self, conversation_id: UUID, agent: User, given: dict[str, Any]) -> object:
        return desk.request_handoff(
            conversation_id,
            agent=agent,
            explanation=given.get("reason", ""),
            team=given.get("team"),
            now=clock.now(),
        )


class Close(Verb):
    """Close it, saying how it ended."""

    serializer_class = CloseInput

    @extend_schema(request=CloseInput, responses=ANSWER)
    def post(self, request: Request, conversation_id: str) -> Response:
        return self.perform(request, conversation_id)

    def act(self, conversation_id: UUID, agent: User, given: dict[str, Any]) -> object:
        return desk.close(conversation_id, agent=agent, resolution=given.get("resolution", ""), now=clock.now())


class Note(Verb):
    """Write an internal note: the desk sees it, the customer never."""

    serializer_class = TextInput

    @extend_schema(request=TextInput, responses=ANSWER, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, conversation_id: str) -> Response:
        self.key = once.key_of(request)
        return self.perform(request, conversation_id)

    def act(self, conversation_id: UUID, agent: User, given: dict[str, Any]) -> object:
        return once.write(desk.note, conversation_id, agent=agent, body=given["body"], type=Message.NOTE, key=self.key)


class Reply(Verb):
    """Write to the customer. You must hold the conversation, and WhatsApp's window must be open."""

    serializer_class = TextInput

    @extend_schema(
        request=TextInput,
        responses=written(MessageSerializer, status=status.HTTP_201_CREATED),
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, key = visible_conversation(request, conversation_id), once.key_of(request)
        message = once.write(
            desk.reply,
            conversation.pk,
            agent=agent_of(request),
            body=self.given(request)["body"],
            type=Message.TEXT,
            key=key,
        )
        return Response(MessageSerializer(message).data, status=status.HTTP_201_CREATED)
