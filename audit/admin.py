"""The record in the admin, to be read; and the mixin by which changes made in the admin go on the record."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from audit import registry
from audit.actors import Actor
from audit.events import CONFIG_CHANGED
from audit.models import Event
from audit.record import record
from config import clock


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To be looked at: no adding, changing or deleting, whoever asks."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RecordedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every change is put on the record in its transaction: who, what, which fields; never the values."""

    def stream_of(self, obj: Model) -> str:
        """The chain in the audit trail that this row's changes belong to."""
        return f"{obj._meta.model_name}:{obj.pk}"

    def name_of(self, obj: Model) -> str:
        """How the record calls this row."""
        return str(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        """Called after the row itself was saved, from the form as from an editable list."""
        super().save_related(request, form, formsets, change)
        fields = [*form.changed_data, *_changed_inlines(formsets)]
        self._record(request, form.instance, "changed" if change else "added", fields)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._record(request, obj, "deleted", [])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for obj in queryset:
                self._record(request, obj, "deleted", [])
            super().delete_queryset(request, queryset)

    def _record(self, request: HttpRequest, obj: Model, action: str, fields: list[str]) -> None:
        payload = {
            "model": str(obj._meta.verbose_name),
            "pk": str(obj.pk),
            "name": self.name_of(obj),
            "action": action,
            "fields": fields,
        }
        actor = Actor.human(request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous through
        record(CONFIG_CHANGED, stream=self.stream_of(obj), actor=actor, now=clock.now(), payload=payload)


def _changed_inlines(formsets: Iterable[Any]) -> list[str]:
    names = [
        f"{formset.model._meta.verbose_name}: {field}"
        for formset in formsets
        for form in formset.forms
        for field in form.changed_data
    ]
    return sorted(set(names))


class EventTypeFilter(admin.SimpleListFilter):
    """From the registry: asking the record for its distinct types would read all of it."""

    title = "event type"
    parameter_name = "event_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in registry.registered()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(event_type=self.value()) if self.value() else queryset


class ActorKindFilter(admin.SimpleListFilter):
    title = "actor"
    parameter_name = "actor_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("user", "customer"), ("bot", "assistant"), ("human", "staff"), ("system", "Baton")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(actor_kind=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["ts", "stream", "seq", "actor_name", "words", "event_type"]
    list_display_links = ["words"]
    list_filter = [EventTypeFilter, ActorKindFilter, "ts"]
    ordering = ["-id"]
    show_full_result_count = False
    list_per_page = 50
    search_fields = ["stream"]
    search_help_text = "A stream, or the id of a conversation or customer"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """By the whole name of the stream, which has an index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(stream__in=[term, f"conversation:{term}", f"customer:{term}"]), False

    @admin.display(description="what happened")
    def words(self, event: Event) -> str:
        return registry.describe(event.event_type, event.payload)
