"""Tickets: the list, one ticket, and what a person does with it. Plain forms; a refusal stands on the page in words."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from config import clock
from console.presenters import times
from console.presenters.tickets import ticket_list, ticket_page, visible_tickets
from console.ticket_writing import reply_once
from console.views.access import StaffRequest, signed_in
from console.views.doing import text, whole_text
from handoff import desk, tickets
from handoff.models import Ticket
from handoff.refusals import Refused


@signed_in
@require_safe
def ticket_index(request: StaffRequest) -> HttpResponse:
    """The tickets of this person's teams, by `?tab=`: open, mine, overdue, closed."""
    now = clock.now()
    found = ticket_list(request.user, tab=request.GET.get("tab", ""), now=now)
    return render(request, "console/tickets.html", {"list": found, "now": times.iso(now)})


@signed_in
@require_safe
def ticket(request: StaffRequest, number: int) -> HttpResponse:
    """One ticket. A look at another team's goes on the record, as a look at its conversation does."""
    found = _visible(request, number)
    desk.note_look(found.conversation, agent=request.user, now=clock.now())
    return _page(request, found)


@signed_in
@require_POST
def take(request: StaffRequest, number: int) -> HttpResponse:
    """It is this person's from here on."""
    me, now = request.user, clock.now()
    found = _visible(request, number)
    return _do(
        request, found, lambda: tickets.ticket_update(found.pk, agent=me, assigned_to=me, now=now), "It is yours."
    )


@signed_in
@require_POST
def reply(request: StaffRequest, number: int) -> HttpResponse:
    """Write to the customer in their thread; the same `token` twice writes once."""
    found, body = _visible(request, number), whole_text(request, "body")
    return _do(
        request, found,
        lambda: reply_once(found, agent=request.user, body=body, token=_token(request), now=clock.now()),
        "Sent. The conversation is yours; what the customer answers comes there.",
    )  # fmt: skip


@signed_in
@require_POST
def close(request: StaffRequest, number: int) -> HttpResponse:
    """It is settled; with `tell` the customer is told, where WhatsApp's window is open."""
    found, how, tell = _visible(request, number), text(request, "resolution"), "tell" in request.POST
    now = clock.now()
    told = " The customer is told." if tell and found.conversation.window_is_open(now) else ""
    return _do(
        request, found,
        lambda: tickets.ticket_close(found.pk, agent=request.user, resolution=how, tell_customer=tell, now=now),
        f"{found.name} is closed.{told}",
    )  # fmt: skip


def _do(request: StaffRequest, found: Ticket, verb: Callable[[], object], done: str) -> HttpResponse:
    """Do it, and say so on the ticket's page; a refusal draws the page anew, with what was written kept."""
    try:
        verb()
    except Refused as refused:
        return _page(request, found, trouble=refused.words, status=409)
    except ValueError as wrong:
        return _page(request, found, trouble=str(wrong), status=400)
    messages.success(request, done)
    return redirect("console:ticket", number=found.number)


def _page(request: StaffRequest, found: Ticket, *, trouble: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    if trouble:
        found = _visible(request, found.number)
    context = {
        "ticket": found, "page": ticket_page(found, request.user, now=now), "now": times.iso(now), "trouble": trouble,
        "token": uuid4(), "body": whole_text(request, "body"), "resolution": text(request, "resolution"),
    }  # fmt: skip
    return render(request, "console/ticket.html", context, status=status)


def _visible(request: StaffRequest, number: int) -> Ticket:
    """Raises Http404 alike where there is none and where it is not this person's to see."""
    found = visible_tickets(request.user).filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404("There is no such ticket, or it is another team's.")
    return found


def _token(request: StaffRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return None
