"""Handing out files of messages: to whoever may see the conversation, and in a way that nothing in them can act.

Pages show them through <img>, <audio> and <video>, which heed the type and not the disposition; opened by
themselves they are always saved, never rendered.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import IO, Any

from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from config import clock
from console.views.access import StaffRequest
from conversations.models import Conversation
from handoff import desk
from handoff.refusals import Refused
from whatsapp.media.limits import OUTBOUND
from whatsapp.media.outgoing import name_for
from whatsapp.media.sniffing import UNKNOWN
from whatsapp.models import Attachment

CHUNK = 64 * 1024
#: Types a browser is told of; any other file is bytes to save.
SHOWN_TYPES = frozenset(
    {mime for limit in OUTBOUND.values() for mime in limit.types}
    | {"image/gif", "audio/3gpp", "audio/webm", "video/webm", "video/quicktime"}
)
HEADERS = {
    "Accept-Ranges": "bytes",
    # The content of an address never changes; an hour bounds how long a browser keeps what its user may no longer see.
    "Cache-Control": "private, max-age=3600, immutable",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_WORDS = {
    Attachment.State.FETCHING: "This file is still being fetched. Try again in a moment.",
    Attachment.State.FAILED: "This file could not be fetched.",
    Attachment.State.TOO_LARGE: "This file is larger than is kept.",
    Attachment.State.BLOCKED: "This file was held back: it is not what it claims to be.",
}


def attachment_data(attachment: Attachment, *, n: int = 0) -> dict[str, Any]:
    """An attachment as the API shows it; `n` is its place among its message's, from 0. `mime` is what the bytes
    show, before that what the provider says; `url` is None while there is no file."""
    stored = attachment.state == Attachment.State.STORED
    return {
        "mime": attachment.mime_type or attachment.claimed_mime,
        "filename": name_for(attachment) if stored else attachment.filename,
        "size": attachment.size,
        "sha256": attachment.sha256 or None,
        "state": attachment.state,
        "url": f"{reverse('api:message_media', args=[attachment.message_id])}?n={n}" if stored else None,
    }


def stored_or_refused(attachment: Attachment) -> Attachment:
    """The attachment, if there is a file to hand out. Raises Refused (`not_stored`) with the reason."""
    if attachment.state != Attachment.State.STORED:
        words = _WORDS[Attachment.State(attachment.state)]
        raise Refused("not_stored", f"{words} {attachment.why}".strip())
    return attachment


def note_look(request: StaffRequest, conversation: Conversation) -> None:
    """A look at another team's file goes on the record, once: not for each part of a film that is being watched, nor
    where the browser has the file and only asks whether it may still show it."""
    first = re.fullmatch(r"bytes=0-\d*", request.headers.get("Range", "bytes=0-"))
    if first and "If-None-Match" not in request.headers:
        desk.note_look(conversation, agent=request.user, now=clock.now())


def file_response(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The stored file, whole, in the part asked for, or 304. The caller has checked who asks."""
    etag = f'"{attachment.sha256}"'
    answer = get_conditional_response(request, etag=etag) or _content(request, attachment, etag)
    answer.headers["ETag"] = etag
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


def _content(request: HttpRequest, attachment: Attachment, etag: str) -> HttpResponseBase:
    size = attachment.size or 0
    part = _part(request, size, etag)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, stop = part
    headers = {
        "Content-Type": _shown_type(attachment.mime_type),
        "Content-Length": str(stop - start),
        "Content-Disposition": content_disposition_header(True, name_for(attachment)) or "attachment",
    }
    status = 200
    if (start, stop) != (0, size):
        status, headers["Content-Range"] = 206, f"bytes {start}-{stop - 1}/{size}"
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    file = default_storage.open(str(attachment.file), "rb")
    file.seek(start)
    pieces = _AsyncPieces if isinstance(request, ASGIRequest) else _Pieces
    return StreamingHttpResponse(pieces(file, stop - start), status=status, headers=headers)


def _shown_type(mime: str) -> str:
    if mime not in SHOWN_TYPES:
        return UNKNOWN
    return f"{mime}; charset=utf-8" if mime == "text/plain" else mime


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """From where to where, the end not included: all of it, unless one range is asked for of this very content
    (RFC 9110, section 14). None where the range lies outside."""
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", "").replace(" ", ""))
    if not asked or asked[0] == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return 0, size
    first, last = asked[1], asked[2]
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else None
    stop = min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return 0, size
    return (int(first), stop) if int(first) < size else None


class _Pieces:
    """So many bytes of an open file, in pieces, for a server that waits. The response closes it."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file, self.left = file, length

    def _next(self) -> bytes:
        piece = self.file.read(min(CHUNK, self.left))
        self.left -= len(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._next, b"")

    def close(self) -> None:
        self.file.close()


class _AsyncPieces:
    """The same for a server that does not wait: Django would else read the whole file into memory first."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.pieces = _Pieces(file, length)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await asyncio.to_thread(self.pieces._next):
            yield piece

    def close(self) -> None:
        self.pieces.close()
