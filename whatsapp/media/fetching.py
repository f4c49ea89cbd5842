"""Files that customers send: announced by a message, fetched at once, tried again until the provider forgets them.

The row is the work list. A try begins by pushing its due time beyond the longest a try can take, so a process that
dies leaves a row that comes due again, and a file that kills its process cannot be in the way of others.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import SYSTEM, Actor
from audit.record import record
from config import wake
from conversations import transcript
from conversations.models import Conversation, Message
from handoff.refusals import Refused
from whatsapp import events
from whatsapp.adapter import Adapter, Download, MediaGone, ProviderUnavailable
from whatsapp.media import addresses
from whatsapp.media.download import LONGEST, Expired, Later, agrees, download
from whatsapp.media.limits import LARGEST, LARGEST_INBOUND, said
from whatsapp.media.names import clean_name
from whatsapp.media.sniffing import base, sniff, why_not
from whatsapp.media.storing import Draft, TooLarge, keep
from whatsapp.models import Attachment

logger = logging.getLogger(__name__)
FETCH_TASK = "whatsapp.fetch_media"
State = Attachment.State

#: How long the provider keeps a file (Meta, WhatsApp docs, "Media").
KEPT_FOR = timedelta(days=7)
#: Between one failed try and the next, in seconds; the last goes on.
BACK_OFF = (1, 5, 30, 120, 600, 3600)
#: A try not settled after this long died with its process. Two downloads fit into it.
LEASE = timedelta(seconds=2 * LONGEST + 60)
#: Up to this the broker may count the seconds; anything later is found by the sweep.
_SHORT = timedelta(seconds=30)
_MOST_AT_ONCE = 100


class Blocked(Exception):
    """The file is not what it claims to be; the words say how."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try: the new state, why in words, and what is written into the row beside them."""

    state: str
    why: str = ""
    changes: dict[str, Any] | None = None
    after: timedelta | None = None


def attachment_expect(
    message: Message, *, kind: str, media_id: str, url: str, claimed_mime: str, claimed_sha256: str, filename: str,
    is_voice: bool, now: datetime,
) -> Attachment:  # fmt: skip
    """Note the file of a message just taken in, and wake whoever fetches it. In the caller's transaction.

    `url` and the claims are the provider's, empty where it makes none; `kind` is image, video, audio, document or
    sticker.
    """
    attachment = Attachment.objects.create(
        message=message,
        channel_id=message.channel_id,
        kind=kind,
        provider_media_id=_storable(media_id, 255),
        media_id_expires_at=(message.received_at or now) + KEPT_FOR,  # counted from the webhook that named it
        source_url=_storable(url, 4096),
        claimed_mime=base(_storable(claimed_mime, 128)),
        claimed_sha256=_storable(claimed_sha256, 128),
        filename=clean_name(filename),
        is_voice=is_voice,
        due_at=now,
        created_at=now,
    )
    wake.on_commit(FETCH_TASK, attachment.pk)
    return attachment


def attachment_fetch(pk: int, *, adapter: Adapter, now: datetime) -> str | None:
    """Try once to fetch this file, if it is due. Returns its state afterwards, None where it was not due."""
    attachment = attachment_claim(pk, now=now)
    return attachment_bring(attachment, adapter=adapter, now=now) if attachment else None


def attachment_claim(pk: int, *, now: datetime) -> Attachment | None:
    """Begin a try: the row, counted and pushed beyond the try's longest time.

    None where it is not due or in hand; and where every try so far died and the provider's time is over: then it has
    failed.
    """
    attachment = _claimed(pk, now)
    if attachment is None or attachment.attempts == 1 or now <= _forgotten_at(attachment):
        return attachment
    _settle(attachment, Outcome(State.FAILED, f"It could not be fetched in time. {attachment.why}".strip()), now=now)
    return None


@transaction.atomic
def _claimed(pk: int, now: datetime) -> Attachment | None:
    due = Attachment.objects.filter(pk=pk, state=State.FETCHING, due_at__lte=now)
    attachment = due.select_for_update(skip_locked=True, no_key=True).first()
    if attachment is None:
        return None
    attachment.attempts += 1
    attachment.due_at = now + LEASE
    attachment.save(update_fields=["attempts", "due_at"])
    return attachment


