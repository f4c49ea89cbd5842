"""Requests to Twilio's APIs: one connection pool a process, basic auth, a bound on time and size of the answer."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings

from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import TwilioAccount

#: What may go wrong before a byte has left.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
#: What an address or a token that can make no request leads to.
NO_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError)
LARGEST_ANSWER = 16 * 1024 * 1024
#: Listings end by themselves; this bounds one that does not.
MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `body` is {} where it is no JSON object, or was cut off, too slow or too large."""

    status: int
    headers: httpx.Headers
    body: dict[str, Any]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def reference(self) -> str:
        """Twilio's own name for the request, for its support."""
        return str(self.headers.get("twilio-request-id", ""))


def ask(
    account: TwilioAccount, method: str, url: str, *, share: float = 1.0, params: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None, document: Mapping[str, Any] | None = None,
) -> Reply:  # fmt: skip
    """One request with the account's first auth token. Raises httpx.HTTPError and what stands in NO_ADDRESS.

    `share`: how much of PROVIDER_TIMEOUT it may take, so that two requests end within one claim.
    """
    limit = settings.PROVIDER_TIMEOUT * share
    token = next(iter(account.auth_tokens.split()), "")
    until = time.monotonic() + limit
    with _client(os.getpid()).stream(
        method, url, params=params, data=form, json=document, auth=(account.account_sid, token),
        timeout=httpx.Timeout(limit, connect=limit / 2),
    ) as response:  # fmt: skip
        return Reply(response.status_code, response.headers, _json(_read(response, until)))


@lru_cache(maxsize=1)
def _client(pid: int) -> httpx.Client:  # noqa: ARG001 - a fork shares no connections
    """Made at a process's first request."""
    return httpx.Client(follow_redirects=False, trust_env=False)


def _read(response: httpx.Response, until: float) -> bytes:
    """The body, or nothing of one that ends early or drips: the status alone then says yes or no."""
    found = bytearray()
    try:
        for chunk in response.iter_bytes():
            found += chunk
            if len(found) > LARGEST_ANSWER or time.monotonic() > until:
                return b""
    except httpx.HTTPError:
        return b""
    return bytes(found)


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def fetch(account: TwilioAccount, url: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a GET answers. Raises ProviderUnavailable, in words, for anything but success."""
    try:
        reply = ask(account, "GET", url, params=params)
    except (httpx.HTTPError, *NO_ADDRESS) as error:
        raise ProviderUnavailable(f"Twilio cannot be reached ({type(error).__name__}).") from error
    if not reply.is_success:
        code = reply.body.get("code") or f"HTTP {reply.status}"
        raise ProviderUnavailable(f"Twilio does not answer: {reply.body.get('message') or 'no reason given'} ({code}).")
    return reply.body


def listed(account: TwilioAccount, url: str, params: Mapping[str, Any], *, key: str) -> Iterator[dict[str, Any]]:
    """Every element of a listing, over all its pages. Only path and query of "next" are believed: the token goes to
    no other host. Raises ProviderUnavailable, also for a page that cannot be read: it is not an empty one.
    """
    page = fetch(account, url, params)
    for _ in range(MOST_PAGES):
        elements = page.get(key)
        if not isinstance(elements, list):
            raise ProviderUnavailable("Twilio's answer could not be read.")
        yield from (element for element in elements if isinstance(element, dict))
        following = _next(page)
        if not following:
            return
        page = fetch(account, _beside(url, following))
    raise ProviderUnavailable("Twilio's listing does not end.")


def _next(page: dict[str, Any]) -> str:
    meta = page.get("meta")
    given = meta.get("next_page_url") if isinstance(meta, dict) else page.get("next_page_uri")
    return given if isinstance(given, str) else ""


def _beside(url: str, following: str) -> str:
    try:
        there, here = urlsplit(following), urlsplit(url)
    except ValueError as error:
        raise ProviderUnavailable("Twilio's listing goes on nowhere.") from error
    return urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))
