"""Who and which: what a WASender message key says about the chat, the customer and the message.

A chat is named by a JID, `<user>@<server>`. The server tells what the user part is: a phone number at
`s.whatsapp.net`, a linked-device id at `lid`, which looks like a number and is none (WASender, "How to receive
messages": "do not rely on remoteJid to be a phone number").
"""

from typing import Any

from conversations.identity import Sender
from conversations.models import Identity

PHONE_SERVERS = frozenset({"s.whatsapp.net", "c.us"})
LONGEST_ID = 255
LONGEST_JID = 160
#: Chats that are no conversation with one customer, by the end of their JID.
OTHER_CHATS = {
    "@g.us": "a group message",
    "@newsletter": "a post of a WhatsApp channel",
    "@broadcast": "a status post or broadcast",
}
#: Put in front of WASender's own number for a message, where WhatsApp's id of it is not known.
LOCAL_PREFIX = "msgid:"


def key_of(holder: Any) -> dict[str, Any]:
    """The message key that stands in an event's element; empty where there is none."""
    key = holder.get("key") if isinstance(holder, dict) else None
    return key if isinstance(key, dict) else {}


def message_id(key: dict[str, Any]) -> str:
    """WhatsApp's id of the message; empty where it is missing or cannot be one."""
    value = key.get("id")
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ID else ""


def local_id(value: Any) -> str:
    """The provider id of a message for which only WASender's own number (`msgId`) is known."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return f"{LOCAL_PREFIX}{value}" if is_number else ""


def is_own(key: dict[str, Any]) -> bool:
    """Whether the business wrote the message: on the paired phone, or through the API."""
    return key.get("fromMe") is True


def other_chat(key: dict[str, Any]) -> str:
    """What kind of chat it is, in words, where it is none with a single customer; else empty."""
    jid = key.get("remoteJid")
    ends = (words for end, words in OTHER_CHATS.items() if isinstance(jid, str) and jid.endswith(end))
    return next(ends, "")


def customer(key: dict[str, Any], name: str = "") -> Sender:
    """The customer of the chat: who wrote to the business, or to whom the business wrote."""
    side = "Recipient" if is_own(key) else "Sender"
    phone = digits(key.get(f"cleaned{side}Pn")) or phone_of(key.get(f"{side.lower()}Pn"))
    found = {
        Identity.Kind.WA_ID: phone or phone_of(key.get("remoteJid")),
        Identity.Kind.JID: lid_of(key.get(f"{side.lower()}Lid")) or lid_of(key.get("remoteJid")),
    }
    return Sender({kind: value for kind, value in found.items() if value}, name)


def phone_of(jid: Any) -> str:
    """The digits of a phone number, where the JID or a plus sign says that it is one; else empty."""
    if not isinstance(jid, str):
        return ""
    user, _, server = jid.partition("@")
    if server in PHONE_SERVERS or (not server and user.startswith("+")):
        return digits(user.partition(":")[0])  # user:device
    return ""


def lid_of(jid: Any) -> str:
    """A linked-device id, without the device; empty for anything else."""
    if not isinstance(jid, str) or not jid.endswith("@lid") or len(jid) > LONGEST_JID:
        return ""
    user = jid.removesuffix("@lid").partition(":")[0]
    return f"{user}@lid" if digits(user) else ""


def digits(value: Any) -> str:
    """A phone number's digits; empty for what cannot be one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    bare = text.strip().lstrip("+") if isinstance(text, str) else ""
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= 20 else ""
