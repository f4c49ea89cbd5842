"""What else Baton is told of: calls, changed numbers, the business's own phone app, preferences, history, any field."""

import secrets
from datetime import datetime
from typing import Any, Literal

import msgspec

from config import clock
from whatsapp.standin import payloads
from whatsapp.standin.contents import MEDIA
from whatsapp.standin.courier import Update
from whatsapp.standin.inbound import edited_content, send
from whatsapp.standin.meta import Meta, new_line
from whatsapp.standin.phones import By, Line, Number, User, new_wamid
from whatsapp.standin.wire import Refusal

SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"


class Called(msgspec.Struct, forbid_unknown_fields=True):
    """The person calls (`connect`), or a call ends (`terminate`, with its `call_id`; `seconds` 0: not answered)."""

    phone_number_id: str
    event: Literal["connect", "terminate"] = "connect"
    call_id: str = ""
    seconds: int = 0


class Echoed(msgspec.Struct, forbid_unknown_fields=True):
    """The business writes to the person with its own phone app, or edits or deletes (`target`) what it wrote."""

    phone_number_id: str
    type: str = "text"
    text: str = ""
    target: str = ""
    payload: dict[str, Any] | None = None


class Changed(msgspec.Struct, forbid_unknown_fields=True):
    """Who the person is has changed. The new number and user id are made up unless given."""

    phone_number_id: str
    change: Literal["user_changed_number", "user_changed_user_id", "customer_identity_changed"]
    wa_id: str = ""
    bsuid: str = ""


class Preferred(msgspec.Struct, forbid_unknown_fields=True):
    """What the person wants of marketing messages."""

    phone_number_id: str
    value: Literal["stop", "resume", "signup"]


class Shared(msgspec.Struct, forbid_unknown_fields=True):
    """The business shares what was said before it joined: this chat, as history."""

    phone_number_id: str
    phase: int = 0
    progress: int = 100


class Announced(msgspec.Struct, forbid_unknown_fields=True):
    """Any field with any value, as it stands."""

    field: str
    value: dict[str, Any]


def call(meta: Meta, user: User, called: Called) -> Line:
    """A call, seen on the phone. A call from the person opens the 24-hour window. Raises Refusal."""
    number, now = meta.network.number(called.phone_number_id), clock.now()
    if called.event == "connect":
        line = _begin_call(meta, number, user, called, now)
    else:
        line = meta.network.line(user, called.call_id)
        if line.type != "call" or line.content.get("ended"):
            raise Refusal(409, "This is not a call that is going on. Give the call_id of a connect.")
        meta.network.edit(line, _length(called.seconds), {"ended": True, "seconds": called.seconds}, marked=False)
    value = payloads.about(number) | {"contacts": [payloads.contact_of(user)]}
    send(meta, line, value | {"calls": [_call(line, called, now)]}, field="calls")
    return line


def _begin_call(meta: Meta, number: Number, user: User, called: Called, now: datetime) -> Line:
    line = new_line(number, user, "customer", "call", "Calling", now)
    line.id = called.call_id or "wacid." + secrets.token_urlsafe(24)
    meta.network.add_line(line)
    meta.network.user_wrote(number, user, at=now, opens_window=True)
    return line


def _length(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}" if seconds else "Not answered"


def _call(line: Line, called: Called, now: datetime) -> dict[str, Any]:
    told = payloads.sender(line.user) | payloads.stamp(line.id, now)
    told |= {"to": line.number.digits, "event": called.event, "direction": "USER_INITIATED"}
    if called.event == "connect":
        return told | {"session": {"sdp": SDP, "sdp_type": "offer"}}
    if not called.seconds:
        return told | {"status": "FAILED"}
    start = int(now.timestamp()) - called.seconds
    times = {"start_time": str(start), "end_time": str(int(now.timestamp())), "duration": called.seconds}
    return told | {"status": "COMPLETED"} | times


def echo(meta: Meta, user: User, echoed: Echoed) -> Line:
    """The business wrote with its own phone app. It is on the customer's phone at once. Raises Refusal."""
    number, now = meta.network.number(echoed.phone_number_id), clock.now()
    line = new_line(number, user, "business", echoed.type, echoed.text, now)
    line.tags = ["business phone"]
    content = _echo_content(meta, user, echoed)
    line.content = content
    meta.network.add_line(line)
    meta.network.advance(line, "delivered")
    to = {"to": user.shown_phone} if user.shown_phone else {}
    told = {"from": number.digits} | to | {"to_user_id": user.bsuid} | payloads.stamp(line.id, now)
    value = payloads.about(number) | {"contacts": [payloads.contact_of(user)]}
    value["message_echoes"] = [told | {"type": line.type, line.type: content}]
    meta.courier.tell(Update(number, user.id, "message", value, field="smb_message_echoes"))
    return line


def _echo_content(meta: Meta, user: User, echoed: Echoed) -> dict[str, Any]:
    if echoed.payload is not None:
        return echoed.payload
    if echoed.type == "text" and echoed.text:
        return {"body": echoed.text}
    if echoed.type not in ("edit", "revoke") or not echoed.target:
        raise Refusal(400, "An echo is a text with its text, an edit or revoke with its target, or has its payload.")
    target = meta.network.line(user, echoed.target)
    if target.by != "business":
        raise Refusal(409, "The business can edit and delete its own messages only.")
    if echoed.type == "revoke":
        meta.network.revoke(target)
        return {"original_message_id": target.id}
    if not echoed.text:
        raise Refusal(400, "An edit needs its new text.")
    new = edited_content(target, echoed.text)
    meta.network.edit(target, echoed.text, new)
    return {"original_message_id": target.id, "message": {"type": target.type, target.type: new}}


