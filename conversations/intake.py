"""What a customer sent, taken into the thread: message, window, state and audit in the caller's transaction."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import control, events, transcript, window
from conversations.identity import Sender, customer_of
from conversations.models import Channel, Conversation, Customer, Message
from conversations.states import Event, State

#: Messages that tell something but ask nothing: they wake nobody and open no window.
SILENT_TYPES = frozenset({"reaction", "system", "request_welcome"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One customer message in the house's own words, whatever provider it came through."""

    provider_id: str
    sender: Sender
    sent_at: datetime
    received_at: datetime
    type: str
    body: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        return self.type not in SILENT_TYPES


@dataclass(frozen=True, slots=True)
class Taken:
    """`message` is the row; `is_new` is False for a repeat, which changed nothing."""

    message: Message
    is_new: bool


def take(channel: Channel, incoming: Incoming, *, now: datetime) -> Taken:
    """Take one message in, exactly once. The caller holds the sender's lock and a transaction."""
    if repeat := Message.objects.filter(channel=channel, provider_id=incoming.provider_id).first():
        return Taken(repeat, is_new=False)
    customer = customer_of(channel, incoming.sender, now=now)
    conversation = _conversation(channel, customer, now=now)
    late = conversation.last_customer_at is not None and incoming.sent_at < conversation.last_customer_at
    place = transcript.late_place if late else transcript.next_place
    message = transcript.append(
        conversation,
        now=now,
        placed_at=place(conversation, incoming.sent_at),
        direction=Message.Direction.IN,
        sender=Message.Sender.USER,
        type=incoming.type,
        body=incoming.body,
        status=Message.Status.RECEIVED,
        provider_id=incoming.provider_id,
        provider_ts=incoming.sent_at,
        received_at=incoming.received_at,
        late=late,
        metadata=incoming.metadata,
    )
    record(
        events.RECEIVED,
        stream=conversation.stream,
        actor=Actor.customer(customer.pk),
        now=now,
        payload={
            "message": str(message.pk),
            "seq": message.seq,
            "type": message.type,
            "body_sha256": hashlib.sha256(message.body.encode()).hexdigest(),
            "late": late,
        },
    )
    if incoming.asks:
        _note_activity(conversation, message, incoming.sent_at, now)
    return Taken(message, is_new=True)


def _conversation(channel: Channel, customer: Customer, *, now: datetime) -> Conversation:
    """The customer's open conversation on this channel, locked; a new one where there is none."""
    found = Conversation.objects.open().filter(customer=customer, channel=channel).first()
    if found:
        locked = transcript.lock(found.pk)
        if locked.state != State.CLOSED:  # it may have been closed while we waited for the lock
            return locked
    conversation = Conversation.objects.create(
        customer=customer, channel=channel, team_id=channel.team_id, opened_at=now, last_activity_at=now
    )
    record(
        events.OPENED,
        stream=conversation.stream,
        actor=Actor.customer(customer.pk),
        now=now,
        payload={"customer": str(customer.pk), "channel": channel.key},
    )
    if customer.external_ref:
        control.transition(conversation, Event.AUTHED, actor=SYSTEM, now=now)
    return transcript.lock(conversation.pk)


def _note_activity(conversation: Conversation, message: Message, sent_at: datetime, now: datetime) -> None:
    """The window opens from the customer's own clock; a clock ahead of ours opens it no longer than now does."""
    said_at = min(sent_at, now)
    conversation.last_customer_at = max(said_at, conversation.last_customer_at or said_at)
    conversation.last_customer_seq = message.seq
    conversation.window_expires_at = window.expiry(conversation.last_customer_at)
    conversation.save(update_fields=["last_customer_at", "last_customer_seq", "window_expires_at"])
    if conversation.state == State.DORMANT and conversation.window_is_open(now):
        actor = Actor.customer(conversation.customer_id)
        control.transition(conversation, Event.CUSTOMER_MESSAGE, actor=actor, now=now)
