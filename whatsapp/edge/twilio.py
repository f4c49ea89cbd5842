"""Twilio calls here: one message or status to a POST, signed over the address as Twilio was given it.

The address is put together from PUBLIC_URL and what came, never from the Host header, which anybody may write.
Twilio does not send again what was refused; a lost message is found by listing them (`whatsapp.twilio`).
"""

from urllib.parse import quote

from django.conf import settings

from whatsapp.channel_directory import Entry
from whatsapp.edge.http import Answer, Headers, Receive, Scope, body_of, chosen, later, query_of
from whatsapp.edge.intake import Forged, channel_of, edge, take
from whatsapp.twilio import signature

PROVIDER = "twilio"
SIGNATURE = b"x-twilio-signature"
SETTINGS = b"x-twilio-webhooks-signature-settings"
_HEADERS = (SIGNATURE, SETTINGS, b"content-type", b"content-length")
#: Empty TwiML: nothing is said to the customer by way of the answer.
_STORED = Answer(200, "<Response/>", content_type=b"text/xml")
_FORGED = Forged(
    answer="X-Twilio-Signature does not fit this request under any auth token of this channel.",
    warning="a webhook's signature fits no auth token of the channel; check the tokens, and that the address given to "
    "Twilio starts with PUBLIC_URL",
)


async def answer(scope: Scope, receive: Receive, key: str) -> Answer:
    """200 and empty TwiML once the event is on disk. Raises Answer for everything else."""
    if scope["method"] != "POST":
        raise Answer(405, "Use POST: set the webhook's method to HTTP POST at Twilio.", (b"allow", b"POST"))
    channel = await channel_of(PROVIDER, key)
    query = query_of(scope)
    url = _address(scope, channel)
    headers = chosen(scope["headers"], _HEADERS)
    if SIGNATURE not in headers:
        raise Answer(401, "The header X-Twilio-Signature is missing.")
    body = await body_of(receive, headers)

    def proves(entry: Entry) -> bool:
        return signature.verified(
            url=url,
            body=body,
            content_type=_text(headers, b"content-type"),
            signature=_text(headers, SIGNATURE),
            settings_header=_text(headers, SETTINGS),
            tokens=entry.secrets,
        )

    await take(channel, body, query=query, proves=proves, forged=_FORGED)
    return _STORED


def _address(scope: Scope, channel: Entry) -> str:
    """The address as Twilio called it, its percent-encoding kept. Raises Answer while PUBLIC_URL is not set."""
    if not settings.PUBLIC_URL:
        edge().warn(
            channel, "Twilio's webhooks cannot be checked without PUBLIC_URL: set it, e.g. https://desk.example.com"
        )
        raise later("The desk does not know its public address yet: its operator must set PUBLIC_URL.")
    path = scope.get("raw_path") or quote(scope["path"]).encode()
    query = scope["query_string"]
    return settings.PUBLIC_URL + (path + b"?" + query if query else path).decode("latin-1")


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")
