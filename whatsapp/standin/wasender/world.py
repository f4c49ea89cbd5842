"""What the stand-in knows: paired phones, what they sent, files, scripted faults."""

import asyncio
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from whatsapp.standin.wasender.faults import Fault, HookFault
from whatsapp.standin.wasender.limits import Limit, limit_for

JSON = dict[str, Any]
State = Literal["connected", "connecting", "need_scan", "disconnected", "logged_out", "expired"]
EVENTS = (
    "messages.received", "messages.upsert", "messages.update", "messages.delete", "messages.reaction",
    "message.sent", "session.status", "call",
)  # fmt: skip


class SessionSpec(msgspec.Struct, forbid_unknown_fields=True):
    """A paired phone, as the test describes it. `number`: its digits; `key`: in Baton's webhook address."""

    api_key: str
    webhook_secret: str
    key: str
    number: str = "15550100000"
    baton_url: str = ""
    status: State = "connected"
    protection: bool = False
    plan: Literal["trial", "paid", "none"] = "paid"
    events: tuple[str, ...] = EVENTS


@dataclass
class Session:
    id: str
    spec: SessionSpec
    limit: Limit

    @classmethod
    def of(cls, session_id: str, spec: SessionSpec) -> "Session":
        return cls(session_id, spec, limit_for(protection=spec.protection, plan=spec.plan))


@dataclass
class Sent:
    """A message taken: WASender's number, WhatsApp's id (known a moment later), the body as received."""

    number: int
    id: str
    session: str
    body: JSON
    status: int = 1
    is_out: bool = False


@dataclass
class World:
    """`pace`: seconds between taken, sent, delivered and read. `baton_url`: for sessions that name none."""

    pace: float = 0.05
    baton_url: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    requests: list[JSON] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    offered: dict[str, str] = field(default_factory=dict)
    lids: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    hook_faults: list[HookFault] = field(default_factory=list)
    hooks: list[JSON] = field(default_factory=list)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def by_api_key(self, api_key: str) -> Session | None:
        return next((session for session in self.sessions.values() if session.spec.api_key == api_key), None)

    def take(self, session: Session, body: JSON) -> Sent:
        """Take a message to be sent. Nothing has left yet."""
        sent = Sent(100_000 + len(self.sent), fresh_id(), session.id, body)
        self.sent.append(sent)
        return sent

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the requests; kept, so that it is not collected half-way."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def clear(self, *, all: bool) -> None:
        """Forget what was said; with `all`, the phones too."""
        for task in list(self.tasks):
            task.cancel()
        kept = {} if all else {name: Session.of(name, session.spec) for name, session in self.sessions.items()}
        self.sessions = kept
        for memory in (self.sent, self.requests, self.faults, self.hook_faults, self.hooks):
            memory.clear()
        for book in (self.files, self.offered, self.lids):
            book.clear()


def fresh_id() -> str:
    """A message id as WhatsApp makes them for linked devices."""
    return f"3EB0{secrets.token_hex(9).upper()}"
