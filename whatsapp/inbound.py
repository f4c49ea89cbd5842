"""What one update says, in the house's words. Every provider's updates are brought into Graph's shape first
(`whatsapp.twilio.inbound`, `whatsapp.wasender.inbound`), so there is one reader: `whatsapp.cloud.content`."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that a message brings: how to fetch it, and what it is said to be."""

    kind: str
    media_id: str
    url: str = ""
    mime_type: str = ""
    sha256: str = ""
    filename: str = ""
    is_voice: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One message, read. `body` is words for everybody who cannot draw `content`.

    `asks`: it wants an answer. `opens_window`: it opens WhatsApp's 24 hours (a reaction does not; Meta does not say,
    so we do not count on it). `reply_to` and `target` are provider ids: what it quotes, what it changes.
    """

    type: str
    body: str
    content: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    files: tuple[FileRef, ...] = ()
    reply_to: str = ""
    target: str = ""
    asks: bool = True
    opens_window: bool = True
