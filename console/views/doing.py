"""Doing what a form asks, and answering in the way that was asked: 204 or words for a script, a page for a person."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from console.views.access import StaffRequest, visible_conversation, wants_fragment
from conversations.models import Conversation
from conversations.states import IllegalTransition
from handoff.refusals import Refused

LONGEST_TEXT = 1000
T = TypeVar("T")


def do(
    request: StaffRequest, pk: UUID, verb: Callable[[], T], *, then: Callable[[T], HttpResponse] | None = None
) -> HttpResponse:
    """Do it, if this person may see the conversation at all. A refusal is 409, bad input 400, both in words.

    `then` makes a script's answer of what the verb returned.
    """
    visible_conversation(request, pk)
    try:
        done = verb()
    except Refused as refused:
        return refusal(request, pk, refused.code, refused.words, status=409)
    except IllegalTransition as illegal:
        return refusal(request, pk, "illegal_transition", str(illegal), status=409)
    except ValueError as wrong:
        return refusal(request, pk, "bad_input", str(wrong), status=400)
    if wants_fragment(request):
        return then(done) if then else HttpResponse(status=204)
    return redirect("console:conversation", pk=pk)


def give_on(request: StaffRequest, pk: UUID, verb: Callable[[], object], *, words: str) -> HttpResponse:
    """As `do`, for a verb after which this person may not see the conversation any more: then the list is next."""
    response = do(request, pk, verb)
    given = response.status_code in (204, 302) and not Conversation.objects.visible_to(request.user).filter(pk=pk)
    if not given:
        return response
    messages.success(request, words)
    if not wants_fragment(request):
        return redirect("console:home")
    response["X-Baton-Go"] = reverse("console:home")
    return response


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


def number(request: HttpRequest, name: str, *, of: str = "a line of this conversation") -> int | None:
    """The number of something out of a form; None where it is empty. Raises ValueError for anything else."""
    given = request.POST.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise ValueError(f"`{name}` is the number of {of}.")
    return int(given)
