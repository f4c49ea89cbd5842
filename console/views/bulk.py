"""Closing several conversations at once, with care: first what would become of each, then a second click."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config import clock
from console.presenters.bulk import Plan, plan_for, result_of
from console.presenters.rows import TABS
from console.views.access import StaffRequest, signed_in
from console.views.doing import text
from handoff.desk import closing
from handoff.models import ResolutionTag


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """GET `?id=…&id=…`: what would be closed, what would be left and why. POST closes the `id`s, and of those whose
    customer waits only the ones that are named again in `also`. Each is decided under its lock, by `desk.close_many`.
    """
    if request.method == "POST":
        return _close(request)
    ids = _uuids(request.GET.getlist("id"))
    if not ids:
        messages.info(request, "Nothing is selected: tick the conversations to close.")
        return redirect(f"{_list(request.GET.get('tab', ''))}&select=1")
    if len(ids) > closing.MOST_AT_ONCE:
        return _asked(request, Plan([], [], [], 0), trouble=f"At most {closing.MOST_AT_ONCE} can be closed at once.")
    return _asked(request, plan_for(ids, request.user, now=clock.now()))


def _close(request: StaffRequest) -> HttpResponse:
    ids, also, now = _uuids(request.POST.getlist("id")), _uuids(request.POST.getlist("also")), clock.now()
    how: dict[str, Any] = {
        "agent": request.user, "resolution": text(request, "note"), "tag": request.POST.get("tag", ""), "now": now,
    }  # fmt: skip
    try:
        done = [
            closing.close_many([pk for pk in ids if pk not in also], **how),
            closing.close_many(also, including_waiting=True, **how),
        ]
    except ValueError as wrong:
        return _asked(request, plan_for([*ids, *also], request.user, now=now), trouble=str(wrong), status=400)
    context = {"result": result_of(done, request.user), "back": _list(request.POST.get("tab_open", ""))}
    return render(request, "console/bulk_done.html", context)


def _asked(request: StaffRequest, plan: Plan, *, trouble: str = "", status: int = 200) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    tab = given.get("tab_open", "") or request.GET.get("tab", "")
    context = {
        "plan": plan, "trouble": trouble, "tab": tab, "back": _list(tab), "note": given.get("note", ""),
        "tags": ResolutionTag.objects.filter(is_active=True),
    }  # fmt: skip
    return render(request, "console/bulk.html", context, status=status)


def _list(tab: str) -> str:
    return f"{reverse('console:home')}?tab={tab if tab in TABS else 'waiting'}"


def _uuids(given: Iterable[str]) -> list[UUID]:
    """Each once; what is no id is nobody's conversation."""
    found = []
    for written in given:
        try:
            found.append(UUID(written))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
