"""Doing what a form asks, and answering in the way that was asked: 204 or words for a script, a page for a person."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from console.views.access import StaffRequest, visible_conversation, wants_fragment
from conversations.states import IllegalTransition
from handoff.refusals import Refused

LONGEST_TEXT = 1000


def do(request: StaffRequest, pk: UUID, verb: Callable[[], object]) -> HttpResponse:
    """Do it, if this person may see the conversation at all. A refusal is 409, bad input 400, both in words."""
    visible_conversation(request, pk)
    try:
        verb()
    except Refused as refused:
        return refusal(request, pk, refused.code, refused.words, status=409)
    except IllegalTransition as illegal:
        return refusal(request, pk, "illegal_transition", str(illegal), status=409)
    except ValueError as wrong:
        return refusal(request, pk, "bad_input", str(wrong), status=400)
    if wants_fragment(request):
        return HttpResponse(status=204)
    return redirect("console:conversation", pk=pk)


def refusal(request: HttpRequest, pk: UUID, code: str, words: str, *, status: int) -> HttpResponse:
    """No, with its words; for plain forms they are a message on the page."""
    if wants_fragment(request):
        return JsonResponse({"code": code, "words": words}, status=status)
    messages.error(request, words)
    return redirect("console:conversation", pk=pk)


def text(request: HttpRequest, name: str) -> str:
    """A line of a form as it can be stored: no NUL, not endless."""
    return whole_text(request, name)[:LONGEST_TEXT]


def whole_text(request: HttpRequest, name: str) -> str:
    """A text of a form as it can be stored, whole: whoever takes it checks its length and says so."""
    return request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()


def token(request: HttpRequest) -> str:
    """The form's token; empty where it is none."""
    try:
        return str(UUID(request.POST.get("token", "")))
    except ValueError:
        return ""


def number(request: HttpRequest, name: str) -> int | None:
    """A line's number out of a form; None where it is empty. Raises ValueError for anything else."""
    given = request.POST.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise ValueError(f"`{name}` is the number of a line of this conversation.")
    return int(given)
