"""Business hours, with their opening times and days off on one page."""

from django.contrib import admin

from audit.admin import RecordedAdmin
from sla.models import Calendar, DayOff, Opening


class OpeningInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Opening
    extra = 1
    verbose_name_plural = "opening times (none: always open; closing at or before opening is on the next day)"


class DayOffInline(admin.TabularInline):  # type: ignore[type-arg]
    model = DayOff
    extra = 1
    verbose_name_plural = "days off (what opened the evening before runs to its end)"


@admin.register(Calendar)
class CalendarAdmin(RecordedAdmin):
    list_display = ["name", "time_zone", "other_ways"]
    search_fields = ["name"]
    ordering = ["name"]
    inlines = [OpeningInline, DayOffInline]
