"""How large a file may be, and which types WhatsApp takes (Meta, WhatsApp docs, "Media", 2026-06). Sizes in bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

KB, MB = 1024, 1024 * 1024
#: WhatsApp carries nothing larger, either way.
LARGEST = 100 * MB
#: What is kept of what customers send. A sticker or picture beyond its line is no sticker or picture.
LARGEST_INBOUND: dict[str, int] = {
    "image": 50 * MB,
    "video": LARGEST,
    "audio": LARGEST,
    "document": LARGEST,
    "sticker": 5 * MB,
}

_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    f"{_OOXML}wordprocessingml.document",
    f"{_OOXML}spreadsheetml.sheet",
    f"{_OOXML}presentationml.presentation",
)


@dataclass(frozen=True, slots=True)
class Limit:
    """What WhatsApp takes of one kind. `said` names the kind in the plural, `mend` helps who is above the size."""

    said: str
    largest: int
    types: frozenset[str]
    mend: str


OUTBOUND: Mapping[str, Limit] = {
    "image": Limit(
        "images", 5 * MB, frozenset({"image/jpeg", "image/png"}), "Make it smaller, or send it inside a PDF."
    ),
    "audio": Limit(
        "audio", 16 * MB, frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        "Make it shorter, or send it in parts.",
    ),
    "video": Limit(
        "videos", 16 * MB, frozenset({"video/mp4", "video/3gpp"}), "Make it shorter or smaller."
    ),
    "document": Limit(
        "documents", LARGEST,
        frozenset({
            "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint", DOCX, XLSX, PPTX,
        }),
        "Make it smaller, or send it in parts.",
    ),
    "sticker": Limit("stickers", 100 * KB, frozenset({"image/webp"}), "Make it smaller, or send a JPEG or PNG image."),
}  # fmt: skip
LARGEST_ANIMATED_STICKER = 500 * KB
TAKES = (
    "WhatsApp takes JPEG and PNG images, WebP stickers, MP4 and 3GPP videos, AAC, AMR, MP3, M4A and Ogg-Opus audio, "
    "and documents in PDF, Word, Excel, PowerPoint or plain text."
)


def kind_for(mime: str) -> str | None:
    """As what WhatsApp takes a file of this type; None where it does not."""
    return next((kind for kind, limit in OUTBOUND.items() if mime in limit.types), None)


def said(size: int) -> str:
    """A size for people: `7.2 MB`, `310 KB`."""
    if size >= MB:
        return f"{size / MB:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, -(-size // KB))} KB" if size else "0 KB"
