"""Calls the inbound edge: in this process as an ASGI application, or in a real web process of its own."""

import asyncio
import base64
import contextlib
import hmac
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote

from django.contrib.auth.models import Group
from django.db import connection

from config import embedded
from conversations.models import Channel
from whatsapp import channel_directory, signature, webhook
from whatsapp.edge.intake import edge
from whatsapp.models import CloudAccount, InboundEvent, TwilioAccount, WasenderAccount

ROOT = Path(__file__).resolve().parent.parent
PATH = "/webhooks/cloud/shop/"
SECRET = "an-invented-app-secret"
VERIFY = "an-invented-verify-token"
TWILIO_SID = "AC" + "0" * 32
PUBLIC_URL = "https://desk.example.com"
TWILIO_URL = f"{PUBLIC_URL}/webhooks/twilio/shop/"
SERVERS = {
    "daphne": ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", "{port}"],
    "uvicorn": ["uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning", "--lifespan", "off"],
}


def make_channel(
    key="shop", *, secrets=SECRET, verify_token=VERIFY, is_active=True, api_url="http://127.0.0.1:9"
) -> Channel:
    channel = _make(key, "cloud", is_active)
    CloudAccount.objects.create(
        channel=channel, phone_number_id=f"id-{key}", access_token="t", app_secrets=secrets, verify_token=verify_token,
        api_url=api_url,
    )  # fmt: skip
    return channel


def _make(key, provider, is_active) -> Channel:
    team, _ = Group.objects.get_or_create(name="Sales")
    created_at = datetime(2026, 11, 21, tzinfo=UTC)
    return Channel.objects.create(
        key=key, provider=provider, name=key, team=team, is_active=is_active, created_at=created_at
    )


def make_twilio(key="shop", *, secrets=SECRET, is_active=True, api_url="http://127.0.0.1:9") -> Channel:
    channel = _make(key, "twilio", is_active)
    TwilioAccount.objects.create(
        channel=channel,
        account_sid=TWILIO_SID,
        auth_tokens=secrets,
        sender=f"whatsapp:+1555010{channel.pk % 10_000:04}",
    )
    return channel


def make_wasender(key="shop", *, secrets=SECRET, is_active=True) -> Channel:
    channel = _make(key, "wasender", is_active)
    WasenderAccount.objects.create(channel=channel, session_id=f"s-{key}", api_key="k", webhook_secrets=secrets)
    return channel


def stored() -> list[bytes]:
    return [bytes(body) for body in InboundEvent.objects.order_by("id").values_list("body", flat=True)]


def signed(body: bytes, secret=SECRET) -> list[tuple[bytes, bytes]]:
    return [(b"x-hub-signature-256", signature.sign(body, secret).encode())]


def twilio_signature(url: str, body: bytes, secret=SECRET, algorithm="sha1") -> bytes:
    """As Twilio's documentation says it: the address, then each field's name and value, sorted by name."""
    fields = "".join(name + value for name, value in sorted(set(parse_qsl(body.decode(), keep_blank_values=True))))
    return base64.b64encode(hmac.digest(secret.encode(), (url + fields).encode(), algorithm))


def twilio_signed(
    body: bytes, secret=SECRET, *, url=f"{PUBLIC_URL}/webhooks/twilio/shop/"
) -> list[tuple[bytes, bytes]]:
    form = (b"content-type", b"application/x-www-form-urlencoded")
    return [form, (b"x-twilio-signature", twilio_signature(url, body, secret))]


def wasender_signed(_body: bytes, secret=SECRET) -> list[tuple[bytes, bytes]]:
    return [(b"x-webhook-signature", secret.encode())]


class Answer:
    def __init__(self, messages: list[dict]) -> None:
        self.status = messages[0]["status"]
        self.headers = dict(messages[0]["headers"])
        self.text = b"".join(message.get("body", b"") for message in messages[1:]).decode()


