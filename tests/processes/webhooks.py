"""Signed webhook bodies in Meta's shape, and a sender that remembers what was answered 200."""

import hashlib
import hmac
import json
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx

from tests import factories
from tests.processes.stack import eventually


def message(number: int, body: str, *, wamid: str, at: datetime) -> dict[str, Any]:
    """One change with one text message of customer `number`."""
    return {
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550100000", "phone_number_id": factories.PHONE_NUMBER_ID},
            "contacts": [{"profile": {"name": f"Customer {number}"}, "user_id": f"US.{number:020d}"}],
            "messages": [
                {
                    "from_user_id": f"US.{number:020d}",
                    "id": wamid,
                    "timestamp": str(int(at.timestamp())),
                    "type": "text",
                    "text": {"body": body},
                }
            ],
        },
    }


def envelope(changes: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps(
        {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": list(changes)}]}
    ).encode()


def headers(body: bytes) -> dict[str, str]:
    digest = hmac.new(factories.APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}


def post(url: str, body: bytes, *, timeout: float = 10) -> int:
    """The status code; 0 where there was no answer."""
    try:
        return httpx.post(
            f"{url}/webhooks/cloud/main/", content=body, headers=headers(body), timeout=timeout, trust_env=False
        ).status_code
    except httpx.HTTPError:
        return 0


def answers(url: str) -> bool:
    """Whether anybody is at home behind the address."""
    try:
        return httpx.get(f"{url}/healthz", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


class Load(threading.Thread):
    """Posts bodies one after the other; what was acknowledged is remembered, and nothing is tried twice.

    After a refusal it waits until somebody is at home again (60 s at most), so that a slow restart is met with the
    rest of the load and not with an empty road.
    """

    def __init__(self, url: str, bodies: Sequence[tuple[str, bytes]]) -> None:
        super().__init__(daemon=True)
        self.url, self.bodies = url, bodies
        self.acknowledged: list[str] = []
        self.refused: list[str] = []

    def run(self) -> None:
        for name, body in self.bodies:
            if post(self.url, body) == 200:
                self.acknowledged.append(name)
            else:
                self.refused.append(name)
                eventually(lambda: answers(self.url), within=60, what=f"{self.url} answers again")
