"""How a list of conversations is narrowed. A filter that means nothing is refused, never ignored."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.exceptions import ValidationError

from console.api.lookups import agent_of, person_named, team_named
from conversations.models import Conversation, Message
from conversations.states import Control, State

PAGING = {"page", "page_size", "format"}


def refuse_unknown(given: Any, known: set[str]) -> None:
    """Raises ValidationError naming a query parameter that nobody reads: a misspelt filter would show all."""
    for name in given:
        if name not in known | PAGING:
            raise ValidationError({name[:60]: [f"Unknown parameter. Known here: {', '.join(sorted(known))}."]})


class ConversationFilter(django_filters.FilterSet):  # type: ignore[misc]
    state = django_filters.ChoiceFilter(choices=State.choices)
    control = django_filters.ChoiceFilter(choices=Control.choices)
    team = django_filters.CharFilter(method="by_team", max_length=64, help_text="A team's slug or id")
    assigned_to = django_filters.CharFilter(method="by_person", max_length=150, help_text="A username or id, or `me`")
    customer = django_filters.UUIDFilter(field_name="customer_id")
    q = django_filters.CharFilter(
        method="by_words", max_length=200, help_text="Part of the customer's name or of a message's text"
    )

    class Meta:
        model = Conversation
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        refuse_unknown(self.data, set(self.filters))
        narrowed: QuerySet[Conversation] = super().filter_queryset(queryset)
        return narrowed

    def by_team(self, queryset: QuerySet[Conversation], name: str, value: str) -> QuerySet[Conversation]:
        team = team_named(value)
        if team is None:
            raise ValidationError({name: [f"There is no team {value!r}."]})
        return queryset.filter(team_id=team.pk)

    def by_person(self, queryset: QuerySet[Conversation], name: str, value: str) -> QuerySet[Conversation]:
        person = agent_of(self.request) if value == "me" else person_named(value)
        if person is None:
            raise ValidationError({name: [f"There is no user {value!r}."]})
        return queryset.filter(assigned_to=person)

    def by_words(self, queryset: QuerySet[Conversation], _name: str, value: str) -> QuerySet[Conversation]:
        said = Message.objects.filter(conversation=OuterRef("pk"), body__icontains=value)
        return queryset.filter(Q(customer__name__icontains=value) | Exists(said))
