"""Tickets: the list with its tabs, and one ticket with its record."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from audit.actors import Actor
from audit.models import Event
from config.secrecy import Undecryptable
from console.presenters import times
from console.presenters.panel import Happening, happening_of
from console.presenters.rows import HIGH_PRIORITY
from conversations.models import Conversation
from handoff import contact_form, people
from handoff.models import Ticket

#: Tickets drawn at once; the number, typed into the address, finds any other.
MOST_TICKETS = 100
TABS = {"open": "Open", "mine": "Mine", "overdue": "Overdue", "closed": "Closed"}
EMPTY = {
    "open": ("No open tickets.", "A team that works by tickets, or is closed, gets its handoffs here."),
    "mine": ("You have no tickets.", "Take one from Open and it stands here."),
    "overdue": ("Nothing is overdue.", "What is past the time the customer was told stands here."),
    "closed": ("No ticket is closed yet.", "Closed tickets stay here, with their record."),
}


@dataclass(frozen=True, slots=True)
class TicketRow:
    ticket: Ticket
    customer: str
    owner: str
    is_mine: bool
    due: times.Countdown | None
    closed: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class TicketList:
    tab: str
    tabs: list[tuple[str, str, int]]
    rows: list[TicketRow]
    more: int
    empty: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Contact:
    """What the customer left for a call-back. `hidden` says why it is not shown."""

    facts: list[tuple[str, str]]
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class TicketPage:
    row: TicketRow
    contact: Contact
    happenings: list[Happening]
    may_open: bool
    may_take: bool
    is_open: bool
    window_is_open: bool


def ticket_list(user: User, *, tab: str, now: datetime) -> TicketList:
    """The tickets this person may see: three queries, however many. An unknown tab is `open`."""
    tab = tab if tab in TABS else "open"
    visible, rules = Ticket.objects.visible_to(user), _rules(user, now)
    counts = visible.aggregate(**{name: Count("pk", filter=rule) for name, rule in rules.items()})
    found = _dressed(visible.filter(rules[tab])).order_by(*_order(tab))
    rows = [_row(ticket, user, now) for ticket in found[:MOST_TICKETS]]
    return TicketList(
        tab=tab,
        tabs=[(name, label, counts[name]) for name, label in TABS.items()],
        rows=rows,
        more=max(0, counts[tab] - len(rows)),
        empty=EMPTY[tab],
    )


def ticket_page(ticket: Ticket, user: User, *, now: datetime) -> TicketPage:
    """One ticket with everything its page shows, in a fixed number of queries."""
    events = Event.objects.about(ticket.stream)
    is_open = ticket.status != Ticket.Status.CLOSED
    return TicketPage(
        row=_row(ticket, user, now),
        contact=_contact(ticket, user),
        happenings=[happening_of(event, now=now) for event in events],
        may_open=Conversation.objects.visible_to(user).filter(pk=ticket.conversation_id).exists(),
        may_take=is_open
        and ticket.assigned_to_id != user.pk
        and people.members(ticket.team).filter(pk=user.pk).exists(),
        is_open=is_open,
        window_is_open=ticket.conversation.window_is_open(now),
    )


def visible_tickets(user: User) -> QuerySet[Ticket]:
    """With everything a page shows of them."""
    return _dressed(Ticket.objects.visible_to(user))


def _rules(user: User, now: datetime) -> dict[str, Q]:
    still = ~Q(status=Ticket.Status.CLOSED)
    return {
        "open": still,
        "mine": still & Q(assigned_to=user),
        "overdue": still & Q(due_at__lte=now),
        "closed": Q(status=Ticket.Status.CLOSED),
    }


def _order(tab: str) -> tuple[str, ...]:
    return ("-closed_at", "-number") if tab == "closed" else ("due_at", "-priority", "number")


def _dressed(found: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return found.select_related("customer__tier", "team", "assigned_to", "conversation", "topic", "handoff")


def _row(ticket: Ticket, user: User, now: datetime) -> TicketRow:
    is_open = ticket.status != Ticket.Status.CLOSED
    return TicketRow(
        ticket=ticket,
        customer=str(ticket.customer),
        owner=Actor.human(ticket.assigned_to).name if ticket.assigned_to else "",
        is_mine=ticket.assigned_to_id == user.pk,
        due=times.deadline(ticket.due_at, started=ticket.created_at, now=now) if is_open else None,
        closed=times.short(ticket.closed_at, now=now) if ticket.closed_at else "",
        is_urgent=ticket.priority >= HIGH_PRIORITY,
    )


def _contact(ticket: Ticket, user: User) -> Contact:
    """What the customer left, in clear: for the team that calls back, for whoever has the ticket, for supervisors."""
    if not ticket.contact:
        return Contact([])
    calls_back = ticket.assigned_to_id == user.pk or user.groups.filter(pk=ticket.team_id).exists()
    if not (calls_back or user.has_perm("conversations.supervise")):
        return Contact([], f"Contact details are shown to {ticket.team.name} and to supervisors.")
    try:
        left = contact_form.unseal(ticket.contact)
    except Undecryptable:
        return Contact([], "They were stored under another DATA_KEY: an administrator can bring it back.")
    reach = {"phone": "Phone", "email": "E-mail"}.get(str(left.get("reach_kind")), "To be reached by")
    facts = (("Name", left.get("name")), (reach, left.get("reach")), ("When it suits", left.get("time")))
    return Contact([(label, str(value)) for label, value in facts if value])
