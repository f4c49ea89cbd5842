"""The verbs of the desk. Each is a POST; a refusal is 409 with its words, for plain forms a message on the page."""

import contextlib
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from config import clock
from console.views.access import StaffRequest, signed_in
from console.views.doing import do, number, refusal, text, token
from console.writing import write_once
from conversations.models import Message
from handoff import desk, suggestions
from handoff.models import Suggestion
from handoff.resolutions import Labels

ANSWERS = {"yes": True, "no": False}


@signed_in
@require_POST
def write(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A reply to the customer or, with `kind=note`, a note for the desk; the same `token` twice writes once.

    `reply_to` is the number of the line that a reply quotes, `suggestion` of the draft it was made of.
    """
    kind, body = request.POST.get("kind"), request.POST.get("body", "")
    if kind not in ("reply", "note"):
        return refusal(request, pk, "bad_input", "Say whether this is a reply or a note.", status=400)

    def verb() -> Message:
        quoted = number(request, "reply_to") if kind == "reply" else None
        drafted = number(request, "suggestion", of="a suggestion") if kind == "reply" else None
        written = write_once(
            pk, agent=request.user, kind="note" if kind == "note" else "reply", body=body, key=token(request),
            now=clock.now(), reply_to=quoted,
        )  # fmt: skip
        if drafted is not None:
            _settle(request, drafted, written)
        return written

    return do(request, pk, verb)


def _settle(request: StaffRequest, drafted: int, written: Message) -> None:
    """Keep what became of the assistant's draft. The reply has left already: a draft of elsewhere changes nothing."""
    with contextlib.suppress(Suggestion.DoesNotExist, ValueError):
        suggestions.settle(drafted, written, agent=request.user, now=clock.now())


@signed_in
@require_POST
def accept(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Take the waiting conversation."""
    return do(request, pk, lambda: desk.accept(pk, agent=request.user, now=clock.now()))


@signed_in
@require_POST
def take_over(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Barge in on the assistant or the phone app; on a colleague with their number as `holder`."""
    return do(
        request,
        pk,
        lambda: desk.take_over(pk, agent=request.user, holder=_holder(request), now=clock.now()),
    )


def _holder(request: StaffRequest) -> int | None:
    return number(request, "holder", of="the colleague who holds it")


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
    """Close the conversation: `tag` and `resolution` say how it ended, `ask_rating` asks the customer how it was,
    and `right_team`, `bot_could`, `right_intent` (yes, no or nothing) are what the assistant can learn from it."""

    def verb() -> object:
        return desk.close(
            pk, agent=request.user, resolution=text(request, "resolution"), tag=text(request, "tag"),
            ask_rating=request.POST.get("ask_rating") == "1", labels=_labels(request), now=clock.now(),
        )  # fmt: skip

    return do(request, pk, verb)


def _labels(request: StaffRequest) -> Labels | None:
    """What was answered; None where nothing was."""
    said = [ANSWERS.get(request.POST.get(name, "")) for name in ("right_team", "bot_could", "right_intent")]
    if said == [None, None, None]:
        return None
    return Labels(right_team=said[0], bot_could=said[1], right_intent=said[2])