async def request(
    method, path, *, query=b"", headers=(), chunks=(b"",), then_leave=False, raw_path=None
) -> Answer | None:
    """One request; None where the caller left and nobody was answered."""
    came = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if then_leave:
        came.append({"type": "http.disconnect"})
    else:
        came[-1]["more_body"] = False
    sent: list[dict] = []

    async def receive():
        return came.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": list(headers)}
    if raw_path is not None:
        scope["raw_path"] = raw_path
    await webhook.application(scope, receive, send)
    return Answer(sent) if sent else None


async def post(body: bytes, *, path=PATH, secret=SECRET, headers=None, **more) -> Answer | None:
    more.setdefault("chunks", [body])
    return await request("POST", path, headers=signed(body, secret) if headers is None else headers, **more)


class Web:
    """An event loop with the edge in it; use as a context manager."""

    def __enter__(self):
        self._runner = asyncio.Runner()
        return self

    def __exit__(self, *_):
        async def close():
            await edge().close()

        self._runner.run(close())
        self._runner.close()

    def run(self, coroutine):
        return self._runner.run(coroutine)

    def post(self, body: bytes, **more) -> Answer | None:
        return self.run(post(body, **more))

    def post_all(self, bodies, **more) -> list[Answer | None]:
        async def together():
            return await asyncio.gather(*(post(body, **more) for body in bodies))

        return self.run(together())

    def forget_pause(self) -> None:
        """As if a second had passed: the directory may look into Postgres again."""

        async def forget():
            edge().directory._tried_at -= channel_directory.REFRESH_PAUSE

        self.run(forget())

    def get(self, query: bytes, path=PATH) -> Answer:
        return self.run(request("GET", path, query=query))


class Provider:
    """The outside world: a server that takes messages and answers as told."""

    def __init__(self):
        self.sent: list[dict] = []
        self.status, self.silent = 200, False
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                owner.sent.append({"path": self.path, "auth": self.headers["authorization"], "body": body})
                if owner.silent:
                    return
                number = len(owner.sent)
                answer = json.dumps({"messages": [{"id": f"wamid.{number}"}], "sid": f"SM{number}"}).encode()
                self.send_response(owner.status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def addresses(self):
        found = [json.loads(one["body"]) for one in self.sent]
        return [body.get("to") or body.get("recipient") for body in found]


@contextlib.contextmanager
def own_postgres() -> Iterator[embedded.Postgres]:
    """A Postgres that a test may stop and start, in a directory of its own.

    Not in pytest's: another run's start takes back the leave to pass through it, which Postgres's user needs.
    """
    with tempfile.TemporaryDirectory(prefix="baton-away-", ignore_cleanup_errors=True) as place:
        server = embedded.Postgres(Path(place))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def database_url() -> str:
    """The test database, as a child process is told of it."""
    settings = connection.settings_dict
    host = quote(settings["HOST"] or settings["OPTIONS"].get("host", ""), safe="")
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    login = quote(settings["USER"] or "") + (":" + quote(settings["PASSWORD"]) if settings["PASSWORD"] else "")
    return f"postgres://{login}@/{settings['NAME']}?host={host}{port}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def web_process(server="daphne", **environment) -> Iterator[tuple[subprocess.Popen, int]]:
    """A real web process on the test database; killed at the end if it still runs."""
    port = free_port()
    program, *flags = SERVERS[server]
    command = [str(Path(sys.executable).parent / program), *(flag.format(port=port) for flag in flags)]
    environment = os.environ | {"DATABASE_URL": database_url(), "PYTHONWARNINGS": "ignore"} | environment
    process = subprocess.Popen([*command, "config.asgi:application"], cwd=ROOT, env=environment)
    try:
        wait_until(lambda: process.poll() is not None or _answers(port), "the web process came up")
        assert process.poll() is None, "the web process ended at once"
        yield process, port
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_until(condition, what: str, *, seconds=30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"within {seconds} s this did not happen: {what}"
        time.sleep(0.02)
