"""What a customer sent, taken into the thread: message, window, state and audit in the caller's transaction."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import changes, control, events, outbox, transcript, window
from conversations.identity import Sender, customer_of
from conversations.models import Channel, Conversation, Customer, Message
from conversations.states import Event, State


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
    customer = customer_of(channel, incoming.sender, now=now)
    _note_username(customer, incoming.username)
    conversation = conversation_of(channel, customer, now=now)
    if incoming.target and (target := changes.target_of(conversation, incoming.target)):
        change = changes.Change(incoming.type, incoming.content, incoming.provider_id, incoming.sent_at)
        applied = changes.apply(conversation, target, change, by=Message.Direction.IN, now=now)
        return Taken(target, is_new=False, changed=applied)
    message = _line(conversation, incoming, now)
    changes.apply_waiting(conversation, message, now=now)
    _note_standby(conversation, incoming, now)
    if incoming.opens_window:
        _note_activity(conversation, message, incoming.sent_at, now)
    return Taken(message, is_new=True)


def _line(conversation: Conversation, incoming: Incoming, now: datetime) -> Message:
    late = conversation.last_customer_at is not None and incoming.sent_at < conversation.last_customer_at
    place = transcript.late_place if late else transcript.next_place
    placed_at = place(conversation, incoming.sent_at)
    settled = late and _answered_by_person(conversation, placed_at)
    quoted = changes.quoted(conversation, incoming.reply_to)
    message = transcript.append(
        conversation,
        now=now,
        placed_at=placed_at,
        direction=Message.Direction.IN,
        sender=Message.Sender.USER,
        type=incoming.type,
        body=incoming.body,
        content=incoming.content,
        status=Message.Status.RECEIVED,
        provider_id=incoming.provider_id,
        provider_ts=incoming.sent_at,
        received_at=incoming.received_at,
        late=late,
        asks=incoming.asks and not incoming.standby and not settled,
        reply_to=quoted,
        metadata=incoming.metadata | ({"quotes": incoming.reply_to} if incoming.reply_to and not quoted else {}),
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


def _answered_by_person(conversation: Conversation, placed_at: datetime) -> bool:
    """Whether a person has written since that moment: then a late question is not the bot's to answer any more."""
    answers = conversation.messages.filter(sender=Message.Sender.HUMAN, placed_at__gt=placed_at).said()
    return answers.exclude(status=Message.Status.DROPPED).exists()


def _note_username(customer: Customer, username: str) -> None:
    if username and username != customer.username:
        customer.username = username[:100]
        customer.save(update_fields=["username"])


def _note_standby(conversation: Conversation, incoming: Incoming, now: datetime) -> None:
    """Meta's own agent takes the thread, or has given it back."""
    if incoming.standby == (conversation.standby_since is not None) or not incoming.opens_window:
        return
    conversation.standby_since = now if incoming.standby else None
    conversation.save(update_fields=["standby_since"])
    words = "Meta's agent holds this thread" if incoming.standby else "Meta's agent gave this thread back"
    transcript.banner(conversation, words, now=now)
    record(
        events.STANDBY, stream=conversation.stream, actor=SYSTEM, now=now, payload={"held": incoming.standby}
    )  # fmt: skip