def change(meta: Meta, user: User, changed: Changed) -> User:
    """The person has another number or user id from now on; Baton hears of it by a system message."""
    number, now = meta.network.number(changed.phone_number_id), clock.now()
    build = {"user_changed_number": _new_number, "user_changed_user_id": _new_user_id}
    message: dict[str, Any] = {"from": user.shown_phone} if user.shown_phone else {}
    message |= payloads.stamp(new_wamid(), now)
    if changed.change in build:
        message |= {"type": "system", "system": build[changed.change](user, changed)}
        note = "You changed your number" if changed.change == "user_changed_number" else "You have a new user ID"
    else:
        message |= _new_device(user, now)
        note = "Your security code changed"
    _note(meta, number, user, note, now)
    value = payloads.about(number) | {"messages": [message]}
    meta.courier.tell(Update(number, user.id, "message", value))
    return user


def _new_number(user: User, changed: Changed) -> dict[str, Any]:
    """A new phone number brings a new user id with it."""
    old, old_bsuid = user.shown_phone, user.bsuid
    user.wa_id = changed.wa_id or f"1555010{secrets.randbelow(10_000):04}"
    user.bsuid = changed.bsuid or _another_bsuid(user)
    system: dict[str, Any] = {"type": "user_changed_number", "user_id": user.bsuid, "previous_user_id": old_bsuid}
    if not user.shown_phone:
        return system | {"body": f"User {user.name} changed their phone number"}
    return system | {"body": f"User {user.name} changed from {old} to {user.wa_id}", "wa_id": user.wa_id}


def _new_user_id(user: User, changed: Changed) -> dict[str, Any]:
    old = user.bsuid
    user.bsuid = changed.bsuid or _another_bsuid(user)
    body = f"User changed from {old} to {user.bsuid}"
    return {"type": "user_changed_user_id", "body": body, "user_id": user.bsuid, "previous_user_id": old}


def _new_device(user: User, now: datetime) -> dict[str, Any]:
    identity = {"acknowledged": True, "created_timestamp": str(int(now.timestamp())), "hash": secrets.token_urlsafe(9)}
    system = {"type": "customer_identity_changed", "body": f"User {user.name} changed their device"}
    return {"from_user_id": user.bsuid, "type": "system", "system": system, "identity": identity}


def _another_bsuid(user: User) -> str:
    return f"{user.bsuid[:2]}.{9 * 10**19 + secrets.randbelow(10**19)}"


def prefer(meta: Meta, user: User, preferred: Preferred) -> None:
    """The person stops, resumes or signs up for marketing messages."""
    number, now = meta.network.number(preferred.phone_number_id), clock.now()
    told = {"wa_id": user.shown_phone} if user.shown_phone else {}
    told |= {"user_id": user.bsuid, "category": "marketing_messages", "value": preferred.value}
    detail = {"stop": "stop", "resume": "resume", "signup": "sign up for"}[preferred.value]
    entry = told | {"detail": f"User requested to {detail} marketing messages", "timestamp": int(now.timestamp())}
    if preferred.value == "signup":
        entry["signup_id"] = str(10**16 + secrets.randbelow(9 * 10**16))
    value = payloads.about(number) | {"contacts": [payloads.contact_of(user)], "user_preferences": [entry]}
    _note(meta, number, user, f"You asked to {detail} offers", now)
    meta.courier.tell(Update(number, user.id, "message", value, field="user_preferences"))


def share(meta: Meta, user: User, shared: Shared) -> int:
    """This chat as history; returns how many messages it has. A hidden number stands under its user id."""
    number = meta.network.number(shared.phone_number_id)
    lines = [line for line in meta.network.lines.get(user.id, []) if line.number is number and line.by != "notice"]
    messages = [_remembered(line) for line in lines if line.is_drawn and line.type != "call" and not line.deleted]
    thread = {"id": user.shown_phone or user.bsuid, "messages": messages}
    metadata = {"phase": shared.phase, "chunk_order": 1, "progress": shared.progress}
    value = payloads.about(number) | {"history": [{"metadata": metadata, "threads": [thread]}]}
    meta.courier.tell(Update(number, user.id, "message", value, field="history"))
    return len(messages)


def _remembered(line: Line) -> dict[str, Any]:
    user, digits = line.user, line.number.digits
    phone = user.shown_phone
    told = payloads.sender(user) if line.by == "customer" else {"from": digits, "to_user_id": user.bsuid}
    if line.by == "business" and phone:
        told["to"] = phone
    status = {"delivered": "DELIVERED", "read": "READ"}.get(line.status, "SENT")
    kind = line.type if line.content else "text"
    content = line.content or {"body": line.text}
    told |= payloads.stamp(line.id, line.at) | {"type": kind, kind: content}
    if kind in MEDIA:
        told |= {"type": "media_placeholder"}
        del told[kind]
    return told | {"history_context": {"status": status}}


def announce(meta: Meta, phone_number_id: str, announced: Announced) -> None:
    """Tell Baton, under the number's account, of any field with any value. Raises Refusal 404."""
    number = meta.network.number(phone_number_id)
    meta.courier.tell(Update(number, "", "message", announced.value, field=announced.field))


def _note(meta: Meta, number: Number, user: User, text: str, now: datetime, by: By = "notice") -> None:
    """A grey remark on the phone."""
    meta.network.add_line(new_line(number, user, by, "notice", text, now))
