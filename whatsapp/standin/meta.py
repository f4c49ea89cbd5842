"""What the stand-in does: takes sends and tells of them, and lets people write. Rules and shapes are elsewhere."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from config import clock
from whatsapp.standin import payloads, rules
from whatsapp.standin.courier import Courier, Update
from whatsapp.standin.faults import SendFault
from whatsapp.standin.phones import Line, Network, Number, Status, User, new_wamid
from whatsapp.standin.wire import Refusal

QuickType = Literal["text", "image", "audio", "location", "reaction", "sticker"]
QUICK_TYPES = ("text", "image", "audio", "location", "reaction", "sticker")


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """What a person does on the phone. `payload` replaces the type's own object (and allows any type);
    `message_id` and `at` (Unix seconds) are made up unless given: a repeated or a late message can be played."""

    phone_number_id: str
    type: str = "text"
    text: str = ""
    payload: dict[str, Any] | None = None
    message_id: str = ""
    at: int | None = None


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
        """Take a send that keeps the rules. Raises GraphError for an unknown user or a closed window."""
        user = self.network.recipient(order)
        now = clock.now()
        rules.check_window(self.network.opened_at.get((number.phone_number_id, user.id)), now)
        line = self._line(number, user, "business", order.type, order.content.get("body", ""), now)
        line.callback_data = order.callback_data
        line.addressed_by_phone = bool(order.phone)
        line.with_conversation = rules.says_conversation(version)
        self.network.add_line(line)
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
            await asyncio.sleep(self.pace)
            told += self._step(line, "delivered")
            await asyncio.sleep(self.pace)
            told += self._step(line, "read") if self.network.is_open(line.user) else []
        for update in told:
            await update.done.wait()

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

    def write(self, user: User, written: Written) -> Line:
        """The person writes to a business. Raises Refusal."""
        number = self.network.number(written.phone_number_id)
        content = self._content(user, number, written)
        at = clock.now() if written.at is None else datetime.fromtimestamp(written.at, UTC)
        line = self._line(number, user, "customer", written.type, written.text, at)
        line.id = written.message_id or line.id
        if line.id not in self.network.by_id:
            self.network.add_line(line)
        self.network.user_wrote(number, user, at=at, opens_window=written.type != "reaction")
        shown = self.network.by_id[line.id]
        self.network.advance(shown, "sent")
        value = payloads.message_value(line, content=content)
        update = Update(number, user.id, "message", value, lambda: self.network.advance(shown, "delivered"))
        self.courier.tell(update)
        return shown

    def _content(self, user: User, number: Number, written: Written) -> dict[str, Any]:
        if written.payload is not None:
            return written.payload
        if written.type not in QUICK_TYPES:
            raise Refusal(400, f"type must be one of {', '.join(QUICK_TYPES)}; for another, give its payload too.")
        if written.type == "text" and not written.text:
            raise Refusal(400, "A text message needs its text.")
        reacts_to = self._last_from_business(user, number) if written.type == "reaction" else ""
        return payloads.inbound_content(written.type, written.text, reacts_to=reacts_to)

    def _last_from_business(self, user: User, number: Number) -> str:
        for line in reversed(self.network.lines.get(user.id, [])):
            if line.by == "business" and line.number.phone_number_id == number.phone_number_id:
                return line.id
        raise Refusal(409, "There is no message from the business to react to yet.")

    @staticmethod
    def _line(
        number: Number, user: User, by: Literal["customer", "business"], kind: str, text: str, at: datetime
    ) -> Line:
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
