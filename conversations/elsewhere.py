"""What happens to a thread outside this desk: words written on the business's own phone, calls, old chats."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.actors import SYSTEM
from audit.record import record
from conversations import changes, events, transcript
from conversations.identity import Sender, customer_of
from conversations.intake import Incoming, Taken, conversation_of, take
from conversations.models import Channel, Conversation, Customer, Message
from conversations.states import State


@dataclass(frozen=True, slots=True)
class Echo:
    """What the business wrote on its own phone, past this desk."""

    provider_id: str
    customer: Sender
    sent_at: datetime
    received_at: datetime
    type: str
    body: str
    content: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    target: str = ""


def take_echo(channel: Channel, echo: Echo, *, now: datetime) -> Taken:
    """Take in what a person wrote to the customer outside this desk, exactly once; locks as for `intake.take`."""
    if repeat := Message.objects.filter(channel=channel, provider_id=echo.provider_id).first():
        return Taken(repeat, is_new=False)
    customer = customer_of(channel, echo.customer, now=now, said_at=echo.sent_at)
    if target := changes.target_of(customer, channel, echo.target):
        change = changes.Change(echo.type, echo.content, echo.provider_id, echo.sent_at)
        return Taken(target, is_new=False, changed=changes.apply(target, change, by=Message.Direction.OUT, now=now))
    conversation = _latest(channel, customer) if echo.target else None
    conversation = conversation or conversation_of(channel, customer, now=now)
    message = _outside_line(conversation, echo, sender=Message.Sender.HUMAN, now=now)
    changes.apply_waiting(conversation, message, now=now)
    return Taken(message, is_new=True)


def _latest(channel: Channel, customer: Customer) -> Conversation | None:
    """The customer's last conversation, locked, closed or not."""
    found = Conversation.objects.filter(customer=customer, channel=channel).order_by("-opened_at").first()
    return transcript.lock(found.pk) if found else None


def _outside_line(conversation: Conversation, echo: Echo, *, sender: Message.Sender, now: datetime) -> Message:
    late = transcript.is_late(conversation, echo.sent_at)
    place = transcript.late_place if late else transcript.next_place
    metadata = {**echo.metadata, "echo": True}
    ties = changes.ties(conversation, type=echo.type, content=echo.content, reply_to=echo.reply_to, metadata=metadata)
    message = transcript.append(
        conversation, now=now, placed_at=place(conversation, echo.sent_at), direction=Message.Direction.OUT,
        sender=sender, type=echo.type, body=echo.body, content=echo.content, status=Message.Status.SENT,
        provider_id=echo.provider_id, provider_ts=echo.sent_at, received_at=echo.received_at, late=late,
        **ties,
    )  # fmt: skip
    payload = {"message": str(message.pk), "seq": message.seq, "type": message.type,
               "body_sha256": hashlib.sha256(message.body.encode()).hexdigest()}  # fmt: skip
    record(events.ECHOED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)
    return message


def take_call(channel: Channel, incoming: Incoming, *, by_business: bool, now: datetime) -> Taken:
    """A call, shown as one line that tells its latest state. A customer's call opens the window; ours opens nothing,
    starts no matter where there is an old one, and answers no question."""
    known = Message.objects.filter(channel=channel, provider_id=incoming.provider_id).first()
    if known is None:
        return _call_of_ours(channel, incoming, now) if by_business else take(channel, incoming, now=now)
    if known.content.get("ended") or known.content == incoming.content:
        return Taken(known, is_new=False)
    conversation = transcript.lock(known.conversation_id)
    transcript.amend(conversation, known, now=now, body=incoming.body, content=incoming.content)
    return Taken(known, is_new=False, changed=True)


def _call_of_ours(channel: Channel, incoming: Incoming, now: datetime) -> Taken:
    customer = customer_of(channel, incoming.sender, now=now, said_at=incoming.sent_at)
    conversation = _latest(channel, customer) or conversation_of(channel, customer, now=now)
    echo = Echo(incoming.provider_id, incoming.sender, incoming.sent_at, incoming.received_at, incoming.type,
                incoming.body, incoming.content)  # fmt: skip
    return Taken(_outside_line(conversation, echo, sender=Message.Sender.SYSTEM, now=now), is_new=True)


def take_history(channel: Channel, incoming: Incoming, *, by_customer: bool, now: datetime) -> Taken:
    """A line of an old chat, shared when the business's phone is connected. It stands where it was said, wakes nobody,
    opens no window and starts no matter: a customer without a conversation gets one that is closed."""
    if repeat := Message.objects.filter(channel=channel, provider_id=incoming.provider_id).first():
        return Taken(repeat, is_new=False)
    side = Message.Direction.IN if by_customer else Message.Direction.OUT
    customer = customer_of(channel, incoming.sender, now=now, said_at=incoming.sent_at)
    if target := changes.target_of(customer, channel, incoming.target):
        change = changes.Change(incoming.type, incoming.content, incoming.provider_id, incoming.sent_at)
        return Taken(target, is_new=False, changed=changes.apply(target, change, by=side, now=now))
    conversation = _home_of_history(channel, customer, incoming.sent_at, now)
    message = _old_line(conversation, incoming, side, now)
    changes.apply_waiting(conversation, message, now=now)
    return Taken(message, is_new=True)


def _old_line(conversation: Conversation, incoming: Incoming, side: Message.Direction, now: datetime) -> Message:
    by_customer, was_active_at = side == Message.Direction.IN, conversation.last_activity_at
    ties = changes.ties(
        conversation, type=incoming.type, content=incoming.content, reply_to=incoming.reply_to,
        metadata={**incoming.metadata, "history": True},
    )  # fmt: skip
    message = transcript.append(
        conversation, now=now, placed_at=transcript.late_place(conversation, incoming.sent_at), direction=side,
        sender=Message.Sender.USER if by_customer else Message.Sender.HUMAN, type=incoming.type, body=incoming.body,
        content=incoming.content, status=Message.Status.RECEIVED if by_customer else Message.Status.SENT,
        provider_id=incoming.provider_id, provider_ts=incoming.sent_at, received_at=incoming.received_at,
        **ties,
    )  # fmt: skip
    record(events.HISTORY, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"message": str(message.pk), "seq": message.seq})  # fmt: skip
    # an old chat does not go to the top of anybody's list
    conversation.last_activity_at = max(was_active_at, min(incoming.sent_at, now))
    conversation.opened_at = min(conversation.opened_at, incoming.sent_at)
    conversation.save(update_fields=["last_activity_at", "opened_at"])
    return message


def _home_of_history(channel: Channel, customer: Customer, said_at: datetime, now: datetime) -> Conversation:
    found = Conversation.objects.filter(customer=customer, channel=channel).order_by("opened_at").first()
    if found:
        return transcript.lock(found.pk)
    made = Conversation.objects.create(
        customer=customer, channel=channel, team_id=channel.team_id, opened_at=said_at, last_activity_at=said_at,
        state=State.CLOSED, closed_at=now, resolution="Chat history of the business's phone",
    )  # fmt: skip
    record(events.OPENED, stream=made.stream, actor=SYSTEM, now=now,
           payload={"customer": str(customer.pk), "channel": channel.key})  # fmt: skip
    return transcript.lock(made.pk)
