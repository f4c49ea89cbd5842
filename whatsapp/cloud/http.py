"""One request to Graph and its answer: no redirects, no proxies out of the environment, bounded in time and size."""

import atexit
import json
import os
import time
from functools import lru_cache
from typing import Any, NamedTuple

import httpx
from django.conf import settings

#: No answer that is asked for here is near this.
LARGEST_ANSWER = 8 * 1024 * 1024
USER_AGENT = "Mozilla/5.0 (compatible; Baton)"

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_MISCONFIGURED = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError)


class Answer(NamedTuple):
    """What came back. `body` is {} for anything but a JSON object; `whole` is False where it was cut off."""

    status: int
    body: dict[str, Any]
    headers: httpx.Headers
    whole: bool = True

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def error(self) -> dict[str, Any] | None:
        """Graph's own error object, where the answer has one."""
        error = self.body.get("error")
        return error if isinstance(error, dict) and "code" in error else None


class Unreached(Exception):
    """No connection: the request surely did not arrive. The words say why."""


class Misconfigured(Unreached):
    """The address or the token can make no request at all: nobody but an administrator mends this."""


class NoAnswer(Exception):
    """The request left, or some of it; what became of it is not known. The words say why."""


def ask(method: str, url: str, *, token: str, **options: Any) -> Answer:
    """Make one request with this bearer token; `options` are httpx's.

    Each step (connecting, writing, waiting) may take PROVIDER_TIMEOUT seconds, and so may the whole of the answer's
    body. Raises Unreached, Misconfigured, NoAnswer.
    """
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with _client().stream(method, url, headers=headers, timeout=settings.PROVIDER_TIMEOUT, **options) as response:
            return _answer(response)
    except _NEVER_LEFT as error:
        raise Unreached(f"WhatsApp cannot be reached ({type(error).__name__}).") from error
    except _MISCONFIGURED as error:
        raise Misconfigured(
            f"This channel's API address or access token is unusable ({type(error).__name__})."
        ) from error
    except httpx.HTTPError as error:
        raise NoAnswer(f"WhatsApp gave no answer ({type(error).__name__}).") from error


def _answer(response: httpx.Response) -> Answer:
    content = _content(response)
    return Answer(response.status_code, _json(content or b""), response.headers, content is not None)


def _content(response: httpx.Response) -> bytes | None:
    """The body; None where it was cut off, too slow or too large."""
    content, deadline = bytearray(), time.monotonic() + settings.PROVIDER_TIMEOUT
    try:
        for piece in response.iter_bytes():
            content += piece
            if len(content) > LARGEST_ANSWER or time.monotonic() > deadline:
                return None
    except httpx.HTTPError:
        return None
    return bytes(content)


def _json(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _client() -> httpx.Client:
    """One client a process: connections are reused, and made after the worker has forked."""
    return _client_of(os.getpid())


@lru_cache(maxsize=1)
def _client_of(_pid: int) -> httpx.Client:
    client = httpx.Client(follow_redirects=False, trust_env=False, headers={"User-Agent": USER_AGENT})
    atexit.register(client.close)
    return client
