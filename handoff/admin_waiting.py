"""Waiting rules: what is done for customers who wait too long, in the order in which they are looked at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models

from audit.admin import RecordedAdmin
from handoff.models import WaitingRule
from sla.durations import DurationField

Action = WaitingRule.Action


class WaitingRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an action needs is asked for here, in words, before the database refuses it."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        action, team, target = given.get("action"), given.get("team"), given.get("to_team")
        if action == Action.REROUTE and not target:
            self.add_error("to_team", "Choose the team it is given to.")
        if target and target == team:
            self.add_error("to_team", "That is the team where they wait. Choose another.")
        if action == Action.CLOSE and not given.get("silent_for") and "silent_for" not in self.errors:
            self.add_error("silent_for", "Say how long the customer must have been silent, for instance 30m.")
        if action == Action.BOT and given.get("priority_below") is None:
            self.add_error("priority_below", "Say how urgent a matter may be to go back to the assistant.")
        return given


@admin.register(WaitingRule)
class WaitingRuleAdmin(RecordedAdmin):
    form = WaitingRuleForm
    list_display = ["order", "__str__", "tier", "topic", "after", "priority_below", "to_team", "is_active"]
    list_display_links = ["__str__"]
    list_editable = ["order", "is_active"]
    list_filter = ["action", "team", "is_active"]
    list_select_related = ["team", "tier", "topic", "to_team"]
    ordering = ["order", "pk"]
    formfield_overrides = {models.DurationField: {"form_class": DurationField}}
