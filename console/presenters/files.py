"""The files of a line: how each is shown, or why it is not there."""

from dataclasses import dataclass
from typing import Literal

from console.presenters import times
from console.serving import SHOWN_TYPES
from conversations.models import Message
from whatsapp.media.limits import said
from whatsapp.media.outgoing import name_for
from whatsapp.models import Attachment

State = Attachment.State
Shape = Literal["image", "sticker", "audio", "video", "document", "missing"]

_NAMES = {
    "image": "Image", "sticker": "Sticker", "audio": "Audio", "video": "Video", "document": "Document",
}  # fmt: skip
_TYPES = {
    "application/pdf": "PDF", "application/msword": "Word", "application/vnd.ms-excel": "Excel",
    "application/vnd.ms-powerpoint": "PowerPoint", "text/plain": "Text", "application/zip": "ZIP archive",
}  # fmt: skip
_OFFICE = {"wordprocessingml": "Word", "spreadsheetml": "Excel", "presentationml": "PowerPoint"}
_MISSING = {
    State.FETCHING: "Fetching the file from WhatsApp.",
    State.FAILED: "The file could not be fetched.",
    State.TOO_LARGE: "The file is too large.",
    State.BLOCKED: "The file was held back: it is not what it claims to be.",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file. `shape` says how it is drawn; a missing one has `words` for its state and perhaps a `retry`."""

    attachment: Attachment
    shape: Shape
    label: str
    name: str
    details: str
    state: str
    words: str = ""
    why: str = ""
    retry: bool = False


def files_of(message: Message) -> list[File]:
    """In their order. The attachments must have been fetched with the message."""
    return [_file(attachment) for attachment in message.attachments.all()]


def _file(attachment: Attachment) -> File:
    label = "Voice message" if attachment.is_voice else _NAMES.get(attachment.kind, "File")
    if attachment.state != State.STORED:
        return _missing(attachment, label)
    size = said(attachment.size or 0)
    return File(
        attachment=attachment,
        shape=_shape(attachment),
        label=label,
        name=name_for(attachment),
        details=f"{type_words(attachment.mime_type)}, {size}",
        state=attachment.state,
    )


def _missing(attachment: Attachment, label: str) -> File:
    state = State(attachment.state)
    return File(
        attachment=attachment,
        shape="missing",
        label=label,
        name=attachment.filename,
        details="",
        state=state,
        words=_MISSING[state],
        why=_progress(attachment) if state == State.FETCHING else attachment.why,
        retry=state in (State.FAILED, State.BLOCKED),
    )


def _progress(attachment: Attachment) -> str:
    """Nothing at the first try; afterwards why it was put off, and until when."""
    if not attachment.why:
        return ""
    again = f" Next try at {times.clock_time(attachment.due_at)}." if attachment.due_at else ""
    return f"{attachment.why}{again}"


def _shape(attachment: Attachment) -> Shape:
    """By what the bytes show: a browser must know the type, else the file is a chip to save."""
    mime = attachment.mime_type
    if mime in SHOWN_TYPES:
        if mime.startswith("image/"):
            return "sticker" if attachment.kind == "sticker" else "image"
        if mime.startswith("audio/"):
            return "audio"
        if mime.startswith("video/"):
            return "audio" if attachment.kind == "audio" else "video"
    return "document"


def type_words(mime: str) -> str:
    """A type as people call it: `PDF`, `PNG`, `Excel`."""
    if known := _TYPES.get(mime):
        return known
    for part, name in _OFFICE.items():
        if part in mime:
            return name
    kind = mime.partition("/")[2].removeprefix("x-").removeprefix("vnd.")
    return kind.upper() if kind and len(kind) <= 5 else "File"
