"""One line of a transcript: who said it, what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone

from audit.actors import Actor
from console.presenters import times
from conversations.models import Message

Kind = Literal["customer", "bot", "human", "system", "note", "banner"]
Status = Message.Status

_KINDS: dict[str, Kind] = {
    Message.Sender.USER: "customer",
    Message.Sender.BOT: "bot",
    Message.Sender.HUMAN: "human",
    Message.Sender.SYSTEM: "system",
}


@dataclass(frozen=True, slots=True)
class Tick:
    """`mark` names the drawing, `words` say it to everyone who does not see it."""

    mark: Literal["clock", "single", "double", "read", "trouble"]
    words: str


_TICKS: dict[str, Tick] = {
    Status.QUEUED: Tick("clock", "Waiting to be sent"),
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


@dataclass(frozen=True, slots=True)
class Line:
    message: Message
    kind: Kind
    who: str
    tick: Tick | None
    trouble: str
    place: str
    clock: str
    full_time: str
    day: str
    day_words: str

    @property
    def is_placeholder(self) -> bool:
        """Not text: the body is a label for what is not shown."""
        return self.message.type not in (Message.TEXT, Message.NOTE, Message.BANNER)


def line_of(message: Message) -> Line:
    """The line as it is drawn. The author must have been fetched with the message."""
    at = message.placed_at
    return Line(
        message=message,
        kind=_kind(message),
        who=_who(message),
        tick=_TICKS.get(message.status),
        trouble=_trouble(message),
        place=times.iso(at),
        clock=times.clock_time(at),
        full_time=_full_time(message, at),
        day=timezone.localtime(at).date().isoformat(),
        day_words=times.day_words(at),
    )


def _kind(message: Message) -> Kind:
    if message.type == Message.NOTE:
        return "note"
    if message.type == Message.BANNER:
        return "banner"
    return _KINDS[message.sender]


def _who(message: Message) -> str:
    if message.author is not None:
        return Actor.human(message.author).name
    return {"user": "Customer", "bot": "Assistant", "human": "Agent", "system": "Automatic notice"}[message.sender]


def _trouble(message: Message) -> str:
    words = _TROUBLE.get(Status(message.status))
    if words is None:
        return ""
    error = message.error if isinstance(message.error, dict) else {}
    why = error.get("title") or error.get("message") or "no reason was given"
    return words.format(why=str(why).rstrip("."))


def _full_time(message: Message, at: datetime) -> str:
    if message.late and message.received_at:
        return f"{times.full(at)} (arrived {times.full(message.received_at)})"
    return times.full(at)
