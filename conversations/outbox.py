"""The outbox: messages in status `queued`, sent one at a time per conversation, in order, checked last of all.

A message is claimed under the conversation's lock, where window, consent and epoch are looked at for the last
time; the request then goes out without any lock. What has been claimed has left the house.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Window
from django.db.models.functions import RowNumber

from audit.actors import SYSTEM, Actor
from audit.record import record
from config import wake
from conversations import bot_switch, consent, events, transcript
from conversations import content as content_rules
from conversations.changes import apply_waiting
from conversations.content import LONGEST_TEXT, Content, Text
from conversations.models import Conversation, Message

DELIVER_TASK = "whatsapp.deliver"
REENGAGE_TASK = "whatsapp.reengage"
#: (channel id, provider id, typing): shows the customer's message as read, and that an answer is being written.
READ_TASK = "whatsapp.mark_read"
Status = Message.Status


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message must not leave; `code` for programs, `words` for people."""

    code: str
    words: str


STALE = Refusal("stale_epoch", "control changed after it was thought")
STOPPED = Refusal("assistant_stopped", "the assistant is switched off")
WINDOW_CLOSED = Refusal("window_closed", "WhatsApp's 24-hour window is closed")
NOT_NEEDED = Refusal("not_needed", "the customer has written meanwhile")
CLOSED = Refusal("closed", "the conversation was closed before the customer wrote")
OPTED_OUT = Refusal("opted_out", "the customer asked not to be written to")


def refusal(message: Message, conversation: Conversation, *, now: datetime) -> Refusal | None:
    """Whether this message must not leave now (invariants 3 and 4, and the assistant's brake)."""
    if message.sender == Message.Sender.BOT:
        if message.control_epoch != conversation.control_epoch:
            return STALE
        if not bot_switch.may_leave():
            return STOPPED
    if message.type == Message.TEMPLATE:
        if message.metadata.get("reengages") and conversation.window_is_open(now):
            return NOT_NEEDED
        return template_refusal(conversation, category=str(message.content.get("category", "")), now=now)
    if not conversation.window_is_open(now):
        return WINDOW_CLOSED
    confirms = message.metadata.get("confirms_opt_out")
    return OPTED_OUT if not confirms and _has_opted_out(conversation) else None


def template_refusal(conversation: Conversation, *, category: str, now: datetime) -> Refusal | None:
    """Whether a template of this category must not go to this customer: consent decides (`conversations.consent`)."""
    words = consent.obstacle(conversation, category=category, now=now)
    return Refusal("no_consent", words) if words else None


def _has_opted_out(conversation: Conversation) -> bool:
    """Writing to us again asks for an answer."""
    opted_out, wrote = conversation.customer.opted_out_at, conversation.last_customer_at
    return bool(opted_out and (wrote is None or opted_out >= wrote))


def message_queue(
    conversation: Conversation, *, body: str, sender: Message.Sender, actor: Actor, now: datetime,
    author: AbstractBaseUser | None = None, metadata: dict[str, Any] | None = None, reply_to: Message | None = None,
) -> Message:  # fmt: skip
    """Put a text into the outbox of the (locked) conversation. Raises ValueError as `content_queue`."""
    return content_queue(
        conversation, content=Text(clean_text(body)), sender=sender, actor=actor, now=now, author=author,
        metadata=metadata, reply_to=reply_to,
    )  # fmt: skip


def content_queue(
    conversation: Conversation, *, content: Content, sender: Message.Sender, actor: Actor, now: datetime,
    author: AbstractBaseUser | None = None, metadata: dict[str, Any] | None = None, reply_to: Message | None = None,
    status: Message.Status = Status.QUEUED, urgency: Message.Urgency | None = None,
) -> Message:  # fmt: skip
    """Put a message of any kind into the outbox of the (locked) conversation; it carries the epoch of this moment.

    `status` HELD: it waits until the customer writes. Raises content.Unsendable (a ValueError, with the mend) for
    what WhatsApp would refuse, content.Unsendable too where a quoted message is not known there.
    """
    content_rules.check(content)
    message = transcript.append(
        conversation, now=now, direction=Message.Direction.OUT, sender=sender, author=author,
        type=content_rules.type_of(content), body=content_rules.words(content), content=_stored(content),
        status=status, metadata=metadata or {}, reply_to=_quotable(reply_to), urgency=_urgency(sender, urgency),
    )  # fmt: skip
    payload = {**_facts(message), "sender": str(sender), "type": message.type, "epoch": message.control_epoch,
               "body_sha256": hashlib.sha256(message.body.encode()).hexdigest()}  # fmt: skip
    record(events.QUEUED, stream=conversation.stream, actor=actor, now=now, payload=payload)
    if status == Status.QUEUED:
        wake.on_commit(DELIVER_TASK, str(conversation.pk))
    return message


