"""The stand-in's memory: business numbers, people with phones, what their screens show, and who wrote when."""

import base64
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

from whatsapp.standin import rules
from whatsapp.standin.wire import Refusal

#: Meta's free tier: delivered service messages per business number and calendar month.
FREE_PER_MONTH = 1000
#: How long an open phone stays open without a word from its page, in seconds of the real clock.
OPEN_LEASE = 20.0
#: A typing indicator goes out after this, in seconds of the real clock.
TYPING_LEASE = 25.0
#: So many requests and sends are remembered for assertions.
REMEMBERED = 50_000

Status = Literal["sending", "accepted", "sent", "delivered", "read", "failed"]
By = Literal["customer", "business", "notice"]
#: What changes another line and is no bubble of its own.
UNDRAWN = {"reaction", "edit", "revoke"}
RANKS: dict[str, int] = {"sending": 0, "accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


class Number(msgspec.Struct, forbid_unknown_fields=True):
    """A business number: how to know Baton when it calls, and how to reach and convince it."""

    key: str
    access_token: str
    app_secret: str
    display: str
    baton_url: str = ""
    name: str = ""
    phone_number_id: str = ""
    business_account_id: str = "555010900000001"

    @property
    def digits(self) -> str:
        """The displayed number without its spaces and signs, as webhooks name it."""
        return "".join(letter for letter in self.display if letter.isdigit())


class User(msgspec.Struct, forbid_unknown_fields=True):
    """A person with a phone. One who does not share the number is known to the business by `bsuid` only."""

    name: str
    bsuid: str
    wa_id: str = ""
    username: str = ""
    shares_phone: bool = True
    id: str = ""

    @property
    def shown_phone(self) -> str:
        return self.wa_id if self.shares_phone else ""


@dataclass
class Line:
    """One bubble on a phone's screen, or, `by` "notice", one grey remark between the bubbles.

    `content`: the type's own object as it travelled. `reactions`: an emoji by who set it. `tags`: how it came
    about ("forwarded", "ad", "standby", "business_phone" ...).
    """

    id: str
    user: User
    number: Number
    by: By
    type: str
    text: str
    at: datetime
    status: Status
    seq: int
    revision: int
    callback_data: str = ""
    addressed_by_phone: bool = False
    with_conversation: bool = False
    priced: dict[str, Any] = field(default_factory=dict)
    content: Any = field(default_factory=dict)
    reply_to: str = ""
    reactions: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    category: str = "service"
    edited: bool = False
    deleted: bool = False

    @property
    def is_drawn(self) -> bool:
        return self.type not in UNDRAWN

    def shown(self) -> dict[str, Any]:
        """What the phone's page draws. A deleted line gives neither its words nor its content away."""
        return {
            "id": self.id,
            "seq": self.seq,
            "by": self.by,
            "type": self.type,
            "text": "" if self.deleted else self.text,
            "content": {} if self.deleted else self.content,
            "at": self.at.isoformat(),
            "status": self.status,
            "reply_to": self.reply_to,
            "reactions": dict(self.reactions),
            "tags": list(self.tags),
            "edited": self.edited,
            "deleted": self.deleted,
        }


class Network:
    """Everything the stand-in knows. Lives and dies with the process."""

    def __init__(self) -> None:
        self.numbers: dict[str, Number] = {}
        self.users: dict[str, User] = {}
        self.forget()

    def forget(self) -> None:
        """Empty every phone and every book; numbers and people stay."""
        self.lines: dict[str, list[Line]] = {}
        self.by_id: dict[str, Line] = {}
        self.opened_at: dict[tuple[str, str], datetime] = {}
        self.open_until: dict[str, float] = {}
        self.typing_until: dict[tuple[str, str], float] = {}
        self.delivered: dict[tuple[str, str], int] = {}
        self.sent: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self.requests: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self.revision = 0

    def add_number(self, phone_number_id: str, number: Number) -> None:
        """Make the number known, or change it. Lines on the screens hold it: it is changed, not replaced."""
        number.phone_number_id = phone_number_id
        _keep(self.numbers, phone_number_id, number)

    def add_user(self, user_id: str, user: User) -> None:
        """Make the person known, or change what is known of them."""
        user.id = user_id
        _keep(self.users, user_id, user)

    def number(self, phone_number_id: str) -> Number:
        """Raises Refusal 404."""
        if phone_number_id not in self.numbers:
            raise Refusal(404, f"No number {phone_number_id} here. PUT /standin/numbers/{phone_number_id} first.")
        return self.numbers[phone_number_id]

    def user(self, user_id: str) -> User:
        """Raises Refusal 404."""
        if user_id not in self.users:
            raise Refusal(404, f"No user {user_id} here. PUT /standin/users/{user_id} first.")
        return self.users[user_id]

    def recipient(self, order: rules.Outgoing) -> User:
        """Whom a send is for. Raises GraphError 131026 when nobody has that phone number or id."""
        for user in self.users.values():
            if (order.phone and user.wa_id == order.phone) or (order.bsuid and user.bsuid == order.bsuid):
                return user
        raise rules.GraphError(131026, "Message undeliverable: no such user on WhatsApp.")

    def user_wrote(self, number: Number, user: User, *, at: datetime, opens_window: bool) -> None:
        """Note that the user wrote; a reaction does not open the window."""
        key = (number.phone_number_id, user.id)
        if opens_window and (key not in self.opened_at or self.opened_at[key] < at):
            self.opened_at[key] = at

    def add_line(self, line: Line) -> None:
        self.revision += 1
        line.revision = self.revision
        lines = self.lines.setdefault(line.user.id, [])
        line.seq = len(lines) + 1
        lines.append(line)
        self.by_id[line.id] = line

    def touch(self, line: Line) -> None:
        """The line looks different now: phones ask for it again."""
        self.revision += 1
        line.revision = self.revision

    def has_line(self, user: User, line_id: str) -> bool:
        """Whether this person's phone shows that bubble, and not only the stub of a deleted one."""
        line = self.by_id.get(line_id)
        return line is not None and line.user is user and line.is_drawn and not line.deleted

    def line(self, user: User, line_id: str) -> Line:
        """A bubble on this person's phone. Raises Refusal 404."""
        if not self.has_line(user, line_id):
            raise Refusal(404, f"No message {line_id[:100]!r} on this phone.")
        return self.by_id[line_id]

    def react(self, line: Line, by: By, emoji: str) -> None:
        """Set what `by` thinks of the line; an empty emoji takes it back."""
        line.reactions.pop(by, None)
        if emoji:
            line.reactions[by] = emoji
        self.touch(line)

    def edit(self, line: Line, text: str, content: Any, *, marked: bool = True) -> None:
        """The line has other words from now on; `marked`: the phone says that it was edited."""
        line.text, line.content, line.edited = text, content, marked
        self.touch(line)

    def revoke(self, line: Line) -> None:
        """Deleted for everyone: a stub stays."""
        line.deleted = True
        line.reactions.clear()
        self.touch(line)

    def advance(self, line: Line, status: Status) -> bool:
        """Move a line's status forward. False when it is there already, or further on."""
        if RANKS[status] <= RANKS[line.status]:
            return False
        self.revision += 1
        line.status, line.revision = status, self.revision
        return True

    def lines_after(self, user: User, revision: int) -> list[Line]:
        """What changed on the user's screen since, in the order of the screen."""
        return [line for line in self.lines.get(user.id, []) if line.revision > revision and line.is_drawn]

    def on_screen(self, user: User) -> list[Line]:
        """What the person sees: their own lines and remarks, and those of businesses that have arrived."""
        arrived = ("delivered", "read")
        lines = [line for line in self.lines.get(user.id, []) if line.is_drawn]
        return [line for line in lines if line.by != "business" or line.status in arrived]

    def unread(self, user: User) -> list[Line]:
        return [line for line in self.on_screen(user) if line.by == "business" and line.status == "delivered"]

    def mark_read_up_to(self, message_id: str, number: Number, *, typing: bool = False) -> None:
        """The business has read this customer message and those before it; with `typing`, it is seen to answer.

        Raises GraphError 131009.
        """
        last = self.by_id.get(message_id)
        if last is None or last.by != "customer" or last.number.phone_number_id != number.phone_number_id:
            raise rules.GraphError(131009, "message_id is not a message that this number received.")
        for line in self.lines[last.user.id]:
            same_chat = line.by == "customer" and line.number.phone_number_id == number.phone_number_id
            if same_chat and line.seq <= last.seq:
                self.advance(line, "read")
        if typing:
            self.typing_until[number.phone_number_id, last.user.id] = time.monotonic() + TYPING_LEASE

    def stop_typing(self, number: Number, user: User) -> None:
        self.typing_until.pop((number.phone_number_id, user.id), None)

    def typing_to(self, user: User) -> list[str]:
        """The numbers (phone_number_id) that are writing to this person just now."""
        now = time.monotonic()
        return [number for (number, of), until in self.typing_until.items() if of == user.id and now < until]

    def set_open(self, user: User, is_open: bool) -> None:
        self.open_until[user.id] = time.monotonic() + OPEN_LEASE if is_open else 0.0

    def is_open(self, user: User) -> bool:
        return time.monotonic() < self.open_until.get(user.id, 0.0)

    def price(self, line: Line) -> dict[str, Any]:
        """The meter of one send, counted once per line.

        Service messages are free up to FREE_PER_MONTH per number and month; templates cost their category's rate.
        """
        if not line.priced:
            free = line.category == "service" and self._is_within_free_tier(line)
            line.priced = {
                "billable": not free,
                "pricing_model": "PMP",
                "type": "free_customer_service" if free else "regular",
                "category": line.category,
            }
        return line.priced

    def _is_within_free_tier(self, line: Line) -> bool:
        month = (line.number.phone_number_id, line.at.strftime("%Y-%m"))
        self.delivered[month] = self.delivered.get(month, 0) + 1
        return self.delivered[month] <= FREE_PER_MONTH


Kept = TypeVar("Kept", Number, User)


def _keep(known: dict[str, Kept], key: str, new: Kept) -> None:
    if key not in known:
        known[key] = new
        return
    for name in new.__struct_fields__:
        setattr(known[key], name, getattr(new, name))


def new_wamid() -> str:
    """Shaped like Meta's: base64 with its +, / and =. It says nothing about anybody."""
    return "wamid." + base64.b64encode(b"\x1d\x04" + secrets.token_bytes(26)).decode()
