"""Giving a conversation on, calling colleagues in, and what the assistant suggests to the agent."""

from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from config import clock
from console.presenters.closing import closing_of
from console.presenters.people import choices_for
from console.views.access import StaffRequest, signed_in, visible_conversation, wants_fragment
from console.views.doing import do, give_on, number, text
from handoff import assignment, copilot, desk, people
from handoff.models import Suggestion, Team
from handoff.refusals import Refused


@signed_in
@require_POST
def transfer(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Give it to a team (`where=team`, `team`) or to a colleague (`where=person`, `person`), with a `note`."""

    def verb() -> object:
        to_person = request.POST.get("where") == "person"
        team, person = (None, _person(request)) if to_person else (_team(request), None)
        note = text(request, "note")
        return desk.transfer(pk, agent=request.user, team=team, to=person, note=note, now=clock.now())

    return give_on(request, pk, verb, words="The conversation is theirs now.")


@signed_in
@require_POST
def escalate(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Give it to the next level, with a `note`."""
    note, words = text(request, "note"), "The conversation is with the next level now."
    return give_on(request, pk, lambda: desk.escalate(pk, agent=request.user, note=note, now=clock.now()), words=words)


@signed_in
@require_POST
def invite(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Call a colleague in (`person`), with a `note`: they read along and write notes."""

    def verb() -> object:
        note = text(request, "note")
        return desk.invite(pk, agent=request.user, colleague=_person(request), note=note, now=clock.now())

    return do(request, pk, verb)


@signed_in
@require_POST
def leave(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Who was invited leaves."""
    words = "You have left the conversation."
    return give_on(request, pk, lambda: desk.leave(pk, agent=request.user, now=clock.now()), words=words)


@signed_in
@require_POST
def pass_offer(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The agent does not want what is offered: the next is asked."""
    return do(request, pk, lambda: assignment.offer_pass(pk, agent=request.user, now=clock.now()))


@signed_in
@require_safe
def choices(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What an opened dialog offers now: teams, colleagues and whether they are there, whether a rating can be asked."""
    opened = visible_conversation(request, pk)
    if not wants_fragment(request):
        return redirect("console:conversation", pk=pk)
    now = clock.now()
    found = {"choices": choices_for(opened, request.user, now=now), "closing": closing_of(opened, now=now)}
    return render(request, "console/_fresh.html", found)


@signed_in
@require_POST
def suggest(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A reply as the assistant would write it, for the agent to use, change or ignore. It is never sent by itself."""

    def verb() -> Suggestion:
        found = copilot.suggest(pk, agent=request.user, now=clock.now())
        if found is None:
            raise Refused("no_suggestion", "The assistant has no suggestion for this one.")
        return found

    return do(request, pk, verb, then=_suggested)


@signed_in
@require_safe
def similar(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Solved cases like this one."""
    opened = visible_conversation(request, pk)
    if not wants_fragment(request):
        return redirect("console:conversation", pk=pk)
    return render(request, "console/_similar.html", {"cases": copilot.similar(opened, user=request.user)})


def _suggested(found: Suggestion) -> HttpResponse:
    confidence = None if found.confidence is None else round(found.confidence * 100)
    return JsonResponse({"id": found.pk, "body": found.body, "confidence": confidence, "sources": found.sources})


def _team(request: StaffRequest) -> Team:
    pk = number(request, "team", of="a team")
    found = people.teams().filter(pk=pk).first() if pk is not None else None
    if found is None:
        raise ValueError("Choose a team.")
    return found


def _person(request: StaffRequest) -> User:
    pk = number(request, "person", of="a colleague")
    found = User.objects.filter(pk=pk).first() if pk is not None else None
    if found is None:
        raise ValueError("Choose a colleague.")
    return found
