"""Customers, tiers and topics; conversations to look at, without their transcripts: those are the console's."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from conversations import admin_conflicts as admin_conflicts
from conversations.admin_consent import ConsentInline, consent_view
from conversations.models import Conversation, Customer, Identity, Tier, Topic


@admin.register(Tier)
class TierAdmin(RecordedAdmin):
    list_display = ["name", "code", "rank"]


@admin.register(Topic)
class TopicAdmin(RecordedAdmin):
    list_display = ["name", "code"]


class IdentityInline(admin.TabularInline):  # type: ignore[type-arg]
    """What channels call this customer, masked: a phone number is not for looking up here."""

    model = Identity
    fields = ["kind", "masked", "scope", "valid_from", "valid_to"]
    readonly_fields = ["kind", "masked", "scope", "valid_from", "valid_to"]
    extra = 0
    can_delete = False
    verbose_name_plural = "identities (masked)"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _SearchById(admin.ModelAdmin):  # type: ignore[type-arg]
    """An id, pasted whole, finds its row; anything else is searched for in `search_fields`."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)


@admin.register(Customer)
class CustomerAdmin(_SearchById, RecordedAdmin):
    list_display = ["__str__", "tier", "locale", "external_ref", "created_at"]
    list_filter = ["tier"]
    list_select_related = ["tier"]
    search_fields = ["name", "=external_ref"]
    search_help_text = "Name, the shop's number, or id"
    fields = [
        "id", "name", "username", "tier", "locale", "external_ref", "opted_in_at", "opted_out_at",
        "marketing_stopped_at", "merged_into", "created_at",
    ]  # fmt: skip
    #: What was said about being written to follows the words kept below, and is not typed over.
    readonly_fields = [
        "id", "username", "opted_in_at", "opted_out_at", "marketing_stopped_at", "merged_into", "created_at",
    ]  # fmt: skip
    inlines = [IdentityInline, ConsentInline]

    def name_of(self, obj: Model) -> str:
        """Not by name: the record holds ids."""
        return str(obj.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.consent_view)
        return [path("<uuid:pk>/consent/", view, name="conversations_customer_consent"), *super().get_urls()]

    def consent_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return consent_view(request, pk, self.admin_site)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Customers come by writing."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Conversation)
class ConversationAdmin(_SearchById, ReadOnlyAdmin):
    list_display = ["id", "customer", "state", "control", "team", "assigned_to", "topic", "last_activity_at"]
    list_filter = ["state", "team", "topic"]
    list_select_related = ["customer", "team", "assigned_to", "topic"]
    ordering = ["-last_activity_at"]
    show_full_result_count = False
    search_fields = ["customer__name"]
    search_help_text = "Customer's name, or id"
