"""Calls the inbound edge: in this process as an ASGI application, or in a real web process of its own."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from django.contrib.auth.models import Group
from django.db import connection

from conversations.models import Channel
from whatsapp import channel_directory, signature, webhook
from whatsapp.models import CloudAccount, InboundEvent

ROOT = Path(__file__).resolve().parent.parent
PATH = "/webhooks/cloud/shop/"
SECRET = "an-invented-app-secret"
VERIFY = "an-invented-verify-token"
SERVERS = {
    "daphne": ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", "{port}"],
    "uvicorn": ["uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning", "--lifespan", "off"],
}


def make_channel(key="shop", *, secrets=SECRET, verify_token=VERIFY, is_active=True) -> Channel:
    team, _ = Group.objects.get_or_create(name="Sales")
    created_at = datetime(2026, 11, 21, tzinfo=UTC)
    channel = Channel.objects.create(
        key=key, provider="cloud", name=key, team=team, is_active=is_active, created_at=created_at
    )
    CloudAccount.objects.create(
        channel=channel, phone_number_id=f"id-{key}", access_token="t", app_secrets=secrets, verify_token=verify_token
    )
    return channel


def stored() -> list[bytes]:
    return [bytes(body) for body in InboundEvent.objects.order_by("id").values_list("body", flat=True)]


def signed(body: bytes, secret=SECRET) -> list[tuple[bytes, bytes]]:
    return [(b"x-hub-signature-256", signature.sign(body, secret).encode())]


class Answer:
    def __init__(self, messages: list[dict]) -> None:
        self.status = messages[0]["status"]
        self.headers = dict(messages[0]["headers"])
        self.text = b"".join(message.get("body", b"") for message in messages[1:]).decode()


async def request(method, path, *, query=b"", headers=(), chunks=(b"",), then_leave=False) -> Answer | None:
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
            await webhook.edge().close()

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
            webhook.edge().directory._tried_at -= channel_directory.REFRESH_PAUSE

        self.run(forget())

    def get(self, query: bytes, path=PATH) -> Answer:
        return self.run(request("GET", path, query=query))


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
