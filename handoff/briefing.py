"""What is told about a conversation: to the bot before a turn, to the agent at a handoff."""

from datetime import datetime
from typing import cast

from assistant.engine import Context, Line, Who
from assistant.summary import summarise
from conversations.models import Conversation, Message
from handoff.models import Handoff

#: How much of the past a mind is given.
HISTORY = 40
ANSWERS = (Message.Sender.BOT, Message.Sender.HUMAN)


def context_of(conversation: Conversation, *, now: datetime) -> Context:
    """Everything an engine may know, read at one moment. The caller holds the lock while this is read."""
    pending, returned = unanswered(conversation), last_return(conversation)
    customer = conversation.customer
    return Context(
        conversation_id=conversation.pk,
        customer_id=customer.pk,
        customer_name=customer.name,
        tier=customer.tier_id or "",
        locale=customer.locale,
        is_known=bool(customer.external_ref),
        history=_history(conversation, pending),
        unanswered=tuple(_line(message) for message in pending),
        now=now,
        guidance=returned.return_context if returned else "",
        returned=returned is not None and _a_person_was_here(conversation, returned),
    )


def unanswered(conversation: Conversation) -> list[Message]:
    """What the customer said since the last answer by bot or human, in the order of the transcript.

    What led to a handoff that a person has since given back is settled, answered in words or not: without
    this, a returned "I want a person" would hand off again at once. Where a ticket was made, all that was said up to
    then goes on there.
    """
    messages = conversation.messages.filter(direction=Message.Direction.IN, asks=True, revoked_at=None)
    answers = conversation.messages.said().filter(sender__in=ANSWERS).exclude(status=Message.Status.DROPPED)
    answer = answers.order_by("-seq").first()
    if answer:
        messages = messages.filter(seq__gt=answer.seq)
    if settled := _settled_until(conversation):
        messages = messages.filter(created_at__gt=settled)
    return list(messages.transcript())


def summary_of(conversation: Conversation) -> str:
    """What an agent needs to know, in a few sentences."""
    pending, returned = unanswered(conversation), last_return(conversation)
    lines = tuple(_line(message) for message in pending)
    return summarise(_history(conversation, pending), lines, returned.return_context if returned else "")


def _history(conversation: Conversation, pending: list[Message]) -> tuple[Line, ...]:
    """What was said before that which waits for an answer, oldest first."""
    said = conversation.messages.said().exclude(pk__in=[message.pk for message in pending])
    return tuple(_line(message) for message in reversed(said.order_by("-placed_at", "-seq")[:HISTORY]))


def _line(message: Message) -> Line:
    return Line(who=cast(Who, message.sender), body=message.body, at=message.placed_at, type=message.type)


def last_return(conversation: Conversation) -> Handoff | None:
    """The last handoff that ended with the conversation given back to the assistant."""
    return conversation.handoffs.filter(ending=Handoff.Ending.RETURNED).order_by("-ended_at").first()


def _settled_until(conversation: Conversation) -> datetime | None:
    """What was said up to this moment led to a handoff that has ended."""
    back = (Handoff.Ending.RETURNED, Handoff.Ending.TICKET)
    last = conversation.handoffs.filter(ending__in=back).order_by("-ended_at").first()
    if last is None:
        return None
    return last.ended_at if last.ending == Handoff.Ending.TICKET else last.requested_at


def _a_person_was_here(conversation: Conversation, handoff: Handoff) -> bool:
    """Whether somebody took that handoff, or wrote in it: one may be given back out of the queue too."""
    wrote = conversation.messages.said().filter(sender=Message.Sender.HUMAN, created_at__gte=handoff.requested_at)
    return handoff.accepted_at is not None or wrote.exists()
