"""What the stand-in answers, and how it misbehaves while doing so."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from whatsapp.standin.twilio.faults import Fault
from whatsapp.standin.wire import DROP, Receive, Send, client_gone


@dataclass(frozen=True)
class Reply:
    """`then` runs once the answer has left (or would have)."""

    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    then: Callable[[], Any] | None = None

    def body(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        return b"" if self.content is None else json.dumps(self.content).encode()


def error(http: int, code: int, message: str, retry_after: str = "") -> Reply:
    """A refusal in Twilio's words; without a code it is not JSON at all."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    if not code:
        return Reply(http, b"<html>a fault</html>", {"Content-Type": "text/html", **headers})
    info = f"https://www.twilio.com/docs/errors/{code}"
    return Reply(http, {"code": code, "message": message, "more_info": info, "status": http}, headers)


async def write_reply(reply: Reply, fault: Fault | None, receive: Receive, send: Send) -> None:
    """Answer, or misbehave as the fault says."""
    if fault is None or fault.kind in ("error", "failed_status"):
        await _write(reply, send)
    elif fault.kind in ("hang", "accept_then_hang"):
        await client_gone(receive)
    elif fault.kind in ("drop", "accept_then_drop"):
        await send({"type": DROP})
    elif fault.kind == "cut":
        await _write(reply, send, cut=True)
    elif fault.kind == "garbage":
        await _write(Reply(reply.status, b"<html>", {"Content-Type": "text/html"}), send)
    else:
        await _write(reply, send, pause=fault.pause_ms / 1000)
    if reply.then:
        reply.then()


async def _write(reply: Reply, send: Send, pause: float = 0.0, *, cut: bool = False) -> None:
    body = reply.body()
    headers = {"Content-Type": "application/json", "Twilio-Request-Id": "RQ" + "0" * 32, **reply.headers}
    headers["Content-Length"] = str(len(body))
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
    if cut:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await send({"type": DROP})
        return
    if not pause:
        await send({"type": "http.response.body", "body": body})
        return
    for place in range(len(body)):
        await send({"type": "http.response.body", "body": body[place : place + 1], "more_body": True})
        await asyncio.sleep(pause)
    await send({"type": "http.response.body", "body": b""})