def attachment_bring(attachment: Attachment, *, adapter: Adapter, now: datetime) -> str:
    """Fetch the claimed file, without any lock, then settle. Returns the state it is in then."""
    started = time.monotonic()
    largest = LARGEST_INBOUND.get(attachment.kind, LARGEST)
    with Draft(largest=largest) as draft:
        outcome = _try(attachment, draft, adapter)
        at = now + timedelta(seconds=time.monotonic() - started)
        if outcome.state == State.STORED:
            outcome = _store(attachment, draft, outcome)
    return _settle(attachment, outcome, now=at)


def attachment_retry(pk: int, *, agent: User, now: datetime) -> Attachment:
    """Fetch once more what could not be fetched or was held back, because this person asks; it is checked as before.

    They may see the conversation: the caller's question. Raises Refused (`not_failed`) in any other state, and
    Attachment.DoesNotExist.
    """
    with transaction.atomic():
        attachment = Attachment.objects.select_related("message").get(pk=pk)
        conversation = transcript.lock(_message(attachment).conversation_id)
        again = Attachment.objects.filter(pk=pk, state__in=(State.FAILED, State.BLOCKED))
        if not again.update(state=State.FETCHING, attempts=0, due_at=now, why=""):
            raise Refused(
                "not_failed", "Only a file that could not be fetched, or was held back, can be asked for again."
            )
        actor = Actor.human(agent)
        _tell(conversation, attachment, events.MEDIA_REQUESTED_AGAIN, actor=actor, now=now, agent=actor.name)
        wake.on_commit(FETCH_TASK, pk)
    attachment.refresh_from_db()
    return attachment


def fetches_due(*, now: datetime) -> list[int]:
    """Files whose try is due, the longest waiting first: their wake-up was lost, or put off."""
    due = Attachment.objects.filter(state=State.FETCHING, due_at__lte=now).order_by("due_at", "pk")
    return list(due.values_list("pk", flat=True)[:_MOST_AT_ONCE])


def _try(attachment: Attachment, draft: Draft, adapter: Adapter) -> Outcome:
    """What this try comes to. The draft then holds the file, where the outcome is that it may be stored."""
    try:
        found = _fetch_true(attachment, draft, adapter)
        return _judge(attachment, draft, claimed=attachment.claimed_mime or base(found.mime_type))
    except MediaGone:
        return Outcome(State.FAILED, "WhatsApp has this file no longer. Ask the customer to send it again.")
    except TooLarge:
        return Outcome(State.TOO_LARGE, f"It is larger than {said(draft.largest)}, the most that is kept.")
    except (Blocked, addresses.Forbidden) as error:
        return Outcome(State.BLOCKED, str(error))
    except Later as error:
        return Outcome(State.FETCHING, str(error), after=error.after)
    except ProviderUnavailable:
        return Outcome(State.FETCHING, "The provider could not be asked for the file.")


def _fetch_true(attachment: Attachment, draft: Draft, adapter: Adapter) -> Download:
    """The file, with the content that was announced; one more try where it is another. Raises Blocked after that."""
    for _ in range(2):
        found = _bring(attachment, draft, adapter)
        if all(agrees(draft.sha256, claim) for claim in (attachment.claimed_sha256, found.sha256)):
            return found
    raise Blocked("Its content is not what WhatsApp announced (checksum), twice. Ask the customer to send it again.")


def _bring(attachment: Attachment, draft: Draft, adapter: Adapter) -> Download:
    """Ask where it is, and load it; an address that has run out (after five minutes), or leads where nothing is
    fetched from, is asked for once more."""
    own = addresses.own_hosts(attachment.channel)
    found = _locate(attachment, adapter)
    try:
        download(found, draft, adapter=adapter, own=own)
    except (Expired, addresses.Forbidden):
        if not attachment.provider_media_id:
            raise
        found = _locate(attachment, adapter)
        download(found, draft, adapter=adapter, own=own)
    return found


def _locate(attachment: Attachment, adapter: Adapter) -> Download:
    """By the media id where there is one: the adapter then gives the credentials too, which the address of the
    webhook comes without. An address alone is taken as it is."""
    if attachment.provider_media_id:
        return adapter.locate(attachment.provider_media_id)
    if not attachment.source_url:
        raise MediaGone
    return Download(attachment.source_url)


