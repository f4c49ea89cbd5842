"""Tickets: matters that are followed up later, with a number the customer is told.

Locks: the conversation's row first, then the ticket's. What stands in the record about a ticket are ids, figures and
codes: neither the customer's words nor contact details (invariant 9).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from assistant.person_request import person_request
from audit.actors import Actor
from audit.record import record
from config import wake
from conversations import intake, outbox, transcript
from conversations.content import Text
from conversations.models import BotSwitch, Conversation, Customer, Message
from conversations.states import BOT_STATES, State
from handoff import contact_form, events, helpdesk, notices, people, refusals, texts
from handoff.models import Handoff, Team, Ticket
from sla import hours
from sla.clocks import clock_meet
from sla.matrix import promise_for
from sla.models import Clock

Status, Kind = Ticket.Status, Ticket.Kind
#: So much of the customer's words stands in the subject.
LONGEST_WORDS = 80
UNCHANGED: Any = object()


def takes_tickets(conversation: Conversation, *, now: datetime) -> bool:
    """Whether the conversation's team takes its work as tickets, now.

    A ticket gives the thread back to the assistant. While that is stopped nobody would have it, and every line would
    make a ticket of its own: so the customer waits in the team's queue.
    """
    team = people.team_of(conversation)
    if team.mode != Team.Mode.WARM and not BotSwitch.current().enabled:
        return False
    if team.mode == Team.Mode.COLD:
        return True
    return team.mode == Team.Mode.COLD_WHEN_CLOSED and not hours.is_open(team.hours, now)


def open_of(customer: Customer) -> list[Ticket]:
    """What is open for this customer, the oldest first; also what was opened before they were found to be one with
    another."""
    return list(Ticket.objects.filter(conversation__customer=customer).exclude(status=Status.CLOSED).order_by("number"))


def ticket_open(
    conversation: Conversation, *, handoff: Handoff | None, actor: Actor, now: datetime,
    kind: Ticket.Kind = Ticket.Kind.FOLLOW_UP, contact: dict[str, Any] | None = None,
) -> Ticket:  # fmt: skip
    """Make a ticket of the (locked) conversation's matter and tell the customer its number and when to expect an
    answer, if WhatsApp's window is open. `contact` is kept sealed. What becomes of the handoff is the caller's."""
    team = people.team_of(conversation)
    desk = helpdesk.desk_for(team)
    ticket = Ticket.objects.create(
        number=_next_number(), kind=kind, customer=conversation.customer, conversation=conversation, handoff=handoff,
        subject=_subject(conversation, handoff), summary=handoff.summary if handoff else "",
        contact=contact_form.seal(contact or {}), topic=conversation.topic, team_id=conversation.team_id,
        priority=conversation.priority, created_at=now, due_at=_due(conversation, team, now), help_desk=desk.key,
    )  # fmt: skip
    _record(events.TICKET_OPENED, ticket, actor, now, kind=str(kind), kind_words=kind.label, team=ticket.team_id,
            handoff=handoff.pk if handoff else None, due_at=ticket.due_at.isoformat())  # fmt: skip
    transcript.banner(conversation, f"Ticket {ticket.name} was made ({kind.label})", now=now)
    desk.create(ticket)
    if conversation.window_is_open(now):
        notices.say(conversation, _told(conversation, ticket, team, now), now=now, metadata={"ticket": ticket.number})
    return ticket


def ticket_of(ticket_id: int) -> Ticket:
    """Raises Ticket.DoesNotExist."""
    return Ticket.objects.select_related("conversation__channel", "conversation__customer", "team").get(pk=ticket_id)


@transaction.atomic
def ticket_update(
    ticket_id: int, *, agent: User, now: datetime, assigned_to: User | None = UNCHANGED, status: str = UNCHANGED,
    priority: int = UNCHANGED,
) -> Ticket:  # fmt: skip
    """Give it to somebody of its team (None: to nobody), set it open or pending, change its priority; what is not given
    stays. A closed one is opened again by its status.

    Raises Refused: closed, no_such_agent; ValueError for what is no status or priority (0 to 999), and for closing,
    which is `ticket_close`.
    """
    _, ticket = _locked(ticket_id)
    changed: dict[str, Any] = {}
    if status is not UNCHANGED:
        changed |= _set_status(ticket, status)
    if ticket.status == Status.CLOSED:
        raise refusals.Refused("closed", f"Ticket {ticket.name} is closed. Open it again first.")
    if assigned_to is not UNCHANGED:
        changed |= _assign(ticket, assigned_to)
    if priority is not UNCHANGED:
        changed |= _set_priority(ticket, priority)
    if changed:
        _keep(ticket, Actor.human(agent), changed, now)
    return ticket


@transaction.atomic
def ticket_reply(ticket_id: int, *, agent: User, body: str, now: datetime) -> Message:
    """Write to the customer in their thread, as this agent, who holds the thread from then on. Outside WhatsApp's
    window the words wait there, and the customer is asked to write (`held`); where the thread was closed, a new one is
    opened. The ticket then waits for the customer.

    Raises Refused: closed (the ticket), not_in_control (a colleague holds the thread), offered; ValueError for an empty
    or overlong text.
    """
    text = Text(outbox.clean_text(body))
    ticket = ticket_of(ticket_id)
    origin = ticket.conversation
    conversation = intake.conversation_of(origin.channel, origin.customer, now=now)
    ticket = _lock_row(ticket_id)
    if ticket.status == Status.CLOSED:
        raise refusals.Refused("closed", f"Ticket {ticket.name} is closed. Open it again before you answer it.")
    if conversation.pk != origin.pk and not conversation.last_seq:
        conversation.team_id = ticket.team_id
        conversation.save(update_fields=["team"])
    _take_thread(conversation, agent, now)
    message = _write(conversation, ticket, text, agent, now)
    if ticket.status != Status.PENDING:
        _keep(ticket, Actor.human(agent), _set_status(ticket, Status.PENDING), now)
    _record(events.TICKET_REPLIED, ticket, Actor.human(agent), now, seq=message.seq, message=str(message.pk))
    return message


@transaction.atomic
def ticket_close(ticket_id: int, *, agent: User, now: datetime, resolution: str, tell_customer: bool) -> Ticket:
    """It is settled; `resolution` is the desk's own note. With `tell_customer` they are told the number, in their
    thread, if WhatsApp's window is open. Raises Refused: closed."""
    ticket = ticket_of(ticket_id)
    conversation = _lock_latest(ticket.conversation)
    ticket = _lock_row(ticket_id)
    if ticket.status == Status.CLOSED:
        raise refusals.Refused("closed", f"Ticket {ticket.name} was closed already.")
    ticket.status, ticket.closed_at, ticket.resolution = Status.CLOSED, now, resolution.strip()[:200]
    ticket.save(update_fields=["status", "closed_at", "resolution"])
    told = tell_customer and conversation.window_is_open(now) and conversation.standby_since is None
    if told:
        words = texts.text("ticket_closed", texts.language_of(conversation), ticket=ticket.name)
        notices.say(conversation, words, now=now, metadata={"ticket": ticket.number})
    digest = hashlib.sha256(ticket.resolution.encode()).hexdigest() if ticket.resolution else ""
    _record(events.TICKET_CLOSED, ticket, Actor.human(agent), now, resolution_sha256=digest, told=told)
    helpdesk.desk_of(ticket).update(ticket, {"status": str(ticket.status)})
    return ticket


