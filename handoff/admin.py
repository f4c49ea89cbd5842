"""Teams and who is in them; handoffs to look at, without the messages that travelled with them."""

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from handoff.models import Handoff, Team


class MemberInline(admin.TabularInline):  # type: ignore[type-arg]
    model = User.groups.through
    extra = 1
    verbose_name = "member"
    verbose_name_plural = "members"
    autocomplete_fields = ["user"]


@admin.register(Team)
class TeamAdmin(RecordedAdmin):
    list_display = ["name", "slug"]
    fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name", "slug"]
    inlines = [MemberInline]

    def stream_of(self, obj: Model) -> str:
        return f"team:{obj.slug}" if isinstance(obj, Team) else super().stream_of(obj)


@admin.register(Handoff)
class HandoffAdmin(ReadOnlyAdmin):
    list_display = ["requested_at", "conversation_id", "reason", "team", "accepted_by", "accepted_at", "ending"]
    list_filter = ["reason", "team", "ending"]
    list_select_related = ["team", "accepted_by"]
    ordering = ["-requested_at"]
    show_full_result_count = False
    exclude = ["summary", "payload"]
