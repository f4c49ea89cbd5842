"""The Cloud API's adapter under test: an account at any address, a file to send, and a server that answers oddly."""

import contextlib
import io
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conversations.content import Text
from conversations.models import Identity
from tests.standin import NUMBER, SECRET, TOKEN
from whatsapp.adapter import Outgoing
from whatsapp.cloud.adapter import CloudAdapter
from whatsapp.models import CloudAccount
from whatsapp.standin.samples import make_sample

BUSINESS = "555010900000001"
ANN = Identity(kind=Identity.Kind.WA_ID, value="15550100191")
BOB = Identity(kind=Identity.Kind.BSUID, value="GB.1002")


def adapter(url: str, **more: Any) -> CloudAdapter:
    """An adapter whose account is in no database."""
    given = {"access_token": TOKEN, "app_secrets": SECRET, "phone_number_id": NUMBER, "business_account_id": BUSINESS}
    return CloudAdapter(CloudAccount(**(given | {"api_url": url, "api_version": "v26.0"} | more)))


def hello(to: Identity = ANN, content: Any = None, **more: Any) -> Outgoing:
    """One message to send: a short text unless told otherwise."""
    return Outgoing(to=to, content=content or Text("Hello"), reference="41", **more)


class StoredFile:
    """A file as the desk stores it, remembering its upload."""

    def __init__(self, kind: str = "image", *, content: bytes | None = None, mime_type: str = "") -> None:
        sample = make_sample(kind)
        self.content = sample.content if content is None else content
        self.mime_type = mime_type or sample.mime_type
        self.filename = f"a {kind}"
        self.media_id = ""
        self.valid_for = timedelta()

    @property
    def size(self) -> int:
        return len(self.content)

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content)

    def public_url(self) -> str:
        raise ValueError("not needed here")

    def uploaded_id(self) -> str:
        return self.media_id

    def note_upload(self, media_id: str, *, valid_for: timedelta) -> None:
        self.media_id, self.valid_for = media_id, valid_for


class OddServer:
    """Answers what it is told to, in turn: (status, body or bytes, headers). Remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any, dict[str, str]]] = []
        self.paths: list[str] = []
        self.bodies: list[bytes] = []
        self.queries: list[dict[str, list[str]]] = []
        self.tokens: list[str] = []
        odd = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                odd.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                parts = urlsplit(self.path)
                odd.paths.append(parts.path)
                odd.queries.append(parse_qs(parts.query))
                odd.tokens.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
                status, body, headers = odd.answers.pop(0) if odd.answers else (500, b"", {})
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(content)), "Connection": "close"} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def says(self, body: Any, status: int = 200, **headers: str) -> None:
        """The next answer."""
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextlib.contextmanager
def odd_server() -> Iterator[OddServer]:
    server = OddServer()
    try:
        yield server
    finally:
        server.close()
