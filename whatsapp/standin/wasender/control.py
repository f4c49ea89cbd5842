"""The stand-in's own doors, under /standin/: for tests and trials, not part of WASender."""

import base64
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from whatsapp.standin.wasender import events, hooks
from whatsapp.standin.wasender.faults import Fault, HookFault
from whatsapp.standin.wasender.world import Session, SessionSpec, State, World, fresh_id
from whatsapp.standin.wire import Answer, Refusal, Request


class Writing(msgspec.Struct, forbid_unknown_fields=True):
    """A customer writes. `message` is the raw message, where neither text nor a file will do; `file` is base64."""

    phone: str = ""
    lid: str = ""
    name: str = ""
    text: str = ""
    message: dict[str, Any] = {}
    kind: Literal["", "image", "video", "audio", "document", "sticker"] = ""
    file: str = ""
    filename: str = ""
    id: str = ""
    at: int | None = None
    from_me: bool = False


class Reacting(msgspec.Struct, forbid_unknown_fields=True):
    phone: str
    emoji: str
    target: str
    lid: str = ""


class StateChange(msgspec.Struct, forbid_unknown_fields=True):
    status: State


class Sending(msgspec.Struct, forbid_unknown_fields=True):
    """Any event, with any data, as WASender might send it."""

    event: str
    data: Any = None


class Clearing(msgspec.Struct, forbid_unknown_fields=True):
    all: bool = False


def hello(_world: World, _request: Request) -> Answer:
    return Answer(200, {"standin": "wasender"})


def session_put(world: World, request: Request, session_id: str) -> Answer:
    world.sessions[session_id] = Session.of(session_id, request.read(SessionSpec))
    return Answer(200, {"id": session_id})


def state_put(world: World, request: Request, session_id: str) -> Answer:
    session = _session(world, session_id)
    session.spec.status = request.read(StateChange).status
    world.run(hooks.tell(world, session, "session.status", {"status": session.spec.status}))
    return Answer(200, {"status": session.spec.status})


def write(world: World, request: Request, session_id: str) -> Answer:
    """A message from a customer, or, with `from_me`, from the paired phone: both events that tell of it."""
    session, writing = _session(world, session_id), request.read(Writing)
    key = _key(writing)
    element = events.element(key, _message(world, writing), name=writing.name, at=writing.at)
    if writing.lid and writing.phone:
        world.lids[writing.lid] = writing.phone

    async def both() -> None:
        if not writing.from_me:
            await hooks.tell(world, session, "messages.received", {"messages": element})
        await hooks.tell(world, session, "messages.upsert", {"messages": [element]})

    world.run(both())
    return Answer(200, element)


def _key(writing: Writing) -> dict[str, Any]:
    message_id = writing.id or fresh_id()
    if not writing.from_me:
        return events.incoming_key(writing.phone, writing.lid, message_id)
    jid = writing.lid or f"{writing.phone}@s.whatsapp.net"
    return {"id": message_id, "fromMe": True, "remoteJid": jid, "cleanedRecipientPn": writing.phone}


def _message(world: World, writing: Writing) -> dict[str, Any]:
    if writing.message:
        return writing.message
    if not writing.kind:
        return {"conversation": writing.text}
    try:
        content = base64.b64decode(writing.file, validate=True)
    except ValueError as error:
        raise Refusal(400, "`file` is no base64.") from error
    message = events.media(writing.kind, content, caption=writing.text, filename=writing.filename)
    (part,) = message.values()
    world.files[part["mediaKey"]] = (part["mimetype"], content)
    return message


def react(world: World, request: Request, session_id: str) -> Answer:
    session, reacting = _session(world, session_id), request.read(Reacting)
    key = events.incoming_key(reacting.phone, reacting.lid, reacting.target)
    data = events.reaction(key, reacting.emoji, reacting.target)
    world.run(hooks.tell(world, session, "messages.reaction", data))
    return Answer(200, {"data": data})


def event_post(world: World, request: Request, session_id: str) -> Answer:
    session, sending = _session(world, session_id), request.read(Sending)
    world.run(hooks.tell(world, session, sending.event, sending.data))
    return Answer(200, {})


def lid_put(world: World, request: Request, lid: str) -> Answer:
    world.lids[lid] = request.read(dict[str, str])["phone"]
    return Answer(200, {})


def faults_post(world: World, request: Request) -> Answer:
    world.faults.extend(request.read(list[Fault]))
    return Answer(200, {"waiting": len(world.faults)})


def hook_faults_post(world: World, request: Request) -> Answer:
    world.hook_faults.extend(request.read(list[HookFault]))
    return Answer(200, {"waiting": len(world.hook_faults)})


def sent_get(world: World, _request: Request) -> Answer:
    listed = [{"msgId": sent.number, "id": sent.id, "session": sent.session, "body": sent.body} for sent in world.sent]
    return Answer(200, listed)


def requests_get(world: World, _request: Request) -> Answer:
    return Answer(200, world.requests)


def hooks_get(world: World, _request: Request) -> Answer:
    return Answer(200, {"pending": len(world.tasks), "hooks": world.hooks})


def reset(world: World, request: Request) -> Answer:
    world.clear(all=request.read(Clearing).all)
    return Answer(200, {})


def _session(world: World, session_id: str) -> Session:
    if session_id not in world.sessions:
        raise Refusal(404, f"There is no session {session_id!r}. Make it with PUT /standin/sessions/{session_id}.")
    return world.sessions[session_id]


DOORS: list[tuple[str, str, Callable[..., Answer]]] = [
    ("GET", r"/standin/", hello),
    ("PUT", r"/standin/sessions/([\w-]+)", session_put),
    ("PUT", r"/standin/sessions/([\w-]+)/state", state_put),
    ("POST", r"/standin/sessions/([\w-]+)/messages", write),
    ("POST", r"/standin/sessions/([\w-]+)/reactions", react),
    ("POST", r"/standin/sessions/([\w-]+)/events", event_post),
    ("PUT", r"/standin/lids/(\d+@lid)", lid_put),
    ("POST", r"/standin/faults", faults_post),
    ("POST", r"/standin/webhook-faults", hook_faults_post),
    ("GET", r"/standin/sent", sent_get),
    ("GET", r"/standin/requests", requests_get),
    ("GET", r"/standin/webhooks", hooks_get),
    ("POST", r"/standin/reset", reset),
]
