"""The sending side for tests: a number, its customers, and the stand-in for WhatsApp in a process of its own.

Messages go through `delivery.deliver` over real HTTP, under the real limits in Valkey; time is moved ahead, not slept.
"""

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from audit.actors import BOT, SYSTEM, Actor
from audit.verify import verify
from config import clock
from conversations import intake, outbox
from conversations.content import Content, Template, Text
from conversations.models import Channel, Conversation, Message
from handoff import desk as verbs
from tests import factories, template_factories
from tests.standin import Desk, settle
from whatsapp import channel_state, delivery, ingest, reengagement
from whatsapp.models import CloudAccount, InboundEvent, MessageTemplate
from whatsapp.standin.client import StandinClient

WABA, OTHER_WABA = "555010900000001", "555010900000002"
Status, Sender = Message.Status, Message.Sender


class World:
    """One number, `main`, unless a test makes more. `ahead` is how far the desk's clock runs before the stand-in's."""

    def __init__(self, client: StandinClient, desk: Desk) -> None:
        self.client, self.desk, self.ahead = client, desk, timedelta()
        self.taken_in = 0
        self.mail: list[str] = []
        client.reset(all=True)
        self.channel = self.number("main")

    def now(self) -> datetime:
        return timezone.now() + self.ahead

    def later(self, **delta: float) -> None:
        self.ahead += timedelta(**delta)

    def number(self, key: str, *, waba: str = WABA, **more: Any) -> Channel:
        channel = factories.channel(key, now=self.now(), api_url=self.client.url)
        CloudAccount.objects.filter(channel=channel).update(business_account_id=waba, **more)
        channel = Channel.objects.get(pk=channel.pk)
        self.client._ask(dict[str, Any], "PUT", f"/standin/numbers/{channel.cloud.phone_number_id}", {
            "key": key, "access_token": factories.ACCESS_TOKEN, "app_secret": factories.APP_SECRET,
            "display": "+1 555 010 0009", "baton_url": self.desk.url, "name": key, "business_account_id": waba,
        })  # fmt: skip
        return channel

    def customer(self, number: int = 1, *, on: Channel | None = None, wrote: timedelta = timedelta(0)) -> Conversation:
        """A conversation that the customer has begun, so long ago; the stand-in knows of it."""
        channel, at = on or self.channel, self.now() - wrote
        self.client.put_user(f"c{number}", name=f"Customer {number}", bsuid=f"US.{number:020d}",
                             wa_id=f"1555010{number:04d}")  # fmt: skip
        if self.now() - self.ahead - at < timedelta(hours=24):
            self.client.put_window(channel.cloud.phone_number_id, f"c{number}", at=timezone.now() - wrote)
        return self.writes(number, on=channel, at=at).conversation

    @transaction.atomic
    def writes(self, number: int = 1, body: str = "Hello", *, on: Channel | None = None, at: datetime | None = None,
               **more: Any) -> Message:  # fmt: skip
        who = factories.sender(number)
        came = factories.incoming(body, now=at or self.now(), who=who, **more)
        return intake.take(on or self.channel, came, now=at or self.now()).message

    @transaction.atomic
    def says(
        self, conversation: Conversation, words: str | Content, sender: str = Sender.HUMAN, **more: Any
    ) -> Message:
        author = User.objects.get_or_create(username="ana")[0] if sender == Sender.HUMAN else None
        actor = {Sender.HUMAN: Actor.human(author), Sender.BOT: BOT}.get(sender, SYSTEM) if author else SYSTEM
        return outbox.content_queue(
            factories.locked(conversation), content=Text(words) if isinstance(words, str) else words, sender=sender,
            actor=actor, author=author, now=self.now(), **more,
        )  # fmt: skip

    def deliver(self, *conversations: Conversation) -> None:
        """What the worker does when it is woken for these."""
        for conversation in conversations:
            self.do(delivery.deliver, conversation.pk)

    def do(self, work: Any, *given: Any, **named: Any) -> Any:
        """Run it with what follows its commits, and keep the mail that it sends."""
        from django.core import mail

        with TestCase.captureOnCommitCallbacks(execute=True):
            result = work(*given, **named)
        self.mail += [message.subject for message in mail.outbox]
        mail.outbox.clear()
        return result

    def sweep(self) -> None:
        """One round of the sweep, its tasks worked off at once."""
        silent = channel_state.silent_channels(now=self.now())
        for pk in outbox.due_conversations(now=self.now(), except_channels=silent):
            self.do(delivery.deliver, pk)
        for pk in reengagement.unasked():
            self.do(reengagement.reengage, pk, now=self.now())

    def fault(self, kind: str = "error", **more: Any) -> None:
        self.client.faults({"kind": kind, **more})

    def sent(self, key: str = "main") -> list[str]:
        """What WhatsApp accepted for this number: words, or the names of templates, in order."""
        number = Channel.objects.get(key=key).cloud.phone_number_id
        bodies = [sent["body"] for sent in self.client.sent() if sent["phone_number_id"] == number]
        return [body["text"]["body"] if body["type"] == "text" else body[body["type"]].get("name", body["type"])
                for body in bodies]  # fmt: skip

    def asked(self) -> int:
        """How many sends were tried."""
        return sum(seen["path"].endswith("/messages") for seen in self.client.requests())

    def webhooks(self) -> None:
        """Take in what WhatsApp has reported since."""
        settle(self.client)
        for body in self.desk.bodies[self.taken_in :]:
            InboundEvent.objects.create(channel=self.channel, body=body, received_at=self.now())
        self.taken_in = len(self.desk.bodies)
        self.do(ingest.ingest, now=self.now())

    def template(self, name: str = "reengage_update", **more: Any) -> MessageTemplate:
        """An approved template as the stand-in has it too."""
        words = {
            "reengage_update": "We have an update on your order. Reply to continue.",
            "spring_offer": "Hello Ann, spring has come: ten per cent off all garden tools this week.",
        }[name]
        given = {"account_ref": WABA, "components": [template_factories.body(words)]} | more
        return template_factories.template(now=self.now(), name=name, **given)

    def asks_by(self, name: str = "reengage_update") -> MessageTemplate:
        """The number asks customers back by this template."""
        template = self.template(name)
        Channel.objects.filter(pk=self.channel.pk).update(reengage_template=name, business_name="Acme")
        self.channel.refresh_from_db()
        return template

    def agent_of(self, conversation: Conversation) -> User:
        """An agent who holds the conversation."""
        agent = User.objects.filter(username="ana").first() or factories.agent()
        verbs.take_over(conversation.pk, agent=agent, now=self.now())
        return agent


