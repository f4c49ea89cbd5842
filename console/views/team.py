"""The teams, live."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from console.presenters import times
from console.presenters.team import cards_of
from console.views.access import StaffRequest, signed_in, wants_fragment


@signed_in
@require_safe
def team(request: StaffRequest) -> HttpResponse:
    """Every team this person may see; our own script gets the part alone, by the same rows and partial."""
    now = clock.now()
    context = {"cards": cards_of(request.user, now=now), "now": times.iso(now)}
    page = "console/_team.html" if wants_fragment(request) else "console/team.html"
    response = render(request, page, context)
    response["X-Baton-Now"] = times.iso(now)
    return response