def _stored(content: Content) -> dict[str, Any]:
    """A plain text says all in its body."""
    return {} if isinstance(content, Text) and not content.preview_url else content_rules.dump(content)


def content_of(message: Message) -> Content:
    """What to send of an outgoing message. Raises Unsendable where its stored content is none."""
    if not message.content and message.type == Message.TEXT:
        return Text(message.body)
    return content_rules.load(message.content)


def _quotable(message: Message | None) -> Message | None:
    if message is not None and not message.provider_id:
        raise content_rules.Unsendable("That message has no id at WhatsApp yet: it cannot be quoted.")
    return message


def _urgency(sender: Message.Sender, given: Message.Urgency | None) -> Message.Urgency:
    """Who goes first under WhatsApp's limits: people, then the assistant and notices, then bulk."""
    if given is not None:
        return given
    return Message.Urgency.HUMAN if sender == Message.Sender.HUMAN else Message.Urgency.BOT


def note_write(conversation: Conversation, *, body: str, author: AbstractBaseUser, now: datetime) -> Message:
    """An internal note in the (locked) conversation; it can never be sent. Raises ValueError as message_queue."""
    message = transcript.append(
        conversation, now=now, direction=Message.Direction.OUT, sender=Message.Sender.HUMAN, author=author,
        type=Message.NOTE, status=Status.INTERNAL, body=clean_text(body),
    )  # fmt: skip
    record(events.NOTED, stream=conversation.stream, actor=Actor.human(author), now=now, payload=_facts(message))
    return message


def clean_text(body: str) -> str:
    """The text as it can be stored and sent. Raises ValueError, saying the mend."""
    text = body.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise ValueError("Write something: the message is empty.")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"WhatsApp takes at most {LONGEST_TEXT} characters; this has {len(text)}. Please shorten it.")
    return text


@transaction.atomic
def claim_next(conversation_id: UUID | str, *, now: datetime) -> Message | None:
    """The next message of this conversation to send, now in status `sending`; None when there is none to send.

    Messages that must not leave are withheld on the way, with the reason on the record. While one is being
    sent, or waits for its second attempt, those behind it wait too: a conversation has an order.
    """
    conversation = transcript.lock(conversation_id)
    if not _settle_abandoned(conversation, now):
        return None
    for message in conversation.messages.filter(status=Status.QUEUED).order_by("seq"):
        if message.due_at and message.due_at > now:
            return None
        if reason := refusal(message, conversation, now=now):
            withhold = _hold if reason is WINDOW_CLOSED and is_worth_holding(message) else _withhold
            withhold(conversation, message, reason, now)
            continue
        lease = now + timedelta(seconds=settings.SEND_LEASE)
        transcript.amend(
            conversation, message, now=now, status=Status.SENDING, attempts=message.attempts + 1, due_at=lease
        )
        payload = {**_facts(message), "attempt": message.attempts}
        record(events.CLAIMED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)
        return message
    return None


def due_conversations(*, now: datetime, except_channels: Iterable[int] = (), limit: int = 1000) -> list[UUID]:
    """Conversations with something to send or to settle, for the sweep: people's words first, the numbers in turns."""
    unsettled = Message.objects.filter(status__in=[Status.QUEUED, Status.SENDING])
    held_up = unsettled.filter(conversation=OuterRef("conversation"), due_at__gt=now)
    due = unsettled.filter(~Exists(held_up)).exclude(channel__in=list(except_channels))
    first = due.values("conversation_id", "channel_id").annotate(first=Min("urgency"), since=Min("created_at"))
    place = Window(RowNumber(), partition_by="channel_id", order_by=["first", "since"])
    return [row["conversation_id"] for row in first.annotate(place=place).order_by("place")[:limit]]


def next_urgency(conversation_id: UUID | str, *, now: datetime) -> int | None:
    """The urgency of what waits in this conversation, since the first must leave before the most urgent can; None where
    nothing is due. Looked at without any lock."""
    queued = Message.objects.filter(conversation_id=conversation_id, status__in=[Status.QUEUED, Status.SENDING])
    waiting = list(queued.order_by("seq").values_list("urgency", "due_at"))
    if not waiting or (waiting[0][1] and waiting[0][1] > now):
        return None
    return int(min(urgency for urgency, _ in waiting))


