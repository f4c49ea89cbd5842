"""The list of conversations: its tabs, its order, one row."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from audit.actors import Actor
from console.presenters import times
from console.presenters.channels import troubles_of
from conversations.models import OPEN, Conversation, Message
from conversations.states import Control, State
from handoff import phone_app
from handoff.models import Handoff, Mention, Offer
from sla.models import Clock

#: Rows drawn at once; whoever wants more searches.
MOST_ROWS = 100
LONGEST_SEARCH = 100
#: A window that ends within this time is about to close.
CLOSING_WITHIN = timedelta(hours=4)
#: From this priority on a row says so: a VIP, or an unhappy customer of a weighty topic (`handoff.priority`).
HIGH_PRIORITY = 30
TABS = {
    "waiting": "Waiting",
    "needs": "Needs you",
    "mine": "Mine",
    "mentions": "Mentions",
    "closing": "Window closing",
    "assistant": "Assistant",
    "open": "All open",
    "closed": "Closed",
}
#: Shown while there is something in them; an empty one would only take room.
ONLY_WITH_NEWS = ("needs", "mentions")
#: Their counts ask for somebody.
HOT = ("waiting", "needs", "mentions")
NOBODY_THERE = {
    "waiting": ("Nobody is waiting.", "Everyone who asked for a person has one."),
    "needs": ("Nothing needs a supervisor.", "What nobody takes, or whose agent is silent, comes here by itself."),
    "mentions": ("Nobody has named you.", "A note with your @name brings its conversation here until you look."),
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
    language: str
    flags: list[str]


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    label: str
    count: int
    is_hot: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the baton: `kind` for the colour, `words` for people."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Listing:
    tab: str
    search: str
    tabs: list[Tab]
    rows: list[Row]
    more: int
    waiting: int
    empty: tuple[str, str]
    troubles: list[str]


def listing(user: User, *, tab: str, search: str, opened: object = None, now: datetime) -> Listing:
    """The list as this person sees it: two queries (one more with a search, one more for a supervisor), however long.

    An unknown tab is `waiting`, and so is one that is not for this person.
    """
    search = search.replace("\x00", "").strip()[:LONGEST_SEARCH]
    visible, rules = Conversation.objects.visible_to(user), _rules(user, now)
    tab = tab if tab in rules else "waiting"
    conversations = visible.filter(customer__name__icontains=search) if search else visible
    counts = conversations.aggregate(**{name: Count("pk", filter=rule) for name, rule in rules.items()})
    found = _ordered(conversations.filter(rules[tab]), tab)
    rows = [_row(conversation, user, opened, now) for conversation in _dressed(found)[:MOST_ROWS]]
    return Listing(
        tab=tab,
        search=search,
        tabs=[
            Tab(name, TABS[name], counts[name], name in HOT and counts[name] > 0)
            for name in TABS
            if name in rules and (counts[name] or name == tab or name not in ONLY_WITH_NEWS)
        ],
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
    """What stands in each tab that is for this person."""
    closing = Q(window_expires_at__gt=now, window_expires_at__lte=now + CLOSING_WITHIN)
    asked = Handoff.objects.filter(ended_at=None, supervisor_since__isnull=False).values("conversation")
    named = Mention.objects.filter(user=user, seen_at=None).values("message__conversation")
    supervises = user.has_perm("conversations.supervise")
    return ({"needs": Q(pk__in=asked)} if supervises else {}) | {
        "mentions": Q(pk__in=named),
        "waiting": Q(state=State.PENDING),
        "mine": OPEN & Q(assigned_to=user),
        "closing": Q(state__in=[State.PENDING, State.HUMAN]) & closing,
        "assistant": Q(control=Control.BOT),
        "open": OPEN,
        "closed": Q(state=State.CLOSED),
    }


def _ordered(conversations: QuerySet[Conversation], tab: str) -> QuerySet[Conversation]:
    if tab in ("waiting", "needs"):
        return conversations.order_by(F("next_deadline").asc(nulls_last=True), "-priority", "opened_at", "id")
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
    handoff = Handoff.objects.filter(conversation=OuterRef("pk"), ended_at=None)
    offer = Offer.objects.filter(handoff__conversation=OuterRef("pk"), ended_at=None)
    full_name = NullIf(Trim(Concat("agent__first_name", Value(" "), "agent__last_name")), Value(""))
    return conversations.select_related("customer__tier", "assigned_to", "team").annotate(
        last_body=Subquery(last.values("body")[:1]),
        last_sender=Subquery(last.values("sender")[:1]),
        deadline_started=Subquery(running.values("started_at")[:1]),
        offered_to=Subquery(offer.values("agent")[:1]),
        offered_name=Subquery(offer.values(name=Coalesce(full_name, "agent__username"))[:1]),
        nudged_at=Subquery(handoff.values("nudged_at")[:1]),
        supervisor_since=Subquery(handoff.values("supervisor_since")[:1]),
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
        language=_language(conversation),
        flags=_flags(conversation, user),
    )


def _language(conversation: Conversation) -> str:
    """The language to answer in, as a code; empty for English, which most rows would say."""
    code = (conversation.language or conversation.customer.locale)[:2].lower()
    return "" if code == "en" else code


def _flags(conversation: Any, user: User) -> list[str]:
    """What is out of the ordinary about it, in words."""
    to = "you" if conversation.offered_to == user.pk else conversation.offered_name
    said = {
        "Urgent": conversation.priority >= HIGH_PRIORITY,
        f"Offered to {to}": conversation.offered_to is not None,
        "Needs a supervisor": conversation.supervisor_since is not None,
        "Agent nudged": conversation.nudged_at is not None and conversation.state == State.HUMAN,
        "Meta's agent holds this thread": conversation.standby_since is not None,
    }
    return [words for words, holds in said.items() if holds]


def _window(conversation: Conversation, now: datetime) -> times.Countdown | None:
    """None where the holder says already that there is no window to count."""
    if conversation.state in (State.CLOSED, State.DORMANT):
        return None
    return times.window(conversation.window_expires_at, now=now)
