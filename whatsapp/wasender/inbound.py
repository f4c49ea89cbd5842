"""Taking a WASender event apart into updates of Graph's shape, so that the channel behind has one way for all.

Nothing here raises for what WASender may send, but for a body that is no event at all. Field names: WASender's
documentation, "Webhooks". Its `sessionId` may be the session's API key and a QR code pairs a phone: neither is kept.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.chain import storable
from conversations.identity import Sender
from conversations.models import Identity
from whatsapp.cloud.content import target_of
from whatsapp.cloud.envelope import LONGEST_NUMBER, Unreadable, Update
from whatsapp.cloud.shapes import as_dict, as_list, moment, readable
from whatsapp.models import InboundUpdate
from whatsapp.wasender import contents, keys
from whatsapp.wasender.message_parts import as_text, part, seconds, unwrapped
from whatsapp.wasender.news import call, sent, session_status, status_of
from whatsapp.wasender.news import other as _other

Kind = InboundUpdate.Kind
Graph = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One webhook: its name, its data, and when it happened, in Unix seconds."""

    name: str
    data: Any
    at: int


def updates(body: bytes, query: str, received_at: datetime) -> list[Update]:  # noqa: ARG001 - one way for all providers
    """Every update of one webhook body, in its order. `received_at` stands in where it names no time.
    Raises Unreadable."""
    raw = _parse(body)
    name = as_text(raw.get("event")) if isinstance(raw, dict) else ""
    if not isinstance(raw, dict) or not name:
        raise Unreadable("the body is no event of WASender")
    event = Event(name, raw.get("data"), seconds(raw.get("timestamp")) or int(received_at.timestamp()))
    return list(_read(event))


def _read(event: Event) -> Iterator[Update]:
    reader = READERS.get(event.name)
    if reader is not None:
        yield from reader(event)
    elif event.name.startswith(WITHOUT_INTEREST):
        yield _other({"event": event.name}, f"event {event.name[:60]!r} is not read")
    else:
        yield _other({"original": _original(event, event.data)}, f"event {event.name[:60]!r} is not known")


def _messages(event: Event) -> Iterator[Update]:
    """`data.messages` is an object today and was a list; some events hold the message in `data` itself."""
    data = as_dict(event.data)
    elements = as_list(data.get("messages") if "messages" in data else event.data)
    yield from (_message(event, element) for element in elements)
    if not elements:
        yield _other({"event": event.name}, "an event without messages")


def _message(event: Event, element: Any) -> Update:
    key = keys.key_of(element)
    provider_id = keys.message_id(key)
    if not provider_id:
        return _other({"original": _original(event, element)}, "a message without a usable id")
    if words := keys.other_chat(key):  # other people's words are not kept
        return _other({"event": event.name, "key": key}, words, provider_id)
    content = contents.graph_content(element, provider_id)
    if content is None:
        return _other({"original": _original(event, element)}, "a message that says nothing", provider_id)
    return _written(event, element, key, provider_id, content)


def _written(event: Event, element: Graph, key: Graph, provider_id: str, content: Graph) -> Update:
    """What was written in a chat with a customer: by the customer, or on the business's phone."""
    name = "" if keys.is_own(key) else readable(as_text(element.get("pushName")))[:150]
    sender = keys.customer(key, name)
    at = seconds(element.get("messageTimestamp")) or event.at
    message = {"id": provider_id, "timestamp": str(at), **_parties(key, sender), **content}
    raw = {"message": message, "contact": _contact(sender), "original": _original(event, element)}
    if not sender.identifiers:
        return _other(raw, "a message without a sender", provider_id)
    kind = Kind.ECHO if keys.is_own(key) else Kind.MESSAGE
    return Update(
        kind, raw, sender=sender, provider_id=provider_id, target_id=target_of(content), provider_ts=moment(at)
    )


def _parties(key: Graph, sender: Sender) -> Graph:
    """Graph names the customer in `from`, and in an echo in `to`; the linked-device id has no name there."""
    side = "to" if keys.is_own(key) else "from"
    named = {side: Identity.Kind.WA_ID, f"{side}_jid": Identity.Kind.JID}
    return {name: sender.identifiers[kind] for name, kind in named.items() if kind in sender.identifiers}


def _contact(sender: Sender) -> Graph:
    named = {"wa_id": Identity.Kind.WA_ID, "jid": Identity.Kind.JID}
    contact: Graph = {name: sender.identifiers[kind] for name, kind in named.items() if kind in sender.identifiers}
    return contact | ({"profile": {"name": sender.name}} if sender.name else {})


def _reactions(event: Event) -> Iterator[Update]:
    for element in as_list(event.data):
        yield _reaction(event, as_dict(element)) if isinstance(element, dict) else _messageless(event, element)


