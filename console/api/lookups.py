"""Finding what a request names: the conversation of an address, a team, a person."""

from typing import cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import F, Prefetch, Q, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from config import clock
from conversations.models import Conversation
from handoff.models import Attendance, Handoff, Offer, Team, Ticket
from handoff.people import teams

_LARGEST_ID = 2**31 - 1


def agent_of(request: Request) -> User:
    """The signed-in person; the permission classes have let nobody else through."""
    return cast(User, request.user)


def visible_conversation(request: Request, conversation_id: str) -> Conversation:
    """The conversation of the address. Raises NotFound alike where there is none and where it is not theirs."""
    try:
        return Conversation.objects.visible_to(agent_of(request)).get(pk=UUID(conversation_id))
    except (ValueError, Conversation.DoesNotExist) as error:
        raise NotFound("There is no such conversation among those you may see.") from error


def for_output(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """With all that the serializer reads, in a fixed number of queries; of the handoffs the open one or the latest."""
    now = clock.now()
    offers = Offer.objects.filter(ended_at=None, expires_at__gt=now).select_related("agent")
    latest = (
        Handoff.objects.defer("payload", "summary", "explanation", "return_context")
        .order_by("conversation_id", F("ended_at").desc(nulls_first=True), "-requested_at", "-pk")
        .distinct("conversation_id")
        .prefetch_related(Prefetch("offers", queryset=offers, to_attr="open_offers"))
    )
    at_desk = Attendance.objects.filter(Q(looking_until__gt=now) | Q(typing_until__gt=now), user__is_active=True)
    tickets = Ticket.objects.exclude(status=Ticket.Status.CLOSED).only("number", "conversation").order_by("number")
    return conversations.select_related("customer", "channel", "team__team", "assigned_to").prefetch_related(
        Prefetch("handoffs", queryset=latest, to_attr="latest_handoffs"),
        Prefetch("attendance", queryset=at_desk.select_related("user").order_by("user__username"), to_attr="at_desk"),
        Prefetch("tickets", queryset=tickets, to_attr="open_tickets"),
    )


def team_named(name: str) -> Team | None:
    """The team with this slug, else with this id."""
    by_slug = teams().filter(slug=name).first()
    number = number_in(name)
    return by_slug or (teams().filter(pk=number).first() if number else None)


def person_named(name: str) -> User | None:
    """The user with this name, else with this id."""
    by_name = User.objects.filter(username=name).first()
    number = number_in(name)
    return by_name or (User.objects.filter(pk=number).first() if number else None)


def number_in(text: str) -> int | None:
    """The text as the number of a row; None where it cannot be one."""
    if not text.isascii() or not text.isdecimal() or len(text) > 10:
        return None
    number = int(text)
    return number if number <= _LARGEST_ID else None
