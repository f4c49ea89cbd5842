"""The verbs of the desk. Each is a POST; a refusal is 409 with its words, for plain forms a message on the page."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from config import clock
from console.views.access import StaffRequest, signed_in
from console.views.doing import do, number, refusal, text, token
from console.writing import write_once
from conversations.models import Message
from handoff import desk


@signed_in
@require_POST
def write(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A reply to the customer or, with `kind=note`, a note for the desk; the same `token` twice writes once.

    `reply_to` is the number of the line that a reply quotes.
    """
    kind, body = request.POST.get("kind"), request.POST.get("body", "")
    if kind not in ("reply", "note"):
        return refusal(request, pk, "bad_input", "Say whether this is a reply or a note.", status=400)

    def verb() -> Message:
        quoted = number(request, "reply_to") if kind == "reply" else None
        return write_once(
            pk, agent=request.user, kind="note" if kind == "note" else "reply", body=body, key=token(request),
            now=clock.now(), reply_to=quoted,
        )  # fmt: skip

    return do(request, pk, verb)


@signed_in
@require_POST
def accept(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Take the waiting conversation."""
    return do(request, pk, lambda: desk.accept(pk, agent=request.user, now=clock.now()))


@signed_in
@require_POST
def take_over(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Barge in on the assistant, or take over from the phone app."""
    return do(request, pk, lambda: desk.take_over(pk, agent=request.user, now=clock.now()))


@signed_in
@require_POST
def call_person(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Call a person into a conversation of the assistant; `explanation` says why."""
    explanation = text(request, "explanation")
    return do(
        request, pk, lambda: desk.request_handoff(pk, agent=request.user, explanation=explanation, now=clock.now())
    )


@signed_in
@require_POST
def give_back(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Return the conversation to the assistant; `context` is what it should know."""
    context = text(request, "context")
    return do(request, pk, lambda: desk.release(pk, agent=request.user, context=context, now=clock.now()))


@signed_in
@require_POST
def close(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Close the conversation; `resolution` says how it ended."""
    resolution = text(request, "resolution")
    return do(request, pk, lambda: desk.close(pk, agent=request.user, resolution=resolution, now=clock.now()))
