"""What became of it: everything known about one message id of a provider."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from console.api.base import ApiView
from console.api.filters import refuse_unknown
from console.api.inputs import TraceQuery
from console.api.lookups import agent_of
from console.api.schema import PAGING, read
from console.api.serializers import MessageTraceSerializer, UpdateTraceSerializer
from conversations.models import Conversation, Message
from whatsapp.models import InboundUpdate

_TRACE = inline_serializer(
    "Trace",
    {
        "count": serializers.IntegerField(),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": UpdateTraceSerializer(many=True, help_text="The updates received with this id"),
        "messages": MessageTraceSerializer(many=True, help_text="The messages sent under this id"),
    },
)


class Traces(ApiView):
    """Every update received with this provider's id, and the messages sent under it, with each attempt.

    Only of conversations you may see; an update that belongs to none is shown to supervisors.
    """

    queryset = InboundUpdate.objects.none()
    serializer_class = UpdateTraceSerializer
    filter_backends: list[Any] = []

    @extend_schema(operation_id="traces", parameters=[TraceQuery, *PAGING], responses=read(_TRACE))
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, {"provider_id"})
        query = TraceQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        provider_id = query.validated_data["provider_id"]
        response = self.page_of(_updates(request, provider_id))
        response.data["messages"] = MessageTraceSerializer(_messages(request, provider_id), many=True).data
        return response


def _updates(request: Request, provider_id: str) -> QuerySet[InboundUpdate]:
    updates = InboundUpdate.objects.filter(provider_id=provider_id).select_related("event", "message").order_by("pk")
    agent = agent_of(request)
    if not agent.has_perm("conversations.supervise"):
        updates = updates.filter(message__conversation__in=Conversation.objects.visible_to(agent))
    return updates.defer("raw", "event__body")


def _messages(request: Request, provider_id: str) -> QuerySet[Message]:
    sent = Message.objects.filter(provider_id=provider_id, direction=Message.Direction.OUT)
    visible = Conversation.objects.visible_to(agent_of(request))
    return sent.filter(conversation__in=visible).prefetch_related("delivery_attempts").order_by("created_at", "pk")
