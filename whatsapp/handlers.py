"""What each kind of update does. Each runs in a savepoint of its own, in the order of its sender's clock.

A handler sets the update's outcome and, where it is about one, its message; whatever it raises is kept with the
update (`whatsapp.ingest`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from conversations import consent, elsewhere, identity, intake, moves, statuses
from conversations.models import Consent, Identity, Message
from handoff import router
from whatsapp import account_news, ledger, status_faults
from whatsapp.cloud import content, envelope
from whatsapp.cloud.shapes import as_dict, moment, text
from whatsapp.inbound import FileRef, Said
from whatsapp.media.fetching import attachment_expect
from whatsapp.models import Attachment, InboundUpdate
from whatsapp.templates.news import news_apply
from whatsapp.wasender import echoes

Kind = InboundUpdate.Kind
Outcome = InboundUpdate.Outcome


def handle(update: InboundUpdate, now: datetime) -> None:
    """Take one update in. Sets outcome, detail and message; the caller saves them."""
    _HANDLERS[Kind(update.kind)](update, now)


def incoming_of(update: InboundUpdate, said: Said) -> intake.Incoming:
    """The house's words for an update that came from a customer."""
    message, contact = as_dict(update.raw.get("message")), as_dict(update.raw.get("contact"))
    sender = envelope.sender_of(message, contact)
    if (number := content.shared_number(message)) and not sender.identifiers.get(Identity.Kind.WA_ID):
        sender = identity.Sender({**sender.identifiers, Identity.Kind.WA_ID: number}, sender.name)
    return intake.Incoming(
        provider_id=update.provider_id,
        sender=sender,
        sent_at=update.provider_ts or update.event.received_at,
        received_at=update.event.received_at,
        type=said.type,
        body=said.body,
        content=said.content,
        metadata=said.metadata,
        reply_to=said.reply_to,
        target=said.target,
        asks=said.asks,
        opens_window=said.opens_window,
        standby=update.kind == Kind.STANDBY,
        username=text(as_dict(contact.get("profile")).get("username")),
    )


def _message(update: InboundUpdate, now: datetime) -> None:
    message = as_dict(update.raw.get("message"))
    said = content.read(message)
    if said.type == "system" and not _is_known(update):
        _move(update, now)
    taken = intake.take(update.channel, incoming_of(update, said), now=now)
    _note(update, taken)
    _bring_files(taken, said, now)
    if taken.is_new:
        _mind_consent(taken, said, now)
        router.route(taken.message, now=now)
    elif taken.changed:
        router.changed(taken.message, now=now)


def _is_known(update: InboundUpdate) -> bool:
    """Whether it was taken in before: a change of identifiers told twice is one change."""
    return Message.objects.filter(channel=update.channel, provider_id=update.provider_id).exists()


def _note(update: InboundUpdate, taken: intake.Taken) -> None:
    """A second copy is a duplicate; a change that was made already, or may not be made, says nothing new."""
    update.message = taken.message
    if taken.is_new:
        update.outcome = Outcome.RECEIVED
    elif taken.changed:
        update.outcome = Outcome.APPLIED
    else:
        is_copy = taken.message.provider_id == update.provider_id
        update.outcome = Outcome.DUPLICATE if is_copy else Outcome.IGNORED


def _bring_files(taken: intake.Taken, said: Said, now: datetime) -> None:
    """The files of a message, and those of its own writer's edits of it that came before it did."""
    if taken.is_new or taken.changed:
        _expect_files(taken, said.files, now)
    if taken.is_new:
        message = taken.message
        edits = Message.objects.filter(
            conversation__customer_id=message.conversation.customer_id, type="edit", direction=message.direction,
            metadata__applied_to=str(message.pk),
        )  # fmt: skip
        Attachment.objects.filter(message__in=edits).update(message=message)


