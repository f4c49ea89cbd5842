"""The seam to a provider: one protocol, every answer a send can have. Nobody above can tell providers apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, Any, Protocol

from conversations.content import Content
from conversations.models import Identity
from whatsapp.faults import Fault


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it and named it. It has not been delivered yet."""

    provider_id: str
    http_status: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider said no; the fault's kind says what that means. `retry_after` where the provider names a time."""

    fault: Fault
    http_status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely did not go out: nobody could be reached."""

    why: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The request left and nobody can say what became of it."""

    why: str
    http_status: int | None = None


SendResult = Accepted | Refused | NotSent | Ambiguous


class File(Protocol):
    """A stored file to send. `uploaded_id` is the provider's name for it where it was uploaded before and still is."""

    @property
    def mime_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def filename(self) -> str: ...
    def open(self) -> IO[bytes]: ...
    def public_url(self) -> str:
        """Where a provider that takes links may fetch it, signed and short-lived. Raises ValueError without
        PUBLIC_URL."""
        ...

    def uploaded_id(self) -> str: ...
    def note_upload(self, media_id: str, *, valid_for: timedelta) -> None: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send. `reference` is our message id, echoed by the provider where it can; `reply_to` the
    provider's id of the message it quotes, or empty; `file` goes with Media, and with a template's header."""

    to: Identity
    content: Content
    reference: str
    reply_to: str = ""
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A media file at the provider: where it is, what it is said to be. `size` 0 and `sha256` "" mean not said."""

    url: str
    mime_type: str = ""
    sha256: str = ""
    size: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class MediaGone(Exception):
    """The provider has the file no longer, or never had it: trying again is no use."""


class ProviderUnavailable(Exception):
    """The provider could not be asked, or not now: try again later. The words say why."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether the account works now. `words` say what is wrong, for the admin."""

    healthy: bool
    words: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Adapter(Protocol):
    """How to use one number. A call never raises for the outside world, but as said here."""

    def send(self, outgoing: Outgoing) -> SendResult:
        """One message; at most one request that could send it."""
        ...

    def mark_read(self, provider_id: str, *, typing: bool) -> bool:
        """Show the customer's message (and those before it) as read; with `typing`, that an answer is being written.
        Best effort: returns whether the provider took it."""
        ...

    def locate(self, media_id: str) -> Download:
        """Where to fetch an inbound file. Raises MediaGone, ProviderUnavailable."""
        ...

    def may_fetch(self, url: str) -> bool:
        """Whether this address is one of the provider's own (against server-side request forgery)."""
        ...

    def templates(self) -> Iterator[dict[str, Any]]:
        """Every template of the account, in Graph's shape (id, name, language, status, category, components,
        parameter_format, quality_score, rejected_reason). Raises ProviderUnavailable."""
        ...

    def probe(self) -> Probe:
        """Ask the provider whether this account works."""
        ...

    def missing_fields(self) -> list[str] | None:
        """Webhook fields that are needed and not subscribed; None where this provider has none.
        Raises ProviderUnavailable."""
        ...