def reply_in(help_desk: str, external_id: str, *, agent: User, body: str, now: datetime) -> Message:
    """An outside desk's answer: to the customer, as `ticket_reply`. Raises Ticket.DoesNotExist for a ticket that is
    none of that desk's."""
    ticket = Ticket.objects.get(help_desk=help_desk, external_id=_named(external_id))
    return ticket_reply(ticket.pk, agent=agent, body=body, now=now)


def closed(help_desk: str, external_id: str, *, agent: User, now: datetime, resolution: str = "") -> Ticket:
    """An outside desk has settled it: as `ticket_close`, and the customer is told. Told twice it stays closed. Raises
    Ticket.DoesNotExist."""
    ticket = Ticket.objects.get(help_desk=help_desk, external_id=_named(external_id))
    if ticket.status == Status.CLOSED:
        return ticket
    return ticket_close(ticket.pk, agent=agent, now=now, resolution=resolution, tell_customer=True)


def _named(external_id: str) -> str:
    if not external_id:
        raise Ticket.DoesNotExist("No id, no ticket.")
    return external_id


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('handoff_ticket_number')")
        return int(cursor.fetchone()[0])


def _due(conversation: Conversation, team: Team, now: datetime) -> datetime:
    """By when, by the SLA: the promise counts from now, or from the next opening while the team is closed. A moment at
    which nobody is there is put off to the next opening."""
    promise = promise_for(tier=conversation.customer.tier_id, topic=conversation.topic_id).first_response
    due = (hours.next_opening(team.hours, now) or now) + promise
    last_moment = due - timedelta(seconds=1)
    return due if hours.is_open(team.hours, last_moment) else hours.next_opening(team.hours, due) or due


