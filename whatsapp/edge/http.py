"""What every webhook needs of HTTP: the headers it asks for, a body with an end, an answer of one line."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = dict[bytes, bytes]

#: Bytes. Meta sends up to 3 MB.
MAX_BODY = 4 * 1024 * 1024
#: Characters of the address's query that are kept with the body.
MAX_QUERY = 1000
#: Seconds after which a caller may try again.
RETRY_AFTER = 5
TEXT = b"text/plain; charset=utf-8"
#: Stands for a header that came twice: no signature looks like it.
REPEATED = b"repeated"


class Answer(Exception):
    """What is said to the caller: a status and one line. Raised, it ends the request as a refusal."""

    def __init__(self, status: int, text: str, *headers: tuple[bytes, bytes], content_type: bytes = TEXT) -> None:
        super().__init__(text)
        self.status, self.text, self.headers, self.content_type = status, text, headers, content_type


class ClientLeft(Exception):
    """The caller hung up before the body was complete."""


def later(text: str) -> Answer:
    """The provider is asked to send again soon."""
    return Answer(503, text, (b"retry-after", b"%d" % RETRY_AFTER))


def chosen(headers: list[tuple[bytes, bytes]], names: Collection[bytes]) -> Headers:
    """The headers of these names (in lower case, as servers give them); one that came twice is REPEATED."""
    found: Headers = {}
    for name, value in headers:
        if name in names:
            found[name] = REPEATED if name in found else value
    return found


def query_of(scope: Scope) -> str:
    """The address's query as it came, percent signs and all. Raises Answer where it is too long to be kept."""
    query: bytes = scope["query_string"]
    if len(query) > MAX_QUERY:
        raise Answer(414, f"The query of a webhook's address may have {MAX_QUERY} characters at most.")
    return query.decode("latin-1")


async def body_of(receive: Receive, headers: Headers) -> bytes:
    """The whole body. The announced length only ends a request early; what counts is what comes.

    Raises Answer for a body past MAX_BODY, ClientLeft where the caller hung up.
    """
    if _announced(headers.get(b"content-length", b"0")) > MAX_BODY:
        raise _too_large()
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientLeft
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise _too_large()
        chunks.append(chunk)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _announced(length: bytes) -> int:
    return int(length) if length.isdigit() and len(length) < 20 else 0


def _too_large() -> Answer:
    return Answer(413, f"A webhook's body may have {MAX_BODY} bytes at most.", (b"connection", b"close"))


async def respond(send: Send, answer: Answer) -> None:
    body = answer.text.encode()
    headers = [
        (b"content-type", answer.content_type),
        (b"content-length", b"%d" % len(body)),
        *answer.headers,
    ]  # no more than these: every header costs daphne some 2 % of a request
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
