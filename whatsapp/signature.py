"""Meta's webhook signature: HMAC-SHA-256 over the raw bytes, in `X-Hub-Signature-256: sha256=<hex>`.

The bytes are never re-serialised first: Meta escapes letters and slashes its own way, so that a re-serialised
body passes for plain ASCII and fails at the first accent. No time is signed, so a replay passes too: whoever
reads the stored events removes duplicates.
"""

import hmac
from collections.abc import Iterable

_PREFIX = "sha256="
_DIGEST_BYTES = 32


class Malformed(ValueError):
    """The header is missing or is not `sha256=` and 64 hexadecimal digits; the message says which."""


def sign(body: bytes, secret: str) -> str:
    """The header's value that Meta would send for this body and app secret."""
    return _PREFIX + hmac.digest(secret.encode(), body, "sha256").hex()


def parse(header: bytes | None) -> bytes:
    """The digest that the header claims. Raises Malformed."""
    if header is None:
        raise Malformed("The header X-Hub-Signature-256 is missing.")
    text = header.decode("latin-1")
    try:
        digest = bytes.fromhex(text.removeprefix(_PREFIX))
    except ValueError:
        digest = b""
    if not text.startswith(_PREFIX) or len(digest) != _DIGEST_BYTES:
        raise Malformed("X-Hub-Signature-256 must be sha256= followed by 64 hexadecimal digits.")
    return digest


def matches(digest: bytes, body: bytes, secrets: Iterable[bytes]) -> bool:
    """Whether one of the app secrets made this digest; each comparison takes constant time."""
    return any(hmac.compare_digest(digest, hmac.digest(secret, body, "sha256")) for secret in secrets)
