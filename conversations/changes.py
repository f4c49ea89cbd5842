"""What changes a message after it was written: reactions, edits, deletions. The original stays on the record.

A change may come before its message. It then stands in the thread as a line of its own, and is applied, and the line
set aside, as soon as the message is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import events, transcript
from conversations.models import Channel, Conversation, Customer, Message, MessageReaction

TYPES = ("reaction", "edit", "revoke")
By = MessageReaction.By


@dataclass(frozen=True, slots=True)
class Change:
    """`type` is one of TYPES, `content` what `whatsapp` read out of it, `provider_id` the change's own."""

    type: str
    content: dict[str, Any]
    provider_id: str
    at: datetime


def target_of(customer: Customer, channel: Channel, provider_id: str) -> Message | None:
    """The message of this customer and channel with that provider id, in whichever conversation it stands."""
    if not provider_id:
        return None
    messages = Message.objects.filter(channel=channel, provider_id=provider_id, conversation__customer=customer)
    return messages.select_related("conversation").first()


def apply(target: Message, change: Change, *, by: str, now: datetime) -> bool:
    """Apply the change to its message, under its conversation's lock. Only who wrote a message edits or deletes it.
    Returns whether anything changed."""
    home = transcript.lock(target.conversation_id)
    target.refresh_from_db()
    if change.type == "reaction":
        side = By.CUSTOMER if by == Message.Direction.IN else By.DESK
        return reaction_put(home, target, by=side, emoji=str(change.content.get("emoji", "")), at=change.at, now=now)
    if target.direction != by:
        return False
    return _edit(home, target, change, now) if change.type == "edit" else _revoke(home, target, change, now)


def apply_waiting(conversation: Conversation, message: Message, *, now: datetime) -> None:
    """Apply the changes that came before their message, in the order in which they were made, and tie to it the lines
    that quote it. The caller holds the conversation's lock."""
    if not message.provider_id:
        return
    waiting = Message.objects.filter(channel=message.channel_id, waits_for=message.provider_id)
    lines = list(waiting.filter(conversation__customer_id=conversation.customer_id).order_by("provider_ts", "seq"))
    for line in lines:
        if line.type in TYPES:
            change = Change(line.type, line.content, line.provider_id, line.provider_ts or line.created_at)
            apply(message, change, by=line.direction, now=now)
            _amend(line, now=now, waits_for="", metadata={**line.metadata, "applied_to": str(message.pk)})
        else:
            _amend(line, now=now, waits_for="", reply_to=message)
    if lines:
        conversation.refresh_from_db()


def ties(
    conversation: Conversation, *, type: str, content: Mapping[str, Any], reply_to: str, metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """How a line that is being written hangs on another: the one it quotes, or the one that it waits for."""
    quoted = target_of(conversation.customer, conversation.channel, reply_to)
    unknown = "" if quoted else reply_to
    target = str(content.get("target") or "") if type in TYPES else unknown
    told = {"quotes": unknown} if unknown else {}
    return {"reply_to": quoted, "waits_for": target, "metadata": {**metadata, **told}}


def _amend(line: Message, *, now: datetime, **changes: Any) -> None:
    transcript.amend(transcript.lock(line.conversation_id), line, now=now, **changes)


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
    """The newest words stand in the line, all earlier ones beside it, each with the moment it was replaced."""
    versions = list(message.metadata.get("versions", []))
    if any(version.get("by") == change.provider_id for version in versions):
        return False
    words = {"body": str(change.content.get("body", "")), "content": change.content.get("content") or {}}
    replaced = {"until": change.at.isoformat(), "by": change.provider_id}
    later = next((at for at, version in enumerate(versions) if _until(version) > change.at), None)
    changes: dict[str, Any] = {}
    if later is None:
        versions.append({"body": message.body, "content": message.content, **replaced})
        changes = {**words, "edited_at": change.at}
    else:  # an older edit that comes late: it stood between two versions
        newer = versions[later]
        versions[later : later + 1] = [{**newer, **replaced}, {**newer, **words}]
    changes["metadata"] = message.metadata | {"versions": versions}
    transcript.amend(conversation, message, now=now, **changes)
    _note(events.EDITED, conversation, message, now)
    return True


def _until(version: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(version["until"])


def _revoke(conversation: Conversation, message: Message, change: Change, now: datetime) -> bool:
    """A question that was taken back wants no answer any more."""
    if message.revoked_at:
        return False
    transcript.amend(conversation, message, now=now, revoked_at=change.at, asks=False)
    _note(events.REVOKED, conversation, message, now)
    return True


def _note(event: str, conversation: Conversation, message: Message, now: datetime) -> None:
    by_customer = message.direction == Message.Direction.IN
    actor = Actor.customer(conversation.customer_id) if by_customer else SYSTEM
    payload = {"message": str(message.pk), "seq": message.seq}
    record(event, stream=conversation.stream, actor=actor, now=now, payload=payload)
