"""The files that people send: real bytes behind the media id, so that Baton can fetch them."""

import base64
import binascii
from typing import Any

from whatsapp.standin import media
from whatsapp.standin.contents import CAPTIONED, MEDIA, Written
from whatsapp.standin.meta import Meta
from whatsapp.standin.phones import Number
from whatsapp.standin.wire import Refusal

#: As WhatsApp names what its own recorder makes.
VOICE_NOTE = "audio/ogg; codecs=opus"


def attach(meta: Meta, number: Number, written: Written, *, origin: str = "") -> dict[str, Any]:
    """The media object of a message; its bytes are kept. Raises Refusal 400.

    `origin`: the address at which Baton reaches the stand-in; given, the object has its `url` of five minutes.
    """
    content, mime_type = _file(written)
    shelf = media.shelf(meta)
    kept = shelf.keep(content, mime_type.partition(";")[0], phone_number_id=number.phone_number_id)
    told = {"id": kept.id, "mime_type": mime_type, "sha256": kept.sha256_base64}
    if origin:
        told["url"] = f"{origin}/standin-media/{shelf.address(kept.id)}"
    return told | _particulars(written)


def _particulars(written: Written) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if written.type in CAPTIONED and (written.caption or written.text):
        told["caption"] = written.caption or written.text
    if written.type == "document":
        told["filename"] = written.filename or "sample.pdf"
    if written.type == "audio":
        told["voice"] = written.voice
    if written.type == "sticker":
        told["animated"] = written.animated
    return told


def _file(written: Written) -> tuple[bytes, str]:
    """The bytes given, or those of a sample, and their MIME type."""
    if not written.data:
        sample = _sample(written.sample or written.type)
        is_recorded = written.type == "audio" and written.voice and sample.mime_type == "audio/ogg"
        return sample.content, written.mime_type or (VOICE_NOTE if is_recorded else sample.mime_type)
    try:
        content = base64.b64decode(written.data, validate=True)
    except binascii.Error as error:
        raise Refusal(400, "data must be the file's bytes in base64.") from error
    return content, written.mime_type or "application/octet-stream"


def _sample(kind: str) -> media.Sample:
    if kind not in media.KINDS:
        raise Refusal(400, f"sample must be one of {', '.join(MEDIA)}.")
    return media.make_sample(kind)


def fetch(meta: Meta, media_id: str) -> dict[str, str]:
    """A file that is still there: `mime_type`, and `data` in base64. Raises Refusal 404."""
    kept = media.shelf(meta).find(media_id)
    if kept is None:
        raise Refusal(404, "This file is not here, or no more: files live 7 days, uploads 30.")
    return {"mime_type": kept.mime_type, "data": base64.b64encode(kept.content).decode()}
