"""What a person at the desk may do with a conversation. Each verb is one transaction under the row lock.

Whether the person may see the conversation at all is the caller's question
(`Conversation.objects.visible_to`); whether they may do this now is answered here, with `Refused`.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group, User
from django.db import transaction

from audit.actors import Actor
from audit.record import record
from conversations import changes, control, outbox, transcript
from conversations.consent import Word, consent_record
from conversations.content import Content, Reaction, Template, Text, Unsendable
from conversations.models import Consent, Conversation, Message
from conversations.states import BOT_STATES, Control, Event, State
from handoff import briefing, events, handoffs, phone_app, refusals, turns
from handoff.models import Handoff
from sla.clocks import clock_meet
from sla.models import Clock

#: What stands in the thread and has told the customer nothing.
NEVER_READ = (Message.Status.FAILED, Message.Status.DROPPED, Message.Status.HELD)


@transaction.atomic
def accept(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Take a waiting conversation. Of two agents at once, one wins; accepting one's own again changes nothing.

    Raises Refused: closed, already_taken, not_waiting, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.HUMAN and conversation.assigned_to_id == agent.pk:
        return conversation
    _refuse_unless_waiting(conversation)
    handoffs.handoff_accept(conversation, agent=agent, now=now)
    return conversation


@transaction.atomic
def take_over(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Barge in on the bot, or take over from the business's own phone.

    Raises Refused: closed, already_handed_off, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    if phone_app.is_holder(conversation):
        handoffs.handoff_pass(conversation, agent=agent, now=now)
        return conversation
    _refuse_unless_bot_side(conversation)
    handoffs.handoff_take_over(conversation, agent=agent, now=now, summary=briefing.summary_of(conversation))
    return conversation


@transaction.atomic
def request_handoff(
    conversation_id: UUID, *, agent: User, explanation: str, now: datetime, team: Group | None = None
) -> Handoff:
    """A member of the staff calls a person into a conversation that the bot holds.

    Raises Refused: closed, already_handed_off, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    _refuse_unless_bot_side(conversation)
    return handoffs.handoff_request(
        conversation,
        reason=Handoff.Reason.AGENT,
        explanation=explanation,
        summary=briefing.summary_of(conversation),
        actor=Actor.human(agent),
        team=team,
        now=now,
    )


def reply(conversation_id: UUID, *, agent: User, body: str, now: datetime, reply_to: int | None = None) -> Message:
    """Send a text to the customer as this agent; `reply_to` is the seq of a line it quotes. Raises as `send`."""
    text = Text(outbox.clean_text(body))
    return send(conversation_id, agent=agent, content=text, now=now, reply_to=reply_to)


@transaction.atomic
def send(
    conversation_id: UUID, *, agent: User, content: Content, now: datetime, reply_to: int | None = None
) -> Message:
    """Send a message of any kind to the customer as this agent; it meets the first-response promise.

    Raises Refused: closed, not_in_control, window_closed; ValueError for what WhatsApp would refuse.
    """
    conversation = transcript.lock(conversation_id)
    _refuse_unless_holder(conversation, agent)
    if not conversation.window_is_open(now):
        raise refusals.window_closed()
    actor = Actor.human(agent)
    quoted = line_of(conversation, reply_to) if reply_to is not None else None
    message = outbox.content_queue(
        conversation, content=content, sender=Message.Sender.HUMAN, author=agent, actor=actor, now=now, reply_to=quoted
    )
    if not isinstance(content, Reaction):  # a thumb is no answer
        clock_meet(conversation, Clock.Metric.FIRST_RESPONSE, actor=actor, now=now)
    return message


