"""Just enough HTTP for the stand-in: a request read from ASGI, an answer written to it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from email.message import Message as MailMessage
from email.parser import HeaderParser
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY = 8 * 1024 * 1024
#: Of a file that is uploaded: a document may have 100 MB, and one byte more must be refused in Graph's words.
MAX_UPLOAD = 104 * 1024 * 1024
#: Our own ASGI message: cut the connection without an answer (understood by `standin.server`).
DROP = "http.response.drop"
#: A slow body comes in so many pieces.
PIECES = 20
NOTHING = bytes(256 * 1024)

Shape = TypeVar("Shape")


class Refusal(Exception):
    """The stand-in cannot do what was asked; the text says the mend."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True)
class Part:
    """One field of a form; `filename` and `mime_type` are those of a file."""

    content: bytes
    filename: str
    mime_type: str

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


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

    def form(self) -> dict[str, Part]:
        """The fields of a multipart form, by name; empty where the body is none."""
        boundary = _header(f"Content-Type: {self.headers.get('content-type', '')}").get_boundary()
        if not boundary:
            return {}
        pieces = (b"\r\n" + self.body).split(b"\r\n--" + boundary.encode())[1:]
        return dict(_part(piece) for piece in pieces if not piece.startswith(b"--"))

    @property
    def origin(self) -> str:
        """The address at which the caller reached us."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"


def _header(text: str) -> MailMessage:
    return HeaderParser().parsestr(text)


def _part(piece: bytes) -> tuple[str, Part]:
    head, _, content = piece.partition(b"\r\n\r\n")
    header = _header(head.decode("utf-8", errors="replace").strip())
    name = header.get_param("name", "", "content-disposition")
    return str(name), Part(content, header.get_filename() or "", header.get_content_type())


@dataclass(frozen=True)
class Answer:
    """`content` is written as JSON, bytes as they are. `then` runs once the answer has left.

    `dropped` cuts the connection instead of answering, `cut` halfway through the body. `dribble`: seconds over
    which the body comes, its headers at once. `padding`: so many zero bytes follow the content. A header given as
    "" is left out, the content-length too.
    """

    status: int
    content: Any
    then: Callable[[], None] | None = None
    dropped: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    cut: bool = False
    dribble: float = 0.0
    padding: int = 0


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Raises Refusal 413 for a body over MAX_BODY, or MAX_UPLOAD where files are taken."""
    takes_files = scope["path"].endswith("/media")
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"))),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=await _read_body(receive, MAX_UPLOAD if takes_files else MAX_BODY),
    )


async def _read_body(receive: Receive, most: int) -> bytes:
    chunks = bytearray()
    while True:
        message = await receive()
        chunks += message.get("body", b"")
        if len(chunks) > most:
            raise Refusal(413, f"The body is over {most} bytes.")
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
        await _write(send, answer)
    if answer.then:
        answer.then()


async def _write(send: Send, answer: Answer) -> None:
    content = answer.content
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    headers = {"content-type": answer.content_type, "content-length": str(len(body) + answer.padding)}
    headers |= {name.lower(): value for name, value in answer.headers.items()}
    lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items() if value]
    await send({"type": "http.response.start", "status": answer.status, "headers": lines})
    if answer.cut:
        await _write_slowly(send, body[: len(body) // 2], 0.05)
        await send({"type": DROP})
        return
    if answer.dribble:
        await _write_slowly(send, body, answer.dribble)
        body = b""
    for rest in range(answer.padding, 0, -len(NOTHING)):
        await send({"type": "http.response.body", "body": body + NOTHING[:rest], "more_body": True})
        await asyncio.sleep(0)
        body = b""
    await send({"type": "http.response.body", "body": body})


async def _write_slowly(send: Send, body: bytes, seconds: float) -> None:
    """So that what is written has left before the next is: piece by piece, with pauses."""
    size = max(1, -(-len(body) // PIECES))
    for start in range(0, max(1, len(body)), size):
        await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
        await asyncio.sleep(seconds * size / max(1, len(body)))
