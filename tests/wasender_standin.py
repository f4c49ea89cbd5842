"""The stand-in for WASenderApi as a real process, and an account that points at it. For any test that needs them."""

import base64
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from conversations.models import Channel, Identity
from tests import factories
from tests.standin import ROOT, free_port, until
from whatsapp.adapter import Outgoing
from whatsapp.models import InboundEvent, InboundUpdate, WasenderAccount
from whatsapp.wasender.adapter import WasenderAdapter
from whatsapp.wasender.inbound import updates

SESSION, API_KEY, SECRET = "session-1", "api-key-of-the-test", "webhook-secret-of-the-test"
ANN, ANN_LID = "15550100191", "98711384416410@lid"


class Standin:
    """Talks to the stand-in's own doors."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=10, trust_env=False)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, f"/standin/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def session(self, **more: Any) -> None:
        spec = {"api_key": API_KEY, "webhook_secret": SECRET, "key": "paired"} | more
        self.ask("PUT", f"sessions/{SESSION}", spec)

    def state(self, status: str) -> None:
        self.ask("PUT", f"sessions/{SESSION}/state", {"status": status})

    def write(self, **writing: Any) -> dict[str, Any]:
        return self.ask("POST", f"sessions/{SESSION}/messages", {"phone": ANN, "name": "Ann"} | writing)

    def write_file(self, kind: str, content: bytes, **more: Any) -> dict[str, Any]:
        return self.write(kind=kind, file=base64.b64encode(content).decode(), **more)

    def fault(self, door: str, kind: str, **more: Any) -> None:
        self.ask("POST", "faults", [{"door": door, "kind": kind} | more])

    def hook_fault(self, kind: str, **more: Any) -> None:
        self.ask("POST", "webhook-faults", [{"kind": kind} | more])

    def sent(self) -> list[dict[str, Any]]:
        return self.ask("GET", "sent")

    def requests(self, door: str = "") -> list[dict[str, Any]]:
        return [request for request in self.ask("GET", "requests") if door in ("", request["door"])]

    def settle(self) -> None:
        """Wait until every webhook has arrived."""
        until(lambda: self.ask("GET", "webhooks")["pending"] == 0)

    def reset(self) -> None:
        self.ask("POST", "reset", {"all": True})


@contextlib.contextmanager
def running(log: Path, *, pace: float = 0.02) -> Iterator[Standin]:
    """A stand-in process for the duration of the block."""
    port = free_port()
    arguments = ["-m", "whatsapp.standin.wasender", "--port", str(port), "--pace", str(pace), "--baton-url", ""]
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=dict(os.environ), stdout=output, stderr=output
        )
        standin = Standin(f"http://127.0.0.1:{port}")
        try:
            until(lambda: _answers(standin) or process.poll() is not None, 30)
            assert process.poll() is None, log.read_text()
            yield standin
        finally:
            standin._http.close()
            process.terminate()
            process.wait(10)


def _answers(standin: Standin) -> bool:
    try:
        return bool(standin.ask("GET", ""))
    except httpx.HTTPError:
        return False


def channel(*, now: datetime, url: str = "http://127.0.0.1:9", protection: bool = False) -> Channel:
    """A paired phone whose API is the stand-in, or nowhere."""
    made = Channel.objects.create(
        key="paired", provider="wasender", name="Paired", team=factories.team(), created_at=now
    )
    WasenderAccount.objects.create(
        channel=made, session_id=SESSION, api_key=API_KEY, webhook_secrets=SECRET, api_url=f"{url}/api",
        account_protection=protection,
    )  # fmt: skip
    return made


def adapter(channel: Channel) -> WasenderAdapter:
    return WasenderAdapter(channel.wasender)


def message(content: Any, *, to: str = ANN, kind: str = "wa_id", **more: Any) -> Outgoing:
    return Outgoing(to=Identity(kind=kind, value=to), content=content, reference="ours", **more)


def store(channel: Channel, element: dict[str, Any], now: datetime) -> None:
    """Keep a customer's message as the webhook and its splitting do."""
    body = json.dumps({"event": "messages.received", "data": {"messages": element}}).encode()
    event = InboundEvent.objects.create(channel=channel, body=body, received_at=now)
    for position, update in enumerate(updates(body, "", now)):
        InboundUpdate.objects.create(
            event=event, position=position, channel=channel, kind=update.kind, provider_id=update.provider_id,
            raw=update.raw, sender_digest="x",
        )  # fmt: skip
