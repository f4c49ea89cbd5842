"""What a customer sent, taken into the thread: message, window, state and audit in the caller's transaction."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import changes, control, events, identity, outbox, scores, transcript, window
from conversations.identity import Sender, customer_of
from conversations.models import Channel, Conversation, Customer, Message
from conversations.states import Event, State

#: Of a message of ours: it has left for the phone.
ARRIVED = (Message.Status.SENT, Message.Status.DELIVERED, Message.Status.READ)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One customer message in the house's own words, whatever provider it came through.

    `asks`: it wants an answer. `opens_window`: it opens WhatsApp's 24 hours. `reply_to` is the provider's id of the
    message it quotes, `target` of the one it changes (a reaction, an edit, a deletion). `standby`: Meta's own agent
    holds the thread.
    """

    provider_id: str
    sender: Sender
    sent_at: datetime
    received_at: datetime
    type: str
    body: str
    metadata: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    target: str = ""
    asks: bool = True
    opens_window: bool = True
    standby: bool = False
    username: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """`message` is the row; `is_new` is False for a repeat, and for what changed an earlier row (`changed`)."""

    message: Message
    is_new: bool
    changed: bool = False


def take(channel: Channel, incoming: Incoming, *, now: datetime) -> Taken:
    """Take one message in, exactly once. The caller holds the sender's lock and a transaction.

    What changes an earlier message of the thread is applied to it and makes no line of its own.
    """
    if repeat := Message.objects.filter(channel=channel, provider_id=incoming.provider_id).first():
        return Taken(repeat, is_new=False)
    customer = customer_of(channel, incoming.sender, now=now, said_at=incoming.sent_at)
    _note_username(customer, incoming.username)
    if target := changes.target_of(customer, channel, incoming.target):
        change = changes.Change(incoming.type, incoming.content, incoming.provider_id, incoming.sent_at)
        return Taken(target, is_new=False, changed=changes.apply(target, change, by=Message.Direction.IN, now=now))
    rated = scores.matter_rated(
        customer, channel, type=incoming.type, body=incoming.body, content=incoming.content,
        reply_to=incoming.reply_to, now=now,
    )  # fmt: skip
    if rated:  # it asks nothing and opens no matter
        incoming = replace(incoming, asks=False)
    conversation = transcript.lock(rated) if rated else _home(channel, customer, incoming, now)
    message = _line(conversation, incoming, now)
    changes.apply_waiting(conversation, message, now=now)
    _note_standby(conversation, message, incoming, now)
    if incoming.opens_window:
        _note_activity(conversation, message, incoming.sent_at, now)
    return Taken(message, is_new=True)


def _home(channel: Channel, customer: Customer, incoming: Incoming, now: datetime) -> Conversation:
    """Where the line belongs, locked: the open conversation, else the last one, opened again if it was closed just
    now, else a new one. What starts no matter (a notice, a reaction) and what a person answered before they closed the
    last one stands in that."""
    latest = Conversation.objects.filter(customer=customer, channel=channel).order_by("-opened_at").first()
    if latest and latest.state == State.CLOSED:
        starts_nothing = not incoming.asks and not incoming.opens_window
        if starts_nothing or _answered_by_person(customer, channel, incoming.sent_at):
            return transcript.lock(latest.pk)
        if reopened := _reopened(latest, min(incoming.sent_at, now), now):
            return reopened
    return conversation_of(channel, customer, now=now)


def _reopened(closed: Conversation, said_at: datetime, now: datetime) -> Conversation | None:
    """The conversation, locked and open again, if it was said in time; None where it stays closed. `reopen_until`
    stands until the router has found who is to have it."""
    if closed.reopen_until is None or said_at >= closed.reopen_until:
        return None
    customer = identity.settled(closed.customer)
    if Conversation.objects.open().filter(customer=customer, channel=closed.channel_id).exists():
        return None
    conversation = transcript.lock(closed.pk)
    if conversation.state != State.CLOSED or conversation.customer_id != customer.pk:
        return None
    control.transition(conversation, Event.CUSTOMER_MESSAGE, actor=Actor.customer(customer.pk), now=now)
    return conversation