def _expect_files(taken: intake.Taken, files: tuple[FileRef, ...], now: datetime) -> None:
    known = set(taken.message.attachments.values_list("provider_media_id", flat=True))
    for file in files:
        if file.media_id not in known:
            attachment_expect(
                taken.message, kind=file.kind, media_id=file.media_id, url=file.url, claimed_mime=file.mime_type,
                claimed_sha256=file.sha256, filename=file.filename, is_voice=file.is_voice, now=now,
            )  # fmt: skip


def _mind_consent(taken: intake.Taken, said: Said, now: datetime) -> None:
    """A message that says STOP, or a tap on "Unsubscribe", is the customer's word; the wording is kept with it."""
    kind = consent.keyword(said.body) if said.type in ("text", "button", "interactive") else None
    if kind is None:
        return
    customer, said_at = taken.message.conversation.customer, taken.message.provider_ts or now
    word = consent.Word(kind, Consent.Source.KEYWORD, said_at, evidence=f"message {taken.message.pk}")
    consent.consent_record(customer, word, now=now)
    if kind == Consent.Kind.OPT_OUT and customer.opted_out_at == said_at:  # no newer word undoes it
        router.opted_out(taken.message, now=now)


def _move(update: InboundUpdate, now: datetime) -> None:
    """Identifiers that change: the old ones name the customer, the new ones replace them."""
    message = as_dict(update.raw.get("message"))
    system = as_dict(message.get("system"))
    if text(system.get("type")) not in ("user_changed_number", "user_changed_user_id"):
        return
    sender = envelope.sender_of(message, as_dict(update.raw.get("contact")))
    after = envelope.identifiers_after(system)
    theirs_before = {kind: value for kind, value in sender.identifiers.items() if after.get(kind) != value}
    before = {**theirs_before, **envelope.identifiers_before(system)} or dict(sender.identifiers)
    at = update.provider_ts or update.event.received_at
    customer = moves.customer_moving(update.channel, before=before, after=after, name=sender.name, at=at, now=now)
    moved = moves.identities_move(update.channel, customer, before=before, after=after, at=at, now=now)
    theirs = {**before, **{kind: after[kind] for kind in moved}}
    message = {name: value for name, value in message.items() if not name.startswith("from")}
    contact = {**as_dict(update.raw.get("contact")), **envelope.contact_fields(theirs)}
    update.raw = {**update.raw, "message": message, "contact": contact}  # in memory: by what is theirs from now on


def _echo(update: InboundUpdate, now: datetime) -> None:
    if _is_our_own(update, now):
        return
    message, contact = as_dict(update.raw.get("message")), as_dict(update.raw.get("contact"))
    said = content.read(message)
    received_at = update.event.received_at
    echo = elsewhere.Echo(
        provider_id=update.provider_id, customer=envelope.sender_of({}, contact),
        sent_at=update.provider_ts or received_at, received_at=received_at, type=said.type, body=said.body,
        content=said.content, metadata=said.metadata, reply_to=said.reply_to, target=said.target,
    )  # fmt: skip
    taken = elsewhere.take_echo(update.channel, echo, now=now)
    _note(update, taken)
    _bring_files(taken, said, now)
    if taken.is_new and not said.target:
        router.echoed(taken.message, now=now)


def _is_our_own(update: InboundUpdate, now: datetime) -> bool:
    """A linked device hears what this desk itself has sent: that is a status of our message, not somebody's word."""
    own = echoes.own_message(update) if update.channel.provider == "wasender" else None
    if own is None:
        return False
    at = update.provider_ts or update.event.received_at
    report = statuses.Report(update.provider_id, "sent", at, message_id=own.pk)
    update.message = own
    update.outcome = Outcome.APPLIED if statuses.apply(own, report, now=now) else Outcome.IGNORED
    return True