@transaction.atomic
def send_template(
    conversation_id: UUID, *, agent: User, template: Template, now: datetime, follow_up: str = ""
) -> Message:
    """Send an approved template, the one thing that leaves outside the window. `follow_up` is a text that waits and
    goes out as soon as the customer answers.

    The holder may; anybody at the desk where the window has closed on the conversation. Raises Refused: closed,
    not_in_control, no_consent; ValueError for what WhatsApp would refuse.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        _refuse_if_anothers(conversation, agent)
    else:
        _refuse_unless_holder(conversation, agent)
    if reason := outbox.template_refusal(conversation, category=template.category, now=now):
        raise refusals.Refused(reason.code, f"Not sent: {reason.words}.")
    _refuse_nameless_first_contact(conversation, template)
    actor = Actor.human(agent)
    message = outbox.content_queue(
        conversation, content=template, sender=Message.Sender.HUMAN, author=agent, actor=actor, now=now
    )
    if follow_up.strip():
        outbox.content_queue(
            conversation, content=Text(outbox.clean_text(follow_up)), sender=Message.Sender.HUMAN, author=agent,
            actor=actor, now=now,
            status=Message.Status.QUEUED if conversation.window_is_open(now) else Message.Status.HELD,
        )  # fmt: skip
    if conversation.state == State.HUMAN:
        clock_meet(conversation, Clock.Metric.FIRST_RESPONSE, actor=actor, now=now)
    return message


@transaction.atomic
def react(conversation_id: UUID, *, agent: User, seq: int, emoji: str, now: datetime) -> Message:
    """Put an emoji under a line of the customer's, or with an empty one take it back. Returns that line.

    Raises Refused as `send`; ValueError for what is no single emoji, or a line WhatsApp does not know.
    """
    conversation = transcript.lock(conversation_id)
    target = line_of(conversation, seq)
    if target.is_internal or not target.provider_id:
        raise Unsendable("This line is not known at WhatsApp: it cannot be reacted to.")
    send(conversation_id, agent=agent, content=Reaction(target.provider_id, emoji), now=now)
    conversation = transcript.lock(conversation_id)
    changes.reaction_put(conversation, target, by=changes.By.DESK, emoji=emoji, at=now, now=now)
    return target


def line_of(conversation: Conversation, seq: int) -> Message:
    """The line of that number. Raises Unsendable where there is none."""
    found = conversation.messages.filter(seq=seq).first()
    if found is None:
        raise Unsendable(f"There is no line {seq} in this conversation.")
    return found


@transaction.atomic
def consent_note(
    conversation_id: UUID, *, agent: User, kind: Consent.Kind, evidence: str, now: datetime, text_version: str = ""
) -> Consent:
    """Keep what the customer told an agent about being written to. Raises ValueError without evidence."""
    conversation = transcript.lock(conversation_id)
    if not evidence.strip():
        raise ValueError("Say how the customer told you: it is kept as the evidence.")
    word = Word(kind, Consent.Source.AGENT, now, text_version=text_version, evidence=evidence.strip())
    kept = consent_record(conversation.customer, word, now=now, by=agent)
    transcript.banner(conversation, f"Noted by {Actor.human(agent).name}: the customer {kind.label}", now=now)
    return kept


@transaction.atomic
def note(conversation_id: UUID, *, agent: User, body: str, now: datetime) -> Message:
    """Write an internal note, whoever is in control. Raises ValueError for an empty or overlong one."""
    return outbox.note_write(transcript.lock(conversation_id), body=body, author=agent, now=now)


@transaction.atomic
def release(conversation_id: UUID, *, agent: User, now: datetime, context: str = "") -> Conversation:
    """Give the conversation back to the bot, with what it should know. The holder or a supervisor may.

    What the customer wrote meanwhile is answered by the bot. Raises Refused: closed, not_waiting, not_in_control.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state in BOT_STATES:
        raise refusals.not_waiting()
    if conversation.control != Control.QUEUE:  # while it waits, nobody holds it
        _refuse_unless_holder(conversation, agent, or_supervisor=True)
    actor = Actor.human(agent)
    handoffs.handoff_end(conversation, ending=Handoff.Ending.RETURNED, actor=actor, now=now, context=context.strip())
    control.transition(conversation, Event.RETURN_TO_BOT, actor=actor, now=now, remark=context.strip())
    if briefing.unanswered(conversation):
        turns.turn_schedule(conversation, now=now)
    return conversation


@transaction.atomic
def close(conversation_id: UUID, *, agent: User, now: datetime, resolution: str = "") -> Conversation:
    """Close the conversation. The holder or a supervisor may, and anybody where no person holds it.

    Raises Refused: closed, not_in_control.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state in (State.HUMAN, State.CLOSED):
        _refuse_unless_holder(conversation, agent, or_supervisor=True)
    conversation.resolution = resolution.strip()[:200]
    actor = Actor.human(agent)
    handoffs.handoff_end(conversation, ending=Handoff.Ending.CLOSED, actor=actor, now=now)
    control.transition(conversation, Event.RESOLVED, actor=actor, now=now, remark=conversation.resolution)
    return conversation


@transaction.atomic
def note_look(conversation: Conversation, *, agent: User, now: datetime) -> None:
    """Put a look at another team's transcript on the record (invariant 10). A look at one's own is not."""
    if conversation.assigned_to_id == agent.pk or agent.groups.filter(pk=conversation.team_id).exists():
        return
    actor = Actor.human(agent)
    record(events.TRANSCRIPT_SEEN, stream=conversation.stream, actor=actor, now=now, payload={"agent": actor.name})


def _refuse_unless_waiting(conversation: Conversation) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.HUMAN:
        raise refusals.already_taken(_holder(conversation))
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.state != State.PENDING:
        raise refusals.not_waiting()


def _refuse_unless_bot_side(conversation: Conversation) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.state not in BOT_STATES:
        raise refusals.already_with_people()


def _refuse_if_anothers(conversation: Conversation, agent: User) -> None:
    """Outside the window nobody is in control, but whoever held the conversation still does in spirit."""
    holder = conversation.assigned_to
    free = holder is None or holder == agent or holder.username == phone_app.USERNAME
    if holder is not None and not free and not agent.has_perm("conversations.supervise"):
        raise refusals.not_in_control(Actor.human(holder).name)


def _refuse_nameless_first_contact(conversation: Conversation, template: Template) -> None:
    """Whoever has never heard from us must read who writes (WhatsApp Business messaging policy)."""
    name = conversation.channel.business_name or conversation.channel.name
    said = Message.objects.filter(conversation__customer=conversation.customer_id).said()
    others = said.exclude(direction=Message.Direction.OUT, status__in=NEVER_READ)
    if not others.exists() and name.casefold() not in template.text.casefold():
        raise refusals.Refused("unnamed_business", f"A first message must name the business: {name}.")


def _refuse_unless_holder(conversation: Conversation, agent: User, *, or_supervisor: bool = False) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.assigned_to_id == agent.pk or (or_supervisor and agent.has_perm("conversations.supervise")):
        return
    raise refusals.not_in_control(_holder(conversation))


def _holder(conversation: Conversation) -> str:
    if conversation.assigned_to:
        return Actor.human(conversation.assigned_to).name
    return "the assistant" if conversation.state in BOT_STATES else "nobody"
