"""Looking at conversations: lists, one of them, its messages, its decisions."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import Event
from config import clock
from console.api.base import ApiView
from console.api.filters import ConversationFilter, refuse_unknown
from console.api.inputs import AfterQuery
from console.api.lookups import agent_of, for_output, visible_conversation
from console.api.outputs import with_extras
from console.api.schema import CONVERSATION_ID, read
from console.api.serializers import ConversationSerializer, EventSerializer, MessageSerializer
from conversations.models import Conversation, Message
from handoff import desk


class ConversationList(ApiView):
    """The conversations you may see, the one that changed last first."""

    queryset = Conversation.objects.none()
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilter

    @extend_schema(operation_id="conversations_list", responses=read(ConversationSerializer(many=True)))
    def get(self, request: Request) -> Response:
        visible = Conversation.objects.visible_to(agent_of(request)).order_by("-last_activity_at", "pk")
        return self.page_of(for_output(self.filter_queryset(visible)))


class ConversationDetail(ApiView):
    """One conversation."""

    serializer_class = ConversationSerializer

    @extend_schema(parameters=[CONVERSATION_ID], responses=read(ConversationSerializer))
    def get(self, request: Request, conversation_id: str) -> Response:
        return Response(conversation_data(visible_conversation(request, conversation_id)))


class MessageList(ApiView):
    """Its messages by `seq`, notes and banners among them. A look at another team's goes on the record."""

    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    filter_backends: list[Any] = []

    @extend_schema(
        operation_id="messages_list",
        parameters=[CONVERSATION_ID, AfterQuery],
        responses=read(MessageSerializer(many=True)),
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        conversation = visible_conversation(request, conversation_id)
        messages = with_extras(conversation.messages.filter(seq__gt=after(request)).order_by("seq"))
        response = self.page_of(messages)
        if response.data["results"]:
            desk.note_look(conversation, agent=agent_of(request), now=clock.now())
        return response


class EventList(ApiView):
    """What was decided and done, oldest first: the conversation's chain in the audit trail."""

    queryset = Event.objects.none()
    serializer_class = EventSerializer
    filter_backends: list[Any] = []

    @extend_schema(
        operation_id="events_list", parameters=[CONVERSATION_ID, AfterQuery], responses=read(EventSerializer(many=True))
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        conversation = visible_conversation(request, conversation_id)
        return self.page_of(Event.objects.about(conversation.stream).filter(seq__gt=after(request)))


def after(request: Request) -> int:
    """The `?after=` of a request, 0 where there is none. Raises ValidationError."""
    refuse_unknown(request.query_params, {"after"})
    query = AfterQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    return int(query.validated_data["after"])


def conversation_data(conversation: Conversation) -> Any:
    """The conversation as it is now, as the API shows it."""
    return ConversationSerializer(for_output(Conversation.objects.filter(pk=conversation.pk)).get()).data