def _call(update: InboundUpdate, now: datetime) -> None:
    call = as_dict(update.raw.get("call"))
    by_business = call.get("direction") == "BUSINESS_INITIATED"
    incoming = incoming_of(update, content.read_call(call))
    if began := moment(call.get("start_time")):  # its end may come first: the line stands where the call began
        incoming = replace(incoming, sent_at=min(began, incoming.sent_at))
    taken = elsewhere.take_call(update.channel, incoming, by_business=by_business, now=now)
    _note(update, taken)


def _history(update: InboundUpdate, now: datetime) -> None:
    said = content.read(as_dict(update.raw.get("message")))
    taken = elsewhere.take_history(
        update.channel, incoming_of(update, said), by_customer=update.raw.get("by_customer") is True, now=now
    )
    _note(update, taken)
    _bring_files(taken, said, now)


def _status(update: InboundUpdate, now: datetime) -> None:
    status = as_dict(update.raw.get("status"))
    if status.get("status") not in statuses.REPORTED:
        update.outcome, update.detail = Outcome.KEPT, "a status that is not read"
        return
    report = statuses.Report(
        provider_id=update.provider_id,
        status=status["status"],
        at=update.provider_ts or update.event.received_at,
        message_id=_our_id(status.get("biz_opaque_callback_data")),
        error=status_faults.error_of(update.channel, status),
    )
    message = statuses.message_of(update.channel, report)
    if message is None:
        update.outcome = Outcome.UNMATCHED
        return
    update.message = message
    applied = statuses.apply(message, report, now=now)
    charged = ledger.charge_note(message, as_dict(status.get("pricing")), status=report.status, at=report.at, now=now)
    update.outcome = Outcome.APPLIED if applied or charged else Outcome.IGNORED
    if applied and report.status == "failed":
        status_faults.follow(message, status, now=now)


def _our_id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _preference(update: InboundUpdate, now: datetime) -> None:
    preference = as_dict(update.raw.get("preference"))
    kinds = {"stop": Consent.Kind.MARKETING_STOP, "resume": Consent.Kind.MARKETING_RESUME,
             "signup": Consent.Kind.OPT_IN}  # fmt: skip
    kind = kinds.get(text(preference.get("value")))
    if kind is None or preference.get("category") != "marketing_messages":
        update.outcome, update.detail = Outcome.KEPT, "a preference that is not known here"
        return
    sender = envelope.sender_of({}, as_dict(update.raw.get("contact")))
    customer = identity.customer_of(update.channel, sender, now=now)
    at = moment(preference.get("timestamp")) or update.event.received_at
    word = consent.Word(kind, Consent.Source.WHATSAPP, at, evidence=text(preference.get("detail"))[:300])
    consent.consent_record(customer, word, now=now)
    update.outcome = Outcome.APPLIED


def _template(update: InboundUpdate, now: datetime) -> None:
    words = news_apply(
        text(update.raw.get("field")), as_dict(update.raw.get("value")), account_ref=text(update.raw.get("waba")),
        provider=update.channel.provider, now=now, at=update.provider_ts,
    )  # fmt: skip
    update.outcome, update.detail = (Outcome.APPLIED, words[:300]) if words else (Outcome.IGNORED, "nothing new")


def _account(update: InboundUpdate, now: datetime) -> None:
    update.detail = account_news.apply(update.channel, update.raw, now=now)[:300]
    update.outcome = Outcome.APPLIED


def _other(update: InboundUpdate, now: datetime) -> None:  # noqa: ARG001
    update.outcome = Outcome.KEPT


_HANDLERS: dict[InboundUpdate.Kind, Callable[[InboundUpdate, datetime], None]] = {
    Kind.MESSAGE: _message,
    Kind.STANDBY: _message,
    Kind.ECHO: _echo,
    Kind.CALL: _call,
    Kind.HISTORY: _history,
    Kind.STATUS: _status,
    Kind.PREFERENCE: _preference,
    Kind.TEMPLATE: _template,
    Kind.ACCOUNT: _account,
    Kind.OTHER: _other,
}
