"""One line of a transcript: who said it, what it holds, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from console.presenters import times, traces
from console.presenters.fates import Tick, Trouble, in_trouble, price_of, tick_of, trouble_of, waiting_words
from console.presenters.files import File, files_of
from console.presenters.kinds import Drawing, drawing_of
from console.presenters.template_lines import SentTemplate, parts_by_id, sent_template
from conversations.changes import TYPES as CHANGES
from conversations.models import Message
from whatsapp.models import Attachment

Kind = Literal["customer", "bot", "human", "system", "note", "banner", "notice", "gone"]
#: What an agent can put under a line: the six that WhatsApp offers first, with their names.
EMOJIS = (
    ("\U0001f44d", "Thumbs up"),
    ("\u2764\ufe0f", "Heart"),
    ("\U0001f602", "Laughing"),
    ("\U0001f62e", "Surprised"),
    ("\U0001f622", "Sad"),
    ("\U0001f64f", "Thank you"),
)
_KINDS: dict[str, Kind] = {
    Message.Sender.USER: "customer",
    Message.Sender.BOT: "bot",
    Message.Sender.HUMAN: "human",
    Message.Sender.SYSTEM: "system",
}
_NO_ANSWER = frozenset({"call", "system", "request_welcome", "reaction", "edit", "revoke"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line as `console/_line.html` draws it. `gone` lines keep their place and show nothing."""

    message: Message
    kind: Kind
    who: str
    drawing: Drawing
    template: SentTemplate | None
    files: list[File]
    quote: traces.Quote | None
    origins: list[str]
    referral: traces.Referral | None
    badges: list[traces.Badge]
    versions: list[traces.Version]
    links: list[traces.Link]
    deleted: str
    late: str
    tick: Tick | None
    trouble: Trouble | None
    waiting: str
    price: str
    place: str
    clock: str
    full_time: str
    day: str
    day_words: str

    @property
    def is_sticker(self) -> bool:
        """Nothing but stickers: they stand without a bubble."""
        return bool(self.files) and all(file.shape == "sticker" for file in self.files)

    @property
    def can_answer(self) -> bool:
        """Whether WhatsApp knows the line, so that it can be quoted and reacted to."""
        known = bool(self.message.provider_id) and not self.message.is_internal
        return known and not self.deleted and self.message.type not in _NO_ANSWER

    @property
    def said(self) -> str:
        """What is read out where the line has no words."""
        return "" if self.drawing.words or self.template else self.drawing.said


def dressed(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With everything `lines_of` needs: two queries more, however many lines."""
    return messages.select_related("author", "charge", "reply_to__author").prefetch_related(
        Prefetch("attachments", Attachment.objects.order_by("pk")), "reactions"
    )


def lines_of(messages: Iterable[Message]) -> list[Line]:
    """The (`dressed`) messages as they are drawn; one query where templates are among them."""
    found = list(messages)
    known = parts_by_id(found)
    return [_line(message, sent_template(message, known)) for message in found]


def _line(message: Message, template: SentTemplate | None) -> Line:
    at = message.placed_at
    drawing = drawing_of(message)
    return Line(
        message=message,
        kind=_kind(message, drawing),
        who=traces.who_of(message),
        drawing=drawing,
        template=template,
        files=files_of(message),
        quote=traces.quote_of(message),
        origins=traces.origins_of(message),
        referral=traces.referral_of(message),
        badges=traces.badges_of(message),
        versions=traces.versions_of(message),
        links=traces.links_of(message),
        deleted=traces.deleted_words(message),
        late=traces.late_words(message),
        tick=tick_of(message),
        trouble=trouble_of(message),
        waiting=waiting_words(message),
        price=price_of(message),
        place=times.iso(at),
        clock=times.clock_time(at),
        full_time=_full_time(message, at),
        day=timezone.localtime(at).date().isoformat(),
        day_words=times.day_words(at),
    )


def _kind(message: Message, drawing: Drawing) -> Kind:
    if _is_gone(message):
        return "gone"
    if message.type == Message.NOTE:
        return "note"
    if message.type == Message.BANNER:
        return "banner"
    if message.type == "call" and message.direction == Message.Direction.OUT:
        return "human"
    return "notice" if drawing.notice else _KINDS[message.sender]


def _is_gone(message: Message) -> bool:
    """A change that stands at its message now; a reaction of ours, unless it did not get through."""
    if message.type in CHANGES and message.metadata.get("applied_to"):
        return True
    ours = message.direction == Message.Direction.OUT and message.status != Message.Status.RECEIVED
    return message.type == Message.REACTION and ours and not in_trouble(message)


def _full_time(message: Message, at: datetime) -> str:
    if message.late and message.received_at:
        return f"{times.full(at)} (arrived {times.full(message.received_at)})"
    return times.full(at)
