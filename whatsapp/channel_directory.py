"""Which channel a webhook address belongs to, and the secrets that prove who calls; kept in the process.

A new number, a rotated secret or a switched-off channel takes effect within seconds, without a restart. However
many unknown keys and bad signatures come in, Postgres is asked at most once per REFRESH_PAUSE. While Postgres is
away the channels known so far stay, with what is needed to tell a waiting customer (`whatsapp.maintenance`).
"""

import asyncio
import logging
import time
from dataclasses import dataclass

from config import secrecy
from whatsapp import own_connection

logger = logging.getLogger(__name__)

#: Seconds between two looks into Postgres, whatever comes in.
REFRESH_PAUSE = 1.0
#: Older than this, it is renewed beside the requests; older than STALE_AFTER, they wait for the renewal.
RENEW_AFTER = 3.0
STALE_AFTER = 10.0
#: Seconds a request waits for a renewal. A Postgres that takes longer counts as away.
PATIENCE = 0.7
STATEMENT_LIMIT = 1.0

_SELECT = """
    SELECT channel.provider, channel.key, channel.id, channel.is_active, account.verify_token, account.app_secrets,
           account.phone_number_id, account.access_token, account.api_url, account.api_version
    FROM whatsapp_cloudaccount account JOIN conversations_channel channel ON channel.id = account.channel_id
    WHERE channel.provider = 'cloud'
    UNION ALL
    SELECT channel.provider, channel.key, channel.id, channel.is_active, '', account.auth_tokens,
           account.sender, account.account_sid, account.api_url, ''
    FROM whatsapp_twilioaccount account JOIN conversations_channel channel ON channel.id = account.channel_id
    WHERE channel.provider = 'twilio'
    UNION ALL
    SELECT channel.provider, channel.key, channel.id, channel.is_active, '', account.webhook_secrets,
           account.session_id, '', account.api_url, ''
    FROM whatsapp_wasenderaccount account JOIN conversations_channel channel ON channel.id = account.channel_id
    WHERE channel.provider = 'wasender'
"""


class Unknowable(Exception):
    """The directory could not be read, so it cannot be said whether the key exists."""


@dataclass(frozen=True, slots=True)
class Line:
    """How to write from a number without asking Postgres. Credentials stay encrypted until they are used.

    `number`: the phone number id at Meta, the sender at Twilio. `account`: the access token (encrypted) at Meta, the
    account SID at Twilio.
    """

    number: str
    account: str
    api_url: str
    api_version: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One channel. `secrets`: the newest first; what they prove is the provider's business."""

    provider: str
    key: str
    channel_id: int
    is_active: bool
    verify_token: str
    secrets: tuple[str, ...]
    line: Line


Entries = dict[tuple[str, str], Entry]


class ChannelDirectory:
    """The channels by provider and key, for one event loop."""

    def __init__(self) -> None:
        self._entries: Entries = {}
        self._read_at = self._tried_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def find(self, provider: str, key: str) -> Entry | None:
        """The provider's channel of this key, a few seconds old at most while Postgres answers. Raises Unknowable."""
        age = time.monotonic() - self._read_at
        entry = self._entries.get((provider, key))
        if entry is None or age > STALE_AFTER:
            await self.refresh()
            entry = self._entries.get((provider, key))
            if entry is None and self._read_at < self._tried_at:
                raise Unknowable
        elif age > RENEW_AFTER:
            self._start_reading()
        return entry

    def with_number(self, number: str, *, beside: Entry) -> Entry | None:
        """The active channel of this number, where it is `beside` itself or trusts one of the same secrets.

        Several numbers may share an app, and then one address.
        """
        for entry in self._entries.values():
            if entry.provider == beside.provider and entry.line.number == number and entry.is_active:
                related = entry.key == beside.key or set(entry.secrets) & set(beside.secrets)
                return entry if related else None
        return None

    async def refresh(self) -> None:
        """Read again, unless that was tried within REFRESH_PAUSE. Waits for PATIENCE at most."""
        self._start_reading()
        if self._reading:
            await asyncio.wait({self._reading}, timeout=PATIENCE)  # it serves others too: nobody's leaving ends it

    def _start_reading(self) -> None:
        if self._reading or time.monotonic() - self._tried_at < REFRESH_PAUSE:
            return
        self._tried_at = time.monotonic()
        self._reading = asyncio.create_task(self._read(), name="channel directory")

    async def _read(self) -> None:
        try:
            self._entries = await _entries()
            self._read_at = time.monotonic()
        except Exception as error:  # whatever it is, the numbers known so far go on working
            logger.warning("the channel directory could not be read (%s); the old one stays", type(error).__name__)
        finally:
            self._reading = None


async def _entries() -> Entries:
    connection = await own_connection.connect(statement_limit=STATEMENT_LIMIT)
    try:
        rows = await (await connection.execute(_SELECT)).fetchall()
    finally:
        await connection.close()
    return {(entry.provider, entry.key): entry for entry in (_entry(*row) for row in rows)}


def _entry(
    provider: str, key: str, channel_id: int, is_active: bool, verify_token: str, secrets: str, *line: str
) -> Entry:
    """One channel whose secrets cannot be read must not take the others with it."""
    try:
        token, opened = (secrecy.decrypt(text) if text else "" for text in (verify_token, secrets))
    except secrecy.Undecryptable:
        logger.error("the secrets of channel %s are stored under another DATA_KEY; its webhooks are refused", key)
        token, opened = "", ""
    return Entry(provider, key, channel_id, is_active, token, tuple(opened.split()), Line(*line))