def is_worth_holding(message: Message) -> bool:
    """A person's words wait for the customer; what a machine said would be out of date by then."""
    return message.sender == Message.Sender.HUMAN and message.type not in (Message.REACTION, Message.TEMPLATE)


def _hold(conversation: Conversation, message: Message, reason: Refusal, now: datetime) -> None:
    error = {"code": reason.code, "title": reason.words}
    transcript.amend(conversation, message, now=now, status=Status.HELD, due_at=None, error=error)
    record(events.HELD, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={**_facts(message), "why": reason.words})  # fmt: skip
    wake.on_commit(REENGAGE_TASK, str(conversation.pk))


def held_release(conversation: Conversation, *, now: datetime) -> None:
    """The customer has written to the (locked) conversation: what waited for that goes out, in its order."""
    for message in conversation.messages.filter(status=Status.HELD).order_by("seq"):
        transcript.amend(conversation, message, now=now, status=Status.QUEUED, due_at=None, error=None)
        record(events.RELEASED, stream=conversation.stream, actor=SYSTEM, now=now, payload=_facts(message))
        wake.on_commit(DELIVER_TASK, str(conversation.pk))


def held_withhold(conversation: Conversation, reason: Refusal, *, now: datetime) -> None:
    """What waits in the (locked) conversation will not go out any more; a person may send it again."""
    for message in conversation.messages.filter(status=Status.HELD).order_by("seq"):
        _withhold(conversation, message, reason, now)


@transaction.atomic
def mark_accepted(message_id: UUID, *, provider_id: str, now: datetime) -> None:
    """The provider took it. A status that came before this answer is not undone."""
    conversation, message = _locked(message_id)
    changes: dict[str, Any] = {"due_at": None}
    if not message.provider_id:
        changes["provider_id"] = provider_id
    if message.status in (Status.SENDING, Status.UNKNOWN):
        changes |= {"status": Status.ACCEPTED, "error": None}
    transcript.amend(conversation, message, now=now, **changes)
    if "provider_id" in changes:
        apply_waiting(conversation, message, now=now)
    _end_standby(conversation)
    payload = {**_facts(message), "provider_id": provider_id}
    record(events.ACCEPTED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)


def _end_standby(conversation: Conversation) -> None:
    """Any message of ours takes the thread from Meta's agent (Meta, WhatsApp docs, "standby")."""
    if conversation.standby_since:
        conversation.standby_since = None
        conversation.save(update_fields=["standby_since"])


def mark_postponed(message_id: UUID, *, why: str, delay: timedelta, now: datetime) -> None:
    """It surely did not leave: back into the outbox, not before `delay` has passed."""
    _finish(message_id, events.POSTPONED, why, now, status=Status.QUEUED, due_at=now + delay)


@transaction.atomic
def mark_by_phone(message_id: UUID, *, now: datetime) -> None:
    """WhatsApp takes this message by phone number only: once more, that way. It surely did not leave."""
    conversation, message = _locked(message_id)
    if message.status != Status.SENDING:
        return
    metadata = {**message.metadata, "by_phone": True}
    transcript.amend(conversation, message, now=now, status=Status.QUEUED, due_at=None, metadata=metadata)
    payload = {**_facts(message), "why": "WhatsApp takes it by phone number only"}
    record(events.POSTPONED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)


@transaction.atomic
def mark_held(message_id: UUID, *, why: str, now: datetime) -> None:
    """The provider says the window is closed: a person's words wait for the customer. It surely did not leave.

    Where the customer has written since, nobody would release it: it is tried again at once.
    """
    conversation, message = _locked(message_id)
    if message.status != Status.SENDING:
        return
    if not conversation.window_is_open(now):
        _hold(conversation, message, Refusal(WINDOW_CLOSED.code, why), now)
        return
    transcript.amend(conversation, message, now=now, status=Status.QUEUED, due_at=None)
    payload = {**_facts(message), "why": "the customer has written meanwhile"}
    record(events.POSTPONED, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)


@transaction.atomic
def hold_again(message_id: UUID, *, why: str, now: datetime) -> Message | None:
    """What was taken and then failed for the closed window waits for the customer as a new message; once."""
    conversation, message = _locked(message_id)
    if message.status != Status.FAILED or message.metadata.get("resent_as") or message.author is None:
        return None
    again = _repeat(conversation, message, actor=SYSTEM, author=message.author, now=now)
    if not conversation.window_is_open(now):
        _hold(conversation, again, Refusal(WINDOW_CLOSED.code, why), now)
    return again