def conversation_of(channel: Channel, customer: Customer, *, now: datetime) -> Conversation:
    """The customer's open conversation on this channel, locked; a new one where there is none."""
    found = Conversation.objects.open().filter(customer=customer, channel=channel).first()
    if found:
        locked = transcript.lock(found.pk)
        if locked.state != State.CLOSED:  # it may have been closed while we waited for the lock
            return locked
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
    """The window opens from the customer's own clock; a clock ahead of ours opens it no longer than now does."""
    said_at = min(sent_at, now)
    conversation.last_customer_at = max(said_at, conversation.last_customer_at or said_at)
    if message.asks:
        conversation.last_customer_seq = message.seq
    conversation.window_expires_at = window.expiry(conversation.last_customer_at)
    conversation.save(update_fields=["last_customer_at", "last_customer_seq", "window_expires_at"])
    if conversation.state == State.DORMANT and conversation.window_is_open(now):
        actor = Actor.customer(conversation.customer_id)
        control.transition(conversation, Event.CUSTOMER_MESSAGE, actor=actor, now=now)
    if conversation.window_is_open(now):
        outbox.held_release(conversation, now=now)


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
    """Take in what a person wrote to the customer outside this desk, exactly once; locks as for `take`."""
    if repeat := Message.objects.filter(channel=channel, provider_id=echo.provider_id).first():
        return Taken(repeat, is_new=False)
    conversation = conversation_of(channel, customer_of(channel, echo.customer, now=now), now=now)
    if echo.target and (target := changes.target_of(conversation, echo.target)):
        change = changes.Change(echo.type, echo.content, echo.provider_id, echo.sent_at)
        applied = changes.apply(conversation, target, change, by=Message.Direction.OUT, now=now)
        return Taken(target, is_new=False, changed=applied)
    message = transcript.append(
        conversation, now=now, placed_at=transcript.next_place(conversation, echo.sent_at),
        direction=Message.Direction.OUT, sender=Message.Sender.HUMAN, type=echo.type, body=echo.body,
        content=echo.content, status=Message.Status.SENT, provider_id=echo.provider_id, provider_ts=echo.sent_at,
        received_at=echo.received_at, reply_to=changes.quoted(conversation, echo.reply_to),
        metadata={**echo.metadata, "echo": True},
    )  # fmt: skip
    changes.apply_waiting(conversation, message, now=now)
    payload = {"message": str(message.pk), "seq": message.seq, "type": message.type,
               "body_sha256": hashlib.sha256(message.body.encode()).hexdigest()}  # fmt: skip
    record(events.ECHOED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)
    return Taken(message, is_new=True)


def take_call(channel: Channel, incoming: Incoming, *, by_business: bool, now: datetime) -> Taken:
    """A call, shown as one line that tells its latest state. A customer's call opens the window."""
    known = Message.objects.filter(channel=channel, provider_id=incoming.provider_id).first()
    if known is None and not by_business:
        return take(channel, incoming, now=now)
    if known is None:
        echo = Echo(incoming.provider_id, incoming.sender, incoming.sent_at, incoming.received_at, incoming.type,
                    incoming.body, incoming.content)  # fmt: skip
        return take_echo(channel, echo, now=now)
    if known.content.get("ended") or known.content == incoming.content:
        return Taken(known, is_new=False)
    conversation = transcript.lock(known.conversation_id)
    transcript.amend(conversation, known, now=now, body=incoming.body, content=incoming.content)
    return Taken(known, is_new=False, changed=True)


def take_history(channel: Channel, incoming: Incoming, *, by_customer: bool, now: datetime) -> Taken:
    """A line of an old chat, shared when the business's phone is connected. It stands where it was said, wakes nobody,
    opens no window and starts no matter: a customer without a conversation gets one that is closed."""
    if repeat := Message.objects.filter(channel=channel, provider_id=incoming.provider_id).first():
        return Taken(repeat, is_new=False)
    customer = customer_of(channel, incoming.sender, now=now)
    conversation = _home_of_history(channel, customer, incoming.sent_at, now)
    message = transcript.append(
        conversation, now=now, placed_at=transcript.late_place(conversation, incoming.sent_at),
        direction=Message.Direction.IN if by_customer else Message.Direction.OUT,
        sender=Message.Sender.USER if by_customer else Message.Sender.HUMAN,
        type=incoming.type, body=incoming.body, content=incoming.content,
        status=Message.Status.RECEIVED if by_customer else Message.Status.SENT, provider_id=incoming.provider_id,
        provider_ts=incoming.sent_at, received_at=incoming.received_at,
        metadata={**incoming.metadata, "history": True},
    )  # fmt: skip
    record(events.HISTORY, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"message": str(message.pk), "seq": message.seq})  # fmt: skip
    return Taken(message, is_new=True)


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
