"""Acting on a conversation: the desk's verbs, one address each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from console.api import once
from console.api.base import ApiView
from console.api.errors import bad_input
from console.api.inputs import (
    CloseInput,
    HandoffInput,
    NothingInput,
    ReleaseInput,
    ReplyInput,
    TakeOverInput,
    TextInput,
)
from console.api.lookups import agent_of, visible_conversation
from console.api.outputs import message_data
from console.api.reading import conversation_data
from console.api.schema import CONVERSATION_ID, IDEMPOTENCY_KEY, written
from console.api.serializers import ConversationSerializer, MessageSerializer
from conversations.models import Conversation
from handoff import desk
from handoff.resolutions import Labels

ANSWER = written(ConversationSerializer)


class Verb(ApiView):
    """See that they may see it, read the body, do it, answer with the conversation as it is then."""

    filter_backends: list[Any] = []

    def begin(self, request: Request, conversation_id: str) -> tuple[Conversation, dict[str, Any]]:
        """The conversation and what the body says. Raises NotFound and ValidationError."""
        conversation = visible_conversation(request, conversation_id)
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return conversation, dict(body.validated_data)


class Accept(Verb):
    """Take a waiting conversation. Of two at once one wins; the other is told who."""

    serializer_class = NothingInput

    @extend_schema(request=NothingInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, _ = self.begin(request, conversation_id)
        desk.accept(conversation.pk, agent=agent_of(request), now=clock.now())
        return Response(conversation_data(conversation))


class TakeOver(Verb):
    """Take a conversation that the assistant holds; with `from`, one that a colleague holds, if they still do."""

    serializer_class = TakeOverInput

    @extend_schema(request=TakeOverInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        holder = given["from"].pk if given.get("from") else None
        desk.take_over(conversation.pk, agent=agent_of(request), holder=holder, now=clock.now())
        return Response(conversation_data(conversation))


class Release(Verb):
    """Give it back to the assistant, with what it should know."""

    serializer_class = ReleaseInput

    @extend_schema(request=ReleaseInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        desk.release(conversation.pk, agent=agent_of(request), context=given.get("context", ""), now=clock.now())
        return Response(conversation_data(conversation))


class CallPerson(Verb):
    """Call a person into a conversation that the assistant holds."""

    serializer_class = HandoffInput

    @extend_schema(request=HandoffInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        why, team = given.get("reason", ""), given.get("team")
        desk.request_handoff(conversation.pk, agent=agent_of(request), explanation=why, team=team, now=clock.now())
        return Response(conversation_data(conversation))


class Close(Verb):
    """Close it, saying how it ended; with `ask_rating`, asking the customer how it was."""

    serializer_class = CloseInput

    @extend_schema(request=CloseInput, responses=ANSWER, parameters=[CONVERSATION_ID])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        labels = Labels(**given["labels"]) if given.get("labels") else None
        with bad_input():
            desk.close(
                conversation.pk, agent=agent_of(request), resolution=given.get("resolution", ""),
                tag=given.get("tag", ""), ask_rating=given["ask_rating"], labels=labels, now=clock.now(),
            )  # fmt: skip
        return Response(conversation_data(conversation))


class Note(Verb):
    """Write an internal note: the desk sees it, the customer never."""

    serializer_class = TextInput

    @extend_schema(request=TextInput, responses=ANSWER, parameters=[CONVERSATION_ID, IDEMPOTENCY_KEY])
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        key = once.key_of(request)
        once.write(conversation.pk, agent=agent_of(request), kind="note", body=given["body"], key=key)
        return Response(conversation_data(conversation))


class Reply(Verb):
    """Write to the customer. You must hold the conversation, and WhatsApp's window must be open."""

    serializer_class = ReplyInput

    @extend_schema(
        request=ReplyInput,
        responses=written(MessageSerializer, status=status.HTTP_201_CREATED),
        parameters=[CONVERSATION_ID, IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        conversation, given = self.begin(request, conversation_id)
        key = once.key_of(request)
        message = once.write(
            conversation.pk, agent=agent_of(request), kind="reply", body=given["body"], key=key,
            reply_to=given.get("reply_to"),
        )  # fmt: skip
        return Response(message_data(message), status=status.HTTP_201_CREATED)
