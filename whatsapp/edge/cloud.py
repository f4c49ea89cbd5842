"""Meta's Cloud API calls here: the handshake by GET, signed events by POST.

Anything but 200 makes Meta send again, for up to seven days; so what can be mended (a rotated secret, a channel
switched on again) loses nothing.
"""

import hmac
from urllib.parse import parse_qsl

from whatsapp import signature
from whatsapp.channel_directory import Entry
from whatsapp.edge.http import Answer, Receive, Scope, body_of, chosen, query_of
from whatsapp.edge.intake import Forged, channel_of, edge, take

PROVIDER = "cloud"
SIGNATURE = b"x-hub-signature-256"
_HEADERS = (SIGNATURE, b"content-length")
_STORED = Answer(200, "OK")
_FORGED = Forged(
    answer="X-Hub-Signature-256 does not fit this body under any app secret of this channel.",
    warning="a webhook's signature fits no app secret of the channel",
)


async def answer(scope: Scope, receive: Receive, key: str) -> Answer:
    """200 once the event is on disk, or the handshake's challenge. Raises Answer for everything else."""
    method = scope["method"]
    if method not in ("POST", "GET"):
        raise Answer(405, "Use GET for the handshake and POST for events.", (b"allow", b"GET, POST"))
    channel = await channel_of(PROVIDER, key)
    if method == "GET":
        return await _handshake(scope["query_string"], channel)
    return await _event(scope, receive, channel)


async def _handshake(query: bytes, channel: Entry) -> Answer:
    """Meta calls this when the callback address is saved; the answer is the bare challenge."""
    asked = dict(reversed(parse_qsl(query.decode("latin-1"), keep_blank_values=True)))  # of repeated ones, the first
    if asked.get("hub.mode") != "subscribe":
        raise Answer(403, "hub.mode must be subscribe.")
    token = asked.get("hub.verify_token", "")
    if not _is_token(token, channel):
        await edge().directory.refresh()
        if not _is_token(token, await channel_of(PROVIDER, channel.key)):
            raise Answer(403, "hub.verify_token is not this channel's verify token.")
    if not asked.get("hub.challenge"):
        raise Answer(403, "hub.challenge is missing.")
    return Answer(200, asked["hub.challenge"], (b"x-content-type-options", b"nosniff"))  # the caller's own words


def _is_token(token: str, channel: Entry) -> bool:
    return bool(channel.verify_token) and hmac.compare_digest(token.encode(), channel.verify_token.encode())


async def _event(scope: Scope, receive: Receive, channel: Entry) -> Answer:
    headers = chosen(scope["headers"], _HEADERS)
    try:
        digest = signature.parse(headers.get(SIGNATURE))
    except signature.Malformed as error:
        raise Answer(401, str(error)) from None
    query = query_of(scope)
    body = await body_of(receive, headers)

    def proves(entry: Entry) -> bool:
        return signature.matches(digest, body, (secret.encode() for secret in entry.secrets))

    await take(channel, body, query=query, proves=proves, forged=_FORGED)
    return _STORED
