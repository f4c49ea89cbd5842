"""The webhooks' bodies, as WASender documents them."""

import base64
import hashlib
import time
from typing import Any

from whatsapp.standin.wasender.world import JSON, Sent, fresh_id

MIME = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/ogg; codecs=opus", "document": "application/pdf",
        "sticker": "image/webp"}  # fmt: skip


def envelope(event: str, data: Any, *, api_key: str) -> JSON:
    """`sessionId` is the session's API key: so WASender's own examples have it."""
    return {"event": event, "sessionId": api_key, "timestamp": int(time.time()), "data": data}


def incoming_key(phone: str, lid: str, message_id: str) -> JSON:
    """The key of a customer's message: by the linked-device id, with the phone number beside it where it is known."""
    key: JSON = {"id": message_id, "fromMe": False, "remoteJid": lid or f"{phone}@s.whatsapp.net"}
    key["addressingMode"] = "lid" if lid else "pn"
    if lid:
        key["senderLid"] = lid
    if phone:
        key |= {"senderPn": f"{phone}@s.whatsapp.net", "cleanedSenderPn": phone}
    return key


def element(key: JSON, message: JSON, *, name: str = "", at: int | None = None) -> JSON:
    """One message of `data.messages`."""
    body = message.get("conversation") or next(
        (part.get("text") or part.get("caption") for part in message.values() if isinstance(part, dict)), ""
    )
    found: JSON = {"key": key, "messageBody": body or "", "message": message, "remoteJid": key["remoteJid"]}
    if name:
        found["pushName"] = name
    return found | {"messageTimestamp": int(time.time()) if at is None else at}


def media(kind: str, content: bytes, *, caption: str = "", filename: str = "") -> JSON:
    """A message with an encrypted file; `url` is of no use without the key."""
    digest = hashlib.sha256(content).digest()
    inner: JSON = {
        "url": f"https://mmg.whatsapp.net/v/t62.7118-24/{digest.hex()[:20]}.enc",
        "mimetype": MIME[kind],
        "mediaKey": base64.b64encode(hashlib.sha256(b"key" + digest).digest()).decode(),
        "fileSha256": base64.b64encode(digest).decode(),
        "fileLength": str(len(content)),
    }
    inner |= {name: value for name, value in (("caption", caption), ("fileName", filename)) if value}
    return {f"{kind}Message": inner}


def own_key(sent: Sent) -> JSON:
    """The key of a message the business sent, by the phone or through the API."""
    phone = str(sent.body.get("to", "")).lstrip("+")
    return {"id": sent.id, "fromMe": True, "remoteJid": f"{phone}@s.whatsapp.net", "cleanedRecipientPn": phone}


def own_message(body: JSON) -> JSON:
    """What the API was asked to send, as the phone then shows it."""
    for field, part in (("imageUrl", "imageMessage"), ("videoUrl", "videoMessage"), ("audioUrl", "audioMessage"),
                        ("documentUrl", "documentMessage"), ("stickerUrl", "stickerMessage")):  # fmt: skip
        if field in body:
            return {part: {"url": body[field], "caption": body.get("text", "")}}
    if "location" in body:
        place = body["location"]
        degrees = {"degreesLatitude": place["latitude"], "degreesLongitude": place["longitude"]}
        return {"locationMessage": degrees | {name: place[name] for name in ("name", "address") if name in place}}
    return {"extendedTextMessage": {"text": body.get("text", "")}}


def reaction(key: JSON, emoji: str, target: str) -> list[JSON]:
    """`messages.reaction`: the message reacted to, and the reaction with a key of its own."""
    return [{"key": key | {"id": target}, "reaction": {"text": emoji, "key": key | {"id": fresh_id()}}}]
