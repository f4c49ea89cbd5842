"""Sending through Meta's Cloud API (Meta, WhatsApp docs, "Send messages" and "Error codes")."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

from conversations.models import Identity
from whatsapp.adapter import Accepted, Ambiguous, NotSent, Rejected, SendResult
from whatsapp.models import CloudAccount

#: Throttled: did not go out. Unclear: Meta says it may have gone out all the same.
THROTTLED = frozenset({4, 613, 80007, 130429, 131056})
TRANSIENT = frozenset({1, 2, 131016, 131057, 133004})
UNCLEAR = frozenset({131000})
ACCOUNT = frozenset({0, 3, 10, 190, 131005, 368, 131031, 130497, 131042, 131045, 133010, 133016, 131037})
WINDOW_CLOSED = 131047
LONGEST_PAUSE = timedelta(minutes=5)
ACCOUNT_PAUSE = timedelta(minutes=1)


class CloudAdapter:
    def __init__(self, account: CloudAccount) -> None:
        self.account = account

    def send_text(self, *, to: Identity, body: str, reference: str, attempt: int) -> SendResult:
        payload = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_address(to),
            "type": "text",
            "text": {"body": body, "preview_url": False},
            "biz_opaque_callback_data": reference,
        }
        return self._post(payload, attempt)

    def _post(self, payload: dict[str, Any], attempt: int) -> SendResult:
        url = f"{self.account.api_url}/{self.account.api_version}/{self.account.phone_number_id}/messages"
        headers = {"Authorization": f"Bearer {self.account.access_token}"}
        try:
            response = _client().post(url, json=payload, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return NotSent(f"WhatsApp cannot be reached ({type(error).__name__})", _pause(2, attempt))
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Rejected({"code": "bad_url", "title": "The channel's API address is not a web address"})
        except httpx.HTTPError as error:
            return Ambiguous(f"no answer from WhatsApp ({type(error).__name__})")
        return _result(response, attempt)


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One client a process: connections are reused, and made after the worker has forked."""
    return httpx.Client(timeout=settings.PROVIDER_TIMEOUT, follow_redirects=False, trust_env=False)


def _address(to: Identity) -> dict[str, str]:
    """Meta takes a phone number as `to`, with its plus, and a BSUID as `recipient`."""
    if to.kind == Identity.Kind.WA_ID:
        return {"to": f"+{to.value}"}
    return {"recipient": to.value}


def _result(response: httpx.Response, attempt: int) -> SendResult:
    body = _json(response)
    if response.is_success:
        provider_id = _provider_id(body)
        if provider_id is None:
            return Ambiguous("WhatsApp's answer could not be read", response.status_code)
        return Accepted(provider_id, response.status_code)
    return _refusal(body.get("error"), response.status_code, attempt)


def _refusal(error: Any, http_status: int, attempt: int) -> SendResult:
    """What an error means: its code decides, the HTTP status only where there is none."""
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(error, dict) or not isinstance(code, int) or code in UNCLEAR:
        if http_status >= 500 or code in UNCLEAR:
            return Ambiguous(f"WhatsApp failed (HTTP {http_status})", http_status)
        return Rejected({"code": f"http_{http_status}", "title": f"WhatsApp answered HTTP {http_status}"}, http_status)
    details = _details(error, code)
    if code in THROTTLED:
        return NotSent("WhatsApp is slowing us down", _pause(4, attempt), http_status, details)
    if code in TRANSIENT:
        return NotSent("WhatsApp is unavailable for a moment", _pause(2, attempt), http_status, details)
    if code in ACCOUNT or 200 <= code <= 299:
        return NotSent(f"WhatsApp refuses this account: {details['title']}", ACCOUNT_PAUSE, http_status, details)
    return Rejected(details, http_status, closes_window=code == WINDOW_CLOSED)


def _details(error: dict[str, Any], code: int) -> dict[str, Any]:
    data = error.get("error_data")
    return {
        "code": code,
        "title": str(error.get("message", ""))[:300],
        "details": str(data.get("details", ""))[:500] if isinstance(data, dict) else "",
        "fbtrace_id": str(error.get("fbtrace_id", ""))[:100],
    }


def _pause(base: int, attempt: int) -> timedelta:
    return min(timedelta(seconds=base ** min(attempt, 8)), LONGEST_PAUSE)


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _provider_id(body: dict[str, Any]) -> str | None:
    messages = body.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    provider_id = first.get("id") if isinstance(first, dict) else None
    return provider_id if isinstance(provider_id, str) and provider_id else None
