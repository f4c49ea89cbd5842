"""A person writes to a business: every kind of message, and what it changes on the phone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from config import clock
from whatsapp.standin import attachments, contents, payloads
from whatsapp.standin.contents import Written
from whatsapp.standin.courier import Update
from whatsapp.standin.meta import Meta, new_line
from whatsapp.standin.phones import Line, Number, User, new_wamid
from whatsapp.standin.wire import Refusal

#: What opens no window: it says nothing new.
OPENS_NO_WINDOW = {"reaction", "edit", "revoke"}
EDIT_WITHIN = timedelta(minutes=15)
REVOKE_WITHIN = timedelta(days=2)


def write(meta: Meta, user: User, written: Written, *, origin: str = "") -> Line:
    """The person writes to a business. Returns the line; raises Refusal that says the mend.

    `origin`: the address at which Baton reaches the stand-in, for the `url` of media.
    """
    number = meta.network.number(written.phone_number_id)
    at = clock.now() if written.at is None else datetime.fromtimestamp(written.at, UTC)
    written = msgspec.structs.replace(written, at=int(at.timestamp()))
    kind, content = _content(meta, user, number, written, origin)
    line = _line(number, user, written, kind, content, at)
    if line.id not in meta.network.by_id:
        meta.network.add_line(line)
    shown = meta.network.by_id[line.id]
    meta.network.user_wrote(number, user, at=at, opens_window=kind not in OPENS_NO_WINDOW)
    if written.payload is None:
        _take_effect(meta, user, written, kind, content)
    value = payloads.message_value(line, content=content, **_circumstances(meta, user, number, written))
    send(meta, shown, value, field=written.field)
    return shown


def send(meta: Meta, line: Line, value: dict[str, Any], *, field: str = "messages") -> None:
    """Tell Baton; the line's ticks follow."""
    meta.network.advance(line, "sent")
    arrived = lambda: meta.network.advance(line, "delivered")  # noqa: E731
    meta.courier.tell(Update(line.number, line.user.id, "message", value, arrived, field))


def _content(meta: Meta, user: User, number: Number, written: Written, origin: str) -> tuple[str, Any]:
    """The type on the wire, and its object."""
    if written.payload is not None:
        return written.type, written.payload
    if written.type in contents.MEDIA:
        return written.type, attachments.attach(meta, number, written, origin=origin)
    if written.type == "edit":
        return "edit", _edit(meta, user, written)
    if written.type not in contents.KINDS:
        known = ", ".join(contents.WRITABLE)
        raise Refusal(400, f"type must be one of {known}; for another, give its payload too.")
    if written.type == "reaction":
        written.target = written.target or _last_from_business(meta, user, number)
    if written.type in ("reaction", "revoke"):
        _check_target(meta, user, written)
    kind, build = contents.KINDS[written.type]
    return kind, build(written, user)


def _check_target(meta: Meta, user: User, written: Written) -> None:
    if not written.target:
        return
    line = meta.network.line(user, written.target)
    if written.type == "revoke":
        _check_own(line, written, REVOKE_WITHIN, "deleted within two days")


def _check_own(line: Line, written: Written, within: timedelta, limit: str) -> None:
    if line.by != "customer":
        raise Refusal(409, "Only one's own messages can be edited or deleted.")
    if (written.at or 0) - line.at.timestamp() > within.total_seconds():
        raise Refusal(409, f"A message can be {limit} only.")


def _edit(meta: Meta, user: User, written: Written) -> dict[str, Any]:
    if not written.target or not written.text:
        raise Refusal(400, "An edit needs its target (the id of the message) and the new text.")
    line = meta.network.line(user, written.target)
    _check_own(line, written, EDIT_WITHIN, "edited within 15 minutes")
    new = edited_content(line, written.text)
    return {"original_message_id": line.id, "message": {"context": {"id": "M0"}, "type": line.type, line.type: new}}


def edited_content(line: Line, text: str) -> dict[str, Any]:
    """The line's object with other words. Raises Refusal 409 for a kind without words."""
    if line.type == "text":
        return {"body": text}
    if line.type in contents.CAPTIONED:
        return {**line.content, "caption": text}
    raise Refusal(409, "Only a text, or the caption of a photo, video or document, can be edited.")


def _last_from_business(meta: Meta, user: User, number: Number) -> str:
    for line in reversed(meta.network.on_screen(user)):
        if line.by == "business" and line.number is number and not line.deleted:
            return line.id
    raise Refusal(409, "There is no message from the business to react to yet.")


def _line(number: Number, user: User, written: Written, kind: str, content: Any, at: datetime) -> Line:
    line = new_line(number, user, "customer", kind, contents.words(written, content), at)
    line.id = written.message_id or line.id
    line.content = content if content is not None else {}
    line.reply_to = written.reply_to
    forwarded = {"": [], "once": ["forwarded"], "often": ["forwarded often"]}[written.forwarded]
    line.tags = forwarded + ["ad"] * bool(written.referral) + ["standby"] * (written.field == "standby")
    return line


def _take_effect(meta: Meta, user: User, written: Written, kind: str, content: Any) -> None:
    if kind == "reaction":
        meta.network.react(meta.network.line(user, written.target), "customer", content.get("emoji", ""))
    elif kind == "edit":
        target = meta.network.line(user, written.target)
        meta.network.edit(target, written.text, content["message"][target.type])
    elif kind == "revoke":
        meta.network.revoke(meta.network.line(user, written.target))


def _circumstances(meta: Meta, user: User, number: Number, written: Written) -> dict[str, Any]:
    """The message's further keys: what it answers, how it came, what could not be given."""
    more: dict[str, Any] = {}
    if context := _context(meta, user, number, written):
        more["context"] = context
    if written.referral:
        more["referral"] = contents.advertisement(written.referral)
    if written.type == "unsupported" and written.payload is None:
        more["errors"] = [contents.error(written.code)]
    return more


def _context(meta: Meta, user: User, number: Number, written: Written) -> dict[str, Any]:
    context: dict[str, Any] = {}
    if written.forwarded:
        context["forwarded" if written.forwarded == "once" else "frequently_forwarded"] = True
    if written.product:
        product = {"catalog_id": "555010800000001", "product_retailer_id": written.product}
        context |= {"from": number.digits, "id": written.reply_to or new_wamid(), "referred_product": product}
    elif written.reply_to:
        quoted = meta.network.by_id.get(written.reply_to)
        author = user.shown_phone if quoted is not None and quoted.by == "customer" else number.digits
        context |= ({"from": author} if author else {}) | {"id": written.reply_to}
    return context
