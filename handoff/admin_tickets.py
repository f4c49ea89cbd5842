"""Tickets to look at. They are worked on in the console; contact details stand there and not here."""

from django.contrib import admin

from audit.admin import ReadOnlyAdmin
from handoff.models import Ticket


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ["name", "subject", "kind", "status", "team", "assigned_to", "priority", "due_at", "created_at"]
    list_filter = ["status", "kind", "team", "help_desk"]
    list_select_related = ["team", "assigned_to"]
    search_fields = ["=number", "=external_id"]
    search_help_text = "The number, without the T-"
    ordering = ["-number"]
    show_full_result_count = False
    exclude = ["contact", "summary"]