def _judge(attachment: Attachment, draft: Draft, *, claimed: str) -> Outcome:
    """Stored, with what its bytes show; raises Blocked for what is not what it claims to be."""
    if not draft.size:
        raise Later("The provider gave an empty file.")
    shown = sniff(draft.file, claimed=claimed or f"{attachment.kind}/*")
    if why := why_not(shown.mime, kind=attachment.kind, claimed=claimed):
        raise Blocked(why)
    return Outcome(State.STORED, changes={"mime_type": shown.mime, "size": draft.size, "sha256": draft.sha256})


def _store(attachment: Attachment, draft: Draft, outcome: Outcome) -> Outcome:
    """Keep the content and write its name into the row, in one transaction; the state follows with the message."""
    try:
        with transaction.atomic():
            name = keep(draft)
            Attachment.objects.filter(pk=attachment.pk).update(file=name, **(outcome.changes or {}))
    except Exception as error:  # a storage raises whatever its client raises; the file is fetched again later
        logger.exception("attachment %s could not be stored (%s)", attachment.pk, type(error).__name__)
        return Outcome(State.FETCHING, "It could not be written to the desk's own storage.")
    return outcome


def _settle(attachment: Attachment, outcome: Outcome, *, now: datetime) -> str:
    """Write what became of the try, unless another has been begun meanwhile. Returns the state."""
    if outcome.state == State.FETCHING:
        due = now + _pause(attachment, outcome)
        if due <= _forgotten_at(attachment):
            return _put_off(attachment, outcome, due=due, now=now)
        outcome = Outcome(State.FAILED, f"It could not be fetched in time. {outcome.why}")
    with transaction.atomic():
        conversation = transcript.lock(_message(attachment).conversation_id)
        if _ours(attachment).update(**_final(outcome, now)):
            event, details = _event(attachment, outcome)
            _tell(conversation, attachment, event, actor=SYSTEM, now=now, **details)
    return outcome.state


def _final(outcome: Outcome, now: datetime) -> dict[str, Any]:
    written: dict[str, Any] = {"state": outcome.state, "why": outcome.why[:300], "due_at": None}
    return written | ({"stored_at": now, "source_url": ""} if outcome.state == State.STORED else {})


def _put_off(attachment: Attachment, outcome: Outcome, *, due: datetime, now: datetime) -> str:
    with transaction.atomic():
        if _ours(attachment).update(due_at=due, why=outcome.why[:300]) and due - now <= _SHORT:
            wake.on_commit(FETCH_TASK, attachment.pk, countdown=(due - now).total_seconds())
    return outcome.state


def _ours(attachment: Attachment) -> Any:
    """The row, if it is still in the try that was claimed."""
    return Attachment.objects.filter(pk=attachment.pk, state=State.FETCHING, attempts=attachment.attempts)


def _pause(attachment: Attachment, outcome: Outcome) -> timedelta:
    pause = timedelta(seconds=BACK_OFF[min(attachment.attempts, len(BACK_OFF)) - 1])
    return max(pause, outcome.after or pause)


def _forgotten_at(attachment: Attachment) -> datetime:
    return attachment.media_id_expires_at or attachment.created_at + KEPT_FOR


def _event(attachment: Attachment, outcome: Outcome) -> tuple[str, dict[str, Any]]:
    if outcome.state == State.STORED:
        return events.MEDIA_STORED, dict(outcome.changes or {})
    event = events.MEDIA_BLOCKED if outcome.state == State.BLOCKED else events.MEDIA_FAILED
    return event, {"why": outcome.why, "state": outcome.state, "attempts": attachment.attempts}


def _tell(
    conversation: Conversation, attachment: Attachment, event: str, *, actor: Actor, now: datetime, **details: Any
) -> None:
    """Redraw the message and put it on the record, under the conversation's lock."""
    message = _message(attachment)
    transcript.amend(conversation, message, now=now)
    payload = {"seq": message.seq, "attachment": attachment.pk, "kind": attachment.kind, **details}
    record(event, stream=conversation.stream, actor=actor, now=now, payload=payload)


def _message(attachment: Attachment) -> Message:
    """A file being fetched always belongs to a message; an upload never comes here."""
    if attachment.message is None:
        raise Refused("not_failed", "This file was uploaded at the desk; there is nothing to fetch.")
    return attachment.message


def _storable(text: str, longest: int) -> str:
    return text.replace("\x00", "")[:longest]
