"""What an open page fetches when the doorbell rings: the same partials that drew it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from config import clock
from console.presenters import times
from console.presenters.lines import dressed, lines_of
from console.presenters.offers import offers_of
from console.presenters.rows import listing
from console.views.access import StaffRequest, signed_in, visible_conversation
from console.views.pages import conversation_parts
from conversations.models import Message

#: Lines in one answer; the page asks again until it is level.
MOST_LINES = 200


@signed_in
@require_safe
def lines(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The lines that changed after `?after=<revision>`, in the order of their changes, and how far that reaches.

    `X-Baton-Revision` is where to ask from next; `X-Baton-More: 1` says that there is more already.
    """
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        return HttpResponseBadRequest("`after` is a revision: a whole number, 0 or more.", content_type="text/plain")
    opened = visible_conversation(request, pk)  # read before the lines: what is committed between comes with them
    changed = dressed(opened.messages.filter(revision__gt=int(after))).order_by("revision", "seq")
    found = list(changed[: MOST_LINES + 1])
    more, shown = len(found) > MOST_LINES, found[:MOST_LINES]
    last = shown[-1].revision if shown else int(after)
    response = HttpResponse(_drawn(request, shown))
    response["X-Baton-Revision"] = last if more else max(last, opened.revision)
    response["X-Baton-More"] = "1" if more else "0"
    return _timed(response)


@signed_in
@require_safe
def state(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Head, gate and right pane of the conversation."""
    opened = visible_conversation(request, pk)
    return _timed(render(request, "console/_state.html", conversation_parts(request, opened)))


@signed_in
@require_safe
def conversation_list(request: StaffRequest) -> HttpResponse:
    """The left pane: `?tab=`, `?q=`, and `?open=` for the row that is open; with it what is offered to this agent."""
    now = clock.now()
    found = listing(
        request.user, tab=request.GET.get("tab", ""), search=request.GET.get("q", ""),
        opened=_uuid(request.GET.get("open", "")), now=now,
    )  # fmt: skip
    offers = offers_of(request.user, now=now)
    return _timed(render(request, "console/_list_news.html", {"listing": found, "offers": offers}))


def _drawn(request: HttpRequest, messages: list[Message]) -> str:
    partial = get_template("console/_line.html")
    return "".join(partial.render({"line": line}, request) for line in lines_of(messages))


def _timed(response: HttpResponse) -> HttpResponse:
    """The server's time goes with every fragment: the page's countdowns follow it, not the laptop's clock."""
    response["X-Baton-Now"] = times.iso(clock.now())
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
