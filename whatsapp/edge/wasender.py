"""WASender calls here, where the operator has switched it on. Its header is the shared secret itself.

So neither body nor time is proved; the key in the address should be as hard to guess as the secret.
"""

from django.conf import settings

from whatsapp.channel_directory import Entry
from whatsapp.edge.http import Answer, Receive, Scope, body_of, chosen, query_of
from whatsapp.edge.intake import Forged, channel_of, take
from whatsapp.wasender import signature

PROVIDER = "wasender"
SIGNATURE = b"x-webhook-signature"
_HEADERS = (SIGNATURE, b"content-length")
_STORED = Answer(200, "OK")
_FORGED = Forged(
    answer="X-Webhook-Signature is none of this channel's webhook secrets.",
    warning="a webhook brought none of the channel's webhook secrets",
)


async def answer(scope: Scope, receive: Receive, key: str) -> Answer:
    """200 once the event is on disk. Raises Answer for everything else, 404 unless WASender is switched on."""
    if not getattr(settings, "WASENDER_ENABLED", False):
        raise Answer(404, "There is no such webhook.")
    if scope["method"] != "POST":
        raise Answer(405, "Use POST for events.", (b"allow", b"POST"))
    channel = await channel_of(PROVIDER, key)
    headers = chosen(scope["headers"], _HEADERS)
    if SIGNATURE not in headers:
        raise Answer(401, "The header X-Webhook-Signature is missing.")
    given = headers[SIGNATURE].decode("utf-8", "surrogateescape")
    query = query_of(scope)
    body = await body_of(receive, headers)

    def proves(entry: Entry) -> bool:
        return signature.verified(header=given, secrets=entry.secrets)

    await take(channel, body, query=query, proves=proves, forged=_FORGED)
    return _STORED
