"""The assistant's brake and its canary: everybody at the desk may look, supervisors change it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.actors import Actor
from config import clock
from console.presenters.assistant import brake_page
from console.views.access import StaffRequest, signed_in
from handoff import brake


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def assistant(request: StaffRequest) -> HttpResponse:
    """What holds now; `?stop=1` asks whether to stop it. POST `do`: stop, start, or canary with `percent`.

    403 for a change by somebody who is no supervisor; a figure that is none is refused in words.
    """
    may_change = request.user.has_perm("conversations.supervise")
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied("Stopping the assistant and its canary are for supervisors.")
        return _change(request)
    context = {"brake": brake_page(now=clock.now()), "may_change": may_change, "asks": "stop" in request.GET}
    return render(request, "console/assistant.html", context)


def _change(request: StaffRequest) -> HttpResponse:
    """Told by what holds afterwards: two supervisors who press at once both read the truth."""
    try:
        words = _switch(request)
    except ValueError as wrong:
        words = str(wrong)
    messages.info(request, words)
    return redirect("console:assistant")


def _switch(request: StaffRequest) -> str:
    actor, now = Actor.human(request.user), clock.now()
    match request.POST.get("do"):
        case "stop":
            brake.switch(actor=actor, now=now, enabled=False)
            return "The assistant is stopped."
        case "start":
            brake.switch(actor=actor, now=now, enabled=True)
            return "The assistant may answer again."
        case "canary":
            row = brake.switch(actor=actor, now=now, canary_percent=_percent(request.POST.get("percent", "")))
            return f"Saved: {row.canary_percent} %."
    raise ValueError("Nothing was changed: choose what to do.")


def _percent(given: str) -> int:
    given = given.strip()
    if not (given.isascii() and given.isdigit() and len(given) <= 3 and int(given) <= 100):
        raise ValueError("Nothing was changed: write a whole number from 0 to 100.")
    return int(given)
