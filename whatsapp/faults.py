"""What can go wrong with a send, whichever provider says so: its class decides what happens next."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """The classes of a refusal (Meta, WhatsApp docs, "Error codes"); `whatsapp.delivery` acts on them."""

    THROTTLE_APP = "throttle_app"  # the app or business account as a whole goes too fast
    THROTTLE_NUMBER = "throttle_number"
    THROTTLE_PAIR = "throttle_pair"  # this recipient only
    SPAM = "spam"  # quality limit: no templates until a person has looked
    TRANSIENT = "transient"  # surely not sent, soon possible again
    AMBIGUOUS = "ambiguous"  # it may have been sent all the same
    WINDOW_CLOSED = "window_closed"
    OPTED_OUT = "opted_out"
    CAPPED = "capped"  # WhatsApp limits how much this user gets: not again within a day
    UNDELIVERABLE = "undeliverable"
    BSUID_UNSUPPORTED = "bsuid_unsupported"
    IDENTITY_CHANGED = "identity_changed"
    TEMPLATE = "template"
    MEDIA = "media"
    BUG = "bug"  # we sent something wrong: dead letter, alert
    ACCOUNT = "account"  # auth, billing, integrity: the channel stops and keeps its queue


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal. `words` say to an agent what happened, `advice` what to do next; `title` and `details` are the
    provider's own, `reference` its trace id."""

    code: str
    kind: FaultKind
    words: str
    advice: str = ""
    title: str = ""
    details: str = ""
    reference: str = ""

    def as_error(self) -> dict[str, Any]:
        """As it stands in `Message.error` and in the attempt's detail."""
        return {
            "code": int(self.code) if self.code.isdigit() else self.code,
            "kind": str(self.kind),
            "title": self.words,
            "advice": self.advice,
            "provider_title": self.title,
            "details": self.details,
            "reference": self.reference,
        }
