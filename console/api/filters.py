"""How lists are narrowed. A filter that means nothing is refused, never ignored."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.exceptions import ValidationError

from console.api.lookups import agent_of, person_named, team_named
from conversations.models import Conversation, Message
from conversations.states import Control, State
from handoff.models import Handoff, Ticket

PAGING = {"page", "page_size", "format"}
TEAM = "A team's slug or id"
#: What `Handoff.status` can say.
HANDOFF_STATUSES = ["requested", "accepted", *Handoff.Ending.values]


def refuse_unknown(given: Any, known: set[str]) -> None:
    """Raises ValidationError naming a query parameter that nobody reads: a misspelt filter would show all."""
    for name in given:
        if name not in known | PAGING:
            raise ValidationError({name[:60]: [f"Unknown parameter. Known here: {', '.join(sorted(known))}."]})


class Filter(django_filters.FilterSet):  # type: ignore[misc]
    """Refuses a parameter that it does not read."""

    #: Which field says whose team's it is.
    team_field = "team"

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        refuse_unknown(self.data, set(self.filters))
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return narrowed

    def by_team(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        team = team_named(value)
        if team is None:
            raise ValidationError({name: [f"There is no team {value!r}."]})
        return queryset.filter(**{self.team_field: team.pk})


class ConversationFilter(Filter):
    state = django_filters.ChoiceFilter(choices=State.choices)
    control = django_filters.ChoiceFilter(choices=Control.choices)
    team = django_filters.CharFilter(method="by_team", max_length=64, help_text=TEAM)
    assigned_to = django_filters.CharFilter(method="by_person", max_length=150, help_text="A username or id, or `me`")
    customer = django_filters.UUIDFilter(field_name="customer_id")
    q = django_filters.CharFilter(
        method="by_words", max_length=200, help_text="Part of the customer's name or of a message's text"
    )

    class Meta:
        model = Conversation
        fields: list[str] = []

    def by_person(self, queryset: QuerySet[Conversation], name: str, value: str) -> QuerySet[Conversation]:
        person = agent_of(self.request) if value == "me" else person_named(value)
        if person is None:
            raise ValidationError({name: [f"There is no user {value!r}."]})
        return queryset.filter(assigned_to=person)

    def by_words(self, queryset: QuerySet[Conversation], _name: str, value: str) -> QuerySet[Conversation]:
        said = Message.objects.filter(conversation=OuterRef("pk"), body__icontains=value)
        return queryset.filter(Q(customer__name__icontains=value) | Exists(said))


class HandoffFilter(Filter):
    status = django_filters.ChoiceFilter(method="by_status", choices=[(name, name) for name in HANDOFF_STATUSES])
    reason = django_filters.ChoiceFilter(choices=Handoff.Reason.choices)
    team = django_filters.CharFilter(method="by_team", max_length=64, help_text=TEAM)

    class Meta:
        model = Handoff
        fields: list[str] = []

    def by_status(self, queryset: QuerySet[Handoff], _name: str, value: str) -> QuerySet[Handoff]:
        if value in Handoff.Ending.values:
            return queryset.filter(ending=value)
        return queryset.filter(ended_at=None, accepted_at__isnull=value == "requested")


class TicketFilter(Filter):
    status = django_filters.ChoiceFilter(choices=Ticket.Status.choices)
    customer = django_filters.UUIDFilter(field_name="customer_id")
    team = django_filters.CharFilter(method="by_team", max_length=64, help_text=TEAM)

    class Meta:
        model = Ticket
        fields: list[str] = []


class AgentFilter(Filter):
    team_field = "groups"
    team = django_filters.CharFilter(method="by_team", max_length=64, help_text=TEAM)

    class Meta:
        model = User
        fields: list[str] = []
