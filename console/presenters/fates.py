"""What became of a line we sent: its tick, its trouble in words with the way out of it, its price."""

from dataclasses import dataclass
from typing import Any, Literal

from conversations.models import Message
from whatsapp.ledger import cost_of

Status = Message.Status


@dataclass(frozen=True, slots=True)
class Tick:
    """`mark` names the drawing, `words` say it to everyone who does not see it."""

    mark: Literal["clock", "held", "single", "double", "read", "trouble"]
    words: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """`words` say what happened, `advice` what to do next; `again` and `settle` say which buttons help."""

    words: str
    advice: str
    again: bool
    settle: bool


_TICKS: dict[str, Tick] = {
    Status.QUEUED: Tick("clock", "Waiting to be sent"),
    Status.HELD: Tick("held", "Waits until the customer writes"),
    Status.SENDING: Tick("clock", "Being sent"),
    Status.ACCEPTED: Tick("clock", "Taken by WhatsApp"),
    Status.SENT: Tick("single", "Sent"),
    Status.DELIVERED: Tick("double", "Delivered"),
    Status.READ: Tick("read", "Read"),
    Status.FAILED: Tick("trouble", "Not sent"),
    Status.UNKNOWN: Tick("trouble", "Perhaps not sent"),
    Status.DROPPED: Tick("trouble", "Withheld"),
}
_TROUBLE = {
    Status.FAILED: "Not sent: {why}.",
    Status.UNKNOWN: "Not known whether this was sent: {why}. It is not sent again by itself.",
    Status.DROPPED: "Withheld, never sent: {why}.",
}
#: What a price is called, by WhatsApp's names for it (Meta, "Pricing").
_FREE = {"free_customer_service": "free", "free_entry_point": "free, came from an advertisement"}


def tick_of(message: Message) -> Tick | None:
    """The mark beside the time; None for lines that are not sent, and for calls."""
    if message.type == "call":
        return None
    if message.played_at and message.status == Status.READ:
        return Tick("read", "Played")
    return _TICKS.get(message.status)


def in_trouble(message: Message) -> bool:
    """Whether it did not (surely) reach the customer and nothing more happens by itself."""
    return Status(message.status) in _TROUBLE


def trouble_of(message: Message) -> Trouble | None:
    """What went wrong, in sentences; None where nothing did."""
    template = _TROUBLE.get(Status(message.status))
    if template is None:
        return None
    error = message.error if isinstance(message.error, dict) else {}
    why = error.get("title") or error.get("message") or "no reason was given"
    resent = "resent_as" in message.metadata
    return Trouble(
        words=template.format(why=str(why).strip().rstrip(".")),
        advice=_sentence(error.get("advice")),
        again=not resent,
        settle=message.status == Status.UNKNOWN,
    )


def waiting_words(message: Message) -> str:
    """Why a line is held back, and that it goes out by itself; empty for all others."""
    if message.status != Status.HELD:
        return ""
    asked = message.metadata.get("not_reengaged")
    return "Waits until the customer writes. " + (
        f"They were not asked to: {_sentence(asked)}" if asked else "It then goes out by itself."
    )


def price_of(message: Message) -> str:
    """What WhatsApp charges it as (`utility`; `service, free`); empty while nothing was said."""
    cost = cost_of(message)
    if cost is None:
        return ""
    category = cost["category"].replace("_", " ").lower()
    free = _FREE.get(cost["type"]) or ("free" if cost["type"].startswith("free") else "")
    return f"{category}, {free}" if free else category


def _sentence(words: Any) -> str:
    said = str(words or "").strip()
    return said if not said or said[-1] in ".!?" else f"{said}."
