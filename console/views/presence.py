"""Whether the agent is there: their own word, and the signs of life of their pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from config import clock
from console.views.access import StaffRequest, signed_in, wants_fragment
from conversations.models import Conversation
from handoff import attendance
from handoff import presence as presences


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def presence(request: StaffRequest) -> HttpResponseBase:
    """POST `status`: online, finishing, away or offline. GET: the menu as it now is."""
    if request.method != "POST":
        return render(request, "console/_presence.html") if wants_fragment(request) else redirect("console:home")
    try:
        presences.status_set(request.user, status=request.POST.get("status", ""), now=clock.now())
    except ValueError as wrong:
        if wants_fragment(request):
            return JsonResponse({"code": "bad_input", "words": str(wrong)}, status=400)
        messages.error(request, str(wrong))
    return HttpResponse(status=204) if wants_fragment(request) else redirect(_back(request))


@signed_in
@require_POST
def seen(request: StaffRequest) -> HttpResponse:
    """A sign of life of an open page; `conversation` is what it shows to somebody who looks at it.

    Answers 204, with the agent's status as it now is: another page, or Baton, may have changed it.
    """
    now = clock.now()
    presences.seen(request.user, now=now)
    shown = _conversation(request)
    if shown is not None:
        attendance.look(shown, request.user, now=now)
    response = HttpResponse(status=204)
    response["X-Baton-Presence"] = presences.status_of(request.user, now=now)
    return response


def _conversation(request: StaffRequest) -> UUID | None:
    """What the page shows, where this person may see it and nobody has closed it: a closed one needs no company."""
    try:
        pk = UUID(request.POST.get("conversation", ""))
    except ValueError:
        return None
    return Conversation.objects.visible_to(request.user).open().filter(pk=pk).values_list("pk", flat=True).first()


def _back(request: StaffRequest) -> str:
    """The page they came from, if it is one of ours."""
    given, secure = request.POST.get("next", ""), request.is_secure()
    is_ours = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}, require_https=secure)
    return given if is_ours else "console:home"
