"""Files that the desk sends: checked against WhatsApp's limits and kept before anything leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from audit.actors import Actor
from audit.record import record
from config import clock
from conversations.content import Content, Media, MediaKind, Unsendable
from conversations.models import Conversation, Message
from whatsapp import events
from whatsapp.media.limits import LARGEST_ANIMATED_STICKER, OUTBOUND, TAKES, kind_for, said
from whatsapp.media.names import download_name
from whatsapp.media.pictures import unsuitable
from whatsapp.media.sniffing import UNKNOWN, Sniffed, sniff
from whatsapp.media.storing import Draft, TooLarge, keep
from whatsapp.models import Attachment

#: How long a link for the provider is valid.
LINK_FOR = timedelta(minutes=15)
_SIGNER = signing.TimestampSigner(salt="whatsapp.media.out")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file as an adapter takes it (`whatsapp.adapter.File`)."""

    attachment: Attachment

    @property
    def mime_type(self) -> str:
        return self.attachment.mime_type

    @property
    def size(self) -> int:
        return self.attachment.size or 0

    @property
    def filename(self) -> str:
        return name_for(self.attachment)

    def open(self) -> IO[bytes]:
        """For reading; the caller closes it. Raises FileNotFoundError where the store has lost it."""
        opened: IO[bytes] = default_storage.open(str(self.attachment.file), "rb")
        return opened

    def public_url(self) -> str:
        """A signed link, valid for LINK_FOR. Raises ValueError where the desk has no public address."""
        if not settings.PUBLIC_URL:
            raise ValueError(
                "This provider fetches files from the desk: set PUBLIC_URL to the address it is reached under, "
                "such as https://desk.example.com."
            )
        path = reverse("console:media_out", args=[_SIGNER.sign(str(self.attachment.pk))])
        return f"{settings.PUBLIC_URL}{path}"

    def uploaded_id(self) -> str:
        """The provider's id of the file, while it is valid there; else empty."""
        expires = self.attachment.media_id_expires_at
        return self.attachment.provider_media_id if expires and clock.now() < expires else ""

    def note_upload(self, media_id: str, *, valid_for: timedelta) -> None:
        """Remember the provider's id, so that a second try of the send uploads nothing again."""
        self.attachment.provider_media_id = media_id
        self.attachment.media_id_expires_at = clock.now() + valid_for
        self.attachment.save(update_fields=["provider_media_id", "media_id_expires_at"])


def upload_keep(
    conversation: Conversation, *, file: "UploadedFile[Any]", agent: User, now: datetime, voice: bool = False
) -> Attachment:
    """Check what an agent wants to send against WhatsApp's limits, and keep it; no message has it yet.

    `voice` makes sound a voice message. Raises Unsendable, saying the mend, before anything is stored.
    """
    with Draft() as draft:
        _receive(file, draft)
        shown = sniff(draft.file, claimed=file.content_type or "")
        kind = _kind(shown, draft, voice=voice)
        with transaction.atomic():
            attachment = Attachment.objects.create(
                channel_id=conversation.channel_id, kind=kind, state=Attachment.State.STORED,
                filename=download_name(file.name or "", mime=shown.mime, fallback=kind), is_voice=voice,
                mime_type=shown.mime, size=draft.size, sha256=draft.sha256, file=keep(draft),
                created_at=now, stored_at=now,
            )  # fmt: skip
            _record(conversation, attachment, agent=agent, now=now)
    return attachment


def content_for(attachment: Attachment, caption: str = "") -> Media:
    """The kept file as a message's content. WhatsApp shows a name with documents only."""
    kind: MediaKind = attachment.kind  # type: ignore[assignment]  # written by `upload_keep` alone
    filename = attachment.filename if kind == "document" else ""
    return Media(kind, attachment.pk, caption=caption.strip(), filename=filename, voice=attachment.is_voice)


def attachment_bind(content: Content, message: Message) -> None:
    """Tie the file of this content to the message that sends it, in the transaction that queues the message.

    Content without a file is let pass. Raises Unsendable where the file is not there, is another number's, or went
    with another message.
    """
    if not isinstance(content, Media):
        return
    free = Q(message=None) | Q(message=message)
    usable = Attachment.objects.filter(free, pk=content.attachment, channel_id=message.channel_id)
    if not usable.filter(state=Attachment.State.STORED).update(message=message):
        raise Unsendable("This file is not there to be sent, or was sent already. Upload it again.")


def file_of(message: Message) -> StoredFile | None:
    """The file that goes with an outgoing message; None where it has none."""
    attachment = message.attachments.filter(state=Attachment.State.STORED).order_by("pk").first()
    return StoredFile(attachment) if attachment else None


def linked(token: str) -> Attachment | None:
    """The file that a signed link means; None for a link that is forged or has run out, and for any file that is not
    part of a message of the desk."""
    try:
        pk = int(_SIGNER.unsign(token, max_age=LINK_FOR))
    except (signing.BadSignature, ValueError):
        return None
    ours = Attachment.objects.filter(message__direction=Message.Direction.OUT, state=Attachment.State.STORED)
    return ours.filter(pk=pk).first()


def name_for(attachment: Attachment) -> str:
    """Under which name it is saved: its own, with an ending that fits its content."""
    fallback = f"{attachment.kind}-{attachment.pk}"
    return download_name(attachment.filename, mime=attachment.mime_type, fallback=fallback)


def _receive(file: "UploadedFile[Any]", draft: Draft) -> None:
    if not file.size:
        raise Unsendable("The file is empty. Choose another.")
    try:
        for chunk in file.chunks():
            draft.write(chunk)
    except TooLarge as error:
        raise Unsendable(
            f"WhatsApp takes files up to {said(draft.largest)}; this is larger. Make it smaller."
        ) from error


def _kind(shown: Sniffed, draft: Draft, *, voice: bool) -> str:
    """As what WhatsApp takes it. Raises Unsendable."""
    kind = kind_for(shown.mime)
    if kind is None:
        this = "of no type it knows" if shown.mime == UNKNOWN else shown.mime
        raise Unsendable(f"WhatsApp does not take this file: it is {this}. {TAKES}")
    if voice and kind != "audio":
        raise Unsendable("Only sound can be a voice message. Send this file without `voice`.")
    _check_size(kind, shown, draft.size)
    if words := unsuitable(shown, draft.file, voice=voice):
        raise Unsendable(words)
    return kind


def _check_size(kind: str, shown: Sniffed, size: int) -> None:
    limit = OUTBOUND[kind]
    what, largest = limit.said, limit.largest
    if kind == "sticker" and shown.animated:
        what, largest = "animated stickers", LARGEST_ANIMATED_STICKER
    if size > largest:
        this = said(size) if said(size) != said(largest) else f"{size - largest} bytes more"
        raise Unsendable(f"WhatsApp takes {what} up to {said(largest)}; this has {this}. {limit.mend}")


def _record(conversation: Conversation, attachment: Attachment, *, agent: User, now: datetime) -> None:
    payload = {
        "attachment": attachment.pk, "kind": attachment.kind, "mime_type": attachment.mime_type,
        "size": attachment.size, "sha256": attachment.sha256,
    }  # fmt: skip
    actor = Actor.human(agent)
    record(events.MEDIA_STORED, stream=conversation.stream, actor=actor, now=now, payload=payload)
