"""Just enough HTTP for the stand-in: a request read from ASGI, an answer written to it."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY = 8 * 1024 * 1024
#: Our own ASGI message: cut the connection without an answer (understood by `standin.server`).
DROP = "http.response.drop"

Shape = TypeVar("Shape")


class Refusal(Exception):
    """The stand-in cannot do what was asked; the text says the mend."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def read(self, shape: type[Shape]) -> Shape:
        """The JSON body as the given msgspec type. Raises Refusal 400 that names the wrong field."""
        try:
            return msgspec.json.decode(self.body or b"{}", type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refusal(400, f"The body does not fit: {error}") from error

    def whole_number(self, name: str) -> int:
        """A number from the query, 0 when absent. Raises Refusal 400."""
        text = self.query.get(name, "0")
        if not text.isascii() or not text.isdigit():
            raise Refusal(400, f"?{name}= must be a whole number, not {text[:20]!r}")
        return int(text)


@dataclass(frozen=True)
class Answer:
    """`then` runs once the answer has left; `dropped` cuts the connection instead of answering."""

    status: int
    content: Any
    then: Callable[[], None] | None = None
    dropped: bool = False


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Raises Refusal 413 for a body over MAX_BODY."""
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"))),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=await _read_body(receive),
    )


async def _read_body(receive: Receive) -> bytes:
    chunks = bytearray()
    while True:
        message = await receive()
        chunks += message.get("body", b"")
        if len(chunks) > MAX_BODY:
            raise Refusal(413, f"The body is over {MAX_BODY} bytes.")
        if not message.get("more_body", False):
            return bytes(chunks)


async def client_gone(receive: Receive) -> None:
    """Returns when the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def write_answer(send: Send, answer: Answer) -> None:
    if answer.dropped:
        await send({"type": DROP})
    else:
        body = json.dumps(answer.content, ensure_ascii=False).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
    if answer.then:
        answer.then()