def _reaction(event: Event, element: Graph) -> Update:
    """`key` is the message reacted to; `reaction.key` the reaction's own, or, in WASender's example, the same."""
    if "messages" in element:
        return _message(event, element["messages"])
    key, inner = keys.key_of(element), as_dict(element.get("reaction"))
    own = keys.key_of(inner)
    target = keys.message_id(key)
    if not target:
        return _messageless(event, element)
    if keys.message_id(own) in ("", target):  # who reacted is not said: then the customer did
        own = key | {"id": f"reaction:{target}:{event.at}"[: keys.LONGEST_ID], "fromMe": False}
    if words := keys.other_chat(key) or keys.other_chat(own):
        return _other({"event": event.name, "key": key}, words)
    about = own | {"remoteJid": own.get("remoteJid") or key.get("remoteJid")}
    return _written(event, element, about, keys.message_id(own), contents.reaction(target, inner.get("text")))


def _deletions(event: Event) -> Iterator[Update]:
    data = as_dict(event.data)
    listed = as_list(data.get("keys") if "keys" in data else data.get("key"))
    for key in listed:
        yield _deletion(event, key) if isinstance(key, dict) else _messageless(event, key)
    if not listed:
        yield _messageless(event, event.data)


def _deletion(event: Event, key: Graph) -> Update:
    target = keys.message_id(key)
    if not target:
        return _messageless(event, {"key": key})
    if words := keys.other_chat(key):
        return _other({"event": event.name, "key": key}, words, target)
    provider_id = f"revoke:{target}"[: keys.LONGEST_ID]
    return _written(event, {"key": key}, key, provider_id, contents.revoke(target))


def _changes(event: Event) -> Iterator[Update]:
    """A status, or, as linked devices report it, an edit or a deletion."""
    listed = as_list(event.data)
    for element in listed:
        yield _change(event, as_dict(element))
    if not listed:
        yield _messageless(event, event.data)


def _change(event: Event, element: Graph) -> Update:
    key, change = keys.key_of(element), as_dict(element.get("update"))
    target = keys.message_id(key)
    if not target or keys.other_chat(key):
        words = keys.other_chat(key) or "an update without a usable id"
        return _other({"event": event.name, "key": key}, words)
    if change.get("status") is not None:
        return status_of(key, change["status"], event.at)
    name, _ = part(unwrapped(change.get("message")))
    provider_id = f"edit:{target}:{event.at}"[: keys.LONGEST_ID]
    content = contents.edit(target, change.get("message"), provider_id) if name else None
    if content is None:
        return _other({"original": _original(event, element)}, "an update without a status", target)
    return _written(event, element, key, provider_id, content)


def _receipts(event: Event) -> Iterator[Update]:
    """Who received or read it; WASender reports these for groups, whose updates are not kept."""
    data = as_dict(event.data)
    for element in as_list(data.get("message") if "message" in data else event.data):
        key, receipt = keys.key_of(element), as_dict(as_dict(element).get("receipt"))
        if words := keys.other_chat(key):
            yield _other({"event": event.name, "key": key}, words)
            continue
        name = next((name for field, name in RECEIPTS.items() if receipt.get(field)), receipt.get("status"))
        at = next((seconds(receipt[field]) for field in RECEIPTS if receipt.get(field)), None)
        yield status_of(key, name, at or event.at)


def _messageless(event: Event, element: Any) -> Update:
    return _other({"original": _original(event, element)}, "an update without a usable id")


def _original(event: Event, element: Any) -> Graph:
    """The event as it came, with this element alone: also what WASender wants back to decrypt a file."""
    return {"event": event.name, "timestamp": event.at, "data": {"messages": element}}


def _parse(body: bytes) -> Any:
    try:
        value = json.loads(body, parse_constant=str, parse_float=_finite, parse_int=_short)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the body is not JSON ({type(error).__name__})") from error
    return storable(value)


def _short(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if abs(number) < float("inf") else digits


RECEIPTS = {"playedTimestamp": "played", "readTimestamp": "read", "receiptTimestamp": "delivered"}
#: About contacts, groups and the pairing code: nothing a desk reads, and not its business to keep.
WITHOUT_INTEREST = ("chats.", "contacts.", "groups.", "group-participants.", "qrcode.", "passkey.", "poll.")
READERS: dict[str, Callable[[Event], Iterator[Update]]] = {
    "messages.received": _messages,
    "messages-personal.received": _messages,
    "messages-group.received": _messages,
    "messages-newsletter.received": _messages,
    "messages.upsert": _messages,
    "messages.reaction": _reactions,
    "messages.delete": _deletions,
    "messages.update": _changes,
    "message-receipt.update": _receipts,
    "message.sent": lambda event: sent(event.data, event.at),
    "session.status": lambda event: iter([session_status(event.data, event.at)]),
    "call": lambda event: iter([call(event.data, event.at)]),
    "call.received": lambda event: iter([call(event.data, event.at)]),
}
