"""Writing lines into a thread. The caller holds the conversation's row lock; `seq` is given out under it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Min, QuerySet

from conversations import live
from conversations.models import Conversation, Message

#: Between two lines of one moment: room for a late one.
STEP = timedelta(milliseconds=1)


def lock(conversation_id: Any) -> Conversation:
    """The conversation, its row locked until the transaction ends. Raises Conversation.DoesNotExist.

    Lock order of the house: sender (advisory), conversation, message, audit head.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A lock belongs into a transaction.")
    return Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)


def append(conversation: Conversation, *, now: datetime, placed_at: datetime | None = None, **fields: Any) -> Message:
    """Add a line at the end of the (locked) conversation and ring its page."""
    conversation.last_seq += 1
    touch(conversation, now=now, also=["last_seq"])
    return Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        seq=conversation.last_seq,
        revision=conversation.revision,
        placed_at=placed_at or next_place(conversation, now),
        created_at=now,
        **{"control_epoch": conversation.control_epoch, **fields},
    )


def banner(conversation: Conversation, text: str, *, now: datetime) -> Message:
    """A line that only the desk sees: what happened to the thread, in words."""
    return append(
        conversation,
        now=now,
        direction=Message.Direction.OUT,
        sender=Message.Sender.SYSTEM,
        type=Message.BANNER,
        status=Message.Status.INTERNAL,
        body=text,
    )


def amend(conversation: Conversation, message: Message, *, now: datetime, **changes: Any) -> None:
    """Change a line (its status, mostly) and ring, so that the page redraws that line alone."""
    touch(conversation, now=now)
    message.revision = conversation.revision
    for name, value in changes.items():
        setattr(message, name, value)
    message.save(update_fields=["revision", *changes])


def touch(conversation: Conversation, *, now: datetime, also: list[str] | None = None) -> None:
    """Raise the revision of the (locked) conversation, save it with the fields named, and ring."""
    conversation.revision += 1
    conversation.last_activity_at = now
    conversation.save(update_fields=["revision", "last_activity_at", *(also or [])])
    live.ring_on_commit(conversation.pk, conversation.revision)


def next_place(conversation: Conversation, moment: datetime) -> datetime:
    """The place of a line said at `moment` and arriving in order: never before the last line.

    WhatsApp's timestamps are whole seconds, ours are not; without this a question would stand after its answer.
    """
    last = Message.objects.filter(conversation=conversation).order_by("-placed_at").values_list("placed_at", flat=True)
    latest = last.first()
    return max(moment, latest + STEP) if latest else moment


def is_late(conversation: Conversation, moment: datetime) -> bool:
    """Whether the thread already holds a line that WhatsApp dates later."""
    newest = _dated(conversation).order_by("-placed_at", "-seq").values_list("provider_ts", flat=True).first()
    return newest is not None and newest > moment


def late_place(conversation: Conversation, moment: datetime) -> datetime:
    """The place of a line that arrives late: between those that WhatsApp dates before and after it."""
    dated = _dated(conversation)
    before: datetime | None = dated.filter(provider_ts__lte=moment).aggregate(at=Max("placed_at"))["at"]
    after: datetime | None = dated.filter(provider_ts__gt=moment).aggregate(at=Min("placed_at"))["at"]
    if after is not None and moment >= after:
        moment = after - STEP
    if before is None or moment > before:
        return moment
    return before + (after - before) / 2 if after is not None and after > before else before + STEP


def _dated(conversation: Conversation) -> QuerySet[Message]:
    """What WhatsApp has dated: the customer's lines and those of the business's own phone. Ours have our clock."""
    return Message.objects.filter(conversation=conversation, provider_ts__isnull=False)
