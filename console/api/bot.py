"""The assistant's brake and its canary."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from audit.actors import Actor
from config import clock
from console.api.base import ApiView
from console.api.filters import refuse_unknown
from console.api.inputs import BotInput
from console.api.lookups import agent_of
from console.api.schema import read, written
from console.api.serializers import UserNameField
from conversations.models import BotSwitch
from handoff import brake


class BotSerializer(serializers.ModelSerializer[BotSwitch]):
    changed_by = UserNameField()

    class Meta:
        model = BotSwitch
        fields = ["enabled", "canary_percent", "changed_at", "changed_by"]
        read_only_fields = fields


class Bot(ApiView):
    """Whether the assistant may speak, and to what share of customers. Supervisors may change it."""

    serializer_class = BotInput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="bot_retrieve", responses=read(BotSerializer))
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, set())
        return Response(BotSerializer(BotSwitch.current()).data)

    @extend_schema(operation_id="bot_update", request=BotInput, responses=written(BotSerializer))
    def put(self, request: Request) -> Response:
        agent = agent_of(request)
        if not agent.has_perm("conversations.supervise"):
            raise PermissionDenied("Only supervisors may stop the assistant or change its share.")
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        switch = brake.switch(actor=Actor.human(agent), now=clock.now(), **body.validated_data)
        return Response(BotSerializer(switch).data)
