"""The SLA matrix, edited in its list; running and past promises to look at."""

from django.contrib import admin
from django.db import models

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from sla import admin_hours as admin_hours
from sla.durations import DurationField
from sla.models import Clock, MatrixRow


@admin.register(MatrixRow)
class MatrixRowAdmin(RecordedAdmin):
    list_display = ["__str__", "tier", "topic", "first_response"]
    list_editable = ["first_response"]
    list_filter = ["tier", "topic"]
    list_select_related = ["tier", "topic"]
    ordering = ["topic", "tier"]
    formfield_overrides = {models.DurationField: {"form_class": DurationField}}


@admin.register(Clock)
class ClockAdmin(ReadOnlyAdmin):
    list_display = ["due_at", "conversation_id", "metric", "started_at", "met_at", "breached_at", "cancelled_at"]
    list_filter = ["metric", ("breached_at", admin.EmptyFieldListFilter), ("met_at", admin.EmptyFieldListFilter)]
    ordering = ["-due_at"]
    show_full_result_count = False
