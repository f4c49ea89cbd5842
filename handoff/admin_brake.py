"""The assistant's brake and canary in the admin: one row, changed through the same door as everywhere else."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audit.actors import Actor
from config import clock
from conversations.models import BotSwitch
from handoff import brake


@admin.register(BotSwitch)
class BotSwitchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """`brake.switch` saves and records it. Whoever may change it here, or is a supervisor, may."""

    fields = ["enabled", "canary_percent", "changed_at", "changed_by"]
    readonly_fields = ["changed_at", "changed_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj) or super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("conversations.supervise") or super().has_change_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) or super().has_module_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one row: it is shown at once, as it is by default where nobody has touched it."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        BotSwitch.objects.get_or_create(pk=1)
        return redirect(reverse("admin:conversations_botswitch_change", args=[1]))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """The page carries what it showed: only what was changed against that counts as changed (`save_model`)."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            field.show_hidden_initial = True
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Only what was changed: a form that lay open meanwhile takes back nobody's stop."""
        wanted = {name: form.cleaned_data[name] for name in form.changed_data}
        if wanted:
            actor = Actor.human(request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous through
            brake.switch(actor=actor, now=clock.now(), **wanted)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """On our own record instead, with what was before and after."""
