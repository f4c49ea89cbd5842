"""Webhook bodies in Meta's shape, one change at a time, taken in on the main channel."""

import json
from datetime import datetime, timedelta
from itertools import count

from conversations.models import Conversation, Customer, Message
from tests import factories
from whatsapp import ingest
from whatsapp.models import InboundEvent, InboundUpdate

_numbers = count(1)
BSUID, PHONE = "US.1", "15550100001"


class Desk:
    """The main channel at a fixed moment; every verb sends one webhook and returns what became of it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.channel = factories.channel(now=now)

    def post(self, *changes: dict) -> list[InboundUpdate]:
        body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()
        event = InboundEvent.objects.create(channel=self.channel, body=body, received_at=self.now)
        ingest.ingest(now=self.now)
        return list(event.updates.order_by("position"))

    def field(self, field: str, listed: str, *items: dict, contacts: list | None = None) -> list[InboundUpdate]:
        return self.post(self.change(field, listed, *items, contacts=contacts))

    def change(self, field: str, listed: str, *items: dict, contacts: list | None = None) -> dict:
        metadata = {"display_phone_number": "15550100000", "phone_number_id": factories.PHONE_NUMBER_ID}
        known = {} if contacts is None else {"contacts": contacts}
        return {"field": field, "value": {"metadata": metadata, **known, listed: list(items)}}

    def at(self, ago: float) -> str:
        """Unix seconds, `ago` seconds before now."""
        return str(int((self.now - timedelta(seconds=ago)).timestamp()))

    def item(self, type: str, content: object, *, ago: float = 0, id: str = "", bsuid: str = BSUID, phone: str = "",
             **more: object) -> dict:  # fmt: skip
        signs = {name: value for name, value in (("from_user_id", bsuid), ("from", phone)) if value}
        wamid = id or f"wamid.t.{next(_numbers)}"
        return {"id": wamid, "timestamp": self.at(ago), "type": type, type: content, **signs, **more}

    def say(self, body: str = "Hello", *, field: str = "messages", **more: object) -> InboundUpdate:
        return self.field(field, "messages", self.item("text", {"body": body}, **more))[0]

    def send(self, type: str, content: object, **more: object) -> InboundUpdate:
        return self.field("messages", "messages", self.item(type, content, **more))[0]

    def react(self, target: str, emoji: str = "", **more: object) -> InboundUpdate:
        return self.send("reaction", {"message_id": target} | ({"emoji": emoji} if emoji else {}), **more)

    def edit(self, target: str, body: str, **more: object) -> InboundUpdate:
        new = {"type": "text", "text": {"body": body}}
        return self.send("edit", {"original_message_id": target, "message": new}, **more)

    def revoke(self, target: str, **more: object) -> InboundUpdate:
        return self.send("revoke", {"original_message_id": target}, **more)

    def echo(self, type: str = "text", content: object = None, *, bsuid: str = BSUID, **more: object) -> InboundUpdate:
        item = self.item(type, content or {"body": "From the phone"}, bsuid="", **more) | {"to_user_id": bsuid}
        return self.field("smb_message_echoes", "message_echoes", item)[0]

    def call(self, event: str, *, id: str, ago: float = 0, by_business: bool = False, **more: object) -> InboundUpdate:
        ends = {"to_user_id": BSUID} if by_business else {"from_user_id": BSUID}
        direction = "BUSINESS_INITIATED" if by_business else "USER_INITIATED"
        call = {"id": id, "timestamp": self.at(ago), "event": event, "direction": direction, **ends, **more}
        return self.field("calls", "calls", call)[0]

    def system(self, change: str, *, id: str = "", bsuid: str = "", phone: str = "", ago: float = 0,
               **told: str) -> InboundUpdate:  # fmt: skip
        words = f"changed from {PHONE} to {told.get('wa_id', '')}"
        return self.send("system", {"type": change, "body": words, **told}, id=id, bsuid=bsuid, phone=phone, ago=ago)


def lines() -> list[str]:
    """The transcript in its order, without banners and changes set aside."""
    shown = Message.objects.exclude(type="banner").transcript()
    return [line.body for line in shown if "applied_to" not in line.metadata]


def only_conversation() -> Conversation:
    return Conversation.objects.get()


def only_customer() -> Customer:
    return Customer.objects.get()
