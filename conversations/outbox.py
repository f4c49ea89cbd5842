"""The outbox: messages in status `queued`, sent one at a time per conversation, in order, checked last of all.

A message is claimed under the conversation's lock, where window, consent and epoch are looked at for the last
time; the request then goes out without any lock. What has been claimed has left the house.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.actors import SYSTEM, Actor
from audit.record import record
from config import wake
from conversations import events, transcript
from conversations.models import Conversation, Message

DELIVER_TASK = "whatsapp.deliver"
LONGEST_TEXT = 4096
Status = Message.Status


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message must not leave; `code` for programs, `words` for people."""

    code: str
    words: str


STALE = Refusal("stale_epoch", "control changed after it was thought")
WINDOW_CLOSED = Refusal("window_closed", "WhatsApp's 24-hour window is closed")
OPTED_OUT = Refusal("opted_out", "the customer asked not to be written to")


def refusal(message: Message, conversation: Conversation, *, now: datetime) -> Refusal | None:
    """Whether this message must not leave now (invariants 3 and 4)."""
    if message.sender == Message.Sender.BOT and message.control_epoch != conversation.control_epoch:
        return STALE
    return _contact_refusal(conversation, now)


def _contact_refusal(conversation: Conversation, now: datetime) -> Refusal | None:
    if not conversation.window_is_open(now):
        return WINDOW_CLOSED
    opted_out, wrote = conversation.customer.opted_out_at, conversation.last_customer_at
    if opted_out and (wrote is None or opted_out >= wrote):  # writing to us again asks for an answer
        return OPTED_OUT
    return None


def message_queue(
    conversation: Conversation, *, body: str, sender: Message.Sender, actor: Actor, now: datetime,
    author: AbstractBaseUser | None = None, metadata: dict[str, Any] | None = None,
) -> Message:  # fmt: skip
    """Put a text into the outbox of the (locked) conversation; it carries the epoch of this moment.

    Raises ValueError for an empty text or one over WhatsApp's 4,096 characters.
    """
    text = clean_text(body)
    message = transcript.append(
        conversation, now=now, direction=Message.Direction.OUT, sender=sender, author=author, type=Message.TEXT,
        body=text, status=Status.QUEUED, metadata=metadata or {},
    )  # fmt: skip
    record(
        events.QUEUED, stream=conversation.stream, actor=actor, now=now,
        payload={**_facts(message), "sender": str(sender), "body_sha256": hashlib.sha256(text.encode()).hexdigest(),
                 "epoch": message.control_epoch},
    )  # fmt: skip
    wake.on_commit(DELIVER_TASK, str(conversation.pk))
    return message


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
            _withhold(conversation, message, reason, now)
            continue
        lease = now + timedelta(seconds=settings.SEND_LEASE)
        transcript.amend(
            conversation, message, now=now, status=Status.SENDING, attempts=message.attempts + 1, due_at=lease
        )
        record(
            events.CLAIMED, stream=conversation.stream, actor=SYSTEM, now=now,
            payload={**_facts(message), "attempt": message.attempts},
        )  # fmt: skip
        return message
    return None


def due_conversations(*, now: datetime, limit: int = 200) -> list[UUID]:
    """Conversations with something to send or to settle: what the sweep looks at."""
    unsettled = Message.objects.filter(status__in=[Status.QUEUED, Status.SENDING])
    held_up = unsettled.filter(conversation=OuterRef("conversation"), due_at__gt=now)
    due = unsettled.filter(~Exists(held_up)).order_by("conversation_id").values_list("conversation_id", flat=True)
    return list(due.distinct()[:limit])


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
    record(
        events.ACCEPTED, stream=conversation.stream, actor=SYSTEM, now=now,
        payload={**_facts(message), "provider_id": provider_id},
    )  # fmt: skip


def mark_postponed(message_id: UUID, *, why: str, delay: timedelta, now: datetime) -> None:
    """It surely did not leave: back into the outbox, not before `delay` has passed."""
    _finish(message_id, events.POSTPONED, why, now, status=Status.QUEUED, due_at=now + delay)


def mark_failed(message_id: UUID, *, error: dict[str, Any], now: datetime) -> None:
    """The provider refused it for good."""
    _finish(
        message_id,
        events.FAILED,
        str(error.get("title", "")),
        now,
        status=Status.FAILED,
        due_at=None,
        error=error,
    )


def mark_unknown(message_id: UUID, *, why: str, now: datetime) -> None:
    """The request left and no answer came: parked, never resent; a status or a person settles it (invariant 8)."""
    error = {"code": "unknown", "title": why}
    _finish(message_id, events.UNKNOWN, why, now, status=Status.UNKNOWN, due_at=None, error=error)


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
    record(
        events.UNKNOWN,
        stream=conversation.stream,
        actor=SYSTEM,
        now=now,
        payload={**_facts(sending), "why": why},
    )
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
