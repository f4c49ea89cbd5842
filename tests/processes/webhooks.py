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


class Load(threading.Thread):
    """Posts bodies one after the other; what was acknowledged is remembered, and nothing is tried twice."""

    def __init__(self, url: str, bodies: Sequence[tuple[str, bytes]]) -> None:
        super().__init__(daemon=True)
        self.url, self.bodies = url, bodies
        self.acknowledged: list[str] = []
        self.refused: list[str] = []

    def run(self) -> None:
        for name, body in self.bodies:
            (self.acknowledged if post(self.url, body) == 200 else self.refused).append(name)