def mark_failed(message_id: UUID, *, error: dict[str, Any], now: datetime) -> None:
    """The provider refused it for good."""
    _finish(message_id, events.FAILED, str(error.get("title", "")), now, status=Status.FAILED, due_at=None, error=error)


def mark_unknown(message_id: UUID, *, why: str, now: datetime) -> None:
    """The request left and no answer came: parked, never resent; a status or a person settles it (invariant 8)."""
    error = {"code": "unknown", "title": why}
    _finish(message_id, events.UNKNOWN, why, now, status=Status.UNKNOWN, due_at=None, error=error)


@transaction.atomic
def send_again(message_id: UUID, *, agent: AbstractBaseUser, now: datetime) -> Message:
    """A person decides: what failed, was withheld or may not have arrived is sent once more, as a new message.

    The old one is settled as failed by that person's word. Raises Unsendable unless it stands still and is unsent.
    """
    conversation, message = _locked(message_id)
    if message.status not in (Status.FAILED, Status.UNKNOWN, Status.DROPPED):
        raise content_rules.Unsendable("This message is on its way or has arrived: it is not sent again.")
    if message.metadata.get("resent_as"):
        raise content_rules.Unsendable("This message has been sent again already.")
    return _repeat(conversation, message, actor=Actor.human(agent), author=agent, now=now)


def _repeat(
    conversation: Conversation, message: Message, *, actor: Actor, author: AbstractBaseUser, now: datetime
) -> Message:
    again = content_queue(
        conversation, content=content_of(message), sender=Message.Sender.HUMAN, author=author, actor=actor, now=now,
        reply_to=message.reply_to, metadata={"resends": str(message.pk)},
    )  # fmt: skip
    transcript.amend(
        conversation, message, now=now, status=Status.FAILED if message.status == Status.UNKNOWN else message.status,
        metadata={**message.metadata, "resent_as": str(again.pk)},
    )  # fmt: skip
    record(events.RESENT, stream=conversation.stream, actor=actor, now=now,
           payload={**_facts(message), "again": again.seq})  # fmt: skip
    return again


@transaction.atomic
def settle_unknown(message_id: UUID, *, arrived: bool, agent: AbstractBaseUser, now: datetime) -> Message:
    """A person knows what became of a message parked as unknown. Raises Unsendable for any other message."""
    conversation, message = _locked(message_id)
    if message.status != Status.UNKNOWN:
        raise content_rules.Unsendable("It is known by now what became of this message.")
    status = Status.SENT if arrived else Status.FAILED
    transcript.amend(conversation, message, now=now, status=status, error=None if arrived else message.error)
    record(events.SETTLED, stream=conversation.stream, actor=Actor.human(agent), now=now,
           payload={**_facts(message), "outcome": "it arrived" if arrived else "it did not arrive"})  # fmt: skip
    return message


@transaction.atomic
def _finish(message_id: UUID, event: str, why: str, now: datetime, **changes: Any) -> None:
    conversation, message = _locked(message_id)
    if message.status != Status.SENDING:  # a status webhook was faster and knows better
        return
    transcript.amend(conversation, message, now=now, **changes)
    record(event, stream=conversation.stream, actor=SYSTEM, now=now, payload={**_facts(message), "why": why})


def _settle_abandoned(conversation: Conversation, now: datetime) -> bool:
    """Park what a dead sender left behind. False while a live one is still sending."""
    sending = conversation.messages.filter(status=Status.SENDING).first()
    if sending is None:
        return True
    if sending.due_at and sending.due_at > now:
        return False
    why = "the sender stopped in the middle"
    error = {"code": "unknown", "title": why}
    transcript.amend(conversation, sending, now=now, status=Status.UNKNOWN, due_at=None, error=error)
    record(events.UNKNOWN, stream=conversation.stream, actor=SYSTEM, now=now, payload={**_facts(sending), "why": why})
    return True


def _withhold(conversation: Conversation, message: Message, reason: Refusal, now: datetime) -> None:
    error = {"code": reason.code, "title": reason.words}
    transcript.amend(conversation, message, now=now, status=Status.DROPPED, due_at=None, error=error)
    record(
        events.DROPPED, stream=conversation.stream, actor=SYSTEM, now=now,
        payload={**_facts(message), "why": reason.words, "code": reason.code, "epoch": message.control_epoch,
                 "current_epoch": conversation.control_epoch},
    )  # fmt: skip


def _locked(message_id: UUID) -> tuple[Conversation, Message]:
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    conversation = transcript.lock(conversation_id)
    return conversation, Message.objects.get(pk=message_id)


def _facts(message: Message) -> dict[str, Any]:
    return {"message": str(message.pk), "seq": message.seq}
