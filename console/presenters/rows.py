"""The list of conversations: its tabs, its order, one row."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from audit.actors import Actor
from console.presenters import times
from console.presenters.channels import troubles_of
from conversations.models import OPEN, Conversation, Message
from conversations.states import Control, State
from handoff import phone_app
from sla.models import Clock

#: Rows drawn at once; whoever wants more searches.
MOST_ROWS = 100
LONGEST_SEARCH = 100
#: A window that ends within this time is about to close.
CLOSING_WITHIN = timedelta(hours=4)
TABS = {
    "waiting": "Waiting",
    "mine": "Mine",
    "closing": "Window closing",
    "assistant": "Assistant",
    "open": "All open",
    "closed": "Closed",
}
NOBODY_THERE = {
    "waiting": ("Nobody is waiting.", "Everyone who asked for a person has one."),
    "mine": ("You hold no conversation.", "Accept one from Waiting and it stands here."),
    "closing": ("No window is about to close.", "Who waits or is served, and cannot be written to soon, stands here."),
    "assistant": ("The assistant has nothing to do.", "Conversations that it holds stand here."),
    "open": ("No open conversations.", "The next message of a customer opens one."),
    "closed": ("Nothing is closed yet.", "Closed conversations stay here, with their record."),
}


@dataclass(frozen=True, slots=True)
class Row:
    conversation: Conversation
    name: str
    preview: str
    preview_who: str
    holder: "Holder"
    deadline: times.Countdown | None
    window: times.Countdown | None
    activity: str
    activity_full: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the baton: `kind` for the colour, `words` for people."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Listing:
    tab: str
    search: str
    tabs: list[tuple[str, str, int]]
    rows: list[Row]
    more: int
    waiting: int
    empty: tuple[str, str]
    troubles: list[str]


def listing(user: User, *, tab: str, search: str, opened: object = None, now: datetime) -> Listing:
    """The list as this person sees it: two queries (one more with a search, one more for a supervisor), however long.

    An unknown tab is `waiting`.
    """
    tab = tab if tab in TABS else "waiting"
    search = search.replace("\x00", "").strip()[:LONGEST_SEARCH]
    visible, rules = Conversation.objects.visible_to(user), _rules(user, now)
    conversations = visible.filter(customer__name__icontains=search) if search else visible
    counts = conversations.aggregate(**{name: Count("pk", filter=rule) for name, rule in rules.items()})
    found = _ordered(conversations.filter(rules[tab]), tab)
    rows = [_row(conversation, user, opened, now) for conversation in _dressed(found)[:MOST_ROWS]]
    return Listing(
        tab=tab,
        search=search,
        tabs=[(name, label, counts[name]) for name, label in TABS.items()],
        rows=rows,
        more=max(0, counts[tab] - len(rows)),
        waiting=visible.filter(rules["waiting"]).count() if search else counts["waiting"],
        empty=("Nobody by that name here.", "Try another tab, or fewer letters.") if search else NOBODY_THERE[tab],
        troubles=troubles_of(user, now=now),
    )


def holder_of(conversation: Conversation, user: User) -> Holder:
    """Who has the conversation now, as this person would say it."""
    if conversation.state == State.CLOSED:
        return Holder("closed", "Closed")
    if conversation.state == State.DORMANT:
        return Holder("dormant", "Window closed")
    if conversation.state == State.PENDING:
        return Holder("waiting", f"Waiting for {conversation.team.name}")
    if phone_app.is_holder(conversation):
        return Holder("phone", "Phone app")
    if conversation.state == State.HUMAN and conversation.assigned_to is not None:
        mine = conversation.assigned_to_id == user.pk
        return Holder("mine" if mine else "human", "You" if mine else Actor.human(conversation.assigned_to).name)
    return Holder("bot", "Assistant")


def _rules(user: User, now: datetime) -> dict[str, Q]:
    closing = Q(window_expires_at__gt=now, window_expires_at__lte=now + CLOSING_WITHIN)
    return {
        "waiting": Q(state=State.PENDING),
        "mine": OPEN & Q(assigned_to=user),
        "closing": Q(state__in=[State.PENDING, State.HUMAN]) & closing,
        "assistant": Q(control=Control.BOT),
        "open": OPEN,
        "closed": Q(state=State.CLOSED),
    }


def _ordered(conversations: QuerySet[Conversation], tab: str) -> QuerySet[Conversation]:
    if tab == "waiting":
        return conversations.order_by(F("next_deadline").asc(nulls_last=True), "opened_at", "id")
    if tab == "mine":
        return conversations.order_by(F("next_deadline").asc(nulls_last=True), "-last_activity_at", "id")
    if tab == "closing":
        return conversations.order_by("window_expires_at", "id")
    return conversations.order_by("-last_activity_at", "id")


def _dressed(conversations: QuerySet[Conversation]) -> QuerySet[Conversation, Any]:
    """With everything a row shows, in the same query."""
    last = Message.objects.filter(conversation=OuterRef("pk")).said().exclude(sender=Message.Sender.SYSTEM)
    last = last.order_by("-placed_at", "-seq")
    running = Clock.objects.running().filter(conversation=OuterRef("pk")).order_by("due_at")
    return conversations.select_related("customer__tier", "assigned_to", "team").annotate(
        last_body=Subquery(last.values("body")[:1]),
        last_sender=Subquery(last.values("sender")[:1]),
        deadline_started=Subquery(running.values("started_at")[:1]),
    )


def _row(conversation: Any, user: User, opened: object, now: datetime) -> Row:
    return Row(
        conversation=conversation,
        name=str(conversation.customer),
        preview=" ".join((conversation.last_body or "").split())[:140],
        preview_who={"bot": "Assistant", "human": "Agent"}.get(conversation.last_sender, ""),
        holder=holder_of(conversation, user),
        deadline=times.deadline(conversation.next_deadline, started=conversation.deadline_started, now=now),
        window=_window(conversation, now),
        activity=times.short(conversation.last_activity_at, now=now),
        activity_full=times.full(conversation.last_activity_at),
        is_open=conversation.pk == opened,
    )


def _window(conversation: Conversation, now: datetime) -> times.Countdown | None:
    """None where the holder says already that there is no window to count."""
    if conversation.state in (State.CLOSED, State.DORMANT):
        return None
    return times.window(conversation.window_expires_at, now=now)
