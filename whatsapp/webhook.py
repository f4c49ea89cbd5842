"""The inbound edge: `/webhooks/cloud/<key>/`, a plain ASGI application in front of Django.

It verifies, stores the raw bytes, and answers 200 once they are on disk. It reads no meaning, not even JSON: what
Meta signed is kept, and understood later (`whatsapp.ingest`). Anything but 200 makes Meta send again, for up to
seven days; so what can be mended (a rotated secret, a channel switched on again) loses nothing.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

from config import clock
from whatsapp import signature
from whatsapp.channel_directory import ChannelDirectory, Entry, Unknowable
from whatsapp.doorbell import Doorbell
from whatsapp.group_commit import GroupCommit, Outcome, Row

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PREFIX = "/webhooks/"
INGEST_TASK = "whatsapp.ingest"
#: Bytes. Meta sends up to 3 MB.
MAX_BODY = 4 * 1024 * 1024
#: Seconds after which a caller may try again.
RETRY_AFTER = 5
#: Seconds between two log lines about bad signatures of one channel.
WARN_EVERY = 30.0

_doorbell = Doorbell(INGEST_TASK)


class Answer(Exception):
    """What is said to the caller: a status and one line. Raised, it ends the request as a refusal."""

    def __init__(self, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers


_STORED = Answer(200, "OK")


class ClientLeft(Exception):
    """The caller hung up before the body was complete."""


class Edge:
    """What the webhooks of one event loop share."""

    def __init__(self) -> None:
        self.directory = ChannelDirectory()
        self.writer = GroupCommit(on_stored=_doorbell.ring)
        self._warned_at: dict[int, float] = {}

    def warn_of_forgery(self, channel: Entry, key: str) -> None:
        """Tell the operator, who may have mistyped a secret; seldom, so that a flood fills no log."""
        if time.monotonic() - self._warned_at.get(channel.channel_id, -WARN_EVERY) >= WARN_EVERY:
            self._warned_at[channel.channel_id] = time.monotonic()
            logger.warning("channel %s: a webhook's signature fits no app secret of the channel", key)

    async def close(self) -> None:
        await self.writer.close()


_edges: WeakKeyDictionary[asyncio.AbstractEventLoop, Edge] = WeakKeyDictionary()


def edge() -> Edge:
    """The running event loop's, made at the first request: not every server announces its start."""
    loop = asyncio.get_running_loop()
    found = _edges.get(loop)
    if found is None:
        found = _edges[loop] = Edge()
    return found


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """All of `/webhooks/`. An address that no provider has is 404."""
    try:
        provider, _, key = scope["path"].removeprefix(PREFIX).removesuffix("/").partition("/")
        if provider != "cloud":
            raise Answer(404, "There is no such webhook.")
        answer = await _cloud(scope, receive, key)
    except Answer as refusal:
        answer = refusal
    except ClientLeft:
        return
    await _respond(send, answer)


async def _cloud(scope: Scope, receive: Receive, key: str) -> Answer:
    method = scope["method"]
    if method not in ("POST", "GET"):
        raise Answer(405, "Use GET for the handshake and POST for events.", (b"allow", b"GET, POST"))
    channel = await _channel(key)
    if method == "GET":
        return await _handshake(scope["query_string"], key, channel)
    return await _event(scope, receive, key, channel)


async def _channel(key: str) -> Entry:
    """A channel that is switched off answers as if it were not there: nothing tells a stranger that it exists."""
    try:
        channel = await edge().directory.find(key)
    except Unknowable:
        raise _later("The desk's database is away; please send this again.") from None
    if channel is None or not channel.is_active:
        raise Answer(404, "No channel listens here. Check the key at the end of the address.")
    return channel


async def _handshake(query: bytes, key: str, channel: Entry) -> Answer:
    """Meta calls this when the callback address is saved; the answer is the bare challenge."""
    asked = dict(reversed(parse_qsl(query.decode("latin-1"), keep_blank_values=True)))  # of repeated ones, the first
    if asked.get("hub.mode") != "subscribe":
        raise Answer(403, "hub.mode must be subscribe.")
    token = asked.get("hub.verify_token", "")
    if not _is_token(token, channel):
        await edge().directory.refresh()
        if not _is_token(token, await _channel(key)):
            raise Answer(403, "hub.verify_token is not this channel's verify token.")
    if not asked.get("hub.challenge"):
        raise Answer(403, "hub.challenge is missing.")
    return Answer(200, asked["hub.challenge"], (b"x-content-type-options", b"nosniff"))  # the caller's own words


def _is_token(token: str, channel: Entry) -> bool:
    return bool(channel.verify_token) and hmac.compare_digest(token.encode(), channel.verify_token.encode())


async def _event(scope: Scope, receive: Receive, key: str, channel: Entry) -> Answer:
    claimed, length = _headers(scope["headers"])
    try:
        digest = signature.parse(claimed)
    except signature.Malformed as error:
        raise Answer(401, str(error)) from None
    body = await _body(receive, length)
    if not signature.matches(digest, body, channel.secrets):
        channel = await _rotated(key, digest, body)
    outcome = await edge().writer.store(Row(channel.channel_id, body, clock.now()))
    if outcome is Outcome.STORED:
        return _STORED
    if outcome is Outcome.REFUSED:
        await edge().directory.refresh()
    raise _later(_NOT_STORED[outcome])


_NOT_STORED = {
    Outcome.REFUSED: "The channel changed while this was being stored; please send this again.",
    Outcome.BUSY: "Too many events are waiting; please send this again.",
    Outcome.UNAVAILABLE: "The event could not be stored for certain; please send this again.",
}


async def _rotated(key: str, digest: bytes, body: bytes) -> Entry:
    """The secret may have been changed a moment ago: look again, then refuse."""
    await edge().directory.refresh()
    channel = await _channel(key)
    if signature.matches(digest, body, channel.secrets):
        return channel
    edge().warn_of_forgery(channel, key)
    raise Answer(401, "X-Hub-Signature-256 does not fit this body under any app secret of this channel.")


def _headers(headers: list[tuple[bytes, bytes]]) -> tuple[bytes | None, int]:
    """The signature header and the announced length (0 where none is). Servers give names in lower case."""
    claimed, length = None, b"0"
    for name, value in headers:
        if name == b"x-hub-signature-256":
            claimed = value if claimed is None else b"repeated"
        elif name == b"content-length":
            length = value
    return claimed, int(length) if length.isdigit() and len(length) < 20 else 0


async def _body(receive: Receive, announced: int) -> bytes:
    """The whole body. The announced length only ends a request early; what counts is what comes."""
    if announced > MAX_BODY:
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


def _too_large() -> Answer:
    return Answer(413, f"A webhook's body may have {MAX_BODY} bytes at most.", (b"connection", b"close"))


def _later(text: str) -> Answer:
    return Answer(503, text, (b"retry-after", b"%d" % RETRY_AFTER))


async def _respond(send: Send, answer: Answer) -> None:
    body = answer.text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        *answer.headers,
    ]  # no more than these: every header costs daphne some 2 % of a request
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
