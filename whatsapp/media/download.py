"""Bringing one file from its provider into a draft: bounded in size, in time, and in where it may lead."""

import base64
import binascii
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urljoin

import httpx
from django.conf import settings

from whatsapp.adapter import Adapter, Download
from whatsapp.media import addresses
from whatsapp.media.storing import Draft, TooLarge

MOST_REDIRECTS = 3
#: Seconds for one file, however slowly it drips.
LONGEST = 240.0
_GONE = frozenset({401, 403, 404, 410})


class Later(Exception):
    """It did not work now; the words say why, without any address. `after`: not before, where the provider says so."""

    def __init__(self, words: str, *, after: timedelta | None = None) -> None:
        super().__init__(words)
        self.after = after


class Expired(Later):
    """The address is not valid any more: ask the provider for a new one."""


def download(found: Download, draft: Draft, *, adapter: Adapter, own: frozenset[str]) -> None:
    """The file into the (emptied) draft. Raises Expired, Later, TooLarge, and addresses.Forbidden."""
    draft.clear()
    if found.size > draft.largest:
        raise TooLarge
    try:
        with _final_answer(found, adapter=adapter, own=own) as answer:
            _check(answer)
            _receive(answer, draft, until=time.monotonic() + LONGEST)
    except httpx.HTTPError as error:
        raise Later(f"The provider's file server could not be read ({type(error).__name__}).") from error
    except addresses.Unresolved as error:
        raise Later("The provider's file server has no address just now.") from error
    if found.size and draft.size != found.size:
        raise Later(f"The file ended after {draft.size} of {found.size} bytes.")


def agrees(sha256: str, claim: str) -> bool:
    """Whether a claim names this digest (given in hex): itself hex in any case, or base64, padded or not.

    A claim that is neither says nothing and is agreed with.
    """
    claim = claim.strip()
    if len(claim) == 64:
        return claim.lower() == sha256
    try:
        digest = base64.b64decode(claim.replace("-", "+").replace("_", "/") + "=" * (-len(claim) % 4), validate=True)
    except (binascii.Error, ValueError):
        return True
    return len(digest) != 32 or digest.hex() == sha256


@contextmanager
def _final_answer(found: Download, *, adapter: Adapter, own: frozenset[str]) -> Iterator[httpx.Response]:
    """The answer after at most MOST_REDIRECTS steps, each checked. Credentials stay with the host they are for."""
    url, headers = found.url, dict(found.headers)
    timeout = httpx.Timeout(settings.PROVIDER_TIMEOUT)
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout) as client:
        for _ in range(MOST_REDIRECTS + 1):
            if not adapter.may_fetch(url):
                raise addresses.Forbidden("The file is said to lie on a host that is not the provider's.")
            answer = _open(client, url, headers, own)
            if not answer.has_redirect_location:
                try:
                    yield answer
                finally:
                    answer.close()
                return
            answer.close()
            onward = urljoin(url, answer.headers["Location"])
            if addresses.host_of(onward) != addresses.host_of(url) or onward.split(":")[0] != url.split(":")[0]:
                headers = {}
            url = onward
    raise Later("The provider's file server sends us round in circles.")


def _open(client: httpx.Client, url: str, headers: dict[str, str], own: frozenset[str]) -> httpx.Response:
    """The answer's head, from the first of the host's checked addresses that can be reached."""
    for place in (candidates := addresses.places(url, own=own)):
        plain = {"User-Agent": "Baton/1.0", "Accept": "*/*", "Accept-Encoding": "identity"}
        request = client.build_request(
            "GET",
            place.url,
            headers={**plain, **headers, "Host": place.netloc},
            extensions={"sni_hostname": place.host},
        )
        try:
            return client.send(request, stream=True)
        except httpx.ConnectError:
            if place is candidates[-1]:
                raise
    raise addresses.Unresolved


def _check(answer: httpx.Response) -> None:
    status = answer.status_code
    if status in _GONE:
        raise Expired(f"The provider's file server answered {status}.")
    if status != 200:
        raise Later(f"The provider's file server answered {status}.", after=_asked_pause(answer))


def _asked_pause(answer: httpx.Response) -> timedelta | None:
    asked = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(asked), 3600)) if asked.isascii() and asked.isdigit() else None


def _receive(answer: httpx.Response, draft: Draft, *, until: float) -> None:
    said = answer.headers.get("Content-Length", "")
    if said.isascii() and said.isdigit() and int(said) > draft.largest:
        raise TooLarge
    for chunk in answer.iter_bytes():
        draft.write(chunk)
        if time.monotonic() > until:
            raise Later("The provider's file server is too slow.")
