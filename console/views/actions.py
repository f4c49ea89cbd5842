"""The verbs of the desk. Each is a POST; a refusal is 409 with its words, for plain forms a message on the page."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from config import clock
from console.views.access import StaffRequest, signed_in, visible_conversation, wants_fragment
from console.writing import write_once
from conversations.states import IllegalTransition
from handoff import desk
from handoff.refusals import Refused

LONGEST_TEXT = 1000


@signed_in
@require_POST
def write(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A reply to the customer or, with `kind=note`, a note for the desk; the same `token` twice writes once."""
    kind, body = request.POST.get("kind"), request.POST.get("body", "")
    if kind not in ("reply", "note"):
        return _refusal(request, pk, "bad_input", "Say whether this is a reply or a note.", status=400)
    token = _token(request.POST.get("token", ""))
    return _do(
        request,
        pk,
        lambda: write_once(
            pk, agent=request.user, kind="note" if kind == "note" else "reply", body=body, key=token, now=clock.now()
        ),
    )


@signed_in
@require_POST
def accept(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Take the waiting conversation."""
    return _do(request, pk, lambda: desk.accept(pk, agent=request.user, now=clock.now()))


@signed_in
@require_POST
def take_over(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Barge in on the assistant."""
    return _do(request, pk, lambda: desk.take_over(pk, agent=request.user, now=clock.now()))


@signed_in
@require_POST
def call_person(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Call a person into a conversation of the assistant; `explanation` says why."""
    explanation = _text(request, "explanation")
    return _do(
        request, pk, lambda: desk.request_handoff(pk, agent=request.user, explanation=explanation, now=clock.now())
    )


@signed_in
@require_POST
def give_back(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Return the conversation to the assistant; `context` is what it should know."""
    context = _text(request, "context")
    return _do(request, pk, lambda: desk.release(pk, agent=request.user, context=context, now=clock.now()))


@signed_in
@require_POST
def close(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Close the conversation; `resolution` says how it ended."""
    resolution = _text(request, "resolution")
    return _do(request, pk, lambda: desk.close(pk, agent=request.user, resolution=resolution, now=clock.now()))


def _do(request: StaffRequest, pk: UUID, verb: Callable[[], object]) -> HttpResponse:
    """Do it, if this person may see the conversation at all, and answer in the way that was asked."""
    visible_conversation(request, pk)
    try:
        verb()
    except Refused as refused:
        return _refusal(request, pk, refused.code, refused.words, status=409)
    except IllegalTransition as illegal:
        return _refusal(request, pk, "illegal_transition", str(illegal), status=409)
    except ValueError as wrong:
        return _refusal(request, pk, "bad_input", str(wrong), status=400)
    if wants_fragment(request):
        return HttpResponse(status=204)
    return redirect("console:conversation", pk=pk)


def _refusal(request: HttpRequest, pk: UUID, code: str, words: str, *, status: int) -> HttpResponse:
    if wants_fragment(request):
        return JsonResponse({"code": code, "words": words}, status=status)
    messages.error(request, words)
    return redirect("console:conversation", pk=pk)


def _text(request: HttpRequest, name: str) -> str:
    """A line of a form as it can be stored: no NUL, not endless."""
    return request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_TEXT]


def _token(text: str) -> str:
    """The composer's token; empty where it is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
