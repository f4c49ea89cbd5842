"""The Twilio stand-in as a plain ASGI application: no Django views, no database, state in one object."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from whatsapp.standin.twilio import api, control
from whatsapp.standin.twilio.faults import Fault, Where, take_fault
from whatsapp.standin.twilio.memory import API, Memory
from whatsapp.standin.twilio.wire import Reply, error, write_reply
from whatsapp.standin.wire import Receive, Refusal, Request, Scope, Send, read_request

App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_HOSTS = {"127.0.0.1", "localhost"}
_ACCOUNT = rf"/{API}/Accounts/(?:AC[0-9a-f]+)"
DOORS: list[tuple[str, str, Where, Callable[..., Reply]]] = [
    ("POST", rf"{_ACCOUNT}/Messages\.json", "send", api.send),
    ("GET", rf"{_ACCOUNT}/Messages\.json", "list", api.list_messages),
    ("GET", rf"{_ACCOUNT}/Messages/(\w+)/Media\.json", "media_list", api.list_media),
    ("GET", rf"{_ACCOUNT}/Messages/\w+/Media/(\w+)", "media", api.media),
    ("GET", rf"{_ACCOUNT}\.json", "account", api.account),
    ("POST", r"/v1/Content", "content", api.create_content),
    ("GET", r"/v1/ContentAndApprovals", "templates", api.list_templates),
    ("POST", r"/v2/Indicators/Typing\.json", "typing", api.typing),
]
CDN = re.compile(r"/cdn/(\w+)")


def create_app(memory: Memory | None = None) -> App:
    """A stand-in, with an empty memory unless given one. Its own doors under /standin/twilio/ ask for no password:
    serve it on 127.0.0.1 only."""
    kept = memory or Memory()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        fault: Fault | None = None
        try:
            request = await read_request(scope, receive)
            _refuse_browsers(request)
            reply, fault = await _answer(kept, request)
        except Refusal as refusal:
            reply = Reply(refusal.status, {"detail": str(refusal)})
        await write_reply(reply, fault, receive, send)

    return app


def _refuse_browsers(request: Request) -> None:
    """No page in a browser may reach through to here."""
    if "origin" in request.headers or request.headers.get("host", "").partition(":")[0] not in LOCAL_HOSTS:
        raise Refusal(403, "The stand-in talks to programs on this machine only.")


async def _answer(memory: Memory, request: Request) -> tuple[Reply, Fault | None]:
    if request.path.startswith(control.PREFIX):
        return await control.answer(memory, request), None
    seen = _note(memory, request)
    if found := CDN.fullmatch(request.path):
        reply, fault = api.stored_file(memory, request, found[1]), None
    elif not api.is_authorized(memory, request):
        reply, fault = api.unauthorized(), None
    else:
        reply, fault = _api(memory, request)
    seen["status"] = reply.status
    return reply, fault


def _api(memory: Memory, request: Request) -> tuple[Reply, Fault | None]:
    for method, pattern, where, door in DOORS:
        found = re.fullmatch(pattern, request.path)
        if not found or method != request.method:
            continue
        fault = take_fault(memory.faults, where)
        if fault and fault.kind in ("error", "cut"):
            return error(fault.http, fault.code, fault.message, fault.retry_after), fault
        if fault and not fault.takes:
            return Reply(0), fault
        return door(memory, request, *((fault,) if where == "send" else found.groups())), fault
    return error(404, 20404, f"The requested resource {request.path} was not found"), None


def _note(memory: Memory, request: Request) -> dict[str, Any]:
    is_json = "json" in request.headers.get("content-type", "")
    seen: dict[str, Any] = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "host": request.headers.get("host", ""),
        "authorization": request.headers.get("authorization", ""),
        "form": {} if is_json else api.form_of(request),
        "json": json.loads(request.body) if is_json else None,
        "status": 0,
    }
    memory.requests.append(seen)
    return seen
