"""Tickets: matters that are followed up later, with a number the customer was told."""

from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from config.secrecy import Undecryptable
from console.api import once
from console.api.base import ApiView
from console.api.errors import bad_input
from console.api.filters import TicketFilter, refuse_unknown
from console.api.inputs import TextInput, TicketCloseInput
from console.api.lookups import agent_of, number_in
from console.api.outputs import message_data
from console.api.schema import IDEMPOTENCY_KEY, read, written
from console.api.serializers import MessageSerializer, UserNameField, team_name
from conversations.models import Message
from conversations.outbox import clean_text
from handoff import contact_form, tickets
from handoff.models import Ticket
from handoff.refusals import Refused

NUMBER = OpenApiParameter("number", str, OpenApiParameter.PATH, description="1042, or as the customer has it: T-1042")


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    name = serializers.CharField(help_text="As the customer is told: T-1042")
    kind = serializers.CharField(help_text="follow_up or call_back")
    status = serializers.CharField(help_text="open, pending (the customer's turn) or closed")
    topic = serializers.CharField(source="topic_id", allow_null=True)
    team = serializers.SerializerMethodField()
    assigned_to = UserNameField()

    class Meta:
        model = Ticket
        fields = [
            "number", "name", "kind", "status", "subject", "customer", "conversation", "handoff", "topic", "team",
            "assigned_to", "priority", "created_at", "due_at", "closed_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_team(self, ticket: Ticket) -> str:
        """The team's slug; the name of a group that is no team."""
        return team_name(ticket.team)


class TicketDetailSerializer(TicketSerializer):
    contact = serializers.SerializerMethodField()

    class Meta(TicketSerializer.Meta):
        fields = [*TicketSerializer.Meta.fields, "summary", "contact", "resolution", "help_desk", "external_id"]
        read_only_fields = fields

    @extend_schema_field({"type": "object", "nullable": True, "properties": {
        "name": {"type": "string"}, "reach_kind": {"type": "string"}, "reach": {"type": "string"},
        "time": {"type": "string"}}})  # fmt: skip
    def get_contact(self, ticket: Ticket) -> dict[str, str] | None:
        """What the customer left to be called back by; number or address masked, the console shows it to people."""
        try:
            details = contact_form.unseal(ticket.contact)
        except Undecryptable:
            return None
        reach = str(details.get("reach", ""))
        return {**details, "reach": f"…{reach[-4:]}" if reach else ""} if details else None


class TicketList(ApiView):
    """Your teams' tickets, and those of conversations you may see, the newest first."""

    queryset = Ticket.objects.none()
    serializer_class = TicketSerializer
    filterset_class = TicketFilter

    @extend_schema(operation_id="tickets_list", responses=read(TicketSerializer(many=True)))
    def get(self, request: Request) -> Response:
        rows = _visible(request).defer("summary", "contact").order_by("-number")
        return self.page_of(self.filter_queryset(rows))


class TicketDetail(ApiView):
    """One ticket."""

    serializer_class = TicketDetailSerializer
    filter_backends: list[Any] = []

    @extend_schema(parameters=[NUMBER], responses=read(TicketDetailSerializer))
    def get(self, request: Request, number: str) -> Response:
        refuse_unknown(request.query_params, set())
        return Response(TicketDetailSerializer(_found(request, number)).data)


class ReplyToTicket(ApiView):
    """Write to the customer in their thread, which is yours from then on. Outside WhatsApp's window the words wait
    until they write (`held`)."""

    serializer_class = TextInput
    filter_backends: list[Any] = []

    @extend_schema(
        request=TextInput, responses=written(MessageSerializer, status=status.HTTP_201_CREATED),
        parameters=[NUMBER, IDEMPOTENCY_KEY],
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        ticket, given = _begin(self, request, number)
        with bad_input("body"):
            message = _reply_once(ticket, agent=agent_of(request), body=given["body"], key=once.key_of(request))
        return Response(message_data(message), status=status.HTTP_201_CREATED)


class CloseTicket(ApiView):
    """It is settled. With `tell_customer` they are told so, in their thread, if WhatsApp's window is open."""

    serializer_class = TicketCloseInput
    filter_backends: list[Any] = []

    @extend_schema(request=TicketCloseInput, responses=written(TicketDetailSerializer), parameters=[NUMBER])
    def post(self, request: Request, number: str) -> Response:
        ticket, given = _begin(self, request, number)
        tickets.ticket_close(
            ticket.pk, agent=agent_of(request), resolution=given.get("resolution", ""),
            tell_customer=given["tell_customer"], now=clock.now(),
        )  # fmt: skip
        return Response(TicketDetailSerializer(Ticket.objects.get(pk=ticket.pk)).data)


def _begin(view: ApiView, request: Request, number: str) -> tuple[Ticket, dict[str, Any]]:
    """The ticket and what the body says. Raises NotFound and ValidationError."""
    ticket = _found(request, number)
    body = view.get_serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return ticket, dict(body.validated_data)


@transaction.atomic
def _reply_once(ticket: Ticket, *, agent: User, body: str, key: str) -> Message:
    """The same again under the same key is not written again (invariant 8). The reply may open a new conversation, so
    one request waits for the other at the ticket. Raises as `ticket_reply`, and Refused: key_reused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reply to {ticket.name}"])
    theirs = Message.objects.filter(conversation__customer=ticket.conversation.customer, author=agent)
    earlier = theirs.filter(metadata__ticket=ticket.number, metadata__client_token=key).first() if key else None
    if earlier is None:
        message = tickets.ticket_reply(ticket.pk, agent=agent, body=body, now=clock.now())
        message.metadata = {**message.metadata, **({"client_token": key} if key else {})}
        message.save(update_fields=["metadata"])
        return message
    if earlier.body != clean_text(body):
        raise Refused("key_reused", "This key was used for another message. Use a new key for each.")
    return earlier


def _visible(request: Request) -> QuerySet[Ticket]:
    return Ticket.objects.visible_to(agent_of(request)).select_related("team__team", "assigned_to")


def _found(request: Request, number: str) -> Ticket:
    """The ticket of the address. Raises NotFound alike where there is none and where it is not theirs."""
    ticket = _visible(request).filter(number=number_in(number.removeprefix("T-")) or 0).first()
    if ticket is None:
        raise NotFound("There is no such ticket among those you may see.")
    return ticket
