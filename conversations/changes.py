"""What changes a message after it was written: reactions, edits, deletions. The original stays on the record.

A change may come before its message. It then stands in the thread as a line of its own, and is applied, and the line
set aside, as soon as the message is known.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import events, transcript
from conversations.models import Conversation, Message, MessageReaction

TYPES = ("reaction", "edit", "revoke")
By = MessageReaction.By


@dataclass(frozen=True, slots=True)
class Change:
    """`type` is one of TYPES, `content` what `whatsapp` read out of it, `provider_id` the change's own."""

    type: str
    content: dict[str, Any]
    provider_id: str
    at: datetime


def target_of(conversation: Conversation, provider_id: str) -> Message | None:
    """The message of this customer and channel with that provider id, in whichever conversation it stands."""
    messages = Message.objects.filter(channel_id=conversation.channel_id, provider_id=provider_id)
    return messages.filter(conversation__customer_id=conversation.customer_id).select_related("conversation").first()


def quoted(conversation: Conversation, provider_id: str) -> Message | None:
    """The message that another one quotes, as far as it is known."""
    return target_of(conversation, provider_id) if provider_id else None


def apply(conversation: Conversation, target: Message, change: Change, *, by: str, now: datetime) -> bool:
    """Apply the change to its message. Only who wrote a message edits or deletes it. Returns whether it did.

    The caller holds `conversation`'s lock; a target in an older conversation is written under that one's.
    """
    home = conversation if target.conversation_id == conversation.pk else transcript.lock(target.conversation_id)
    if change.type == "reaction":
        side = By.CUSTOMER if by == Message.Direction.IN else By.DESK
        return reaction_put(home, target, by=side, emoji=str(change.content.get("emoji", "")), at=change.at, now=now)
    if target.direction != by:
        return False
    return _edit(home, target, change, now) if change.type == "edit" else _revoke(home, target, change, now)


def apply_waiting(conversation: Conversation, message: Message, *, now: datetime) -> None:
    """Apply the changes that came before their message, in the order in which they were made."""
    if not message.provider_id:
        return
    waiting = Message.objects.filter(
        conversation__customer_id=conversation.customer_id, channel_id=conversation.channel_id, type__in=TYPES,
        content__target=message.provider_id,
    )  # fmt: skip
    for line in waiting.exclude(metadata__has_key="applied_to").order_by("provider_ts", "seq"):
        change = Change(line.type, line.content, line.provider_id, line.provider_ts or line.created_at)
        apply(conversation, message, change, by=line.direction, now=now)
        home = conversation if line.conversation_id == conversation.pk else transcript.lock(line.conversation_id)
        transcript.amend(home, line, now=now, metadata={**line.metadata, "applied_to": str(message.pk)})
    for line in _unresolved_quotes(conversation, message):
        transcript.amend(conversation, line, now=now, reply_to=message)


def _unresolved_quotes(conversation: Conversation, message: Message) -> list[Message]:
    lines = conversation.messages.filter(metadata__quotes=message.provider_id, reply_to=None)
    return list(lines.exclude(pk=message.pk))


def reaction_put(
    conversation: Conversation, message: Message, *, by: str, emoji: str, at: datetime, now: datetime
) -> bool:
    """One side's emoji under a message; an empty one takes it back. An older word than the last changes nothing."""
    last = MessageReaction.objects.filter(message=message, by=by).first()
    if last and (last.at > at or (last.at == at and last.emoji == emoji)):
        return False
    MessageReaction.objects.update_or_create(message=message, by=by, defaults={"emoji": emoji[:32], "at": at})
    transcript.amend(conversation, message, now=now)
    actor = Actor.customer(conversation.customer_id) if by == By.CUSTOMER else SYSTEM
    record(events.REACTED, stream=conversation.stream, actor=actor, now=now,
           payload={"message": str(message.pk), "seq": message.seq, "by": str(by), "emoji": emoji})  # fmt: skip
    return True


def _edit(conversation: Conversation, message: Message, change: Change, now: datetime) -> bool:
    """The newest words stand in the line, all earlier ones beside it."""
    versions = list(message.metadata.get("versions", []))
    if any(version.get("by") == change.provider_id for version in versions):
        return False
    version = {
        "body": message.body,
        "content": message.content,
        "until": change.at.isoformat(),
        "by": change.provider_id,
    }
    if message.edited_at and change.at < message.edited_at:  # an older edit that comes late: kept, not shown
        late = {"body": change.content.get("body", ""), "content": {}, "until": message.edited_at.isoformat()}
        changed: dict[str, Any] = {"metadata": message.metadata | {"versions": [*versions, {**version, **late}]}}
    else:
        changed = {
            "body": str(change.content.get("body", "")),
            "content": change.content.get("content") or {},
            "edited_at": change.at,
            "metadata": message.metadata | {"versions": [*versions, version]},
        }
    transcript.amend(conversation, message, now=now, **changed)
    _note(events.EDITED, conversation, message, now)
    return True


def _revoke(conversation: Conversation, message: Message, change: Change, now: datetime) -> bool:
    if message.revoked_at:
        return False
    transcript.amend(conversation, message, now=now, revoked_at=change.at)
    _note(events.REVOKED, conversation, message, now)
    return True


def _note(event: str, conversation: Conversation, message: Message, now: datetime) -> None:
    by_customer = message.direction == Message.Direction.IN
    actor = Actor.customer(conversation.customer_id) if by_customer else SYSTEM
    payload = {"message": str(message.pk), "seq": message.seq}
    record(event, stream=conversation.stream, actor=actor, now=now, payload=payload)
