"""WASender's own doors, under /api."""

import re
import time
from collections.abc import Callable
from typing import Any

import msgspec

from whatsapp.standin.wasender import hooks
from whatsapp.standin.wasender.faults import Fault
from whatsapp.standin.wasender.world import JSON, Session, World
from whatsapp.standin.wire import Answer, Request

CONTENTS = ("text", "imageUrl", "videoUrl", "documentUrl", "audioUrl", "stickerUrl", "contact", "location", "poll")
NOT_CONNECTED = "Your Whatsapp Session is not connected please connect your session first."
NO_PLAN = "Active subscription or trial is required to use the API"
PHONE = re.compile(r"\+?\d{7,15}")
KINDS = ("imageMessage", "videoMessage", "audioMessage", "documentMessage", "stickerMessage")


def refused(http: int, message: str, **more: Any) -> Answer:
    """A refusal as WASender words it."""
    return Answer(http, {"success": False, "message": message, **more})


def send(world: World, session: Session, request: Request, fault: Fault | None) -> Answer:
    """POST /api/send-message."""
    if session.spec.plan == "none":
        return refused(403, NO_PLAN)
    if session.spec.status != "connected":
        return refused(400, NOT_CONNECTED)
    body = _json(request)
    if problems := _problems(body):
        return refused(422, "Validation failed", errors=problems)
    now = time.monotonic()
    if wait := session.limit.wait(now):
        seconds = max(1, round(wait + 0.5))
        limits = session.limit.headers(now)
        return Answer(429, {"message": session.limit.message, "retry_after": seconds}, headers=limits)
    session.limit.taken.append(now)
    sent = world.take(session, body)
    fails = fault is not None and fault.kind == "failed"
    world.run(hooks.follow(world, session, sent, fails=fails))
    data = {"msgId": sent.number, "jid": body["to"], "status": "in_progress"}
    return Answer(200, {"success": True, "data": data}, headers=session.limit.headers(now))


def _problems(body: JSON) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    to = body.get("to")
    if not isinstance(to, str) or not to:
        found["to"] = ["The to field is required."]
    elif not PHONE.fullmatch(to):
        found["to"] = ["The to field format is invalid."]
    given = [name for name in CONTENTS if name in body]
    if not given:
        found["text"] = ["The text field is required when no media is present."]
    for name in given:
        if name.endswith("Url") and not str(body[name]).startswith(("http://", "https://")):
            found[name] = [f"The {name} field must be a valid URL."]
    if "replyTo" in body and not isinstance(body["replyTo"], int):
        found["replyTo"] = ["The replyTo field must be an integer."]
    return found


def info(world: World, session: Session, _request: Request, number: str) -> Answer:
    """GET /api/messages/{msgId}/info: WhatsApp's id is known once the message has left."""
    sent = next((sent for sent in world.sent if str(sent.number) == number and sent.session == session.id), None)
    if sent is None:
        return refused(404, "Message not found.")
    data: JSON = {"msgId": sent.number, "status": sent.status}
    if sent.is_out:
        data |= {"id": sent.id, "key": {"id": sent.id, "fromMe": True}}
    return Answer(200, {"success": True, "data": data})


def status(_world: World, session: Session, _request: Request) -> Answer:
    """GET /api/status."""
    return Answer(200, {"status": session.spec.status})


def read(_world: World, _session: Session, request: Request) -> Answer:
    """POST /api/messages/read: the key whole, or a refusal."""
    key = _json(request).get("key")
    if not isinstance(key, dict) or not {"id", "remoteJid", "fromMe"} <= set(key):
        return refused(422, "Validation failed", errors={"key": ["The key field needs id, remoteJid and fromMe."]})
    return Answer(200, {"success": True, "data": {"status": "read"}})


def presence(_world: World, _session: Session, request: Request) -> Answer:
    """POST /api/send-presence-update."""
    body = _json(request)
    if body.get("type") not in ("composing", "recording", "available", "unavailable") or "@" not in str(
        body.get("jid")
    ):
        return refused(422, "Validation failed", errors={"jid": ["The jid field is invalid."]})
    return Answer(200, {"success": True, "data": {"jid": body["jid"], "type": body["type"]}})


def decrypt(world: World, _session: Session, request: Request) -> Answer:
    """POST /api/decrypt-media: the message as it came, for a public address of the file."""
    data = _json(request).get("data")
    messages = data.get("messages") if isinstance(data, dict) else None
    messages = messages if isinstance(messages, dict) else {}
    key, message = messages.get("key"), messages.get("message")
    part = next((message[name] for name in KINDS if name in message), None) if isinstance(message, dict) else None
    if not isinstance(part, dict) or not part.get("mediaKey") or not part.get("url") or not isinstance(key, dict):
        return refused(422, "Validation failed", errors={"data": ["No media with url and mediaKey was found."]})
    media_key = str(part["mediaKey"])
    if media_key not in world.files:
        return refused(400, "Failed to decrypt the media.")
    world.offered[str(key.get("id"))] = media_key
    return Answer(200, {"success": True, "publicUrl": f"{request.origin}/api/decrypted-media/{key.get('id')}"})


def file(world: World, media_id: str) -> Answer:
    """GET /api/decrypted-media/{id}: to whoever has the address."""
    held = world.files.get(world.offered.get(media_id, ""))
    return Answer(404, {"message": "Not found."}) if held is None else Answer(200, held[1], content_type=held[0])


def phone(world: World, _session: Session, _request: Request, lid: str) -> Answer:
    """GET /api/pn-from-lid/{lid}."""
    number = world.lids.get(lid)
    if number is None:
        return Answer(404, {"success": False, "error": "LID not found or invalid."})
    return Answer(200, {"success": True, "data": {"pn": f"{number}@s.whatsapp.net"}})


def _json(request: Request) -> JSON:
    try:
        body = msgspec.json.decode(request.body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}


#: Method, path, the door's name for faults, and who answers.
DOORS: list[tuple[str, str, str, Callable[..., Answer]]] = [
    ("POST", r"/api/send-message", "send", send),
    ("GET", r"/api/messages/(\d+)/info", "info", info),
    ("GET", r"/api/status", "status", status),
    ("POST", r"/api/messages/read", "read", read),
    ("POST", r"/api/send-presence-update", "presence", presence),
    ("POST", r"/api/decrypt-media", "decrypt", decrypt),
    ("GET", r"/api/pn-from-lid/(\d+@lid)", "phone", phone),
]
FILES = re.compile(r"/api/decrypted-media/([\w.-]+)")
