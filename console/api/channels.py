"""The numbers, each with its line of health."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from console.api.base import ApiView
from console.api.lookups import agent_of
from console.api.schema import read
from conversations.models import Channel, Conversation
from whatsapp.health import Line, line_of


class HealthSerializer(serializers.Serializer[Line]):
    key = serializers.CharField(source="channel.key")
    name = serializers.CharField(source="channel.name")
    provider = serializers.CharField(source="channel.provider")
    official = serializers.SerializerMethodField()
    state = serializers.CharField(help_text="ok, slow, paused, stopped or off")
    words = serializers.CharField(help_text="Why it is not ok")
    last_webhook_at = serializers.DateTimeField(allow_null=True)
    last_stored_at = serializers.DateTimeField(allow_null=True)
    last_sent_at = serializers.DateTimeField(allow_null=True)
    errors_last_hour = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Messages that wait to be sent")
    service_this_month = serializers.IntegerField(help_text="Free-form messages delivered this month (UTC)")
    free_left = serializers.IntegerField(help_text="What is left of the month's free tier")
    templates_stopped = serializers.CharField(help_text="Why it sends no templates, if so")
    missing_fields = serializers.ListField(child=serializers.CharField())
    fields_checked_at = serializers.DateTimeField(allow_null=True)
    notice = serializers.CharField(help_text="The provider's last word about the account")

    def get_official(self, line: Line) -> bool:
        """Whether Meta authorises this provider."""
        return line.channel.provider != "wasender"


class ChannelList(ApiView):
    """The numbers you have to do with: your teams' own, and those of conversations you may see."""

    queryset = Channel.objects.none()
    serializer_class = HealthSerializer
    filter_backends: list[Any] = []

    @extend_schema(operation_id="channels_list", responses=read(HealthSerializer(many=True)))
    def get(self, request: Request) -> Response:
        now = clock.now()
        lines = [line_of(channel, now=now) for channel in _visible(agent_of(request))]
        results = HealthSerializer(lines, many=True).data  # type: ignore[arg-type]
        return Response({"next": None, "previous": None, "results": results})


def _visible(user: Any) -> list[Channel]:
    channels = Channel.objects.order_by("name", "pk")
    if user.has_perm("conversations.supervise"):
        return list(channels)
    seen = Conversation.objects.visible_to(user).values("channel")
    return list(channels.filter(team__in=user.groups.all()) | channels.filter(pk__in=seen))