def _subject(conversation: Conversation, handoff: Handoff | None) -> str:
    """What it is about, and the customer's own words, shortened."""
    intent = str(handoff.payload.get("intent") or "").replace("_", " ") if handoff else ""
    about = conversation.topic.name if conversation.topic else intent.capitalize()
    return ": ".join(part for part in (about, _words(conversation, handoff)) if part)[:200] or "A customer's request"


def _words(conversation: Conversation, handoff: Handoff | None) -> str:
    """The customer's last words before the handoff that say more than "a person, please"."""
    if handoff is not None:
        lines = handoff.payload.get("messages") or []
        said = [str(line.get("body") or "") for line in lines if line.get("sender") == "user"]
    else:
        asked = conversation.messages.filter(direction=Message.Direction.IN, asks=True).order_by("-seq")[:10]
        said = [line.body for line in reversed(asked)]
    spoken = [" ".join(body.split()) for body in said if body.strip()]
    telling = [body for body in spoken if not person_request(body)]
    words = next(reversed(telling or spoken), "")
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1].rstrip() + "…"


def _told(conversation: Conversation, ticket: Ticket, team: Team, now: datetime) -> str:
    """The number, when to expect an answer, and what whoever answers will see."""
    language, opening = texts.language_of(conversation), hours.next_opening(team.hours, now)
    key = "ticket_call_back" if ticket.kind == Kind.CALL_BACK else "ticket_opened"
    if opening is None:
        number = texts.text(f"{key}_no_time", language, ticket=ticket.name)
    else:
        when = texts.when(ticket.due_at, language, zone=hours.zone_of(team.hours), now=now)
        number = texts.text(key, language, ticket=ticket.name, when=when)
    what = notices.what_they_see(ticket.handoff.payload, language) if ticket.handoff else ""
    sees = texts.text("sees_later", language, what=what) if what and ticket.kind == Kind.FOLLOW_UP else ""
    away = notices.place_words(conversation, now=now) if not hours.is_open(team.hours, now) else ""
    goes_on = texts.text("ticket_meanwhile", language) if ticket.handoff and BotSwitch.current().enabled else ""
    return "\n".join(part for part in (away, number, sees, goes_on) if part)


def _locked(ticket_id: int) -> tuple[Conversation, Ticket]:
    conversation = transcript.lock(Ticket.objects.values_list("conversation_id", flat=True).get(pk=ticket_id))
    return conversation, _lock_row(ticket_id)


