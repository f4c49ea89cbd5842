"""The numbers and their health, for supervisors."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from console.presenters.channels import cards_of
from console.views.access import StaffRequest, signed_in


@signed_in
@require_safe
def channels(request: StaffRequest) -> HttpResponse:
    """Every channel's line of health and its ledger of this month."""
    if not request.user.has_perm("conversations.supervise"):
        raise PermissionDenied("The health of the numbers is for supervisors.")
    return render(request, "console/channels.html", {"cards": cards_of(now=clock.now())})
