"""A conversation in which every kind of line stands once: made by the channel's own readers and writers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from conversations import content, elsewhere, intake, outbox, statuses, transcript
from conversations.elsewhere import Echo
from conversations.identity import Sender
from conversations.intake import Incoming
from conversations.models import Channel, Conversation, Message
from conversations.statuses import Report
from handoff import desk
from whatsapp import ledger
from whatsapp.cloud import content as reading
from whatsapp.media import fetching
from whatsapp.media.storing import Draft, keep
from whatsapp.models import Attachment, MessageTemplate
from whatsapp.standin.samples import make_sample
from whatsapp.templates.filling import fill

WHO = Sender({"wa_id": "+15550100077"}, "Nora Field")
_ids = count(1)
LONG = "A place with a rather long name, on the corner of two streets, behind the old water tower"


@dataclass
class Thread:
    """Takes in and sends, a second after each other; `seq` and provider ids are given out as they come."""

    channel: Channel
    agent: User
    now: datetime

    def tick(self) -> datetime:
        self.now += timedelta(milliseconds=400)
        return self.now

    @property
    def conversation(self) -> Conversation:
        return Conversation.objects.get(customer__name=WHO.name, channel=self.channel)

    def hears(self, kind: str, inner: Any = None, *, sent_at: datetime | None = None, **more: Any) -> Message:
        """A customer's message in Graph's shape, as the webhook brings it."""
        said = reading.read({"type": kind, kind: inner} | more)
        return self.takes(said, sent_at=sent_at)

    def takes(self, said: Any, *, sent_at: datetime | None = None) -> Message:
        now = self.tick()
        incoming = Incoming(
            provider_id=f"wamid.kind.{next(_ids)}", sender=WHO, sent_at=sent_at or now, received_at=now, type=said.type,
            body=said.body, content=said.content, metadata=said.metadata, reply_to=said.reply_to, target=said.target,
            asks=said.asks, opens_window=said.opens_window,
        )  # fmt: skip
        with transaction.atomic():
            taken = intake.take(self.channel, incoming, now=now)
        if taken.is_new or taken.changed:
            for file in said.files:
                self.expects(taken.message, file)
        return Message.objects.get(pk=taken.message.pk)

    def expects(self, message: Message, file: Any) -> None:
        with transaction.atomic():
            fetching.attachment_expect(
                message, kind=file.kind, media_id=file.media_id, url=file.url, claimed_mime=file.mime_type,
                claimed_sha256=file.sha256, filename=file.filename, is_voice=file.is_voice, now=self.now,
            )  # fmt: skip

    def brings(self, kind: str, **inner: Any) -> Message:
        """A message with a file, which is fetched at once."""
        message = self.hears(kind, {"id": f"media.{next(_ids)}", "mime_type": make_sample(kind).mime_type, **inner})
        store(message.attachments.get(), kind, self.now)
        return message

    def says(self, message: content.Content, *, reply_to: int | None = None) -> Message:
        return desk.send(self.conversation.pk, agent=self.agent, content=message, now=self.tick(), reply_to=reply_to)

    def fares(self, message: Message, *reports: str, **error: Any) -> Message:
        """What the provider says became of it."""
        amend(message, now=self.tick(), status=Message.Status.SENDING)
        for report in reports:
            provider_id = message.provider_id or f"wamid.out.{message.seq}"
            statuses.apply(message, Report(provider_id, report, self.tick(), error=error or None), now=self.now)
        return message

    def settles(self, message: Message, **fields: Any) -> Message:
        amend(message, now=self.tick(), **fields)
        return message


def store(attachment: Attachment, kind: str, now: datetime) -> None:
    sample = make_sample(kind)
    with Draft() as draft, transaction.atomic():
        draft.write(sample.content)
        Attachment.objects.filter(pk=attachment.pk).update(
            state=Attachment.State.STORED, mime_type=sample.mime_type, size=draft.size, sha256=draft.sha256,
            file=keep(draft), stored_at=now, due_at=None,
        )  # fmt: skip


def amend(message: Message, *, now: datetime, **fields: Any) -> None:
    with transaction.atomic():
        transcript.amend(transcript.lock(message.conversation_id), message, now=now, **fields)


def template_row() -> MessageTemplate:
    return MessageTemplate.objects.create(
        provider="cloud", account_ref="0", name="order_update", locale="en", category="UTILITY", status="APPROVED",
        changed_at="2026-01-01T00:00:00Z",
        components=[
            {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"},
            {"type": "BODY", "text": "Hello {{1}}, we have an *update* on your order.\n\nReply to continue."},
            {"type": "FOOTER", "text": "The shop"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Tell me"},
                {"type": "URL", "text": "Open it", "url": "https://shop.example/orders/{{1}}"},
            ]},
        ],
    )  # fmt: skip


def every_kind(channel: Channel, agent: User, *, now: datetime) -> dict[str, Message]:
    """The lines by name. The agent holds the conversation at the end."""
    thread = Thread(channel, agent, now - timedelta(minutes=30))
    made = {"text": thread.hears("text", {"body": "Hello, is anybody there?"})}
    desk.take_over(thread.conversation.pk, agent=agent, now=thread.tick())
    made |= _files(thread) | _said(thread) | _strange(thread) | _around(thread) | _ours(thread) | _troubles(thread)
    made |= _changed(thread, made) | _held(thread)
    return {name: Message.objects.get(pk=message.pk) for name, message in made.items()}


def _files(thread: Thread) -> dict[str, Message]:
    made = {
        "image": thread.brings("image", caption="The box, as it came"),
        "sticker": thread.brings("sticker"),
        "voice": thread.brings("audio", voice=True),
        "audio": thread.brings("audio"),
        "video": thread.brings("video", caption="It rattles"),
        "document": thread.brings("document", filename="invoice-2026.pdf", caption="The invoice"),
        "fetching": thread.hears("image", {"id": "media.a", "mime_type": "image/png"}),
        "put_off": thread.hears("image", {"id": "media.b", "mime_type": "image/png"}),
        "not_fetched": thread.hears("video", {"id": "media.c", "mime_type": "video/mp4"}),
        "too_large": thread.hears("document", {"id": "media.d", "filename": "all-my-photos.zip"}),
        "blocked": thread.hears("document", {"id": "media.e", "filename": "invoice.pdf"}),
        "no_file": thread.hears("image", {"caption": "Look"}),
    }
    states = {
        "put_off": {"why": "The provider could not be asked for the file.", "due_at": thread.now, "attempts": 3},
        "not_fetched": {"state": "failed", "why": "WhatsApp has this file no longer."},
        "too_large": {"state": "too_large", "why": "It is larger than 100 MB, the most that is kept."},
        "blocked": {"state": "blocked", "why": "It says it is a PDF and is a program."},
    }
    for name, fields in states.items():
        made[name].attachments.update(**fields)
    return made


def _said(thread: Thread) -> dict[str, Message]:
    card = {"name": {"formatted_name": "Ruth Baker"}, "org": {"company": "Baker & Sons"},
            "phones": [{"phone": "+1 555 010 0200"}], "emails": [{"email": "ruth@baker.example"}]}  # fmt: skip
    items = [
        {"product_retailer_id": "KETTLE-1", "quantity": 2, "item_price": 19.5, "currency": "EUR"},
        {"product_retailer_id": "A-RATHER-LONG-PRODUCT-NUMBER-OF-THE-CATALOGUE", "quantity": 1, "item_price": 7,
         "currency": "EUR"},
    ]  # fmt: skip
    place = {"latitude": 52.5200066, "longitude": 13.404954, "name": LONG, "address": "1 Example Square"}
    flow = {"response_json": '{"delivery_day": "Monday", "rings": true, "flow_token": "t"}', "name": "flow"}
    return {
        "location": thread.hears("location", place),
        "bare_location": thread.hears("location", {"latitude": -33.9, "longitude": 18.4}),
        "contacts": thread.hears("contacts", contacts=[card, {"name": {"first_name": "Sam"}}]),
        "order": thread.hears("order", {"product_items": items, "text": "As a gift, please"}),
        "form": _interactive(thread, nfm_reply=flow),
        "unread_form": _interactive(thread, nfm_reply={"response_json": '{"day": Monday'}),
        "button": thread.hears("button", {"text": "Track my parcel", "payload": "track"}),
        "tap": _interactive(thread, list_reply={"id": "r", "title": "Return it", "description": "Within 30 days"}),
        "may_call": _interactive(thread, call_permission_reply={"response": "accept"}),
        "call": thread.takes(reading.read_call({"event": "terminate", "duration": 125})),
        "missed_call": thread.takes(reading.read_call({"event": "terminate"})),
        "our_call": _our_call(thread),
    }


def _interactive(thread: Thread, **reply: Any) -> Message:
    return thread.hears("interactive", {"type": next(iter(reply)), **reply})


def _our_call(thread: Thread) -> Message:
    said = reading.read_call({"event": "terminate", "direction": "BUSINESS_INITIATED"})
    now = thread.tick()
    call = Incoming(f"wacid.{next(_ids)}", WHO, now, now, said.type, said.body, content=said.content)
    with transaction.atomic():
        return elsewhere.take_call(thread.channel, call, by_business=True, now=now).message


def _echoed(thread: Thread, said: Any) -> Message:
    now = thread.tick()
    echo = Echo(f"wamid.echo.{next(_ids)}", WHO, now, now, said.type, said.body, said.content, said.metadata)
    with transaction.atomic():
        return elsewhere.take_echo(thread.channel, echo, now=now).message


def _strange(thread: Thread) -> dict[str, Message]:
    error = {"code": 131051, "title": "Unsupported message", "error_data": {"details": "Polls are not supported."}}
    return {
        "system": thread.hears("system", {"type": "user_changed_number", "body": "secret"}),
        "opened": thread.hears("request_welcome"),
        "unsupported": thread.hears("unsupported", {"type": "poll"}, errors=[error]),
        "unknown": thread.hears("hologram", {"caption": "A hologram"}),
        "loose_reaction": thread.hears("reaction", {"message_id": "wamid.nowhere", "emoji": "\U0001f44d"}),
        "loose_edit": thread.hears("edit", {
            "original_message_id": "wamid.nowhere", "message": {"type": "text", "text": {"body": "New words"}}}),
        "loose_revoke": thread.hears("revoke", {"original_message_id": "wamid.nowhere"}),
    }  # fmt: skip


def _around(thread: Thread) -> dict[str, Message]:
    referral = {"source_type": "ad", "source_url": "https://ads.example/1", "headline": "Kettles, half price",
                "body": "This week only"}  # fmt: skip
    first = thread.hears("text", {"body": "My number is 4711, I believe"})
    return {
        "quoting": thread.hears("text", {"body": "This one I mean"}, context={"id": first.provider_id}),
        "quoted": first,
        "quoting_unknown": thread.hears("text", {"body": "That one"}, context={"id": "wamid.nowhere"}),
        "forwarded": thread.hears("text", {"body": "Is this true?"}, context={"forwarded": True}),
        "forwarded_often": thread.hears("text", {"body": "Send to all"}, context={"frequently_forwarded": True}),
        "referral": thread.hears("text", {"body": "I saw this"}, referral=referral),
        "late": thread.hears("text", {"body": "Sent hours ago"}, sent_at=thread.now - timedelta(hours=2)),
        "echo": _echoed(thread, reading.read({"type": "text", "text": {"body": "Written on the shop's phone"}})),
        "history": _history(thread),
    }


def _history(thread: Thread) -> Message:
    at = thread.now - timedelta(days=40)
    incoming = Incoming(f"wamid.old.{next(_ids)}", WHO, at, thread.tick(), "text", "Said a month ago")
    with transaction.atomic():
        return elsewhere.take_history(thread.channel, incoming, by_customer=True, now=thread.now).message


def _ours(thread: Thread) -> dict[str, Message]:
    asked = thread.hears("text", {"body": "What can I do?"})
    buttons = (content.Button("a", "Return it"), content.Button("b", "Keep it"))
    rows = (content.Row("m", "Monday", "8 to 12"), content.Row("t", "Tuesday"))
    made = {
        "answer": thread.says(content.Text("Here are your choices."), reply_to=asked.seq),
        "buttons": thread.says(content.Buttons("What shall we do?", buttons, header="Your kettle", footer="The shop")),
        "menu": thread.says(content.Menu("When shall it come?", "Choose a day", (content.Section(rows, "Next week"),))),
        "link": thread.says(content.LinkButton("It is all here.", "See the order", "https://shop.example/o/1")),
        "asks_place": thread.says(content.LocationRequest("Where shall we bring it?")),
        "asks_number": thread.says(content.ContactRequest("How can we call you?")),
        "our_place": thread.says(content.Location(52.5, 13.4, "The shop", "2 Example Street")),
        "our_image": _our_file(thread, "image", "The new one"),
        "our_voice": _our_file(thread, "audio", ""),
        "template": thread.says(fill(template_row(), {"header.1": "1001", "1": "Nora", "button.1": "1001"})),
    }
    thread.fares(made["answer"], "sent", "delivered", "read")
    for name in ("buttons", "menu", "link", "asks_place", "asks_number", "our_place"):
        thread.fares(made[name], "sent", "delivered")
    thread.fares(made["our_voice"], "sent", "delivered", "played")
    thread.fares(made["template"], "sent", "delivered")
    _price(thread, made["template"], "utility", "regular")
    _price(thread, made["answer"], "service", "free_customer_service")
    return made


def _our_file(thread: Thread, kind: str, caption: str) -> Message:
    sample, now = make_sample(kind), thread.tick()
    attachment = Attachment.objects.create(
        channel=thread.channel, kind=kind, filename=sample.filename, is_voice=kind == "audio", created_at=now
    )
    store(attachment, kind, now)
    message = thread.says(content.Media(kind, attachment.pk, caption=caption, voice=kind == "audio"))
    Attachment.objects.filter(pk=attachment.pk).update(message=message)
    return message


def _price(thread: Thread, message: Message, category: str, kind: str) -> None:
    with transaction.atomic():
        pricing = {"category": category, "type": kind}
        ledger.charge_note(message, pricing, status="delivered", at=thread.tick(), now=thread.now)


def _troubles(thread: Thread) -> dict[str, Message]:
    made = {name: thread.says(content.Text(words)) for name, words in {
        "failed": "You will not get this", "unknown_sent": "Perhaps you get this", "dropped": "This is withheld",
        "queued": "On its way", "resent_from": "First try",
    }.items()}  # fmt: skip
    error = {"code": 131026, "title": "WhatsApp cannot reach this number.", "advice": "Ask for another number"}
    thread.settles(made["failed"], status="failed", error=error)
    thread.settles(made["unknown_sent"], status="unknown", error={"code": "unknown", "title": "no answer came"})
    thread.settles(made["dropped"], status="dropped", error={"code": "opted_out", "title": "the customer asked so"})
    thread.settles(made["resent_from"], status="failed", error=error)
    made["resent"] = outbox.send_again(made["resent_from"].pk, agent=thread.agent, now=thread.tick())
    target = thread.hears("text", {"body": "Thank you"})
    made["reacted_in_vain"] = thread.says(content.Reaction(target.provider_id, "\u2764\ufe0f"))
    made["reacted"] = thread.says(content.Reaction(target.provider_id, "\U0001f64f"))
    thread.settles(made["reacted_in_vain"], status="failed", error=error)
    made["note"] = desk.note(thread.conversation.pk, agent=thread.agent, body="She is kind", now=thread.tick())
    return made


def _changed(thread: Thread, made: dict[str, Message]) -> dict[str, Message]:
    """Later words about earlier lines: edited, deleted, reacted to."""
    edited = thread.hears("text", {"body": "I want too kettles"})
    deleted = thread.hears("text", {"body": "Forget what I said about Sam"})
    new = {"type": "text", "text": {"body": "I want two kettles"}}
    thread.hears("edit", {"original_message_id": edited.provider_id, "message": new})
    thread.hears("revoke", {"original_message_id": deleted.provider_id})
    thread.hears("reaction", {"message_id": made["answer"].provider_id, "emoji": "\U0001f44d"})
    desk.react(
        thread.conversation.pk, agent=thread.agent, seq=made["image"].seq, emoji="\u2764\ufe0f", now=thread.tick()
    )
    early = thread.hears("revoke", {"original_message_id": "wamid.early"})
    with transaction.atomic():
        said = Incoming("wamid.early", WHO, thread.tick(), thread.now, "text", "Deleted before it came")
        intake.take(thread.channel, said, now=thread.now)
    return {"edited": edited, "deleted": deleted, "applied": early}


def _held(thread: Thread) -> dict[str, Message]:
    """Last: the customer's next word lets them go."""
    made = {"held": thread.says(content.Text("This waits")), "unasked": thread.says(content.Text("This waits too"))}
    thread.settles(made["held"], status="held")
    thread.settles(made["unasked"], status="held", metadata={"not_reengaged": "there is no template for it"})
    return made
