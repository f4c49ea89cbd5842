"""The stand-in for WhatsApp as a real process, and a desk that only listens. For any test that needs them."""

import contextlib
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from whatsapp.standin.client import StandinAway, StandinClient

ROOT = Path(__file__).resolve().parent.parent
NUMBER = "555010000000009"
TOKEN, SECRET = "token-of-the-test", "app-secret-of-the-test"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """What the condition returned once it was true; fails the test when it never was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s: {condition}")


def command(*arguments: str, data_dir: Path, **environment: str) -> tuple[list[str], dict[str, str]]:
    """`manage.py graph_standin …` that starts no servers of its own."""
    unused = {"DATABASE_URL": "postgres:///unused", "REDIS_URL": "redis://127.0.0.1:1"}
    environ = {**os.environ, **unused, "DATA_DIR": str(data_dir), "SIMULATOR": "1", "LOG_LEVEL": "INFO", **environment}
    return [sys.executable, str(ROOT / "manage.py"), "graph_standin", *arguments], environ


@contextlib.contextmanager
def running(data_dir: Path, *, pace: float = 0.0, log: Path | None = None) -> Iterator[StandinClient]:
    """A stand-in process for the duration of the block; its clock is that of `data_dir`."""
    port = free_port()
    arguments, environ = command("--port", str(port), "--pace", str(pace), data_dir=data_dir)
    with (log or Path(os.devnull)).open("w") as output:
        process = subprocess.Popen(arguments, env=environ, cwd=ROOT, stdout=output, stderr=output)
        client = StandinClient(f"http://127.0.0.1:{port}", timeout=10)
        try:
            until(lambda: _answers(client) or process.poll() is not None, 30)
            assert process.poll() is None, "the stand-in did not start"
            yield client
        finally:
            client.close()
            process.terminate()
            process.wait(10)


def _answers(client: StandinClient) -> bool:
    try:
        return bool(client.hello())
    except StandinAway:
        return False


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """A stand-in that is reset hangs up in the middle of a request."""


class Desk:
    """Takes webhooks as Baton would, checks their signatures, and keeps them."""

    def __init__(self, port: int | None = None) -> None:
        self.bodies: list[bytes] = []
        self.badly_signed = 0
        self.answers: list[int] = []  # taken from the front; 200 when there is none
        desk = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(desk._take(self.headers.get("X-Hub-Signature-256", ""), body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = _QuietServer(("127.0.0.1", port or 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def _take(self, signature: str, body: bytes) -> int:
        expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        self.badly_signed += signature != expected
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.bodies.append(body)
        return status

    def values(self) -> list[dict[str, Any]]:
        return [
            change["value"]
            for body in self.bodies
            for entry in json.loads(body)["entry"]
            for change in entry["changes"]
        ]

    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values() for message in value.get("messages", [])]

    def statuses(self) -> list[dict[str, Any]]:
        return [status for value in self.values() for status in value.get("statuses", [])]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextlib.contextmanager
def listening(client: StandinClient) -> Iterator[Desk]:
    """A desk with the number NUMBER, and two people: ann (phone shared) and bob (known by BSUID only)."""
    desk = Desk()
    register(client, desk.url)
    try:
        yield desk
    finally:
        client.reset(all=True)
        desk.close()


def register(client: StandinClient, desk_url: str) -> None:
    client.reset(all=True)
    client.put_number(
        NUMBER, key="test", access_token=TOKEN, app_secret=SECRET, display="+1 555 010 0009", baton_url=desk_url
    )
    client.put_user("ann", name="Ann", bsuid="US.1001", wa_id="15550100191")
    client.put_user("bob", name="Bob", bsuid="GB.1002", wa_id="447700900192", username="bob.b", shares_phone=False)


def graph(client: StandinClient, body: Any, *, token: str = TOKEN, version: str = "v26.0", **options: Any) -> Any:
    """A POST to the Graph side, as the real adapter makes it."""
    return httpx.post(
        f"{client.url}/{version}/{NUMBER}/messages",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
        **{"timeout": 10, **options},
    )


def text_to(address: str, words: str = "Hello", **more: Any) -> dict[str, Any]:
    """A right text message to a phone number (+…) or a BSUID."""
    recipient = {"to": address} if address.startswith("+") else {"recipient": address}
    return {"messaging_product": "whatsapp", "type": "text", "text": {"body": words}} | recipient | more


def write(client: StandinClient, user: str = "ann", text: str = "hi", **more: Any) -> dict[str, Any]:
    return client.write(user, phone_number_id=NUMBER, text=text, **more)


def settle(client: StandinClient) -> None:
    """Wait until every webhook has arrived."""
    until(lambda: client.webhooks()["pending"] == 0)
