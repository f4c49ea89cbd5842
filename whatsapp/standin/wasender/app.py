"""The stand-in as a plain ASGI application: no Django views, no database, state in one object."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from whatsapp.standin.wasender import api, control
from whatsapp.standin.wasender.faults import Fault, take
from whatsapp.standin.wasender.world import JSON, Session, World
from whatsapp.standin.wire import (
    Answer,
    Receive,
    Refusal,
    Request,
    Scope,
    Send,
    client_gone,
    read_request,
    write_answer,
)

App = Callable[[Scope, Receive, Send], Awaitable[None]]
LOCAL_HOSTS = {"127.0.0.1", "localhost"}
NOT_JSON = b"<html><body>504</body></html>"


def create_app(world: World) -> App:
    """A stand-in with this memory. Its doors under /standin/ ask for no password: serve it on 127.0.0.1 only."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            answer = await _answer(world, await read_request(scope, receive), receive)
        except Refusal as refusal:
            answer = Answer(refusal.status, {"message": str(refusal)})
        await write_answer(send, answer)

    return app


async def _answer(world: World, request: Request, receive: Receive) -> Answer:
    _refuse_browsers(request)
    if request.path.startswith("/standin/"):
        return _control(world, request)
    if (found := api.FILES.fullmatch(request.path)) and request.method == "GET":
        return await _misbehave(world, "file", receive, lambda _fault: api.file(world, found[1]))
    for method, pattern, name, door in api.DOORS:
        match = re.fullmatch(pattern, request.path)
        if match and method == request.method:
            return await _behind(world, request, receive, name, door, match.groups())
    return api.refused(404, "The route could not be found.")


async def _behind(
    world: World, request: Request, receive: Receive, name: str, door: Callable[..., Answer], found: tuple[str, ...]
) -> Answer:
    """A door that asks for the session's API key."""
    noted: JSON = {"door": name, "path": request.path, "body": request.body.decode(errors="replace"), "status": None}
    world.requests.append(noted)
    session = world.by_api_key(request.headers.get("authorization", "").removeprefix("Bearer "))
    if session is None:
        noted["status"] = 401
        return api.refused(401, "Invalid API key")

    def work(fault: Fault | None) -> Answer:
        more = (fault,) if name == "send" else found
        return door(world, session, request, *more)

    answer = await _misbehave(world, name, receive, work)
    noted["status"] = None if answer.dropped else answer.status
    return answer if answer.headers else replace(answer, headers=_limits(session))


def _limits(session: Session) -> dict[str, str]:
    return session.limit.headers(time.monotonic())


async def _misbehave(world: World, name: str, receive: Receive, work: Callable[[Fault | None], Answer]) -> Answer:
    fault = take(world.faults, name)
    match fault.kind if fault else "":
        case "drop_before":
            return Answer(0, None, dropped=True)
        case "error":
            assert fault is not None  # noqa: S101 - for the type checker: a kind has a fault
            return _error(fault)
    answer = work(fault)
    return await _late(fault, answer, receive) if fault else answer


def _error(fault: Fault) -> Answer:
    body = {"success": False, "message": fault.message}
    more = {"errors": fault.errors} if fault.errors else {}
    wait = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
    return Answer(fault.http, {**body, **more, **wait})


async def _late(fault: Fault, answer: Answer, receive: Receive) -> Answer:
    """What goes wrong with an answer once the work is done."""
    seconds = fault.delay_ms / 1000
    if fault.kind == "delay":
        await asyncio.sleep(seconds)
    if fault.kind == "hang":
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(client_gone(receive), seconds or None)
    if fault.kind in ("hang", "drop_after"):
        return Answer(0, None, dropped=True)
    if fault.kind == "cut":
        return replace(answer, cut=True)
    if fault.kind == "dribble":
        return replace(answer, dribble=seconds)
    return replace(answer, content=NOT_JSON) if fault.kind == "garbage" else answer


def _refuse_browsers(request: Request) -> None:
    """No page in a browser may reach through to here, neither across origins nor by a rebound name."""
    name, _, port = request.headers.get("host", "").rpartition(":")
    host = name if port.isdigit() else port
    if "origin" in request.headers or host not in LOCAL_HOSTS:
        raise Refusal(403, "The stand-in talks to programs on this machine only.")


def _control(world: World, request: Request) -> Answer:
    other_methods: list[str] = []
    for method, pattern, door in control.DOORS:
        match = re.fullmatch(pattern, request.path)
        if match and method == request.method:
            return door(world, request, *match.groups())
        if match:
            other_methods.append(method)
    if other_methods:
        raise Refusal(405, f"Use {' or '.join(other_methods)} here.")
    raise Refusal(404, f"Nothing at {request.path}.")
