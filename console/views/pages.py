"""The whole pages: the desk, a conversation on it, its full record."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.models import Event
from config import clock
from console.presenters import times
from console.presenters.closing import closing_of
from console.presenters.gate import gate_of, verbs_of
from console.presenters.heads import head_of
from console.presenters.lines import EMOJIS, dressed, lines_of
from console.presenters.mentions import calls_of
from console.presenters.offers import offers_of
from console.presenters.panel import happening_of, panel_of
from console.presenters.people import choices_for
from console.presenters.rows import holder_of, listing
from console.views.access import StaffRequest, signed_in, visible_conversation
from conversations.models import Conversation
from handoff import desk

#: Lines drawn at first; a link brings the rest.
FIRST_LINES = 200


@signed_in
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """The desk without a conversation."""
    return render(request, "console/desk.html", _frame(request))


@signed_in
@require_safe
def conversation(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The desk with this conversation open. A look at another team's goes on the record."""
    opened = visible_conversation(request, pk)
    now = clock.now()
    desk.note_look(opened, agent=request.user, now=now)
    context = _frame(request, opened) | conversation_parts(request, opened) | _transcript(request, opened)
    context |= {
        "choices": choices_for(opened, request.user, now=now),
        "closing": closing_of(opened, now=now),
        "calls": calls_of(opened, request.user, now=now),
        "token": uuid4(),
    }
    return render(request, "console/desk.html", context)


@signed_in
@require_safe
def full_record(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Every entry of the conversation's record, with payloads and the hashes of its chain."""
    opened = visible_conversation(request, pk)
    now = clock.now()
    desk.note_look(opened, agent=request.user, now=now)
    entries = [happening_of(event, now=now) for event in Event.objects.about(opened.stream)]
    return render(request, "console/record.html", {"conversation": opened, "entries": entries})


def conversation_parts(request: StaffRequest, opened: Conversation) -> dict[str, Any]:
    """What the parts around a transcript are drawn from, on the page and in its fragment alike."""
    now = clock.now()
    panel = panel_of(opened, now=now)
    return {
        "conversation": opened,
        "holder": holder_of(opened, request.user),
        "head": head_of(opened, panel.handoff, request.user, now=now),
        "gate": gate_of(opened, request.user, now=now),
        "verbs": verbs_of(opened, request.user),
        "panel": panel,
    }


def _frame(request: StaffRequest, opened: Conversation | None = None) -> dict[str, Any]:
    now = clock.now()
    found = listing(
        request.user, tab=request.GET.get("tab", ""), search=request.GET.get("q", ""),
        opened=opened.pk if opened else None, now=now,
    )  # fmt: skip
    offers = offers_of(request.user, now=now)
    return {"listing": found, "offers": offers, "opened": opened, "now": times.iso(now)}


def _transcript(request: StaffRequest, opened: Conversation) -> dict[str, Any]:
    """The last lines in the order of the conversation. The revision was read before them: nothing falls between."""
    newest = dressed(opened.messages.all()).order_by("-placed_at", "-seq")
    limit = None if "all" in request.GET else FIRST_LINES + 1
    found = list(newest[:limit])
    more = limit is not None and len(found) == limit
    shown = lines_of(reversed(found[:FIRST_LINES] if more else found))
    return {"lines": shown, "has_earlier": more, "revision": opened.revision, "emojis": EMOJIS}
