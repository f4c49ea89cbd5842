"""The Twilio stand-in over real HTTP, in a thread, and a desk that only listens. For any test that needs them."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import h11

from whatsapp.models import TwilioAccount
from whatsapp.standin.twilio.app import App, create_app
from whatsapp.standin.twilio.faults import Fault
from whatsapp.standin.twilio.memory import Account, Memory
from whatsapp.standin.wire import DROP

SID = "AC" + "1" * 32
TOKEN = "a-token-of-the-test"
SENDER = "whatsapp:+15550100199"
ANN = "whatsapp:+15550100101"
BOB = "whatsapp:GB.1002"


class Standin:
    """One stand-in: `url` is its address, `memory` all it knows. Change the memory between requests only."""

    def __init__(self) -> None:
        self.memory = Memory(account=Account(sid=SID, auth_token=TOKEN, sender=SENDER))
        self.loop = asyncio.new_event_loop()
        self.url = ""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the stand-in did not start"

    def script(self, where: str, kind: str, **more: Any) -> None:
        self.memory.faults.append(Fault(where=where, kind=kind, **more))

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        return [seen for seen in self.memory.requests if seen["path"].endswith(path)]

    def point(self, account: TwilioAccount) -> TwilioAccount:
        """The account with all its addresses here."""
        account.api_url = account.content_api_url = account.messaging_api_url = self.url
        return account

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        app = create_app(self.memory)
        server = await asyncio.start_server(lambda reader, writer: _talk(app, reader, writer), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def _talk(app: App, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request of one connection: enough HTTP to run an ASGI application that may also cut the line."""
    http = h11.Connection(h11.SERVER)
    try:
        scope, body = await _request(http, reader)
        await app(scope, _receiver(reader, body), _sender(http, writer))
        await writer.drain()
    except (ConnectionError, h11.RemoteProtocolError):
        pass
    finally:
        writer.close()


async def _request(http: h11.Connection, reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    scope: dict[str, Any] = {}
    body = b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            parts = urlsplit(event.target.decode())
            scope = {
                "type": "http", "method": event.method.decode(), "path": parts.path,
                "query_string": parts.query.encode(), "headers": [(name, value) for name, value in event.headers],
            }  # fmt: skip
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return scope, body
        else:
            raise ConnectionError("the caller hung up")


def _receiver(reader: asyncio.StreamReader, body: bytes) -> Any:
    given = False

    async def receive() -> dict[str, Any]:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        while await reader.read(1024):
            pass
        return {"type": "http.disconnect"}

    return receive


def _sender(http: h11.Connection, writer: asyncio.StreamWriter) -> Any:
    async def send(message: dict[str, Any]) -> None:
        if message["type"] == DROP and http.our_state is h11.SEND_BODY:
            writer.close()  # what was said so far arrives
        elif message["type"] == DROP:
            writer.transport.abort()
        elif message["type"] == "http.response.start":
            headers = [*message["headers"], (b"connection", b"close")]
            writer.write(http.send(h11.Response(status_code=message["status"], headers=headers)))
        else:
            writer.write(http.send(h11.Data(data=message["body"])) or b"")
            await writer.drain()

    return send


@contextlib.contextmanager
def running() -> Iterator[Standin]:
    """A stand-in for the duration of the block."""
    standin = Standin()
    try:
        yield standin
    finally:
        standin.close()


class Listener:
    """Takes webhooks as the edge would be called, and keeps path, headers and body of each."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []  # taken from the front; 200 when there is none
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.calls.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(listener.answers.pop(0) if listener.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()
