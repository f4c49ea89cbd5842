"""Writing: to the customer in any form, or notes that only the desk reads."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import Actor
from conversations import changes, outbox, transcript
from conversations.consent import Word, consent_record
from conversations.content import Content, Reaction, Template, Text, Unsendable
from conversations.models import Consent, Conversation, Message
from conversations.states import BOT_STATES, State
from handoff import attendance, briefing, handoffs, mentions, refusals
from handoff.desk import checks
from sla.clocks import clock_meet
from sla.models import Clock


def reply(conversation_id: UUID, *, agent: User, body: str, now: datetime, reply_to: int | None = None) -> Message:
    """Send a text to the customer as this agent; `reply_to` is the seq of a line it quotes. Raises as `send`."""
    text = Text(outbox.clean_text(body))
    return send(conversation_id, agent=agent, content=text, now=now, reply_to=reply_to)


@transaction.atomic
def send(
    conversation_id: UUID, *, agent: User, content: Content, now: datetime, reply_to: int | None = None
) -> Message:
    """Send a message of any kind to the customer as this agent; it meets the first-response promise. Who was typing in
    a conversation of the bot's (`desk.typing`) takes it over by sending.

    Raises Refused: closed, not_in_control, window_closed; ValueError for what WhatsApp would refuse.
    """
    conversation = transcript.lock(conversation_id)
    if _takes_over(conversation, agent, content, now):
        handoffs.handoff_take_over(conversation, agent=agent, now=now, summary=briefing.summary_of(conversation))
    checks.refuse_unless_holder(conversation, agent)
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


def _takes_over(conversation: Conversation, agent: User, content: Content, now: datetime) -> bool:
    """Whether the bot waits for what this agent is writing. An emoji takes nothing over."""
    if conversation.state not in BOT_STATES or isinstance(content, Reaction) or not conversation.window_is_open(now):
        return False
    return attendance.types(conversation, agent, now=now)


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
        checks.refuse_if_anothers(conversation, agent)
    else:
        checks.refuse_unless_holder(conversation, agent)
    if reason := outbox.template_refusal(conversation, category=template.category, now=now):
        raise refusals.Refused(reason.code, f"Not sent: {reason.words}.")
    checks.refuse_nameless_first_contact(conversation, template)
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
    """Write an internal note, whoever is in control; whoever it mentions (`@ben`) is told, and invited where they could
    not see it. Raises ValueError for an empty or overlong one."""
    conversation = transcript.lock(conversation_id)
    written = outbox.note_write(conversation, body=body, author=agent, now=now)
    mentions.mentions_note(conversation, written, by=agent, now=now)
    return written