def content_of(template: MessageTemplate) -> Template:
    words = template.components[0]["text"]
    return Template(template.pk, template.name, template.locale, words, category=template.category)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def status(message: Message) -> str:
    return fresh(message).status


def statuses(*messages: Message) -> list[str]:
    return [status(message) for message in messages]


def wait_of(message: Message) -> float:
    """For how long it was put off after its last attempt, in seconds."""
    last = message.delivery_attempts.latest("number")
    return (fresh(message).due_at - last.finished_at).total_seconds()


def why(message: Message) -> str:
    return str((fresh(message).error or {}).get("title", ""))


def events_of(message: Message) -> list[str]:
    from audit.models import Event

    found = Event.objects.filter(payload__message=str(message.pk)).order_by("seq")
    return [kind.removeprefix("message.") for kind in found.values_list("event_type", flat=True)]


@contextlib.contextmanager
def world(client: StandinClient, monkeypatch: Any, settings: Any) -> Iterator[World]:
    """A world for one test. At its end the record must hold, whatever happened."""
    desk = Desk()
    settings.ADMINS = [("Admin", "admin@desk.example")]
    settings.PROVIDER_TIMEOUT = 1.0
    made = World(client, desk)
    monkeypatch.setattr(clock, "now", made.now)
    try:
        yield made
        assert list(verify()) == [], "the record is broken"
    finally:
        client.reset(all=True)
        desk.close()


def reported(sent: dict[str, Any], **status: Any) -> bytes:
    """A status webhook of our own making, about an accepted send."""
    told = {"id": sent["id"], "recipient_user_id": "US.1", "biz_opaque_callback_data":
            sent["body"]["biz_opaque_callback_data"], **status}  # fmt: skip
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": sent["phone_number_id"],
             "display_phone_number": "1"}, "statuses": [told]}  # fmt: skip
    entry = {"id": WABA, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
