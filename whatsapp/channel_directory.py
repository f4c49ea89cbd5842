"""Which channel a webhook address belongs to, and the secrets that prove a call is Meta's; kept in the process.

A new number, a rotated secret or a switched-off channel takes effect within seconds, without a restart. However
many unknown keys and bad signatures come in, Postgres is asked at most once per REFRESH_PAUSE.
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
STATEMENT_LIMIT = 1.0

_SELECT = """
    SELECT channel.key, channel.id, channel.is_active, account.verify_token, account.app_secrets
    FROM whatsapp_cloudaccount account JOIN conversations_channel channel ON channel.id = account.channel_id
"""


class Unknowable(Exception):
    """The directory could not be read, so it cannot be said whether the key exists."""


@dataclass(frozen=True, slots=True)
class Entry:
    channel_id: int
    is_active: bool
    verify_token: str
    secrets: tuple[bytes, ...]


class ChannelDirectory:
    """The Cloud API channels by key, for one event loop."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._read_at = self._tried_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def find(self, key: str) -> Entry | None:
        """The channel of this key, a few seconds old at most while Postgres answers. Raises Unknowable."""
        age = time.monotonic() - self._read_at
        entry = self._entries.get(key)
        if entry is None or age > STALE_AFTER:
            await self.refresh()
            entry = self._entries.get(key)
            if entry is None and self._read_at < self._tried_at:
                raise Unknowable
        elif age > RENEW_AFTER:
            self._start_reading()
        return entry

    async def refresh(self) -> None:
        """Read again, unless that was tried within REFRESH_PAUSE."""
        self._start_reading()
        if self._reading:
            await asyncio.shield(self._reading)  # it serves others too: one that leaves does not end it

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


async def _entries() -> dict[str, Entry]:
    connection = await own_connection.connect(statement_limit=STATEMENT_LIMIT)
    try:
        rows = await (await connection.execute(_SELECT)).fetchall()
    finally:
        await connection.close()
    return {key: entry for key, *fields in rows if (entry := _entry(key, *fields))}


def _entry(key: str, channel_id: int, is_active: bool, verify_token: str, app_secrets: str) -> Entry | None:
    """One channel whose secrets cannot be read must not take the others with it."""
    try:
        token, secrets = (secrecy.decrypt(text) if text else "" for text in (verify_token, app_secrets))
    except secrecy.Undecryptable:
        logger.error("the secrets of channel %s are stored under another DATA_KEY; its webhooks are refused", key)
        return Entry(channel_id, is_active, "", ())
    return Entry(channel_id, is_active, token, tuple(secret.encode() for secret in secrets.split()))
