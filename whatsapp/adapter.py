"""The seam to a provider: one protocol, and every answer a send can have."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from conversations.models import Identity


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it and named it. It has not been delivered yet."""

    provider_id: str
    http_status: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused it for good. `error` has code, title, details."""

    error: dict[str, Any]
    http_status: int | None = None
    closes_window: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely did not go out; try again after `retry_after`."""

    why: str
    retry_after: timedelta
    http_status: int | None = None
    error: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The request left and nobody can say what became of it."""

    why: str
    http_status: int | None = None


SendResult = Accepted | Rejected | NotSent | Ambiguous


class Adapter(Protocol):
    """How to send through one number. A call makes one request at most and never raises for the outside world."""

    def send_text(self, *, to: Identity, body: str, reference: str, attempt: int) -> SendResult:
        """Send one text. `reference` is our message id; the provider echoes it in the message's statuses."""
        ...