def _line(conversation: Conversation, incoming: Incoming, now: datetime) -> Message:
    said_at, last_said_at = incoming.sent_at, conversation.last_customer_at
    late = (last_said_at is not None and said_at < last_said_at) or transcript.is_late(conversation, said_at)
    place = transcript.late_place if late else transcript.next_place
    settled = late and _answered_by_person(conversation.customer, conversation.channel, said_at)
    ties = changes.ties(
        conversation, type=incoming.type, content=incoming.content, reply_to=incoming.reply_to,
        metadata=incoming.metadata,
    )  # fmt: skip
    message = transcript.append(
        conversation,
        now=now,
        placed_at=place(conversation, said_at),
        direction=Message.Direction.IN,
        sender=Message.Sender.USER,
        type=incoming.type,
        body=incoming.body,
        content=incoming.content,
        status=Message.Status.RECEIVED,
        provider_id=incoming.provider_id,
        provider_ts=said_at,
        received_at=incoming.received_at,
        late=late,
        asks=incoming.asks and not incoming.standby and not settled,
        **ties,
    )
    record(
        events.RECEIVED,
        stream=conversation.stream,
        actor=Actor.customer(conversation.customer_id),
        now=now,
        payload={
            "message": str(message.pk),
            "seq": message.seq,
            "type": message.type,
            "body_sha256": hashlib.sha256(message.body.encode()).hexdigest(),
            "late": late,
            "settled": settled,
        },
    )
    return message


def _answered_by_person(customer: Customer, channel: Channel, said_at: datetime) -> bool:
    """Whether a person has written since that moment: then a late question is not the bot's to answer any more."""
    answers = Message.objects.filter(
        conversation__customer=customer, channel=channel, sender=Message.Sender.HUMAN, placed_at__gt=said_at
    ).said()  # fmt: skip
    return answers.exclude(status__in=(Message.Status.DROPPED, Message.Status.FAILED)).exclude(type="reaction").exists()


def _note_username(customer: Customer, username: str) -> None:
    if username and username != customer.username:
        customer.username = username[:100]
        customer.save(update_fields=["username"])


def _note_standby(conversation: Conversation, message: Message, incoming: Incoming, now: datetime) -> None:
    """Meta's own agent takes the thread, or has given it back. What arrives late says nothing about now."""
    held = conversation.standby_since is not None
    if incoming.standby == held or not incoming.opens_window or message.late:
        return
    if incoming.standby and _we_wrote_since(conversation, incoming.sent_at):
        return
    conversation.standby_since = now if incoming.standby else None
    conversation.save(update_fields=["standby_since"])
    words = "Meta's agent holds this thread" if incoming.standby else "Meta's agent gave this thread back"
    transcript.banner(conversation, words, now=now)
    record(events.STANDBY, stream=conversation.stream, actor=SYSTEM, now=now, payload={"held": incoming.standby})


def _we_wrote_since(conversation: Conversation, moment: datetime) -> bool:
    """Any message of ours takes the thread from Meta's agent (Meta, WhatsApp docs, "standby")."""
    ours = conversation.messages.filter(direction=Message.Direction.OUT, created_at__gt=moment)
    return ours.filter(status__in=(Message.Status.ACCEPTED, *ARRIVED)).exists()


def conversation_of(channel: Channel, customer: Customer, *, now: datetime) -> Conversation:
    """The customer's open conversation on this channel, locked; a new one where there is none."""
    found = Conversation.objects.open().filter(customer=customer, channel=channel).first()
    if found:
        locked = transcript.lock(found.pk)
        if locked.state != State.CLOSED:  # it may have been closed while we waited for the lock
            return locked
    customer = identity.settled(customer)
    before = Conversation.objects.filter(customer=customer, channel=channel).order_by("-opened_at").first()
    conversation = Conversation.objects.create(
        customer=customer, channel=channel, team_id=channel.team_id, opened_at=now, last_activity_at=now,
        # the window is the customer's, not the matter's
        window_expires_at=before.window_expires_at if before else None,
        last_customer_at=before.last_customer_at if before else None,
    )  # fmt: skip
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
    """The window opens from the customer's own clock; a clock ahead of ours opens it no longer than now does.

    A line older than the last opens nothing: WhatsApp may have said since that the window is closed.
    """
    said_at = min(sent_at, now)
    if message.asks:
        conversation.last_customer_seq = message.seq
    if conversation.last_customer_at is None or said_at >= conversation.last_customer_at:
        conversation.last_customer_at, conversation.window_expires_at = said_at, window.expiry(said_at)
    conversation.save(update_fields=["last_customer_at", "last_customer_seq", "window_expires_at"])
    if conversation.state == State.DORMANT and conversation.window_is_open(now):
        actor = Actor.customer(conversation.customer_id)
        control.transition(conversation, Event.CUSTOMER_MESSAGE, actor=actor, now=now)
    if conversation.state != State.CLOSED and conversation.window_is_open(now):
        outbox.held_release(conversation, now=now)
