"""Finding what a request names: the conversation of an address, a team, a person."""

from typing import cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import F, Prefetch, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from conversations.models import Conversation
from handoff.models import Handoff, Team
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
    latest = (
        Handoff.objects.defer("payload", "summary", "explanation", "return_context")
        .order_by("conversation_id", F("ended_at").desc(nulls_first=True), "-requested_at", "-pk")
        .distinct("conversation_id")
    )
    return conversations.select_related("customer", "channel", "team__team", "assigned_to").prefetch_related(
        Prefetch("handoffs", queryset=latest, to_attr="latest_handoffs")
    )


def team_named(name: str) -> Team | None:
    """The team with this slug, else with this id."""
    by_slug = teams().filter(slug=name).first()
    number = _id(name)
    return by_slug or (teams().filter(pk=number).first() if number else None)


def person_named(name: str) -> User | None:
    """The user with this name, else with this id."""
    by_name = User.objects.filter(username=name).first()
    number = _id(name)
    return by_name or (User.objects.filter(pk=number).first() if number else None)


def _id(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > 10:
        return None
    number = int(text)
    return number if number <= _LARGEST_ID else None
