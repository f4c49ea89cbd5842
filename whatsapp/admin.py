"""What came in, as a trace; and all that is the channel's in the admin, by import."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from audit.actors import Actor
from audit.admin import ReadOnlyAdmin
from config import clock, wake
from whatsapp import admin_channels as admin_channels
from whatsapp import admin_ledger as admin_ledger
from whatsapp import ingest, task_names
from whatsapp import template_admin as template_admin
from whatsapp.models import InboundEvent, InboundUpdate


class _Trace(ReadOnlyAdmin):
    """Raw bodies hold phone numbers and words of customers: superusers alone see them."""

    raw_field = ""
    show_full_result_count = False
    ordering = ["-pk"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        fields = [field.name for field in self.model._meta.fields if field.name not in ("raw", "body")]
        return [*fields, self.raw_field] if request.user.is_superuser else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self.get_fields(request, obj)


@admin.register(InboundEvent)
class InboundEventAdmin(_Trace):
    list_display = ["id", "channel", "received_at", "split_at", "note"]
    list_filter = ["channel", "received_at"]
    list_select_related = ["channel"]
    raw_field = "text"

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundEvent]:
        return InboundEvent.objects.defer("body")

    @admin.display(description="body")
    def text(self, event: InboundEvent) -> str:
        return bytes(event.body).decode("utf-8", "replace")


@admin.register(InboundUpdate)
class InboundUpdateAdmin(_Trace):
    list_display = ["id", "event_id", "channel", "kind", "provider_id", "outcome", "detail", "processed_at"]
    list_filter = ["outcome", "kind", "channel"]
    list_select_related = ["channel"]
    search_fields = ["=provider_id"]
    search_help_text = "The provider's id, whole"
    raw_field = "raw_json"
    actions = ["take_up_again"]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("whatsapp.change_inboundupdate")

    @admin.action(description="Take up once more", permissions=["retry"])
    def take_up_again(self, request: HttpRequest, queryset: QuerySet[InboundUpdate]) -> None:
        """What failed is worked off anew; anything else among the chosen is left as it is."""
        actor = Actor.human(request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous through
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True))
        taken = sum(ingest.update_retry(pk, by=actor, now=clock.now()) for pk in chosen)
        if taken:
            wake.on_commit(task_names.INGEST)
            messages.success(request, f"Taken up once more: {taken}.")
        if others := len(chosen) - taken:
            messages.warning(request, f"Left as they are, for they have not failed: {others}.")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With a link to what failed, and how many those are."""
        failed = InboundUpdate.objects.filter(outcome=InboundUpdate.Outcome.FAILED).count()
        return super().changelist_view(request, {**(extra_context or {}), "failed": failed})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[InboundUpdate], search_term: str
    ) -> tuple[QuerySet[InboundUpdate], bool]:
        term = search_term.strip()
        return (queryset.filter(provider_id=term) if term else queryset), False

    @admin.display(description="raw")
    def raw_json(self, update: InboundUpdate) -> str:
        return json.dumps(update.raw, indent=2, ensure_ascii=False)
