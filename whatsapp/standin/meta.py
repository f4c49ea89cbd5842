"""What WhatsApp does with a send: takes it, brings it, and tells of each step. What people do is in `inbound`."""

import asyncio
from datetime import datetime
from typing import Any

from config import clock
from whatsapp.standin import payloads, rules
from whatsapp.standin.courier import Courier, Update
from whatsapp.standin.faults import SendFault
from whatsapp.standin.phones import By, Line, Network, Number, Status, User, new_wamid


class Meta:
    """WhatsApp and its Graph server. `pace`: seconds between accepted, sent, delivered and read."""

    def __init__(self, *, pace: float = 0.15, baton_url: str = "") -> None:
        self.pace, self.baton_url = pace, baton_url
        self.network = Network()
        self.courier = Courier()
        self.faults: list[SendFault] = []
        self.tasks: set[asyncio.Task[None]] = set()

    def reset(self) -> None:
        for task in self.tasks:
            task.cancel()
        self.network.forget()
        self.courier.clear()
        self.faults = []

    def accept(self, number: Number, order: rules.Outgoing, version: str, body: dict[str, Any]) -> Line:
        """Take a send that keeps the rules. Raises GraphError for an unknown user or a closed window.

        A template may leave at any time, and opens no window. Whatever leaves ends the typing indicator.
        """
        user = self.network.recipient(order)
        now = clock.now()
        if order.type != "template":
            rules.check_window(self.network.opened_at.get((number.phone_number_id, user.id)), now)
        line = new_line(number, user, "business", order.type, order.words, now)
        line.content, line.reply_to = order.content, order.reply_to
        line.callback_data = order.callback_data
        line.addressed_by_phone = bool(order.phone)
        line.with_conversation = rules.says_conversation(version)
        self.network.add_line(line)
        self.network.stop_typing(number, user)
        self.network.sent.append(_sent(line, body))
        return line

    def carry(self, line: Line, *, fails_with: rules.GraphError | None = None) -> "asyncio.Task[None]":
        """Bring an accepted message to the phone and tell Baton of each step. Done when Baton knows."""
        task = asyncio.ensure_future(self._carry(line, fails_with))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _carry(self, line: Line, fails_with: rules.GraphError | None) -> None:
        told: list[Update] = []
        await asyncio.sleep(self.pace)
        if fails_with:
            self.network.advance(line, "failed")
            told.append(self._tell_failed(line, fails_with))
        else:
            told += self._step(line, "sent")
            told += await self._bring(line)
        for update in told:
            await update.done.wait()

    async def _bring(self, line: Line) -> list[Update]:
        """A reaction goes under its line and is told of no more; a message is delivered, and read by who looks."""
        await asyncio.sleep(self.pace)
        if line.type == "reaction":
            if self.network.has_line(line.user, line.content["message_id"]):
                target = self.network.by_id[line.content["message_id"]]
                self.network.react(target, "business", line.content.get("emoji", ""))
            return []
        told = self._step(line, "delivered")
        await asyncio.sleep(self.pace)
        return told + (self._step(line, "read") if self.network.is_open(line.user) else [])

    def open_phone(self, user: User, is_open: bool) -> None:
        """The person looks at the phone, or puts it away. What was delivered is read now."""
        self.network.set_open(user, is_open)
        if is_open:
            for line in self.network.unread(user):
                self._step(line, "read")

    def _step(self, line: Line, status: Status) -> list[Update]:
        if not self.network.advance(line, status):
            return []
        pricing = self.network.price(line) if status != "read" else None
        value = payloads.status_value(line, status=status, at=clock.now(), pricing=pricing)
        return [self._tell(line, status, value)]

    def _tell_failed(self, line: Line, error: rules.GraphError) -> Update:
        return self._tell(line, "failed", payloads.failed_value(line, at=clock.now(), error=error))

    def _tell(self, line: Line, what: str, value: dict[str, Any]) -> Update:
        update = Update(line.number, line.user.id, what, value)
        self.courier.tell(update)
        return update


def new_line(number: Number, user: User, by: By, kind: str, text: str, at: datetime) -> Line:
    """A bubble that is on no phone yet."""
    first: Status = "sending" if by == "customer" else "accepted"
    return Line(new_wamid(), user, number, by, kind, text, at, first, seq=0, revision=0)


def _sent(line: Line, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": line.id,
        "phone_number_id": line.number.phone_number_id,
        "user": line.user.id,
        "at": line.at.isoformat(),
        "body": body,
    }
