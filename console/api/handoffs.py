"""The handoffs: why people were called, what travelled with it, to whom it was offered, how it ended."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from console.api.base import ApiView
from console.api.filters import HandoffFilter, refuse_unknown
from console.api.lookups import agent_of, number_in
from console.api.schema import read
from console.api.serializers import UserNameField, team_name
from conversations.models import Conversation
from handoff import assignment, desk
from handoff.models import Handoff, Offer

HANDOFF_ID = OpenApiParameter("handoff_id", int, OpenApiParameter.PATH)


class HandoffRowSerializer(serializers.ModelSerializer[Handoff]):
    status = serializers.CharField(help_text="requested, accepted, returned, closed or ticket")
    reason = serializers.CharField(help_text="A code")
    reason_words = serializers.CharField(source="get_reason_display")
    mode = serializers.CharField(help_text="warm: in the same thread; cold: as a ticket")
    team = serializers.SerializerMethodField()
    rule = serializers.CharField(source="rule.name", default=None, allow_null=True, help_text="The trigger that fired")
    accepted_by = UserNameField()
    preferred_agent = UserNameField()

    class Meta:
        model = Handoff
        fields = [
            "id", "conversation", "status", "reason", "reason_words", "rule", "mode", "team", "route_reason",
            "preferred_agent", "requested_at", "queued_at", "due_at", "accepted_at", "accepted_by", "requeues",
            "supervisor_since", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_team(self, handoff: Handoff) -> str:
        """The team's slug; the name of a group that is no team."""
        return team_name(handoff.team)


class OfferSerializer(serializers.ModelSerializer[Offer]):
    agent = UserNameField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = Offer
        fields = ["agent", "offered_at", "expires_at", "ended_at", "result", "why"]
        read_only_fields = fields

    def get_result(self, offer: Offer) -> str:
        """open, accepted, passed, expired or withdrawn."""
        return offer.outcome or "open"


class HandoffDetailSerializer(HandoffRowSerializer):
    explanation = serializers.CharField()
    summary = serializers.CharField(help_text="What the agent needed to know, as of the handoff")
    auto_escalated_due_to = serializers.SerializerMethodField()
    payload = serializers.JSONField(help_text="What travelled with it; the database lets nobody change it")
    offers = OfferSerializer(many=True)
    ticket = serializers.IntegerField(source="ticket.number", default=None, allow_null=True)

    class Meta(HandoffRowSerializer.Meta):
        fields = [
            *HandoffRowSerializer.Meta.fields, "explanation", "summary", "auto_escalated_due_to", "offers",
            "nudged_at", "return_context", "cooldown_left", "ticket", "payload",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "properties": {
        "reason": {"type": "string"}, "words": {"type": "string"}, "explanation": {"type": "string"},
        "rule": {"type": "string"}, "kind": {"type": "string"}, "inputs": {"type": "object"}}})  # fmt: skip
    def get_auto_escalated_due_to(self, handoff: Handoff) -> dict[str, Any]:
        """The rule that fired and what it looked at; from the frozen payload."""
        return dict(handoff.payload.get("auto_escalated_due_to", {}))


class HandoffList(ApiView):
    """The handoffs of conversations you may see, the newest first."""

    queryset = Handoff.objects.none()
    serializer_class = HandoffRowSerializer
    filterset_class = HandoffFilter

    @extend_schema(operation_id="handoffs_list", responses=read(HandoffRowSerializer(many=True)))
    def get(self, request: Request) -> Response:
        newest = _visible(request).defer("payload", "summary").order_by("-requested_at", "-pk")
        return self.page_of(self.filter_queryset(newest))


class HandoffDetail(ApiView):
    """One handoff: what the agent saw, and why it came. A look at another team's goes on the record."""

    serializer_class = HandoffDetailSerializer
    filter_backends: list[Any] = []

    @extend_schema(parameters=[HANDOFF_ID], responses=read(HandoffDetailSerializer))
    def get(self, request: Request, handoff_id: str) -> Response:
        refuse_unknown(request.query_params, set())
        found = _visible(request).select_related("conversation", "ticket").filter(pk=number_in(handoff_id) or 0).first()
        if found is None:
            raise NotFound("There is no such handoff among those you may see.")
        desk.note_look(found.conversation, agent=agent_of(request), now=clock.now())
        return Response(HandoffDetailSerializer(found).data)


class OpenOfferSerializer(serializers.ModelSerializer[Offer]):
    conversation = serializers.UUIDField(source="handoff.conversation_id")
    customer = serializers.CharField(source="handoff.conversation.customer.name")
    team = serializers.SerializerMethodField()
    reason = serializers.CharField(source="handoff.reason")
    due_at = serializers.DateTimeField(source="handoff.due_at", help_text="When a person must have answered")

    class Meta:
        model = Offer
        fields = ["handoff", "conversation", "customer", "team", "reason", "due_at", "offered_at", "expires_at", "why"]
        read_only_fields = fields

    def get_team(self, offer: Offer) -> str:
        """The team's slug; the name of a group that is no team."""
        return team_name(offer.handoff.team)


class OfferList(ApiView):
    """What is held out to you now: accept its conversation, or pass, before it expires."""

    queryset = Offer.objects.none()
    serializer_class = OpenOfferSerializer
    filter_backends: list[Any] = []

    @extend_schema(operation_id="offers_list", responses=read(OpenOfferSerializer(many=True)))
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, set())
        mine = [offer.pk for offer in assignment.open_offers_of(agent_of(request), now=clock.now())]
        seen = Conversation.objects.visible_to(agent_of(request))
        open_offers = Offer.objects.filter(pk__in=mine, handoff__conversation__in=seen)
        related = open_offers.select_related("handoff__conversation__customer", "handoff__team__team")
        return self.page_of(related.order_by("offered_at", "pk"))


def _visible(request: Request) -> QuerySet[Handoff]:
    seen = Conversation.objects.visible_to(agent_of(request))
    handoffs = Handoff.objects.filter(conversation__in=seen)
    return handoffs.select_related("team__team", "rule", "accepted_by", "preferred_agent")
