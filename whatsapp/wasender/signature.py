"""WASender's webhook header: `X-Webhook-Signature` is the shared secret itself (WASender, "Webhook setup").

It proves that the caller knows the secret, not that the body is what was sent, nor that it is new. So the address
holds a key of its own, TLS is needed, and repeats are removed by the message's id.
"""

import hmac
from collections.abc import Sequence


def verified(*, header: str, secrets: Sequence[str]) -> bool:
    """Whether the header is one of our secrets; each comparison takes constant time. Nothing matches nothing."""
    given = header.encode("utf-8", "surrogateescape")
    matches = [hmac.compare_digest(given, secret.encode()) for secret in secrets if secret]
    return bool(given) and any(matches)
