"""The inbound edge: `/webhooks/<provider>/<key>/`, a plain ASGI application in front of Django.

It verifies, stores the raw bytes, and answers 200 once they are on disk. It reads no meaning, not even JSON: what
the provider signed is kept, and understood later (`whatsapp.ingest`). How each provider proves itself stands in
`whatsapp.edge`.
"""

from whatsapp.edge import cloud, twilio, wasender
from whatsapp.edge.http import Answer, ClientLeft, Receive, Scope, Send, respond

PREFIX = "/webhooks/"
_PROVIDERS = {module.PROVIDER: module.answer for module in (cloud, twilio, wasender)}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """All of `/webhooks/`. An address that no provider has is 404."""
    try:
        provider, _, key = scope["path"].removeprefix(PREFIX).removesuffix("/").partition("/")
        if provider not in _PROVIDERS:
            raise Answer(404, "There is no such webhook.")
        answer = await _PROVIDERS[provider](scope, receive, key)
    except Answer as refusal:
        answer = refusal
    except ClientLeft:
        return
    await respond(send, answer)