def _lock_row(ticket_id: int) -> Ticket:
    return Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)


def _lock_latest(origin: Conversation) -> Conversation:
    """The customer's thread on that channel, as it is now: of theirs the last one."""
    theirs = Conversation.objects.filter(customer=origin.customer_id, channel=origin.channel_id)
    return transcript.lock(theirs.order_by("-opened_at").values_list("pk", flat=True)[0])


def _set_status(ticket: Ticket, status: str) -> dict[str, Any]:
    if status == Status.CLOSED:
        raise ValueError("Close a ticket with its resolution.")
    if status not in Status.values:
        raise ValueError(f"Say one of: {Status.OPEN}, {Status.PENDING}.")
    if status == ticket.status:
        return {}
    ticket.status, ticket.closed_at = Status(status), None
    return {"status": status}


def _assign(ticket: Ticket, user: User | None) -> dict[str, Any]:
    if user is not None and not people.members(ticket.team).filter(pk=user.pk).exists():
        name = Actor.human(user).name
        words = f"{name} is not in {ticket.team.name}, or their account is switched off. Choose somebody of that team."
        raise refusals.Refused("no_such_agent", words)
    if ticket.assigned_to_id == (user.pk if user else None):
        return {}
    ticket.assigned_to = user
    return {"assigned_to": user.pk if user else None}


def _set_priority(ticket: Ticket, priority: int) -> dict[str, Any]:
    if isinstance(priority, bool) or not isinstance(priority, int) or not 0 <= priority <= 999:
        raise ValueError("The priority is a whole number from 0 to 999.")
    if ticket.priority == priority:
        return {}
    ticket.priority = priority
    return {"priority": priority}


def _keep(ticket: Ticket, actor: Actor, changed: Mapping[str, Any], now: datetime) -> None:
    ticket.save(update_fields=["status", "closed_at", "assigned_to", "priority"])
    _record(events.TICKET_CHANGED, ticket, actor, now, changed=dict(changed))
    helpdesk.desk_of(ticket).update(ticket, changed)


def _take_thread(conversation: Conversation, agent: User, now: datetime) -> None:
    """The (locked) conversation is the agent's from here on, if it may be. Where it rests it stays so: whoever held it
    before has it again when the customer writes."""
    from handoff import assignment, briefing, handoffs
    from handoff.desk import checks

    if conversation.state in BOT_STATES:
        handoffs.handoff_take_over(conversation, agent=agent, now=now, summary=briefing.summary_of(conversation))
    elif conversation.state == State.PENDING:
        assignment.refuse_if_offered(conversation, agent, now)
        handoffs.handoff_accept(conversation, agent=agent, now=now)
    elif conversation.state == State.DORMANT:
        checks.refuse_if_anothers(conversation, agent)
    else:
        checks.refuse_unless_holder(conversation, agent)


def _write(conversation: Conversation, ticket: Ticket, text: Text, agent: User, now: datetime) -> Message:
    is_open, actor = conversation.window_is_open(now), Actor.human(agent)
    message = outbox.content_queue(
        conversation, content=text, sender=Message.Sender.HUMAN, author=agent, actor=actor, now=now,
        status=Message.Status.QUEUED if is_open else Message.Status.HELD, metadata={"ticket": ticket.number},
    )  # fmt: skip
    if not is_open:
        wake.on_commit(outbox.REENGAGE_TASK, str(conversation.pk))
    if conversation.state == State.HUMAN:
        clock_meet(conversation, Clock.Metric.FIRST_RESPONSE, actor=actor, now=now)
    return message


def _record(event: str, ticket: Ticket, actor: Actor, now: datetime, **facts: Any) -> None:
    """On the ticket's own chain and on its conversation's."""
    payload = {"ticket": ticket.name, "agent": actor.name, **facts}
    for stream in (ticket.conversation.stream, ticket.stream):
        record(event, stream=stream, actor=actor, now=now, payload=payload)
