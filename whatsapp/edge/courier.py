"""Writes one line to one customer without Postgres: the request each provider wants, and what its answer means."""

import enum
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings

from config import secrecy
from conversations.models import Identity
from whatsapp.channel_directory import Entry
from whatsapp.edge.waiting import Waiting

#: The HTTP answers after which the message surely did not leave, and another time may do.
NOT_NOW = frozenset({401, 403, 429})


class Outcome(enum.StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one send. `why` is empty where it was sent."""

    outcome: Outcome
    provider_id: str = ""
    why: str = ""


class Courier:
    """One HTTP client for an event loop, made at the first send."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def tell(self, channel: Entry, customer: Waiting, text: str, *, reference: str) -> Told:
        """Send the text; at most one request leaves. Never raises for the outside world."""
        try:
            request = _REQUESTS[channel.provider](channel, customer, text, reference)
            response = await self._ready().post(**request)
        except secrecy.Undecryptable:
            return Told(Outcome.NOT_SENT, why="the channel's credentials are stored under another DATA_KEY")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Told(Outcome.NOT_SENT, why=f"the provider cannot be reached ({type(error).__name__})")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Told(Outcome.NOT_SENT, why="the channel's API address is not a web address")
        except httpx.HTTPError as error:
            return Told(Outcome.UNKNOWN, why=f"no answer from the provider ({type(error).__name__})")
        return _meaning(channel.provider, response)

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()

    def _ready(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=settings.PROVIDER_TIMEOUT, follow_redirects=False, trust_env=False)
        return self._client


def _cloud(channel: Entry, customer: Waiting, text: str, reference: str) -> dict[str, Any]:
    line = channel.line
    is_phone = customer.kind == Identity.Kind.WA_ID
    return {
        "url": f"{line.api_url}/{line.api_version}/{line.number}/messages",
        "headers": {"Authorization": f"Bearer {secrecy.decrypt(line.account)}"},
        "json": {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **({"to": f"+{customer.address}"} if is_phone else {"recipient": customer.address}),
            "type": "text",
            "text": {"body": text, "preview_url": False},
            "biz_opaque_callback_data": f"maintenance:{reference}",
        },
    }


def _twilio(channel: Entry, customer: Waiting, text: str, _reference: str) -> dict[str, Any]:
    line = channel.line
    return {
        "url": f"{line.api_url}/2010-04-01/Accounts/{line.account}/Messages.json",
        "auth": (line.account, channel.secrets[0]),
        "data": {"To": customer.address, "From": line.number, "Body": text},
    }


_REQUESTS = {"cloud": _cloud, "twilio": _twilio}


def _meaning(provider: str, response: httpx.Response) -> Told:
    """After a 5xx the message may have left all the same."""
    status = response.status_code
    if response.is_success:
        return Told(Outcome.SENT, provider_id=_provider_id(provider, response))
    outcome = Outcome.UNKNOWN if status >= 500 else Outcome.NOT_SENT if status in NOT_NOW else Outcome.REFUSED
    return Told(outcome, why=f"the provider answered HTTP {status}")


def _provider_id(provider: str, response: httpx.Response) -> str:
    """Empty where the answer cannot be read: it went out, and its statuses find no message."""
    try:
        body = response.json()
        found = body["messages"][0]["id"] if provider == "cloud" else body["sid"]
    except (ValueError, LookupError, TypeError):
        return ""
    return str(found)[:255]
