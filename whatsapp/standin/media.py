"""The files of the stand-in: what was uploaded and what customers sent, their limits, and how long they live."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from config import clock
from whatsapp.standin import rules
from whatsapp.standin.rules import GraphError
from whatsapp.standin.samples import KINDS, Sample, make_sample

if TYPE_CHECKING:
    from whatsapp.standin.meta import Meta

__all__ = ["KINDS", "Kept", "Sample", "Shelf", "make_sample", "shelf"]

UPLOADED_LIVES, RECEIVED_LIVES, URL_LIVES = timedelta(days=30), timedelta(days=7), timedelta(minutes=5)
MB = 1024 * 1024
MAX_STATIC_STICKER, MAX_ANIMATED_STICKER = 100 * 1024, 500 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
MIME_TYPES = {
    "image": {"image/jpeg", "image/png"},
    "audio": {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"},
    "video": {"video/mp4", "video/3gpp"},
    "document": {
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        OFFICE + "wordprocessingml.document",
        OFFICE + "spreadsheetml.sheet",
        OFFICE + "presentationml.presentation",
    },
    "sticker": {"image/webp"},
}
LIMITS = {"image": 5 * MB, "audio": 16 * MB, "video": 16 * MB, "document": 100 * MB, "sticker": MAX_ANIMATED_STICKER}
KIND_OF = {mime: kind for kind, mimes in MIME_TYPES.items() for mime in mimes}


@dataclass(frozen=True)
class Kept:
    """One file. `phone_number_id`: the number it belongs to, "" for any."""

    id: str
    phone_number_id: str
    mime_type: str
    content: bytes
    expires_at: datetime

    @property
    def sha256(self) -> str:
        """In hex, as the media node gives it."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def sha256_base64(self) -> str:
        """As webhooks give it."""
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()


@dataclass(eq=False)
class Shelf:
    """All files of one stand-in, and the addresses given out for them."""

    files: dict[str, Kept] = field(default_factory=dict)
    addresses: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def keep(
        self, content: bytes, mime_type: str, *, phone_number_id: str = "", lives: timedelta = RECEIVED_LIVES
    ) -> Kept:
        """Put a file on the shelf; unless told otherwise it is one that a customer sent, and lives 7 days."""
        media_id = str(10**15 + secrets.randbelow(9 * 10**15))
        kept = Kept(media_id, phone_number_id, mime_type, content, clock.now() + lives)
        self.files[media_id] = kept
        return kept

    def find(self, media_id: str) -> Kept | None:
        """A file that is there and has not expired."""
        kept = self.files.get(media_id)
        return kept if kept is not None and clock.now() < kept.expires_at else None

    def delete(self, media_id: str) -> None:
        """Take a file off the shelf; its addresses die with it."""
        self.files.pop(media_id, None)

    def address(self, media_id: str) -> str:
        """A name under which the file can be fetched for five minutes."""
        name = secrets.token_urlsafe(24)
        self.addresses[name] = (media_id, clock.now() + URL_LIVES)
        return name

    def at_address(self, name: str) -> Kept | None:
        """The file, while its address lives."""
        media_id, expires_at = self.addresses.get(name, ("", clock.now()))
        return self.find(media_id) if clock.now() < expires_at else None

    def clear(self) -> None:
        """An empty shelf."""
        self.files, self.addresses = {}, {}


_SHELVES: "WeakKeyDictionary[Meta, Shelf]" = WeakKeyDictionary()


def shelf(meta: "Meta") -> Shelf:
    """The files of this stand-in."""
    return _SHELVES.setdefault(meta, Shelf())


def node(kept: Kept, url: str) -> dict[str, Any]:
    """What Graph tells of a file."""
    return {
        "url": url,
        "mime_type": kept.mime_type,
        "sha256": kept.sha256,
        "file_size": len(kept.content),
        "id": kept.id,
        "messaging_product": "whatsapp",
    }


def check_upload(content: bytes, mime_type: str) -> None:
    """Raises GraphError 100 for a type that is not taken, 131053 for a file that is too large or not of its type."""
    kind = KIND_OF.get(mime_type)
    if kind is None:
        known = ", ".join(sorted(KIND_OF))
        title = f"Param file must be a file with one of the following types: {known}. Received file of type "
        raise GraphError(100, f"{title}'{mime_type[:100]}'.", title=f"{title}'{mime_type[:100]}'.")
    if not content:
        raise GraphError(131053, "The file is empty.")
    check_size(kind, content)
    if not looks_like(content, mime_type):
        raise GraphError(131053, f"The file is not {mime_type}: its content is of another type.")


def check_size(kind: str, content: bytes) -> None:
    """Raises GraphError 131053 for more bytes than its kind may have."""
    most = LIMITS[kind]
    if kind == "sticker" and not _is_animated(content):
        most = MAX_STATIC_STICKER
    if len(content) > most:
        raise GraphError(131053, f"The file has {len(content)} bytes; the most for {kind} is {most}.")


def check_sendable(shelf: Shelf, kind: str, media: dict[str, Any], phone_number_id: str) -> None:
    """Raises GraphError 131053 unless an `id` names a file uploaded to this number that fits the message's type."""
    if "id" not in media:
        return
    kept = shelf.find(media["id"])
    if kept is None or kept.phone_number_id != phone_number_id:
        raise GraphError(131053, f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID.")
    if kept.mime_type not in MIME_TYPES[kind]:
        raise GraphError(131053, f"A file of type {kept.mime_type} cannot be sent as {kind}.")


def check_sent_media(shelf: Shelf, order: rules.Outgoing, phone_number_id: str) -> None:
    """The same for every file that a message carries, in whatever place."""
    for kind, media in media_of(order):
        check_sendable(shelf, kind, media, phone_number_id)


def media_of(order: rules.Outgoing) -> list[tuple[str, dict[str, Any]]]:
    """The kind and the object of each file that a message carries: as itself, as a header, in a template."""
    if order.type in rules.MEDIA_TYPES:
        return [(order.type, order.content)]
    if order.type == "interactive":
        header = order.content.get("header", {"type": "text"})
        return [] if header["type"] == "text" else [(header["type"], header[header["type"]])]
    return list(rules.media_of_template(order.content)) if order.type == "template" else []


def _is_animated(content: bytes) -> bool:
    return content[12:16] == b"VP8X" and b"ANIM" in content[:200]


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _is_film(content: bytes) -> bool:
    return content[4:8] == b"ftyp"


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


_OLE = _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
#: What the first bytes of each type are; all of Office's newer types are zip archives.
SIGNS: dict[str, Callable[[bytes], bool]] = {
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    "audio/aac": _starts(b"\xff\xf1", b"\xff\xf9", b"ADIF"),
    "audio/amr": _starts(b"#!AMR"),
    "audio/mpeg": _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "audio/mp4": _is_film,
    "audio/ogg": _starts(b"OggS"),
    "video/mp4": _is_film,
    "video/3gpp": _is_film,
    "text/plain": _is_text,
    "application/pdf": _starts(b"%PDF-"),
    "application/msword": _OLE,
    "application/vnd.ms-excel": _OLE,
    "application/vnd.ms-powerpoint": _OLE,
}


def looks_like(content: bytes, mime_type: str) -> bool:
    """Whether the first bytes are those of the type."""
    return SIGNS.get(mime_type, _starts(b"PK\x03\x04"))(content)
