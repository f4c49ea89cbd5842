"""Customers that may be one person: shown side by side, decided by a person, on the record."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from audit.admin import ReadOnlyAdmin
from config import clock
from conversations import moves
from conversations.models import Customer, IdentityConflict


@admin.register(IdentityConflict)
class IdentityConflictAdmin(ReadOnlyAdmin):
    """The open ones first. Whoever may change conflicts decides; nothing else about them can be changed."""

    list_display = ["__str__", "channel", "noticed_at", "decision", "resolved_by"]
    list_filter = [("resolved_at", admin.EmptyFieldListFilter), "resolution", "channel"]
    list_select_related = ["kept", "other", "channel", "resolved_by"]
    ordering = [F("resolved_at").desc(nulls_first=True), "-noticed_at", "-pk"]
    fields = ["channel", "noticed_at", "decision", "resolved_at", "resolved_by"]
    readonly_fields = ["decision"]

    class Media:
        css = {"all": ["conversations/admin.css"]}

    @admin.display(description="decision", ordering="resolution")
    def decision(self, conflict: IdentityConflict) -> str:
        return str(conflict.get_resolution_display()) or "open: waits for a decision"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        conflict = self.get_object(request, object_id) if object_id else None
        beside = {"sides": _sides(conflict), "may_decide": _may_decide(request, conflict)} if conflict else {}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **beside})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide_view))
        own = [path("<int:pk>/decide/", view, name="conversations_identityconflict_decide")]
        return [*own, *super().get_urls()]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST `decision`: merge, or apart."""
        if not request.user.has_perm("conversations.change_identityconflict"):
            raise PermissionDenied
        conflict = get_object_or_404(IdentityConflict, pk=pk)
        decision = request.POST.get("decision")
        if decision not in ("merge", "apart"):
            messages.error(request, "Choose whether these are one person or two.")
        elif conflict.resolved_at:
            messages.info(request, f"This was decided already: {self.decision(conflict)}.")
        else:
            _decide(request, conflict, merge=decision == "merge")
        return redirect("admin:conversations_identityconflict_change", pk)


def _decide(request: HttpRequest, conflict: IdentityConflict, *, merge: bool) -> None:
    try:
        moves.conflict_resolve(conflict, merge=merge, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except moves.CannotMerge as error:
        messages.error(request, f"Not merged. {error}")
    else:
        messages.success(request, "Merged: they are one customer now." if merge else "Kept apart: two customers.")


def _may_decide(request: HttpRequest, conflict: IdentityConflict) -> bool:
    return conflict.resolved_at is None and request.user.has_perm("conversations.change_identityconflict")


def _sides(conflict: IdentityConflict) -> list[dict[str, Any]]:
    """Both customers, as far as it takes to tell whether they are one; never a number in clear."""
    return [_side("First customer", conflict.kept), _side("Second customer", conflict.other)]


def _side(title: str, customer: Customer) -> dict[str, Any]:
    conversations = customer.conversations.all()
    return {
        "title": title,
        "customer": customer,
        "identities": list(customer.identities.order_by("valid_from", "pk")),
        "conversations": conversations.count(),
        "last_seen": conversations.aggregate(at=Max("last_customer_at"))["at"],
    }
