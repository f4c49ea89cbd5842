"""Keeping files: one blob per content, under its SHA-256, whoever sent it and however often.

A draft is written first, beside the store, and moved in whole: a crash leaves a draft, never half a file.
"""

import hashlib
import logging
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from whatsapp.media.limits import LARGEST
from whatsapp.models import Attachment

logger = logging.getLogger(__name__)
CHUNK = 64 * 1024
#: An uploaded file that was never sent, or a draft of a process that died, is thrown away after this.
UNSENT_FOR = timedelta(days=1)
_MOST_AT_ONCE = 50


class TooLarge(Exception):
    """More bytes came than may be kept."""


class Draft:
    """A file being received: counted, hashed, not yet kept. Gone at the end of its block unless it was kept."""

    def __init__(self, *, largest: int = LARGEST) -> None:
        self.largest, self.size = largest, 0
        self._digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(prefix="draft-", dir=_drafts())
        self.path, self.file = Path(name), os.fdopen(handle, "w+b")

    def __enter__(self) -> "Draft":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Raises TooLarge before anything beyond the limit is written."""
        self.size += len(chunk)
        if self.size > self.largest:
            raise TooLarge
        self._digest.update(chunk)
        self.file.write(chunk)

    def clear(self) -> None:
        """Begin again."""
        self.file.seek(0)
        self.file.truncate()
        self.size, self._digest = 0, hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class _Movable(File):  # type: ignore[type-arg]
    """Tells the file system's storage that it may move the draft; other storages read it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.file, name=draft.path.name)
        self.draft = draft

    def temporary_file_path(self) -> str:
        return str(self.draft.path)


def name_of(sha256: str) -> str:
    """Where a content lies in the store."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(draft: Draft) -> str:
    """Keep the draft's content, unless it is there already, and return its name in the store.

    Call it in the transaction that writes the name into an Attachment: until its commit nobody removes this content.
    Raises what the storage raises (OSError for the file system).
    """
    name = name_of(draft.sha256)
    _lock_content(draft.sha256)
    if _is_whole(name, draft.size):
        return name
    draft.file.flush()
    os.fsync(draft.file.fileno())
    draft.file.seek(0)
    default_storage.delete(name)
    kept = default_storage.save(name, _Movable(draft))
    if kept != name:
        raise OSError("The storage gave the file another name than asked for.")
    return name


def uploads_clear(*, now: datetime) -> int:
    """Remove uploaded files that were never sent, and drafts left by processes that died. Returns how many rows."""
    stale = Attachment.objects.filter(message=None, created_at__lt=now - UNSENT_FOR).order_by("pk")
    gone = sum(_remove(pk) for pk in stale.values_list("pk", flat=True)[:_MOST_AT_ONCE])
    limit = now.timestamp() - UNSENT_FOR.total_seconds()
    for path in _drafts().glob("draft-*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
    return gone


@transaction.atomic
def _remove(pk: int) -> int:
    row = Attachment.objects.select_for_update(skip_locked=True).filter(pk=pk, message=None).first()
    if row is None:
        return 0
    row.delete()
    if row.sha256:
        _lock_content(row.sha256)
        if not Attachment.objects.filter(sha256=row.sha256).exists():
            default_storage.delete(name_of(row.sha256))
    return 1


def _is_whole(name: str, size: int) -> bool:
    return bool(default_storage.exists(name) and default_storage.size(name) == size)


def _lock_content(sha256: str) -> None:
    """Until the end of the transaction nobody else stores or removes this content."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock belongs into a transaction.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_number(sha256)])


def _lock_number(sha256: str) -> int:
    """A number of 64 bits out of the digest: in practice each content has its own."""
    return int.from_bytes(bytes.fromhex(sha256)[:8], "big", signed=True)


def _drafts() -> Path:
    """On the file system of the store, so that a finished draft is moved and not copied."""
    directory = Path(settings.MEDIA_ROOT) / "drafts"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory
