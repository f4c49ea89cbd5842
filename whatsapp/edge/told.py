"""Who was told of the maintenance, in Valkey, which all processes share while Postgres is away.

Two things: a guard per customer, which expires; and a hash of notices, out of which the record is written later.
Neither holds an address: a customer is named by a keyed digest.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

#: Seconds Valkey may take to answer. It is on this machine or next to it.
LIMIT = 1.0


@dataclass(frozen=True, slots=True)
class Notice:
    """One text to one customer, about to leave or gone. `outcome` is empty until it is known."""

    id: str
    channel: str
    sender: str
    at: str
    outcome: str = ""
    provider_id: str = ""
    why: str = ""


def notices_key() -> str:
    """The hash of notices that are not on the record yet: id to JSON."""
    return f"{settings.REDIS_PREFIX}:maintenance:notices"


def guard_key(channel: str, sender: str) -> str:
    return f"{settings.REDIS_PREFIX}:maintenance:told:{channel}:{sender}"


def written(notice: Notice) -> str:
    return json.dumps(asdict(notice))


def read(text: bytes | str) -> Notice | None:
    """None for what is no notice."""
    try:
        notice = Notice(**json.loads(text))
        datetime.fromisoformat(notice.at)
    except (ValueError, TypeError):
        return None
    return notice


class Guard:
    """The guard and the notices for one event loop. Every call raises redis.RedisError or OSError without Valkey."""

    def __init__(self) -> None:
        self._redis: Redis | None = None

    async def claim(self, notice: Notice) -> bool:
        """True once for each customer within MAINTENANCE_EVERY, whoever asks; the notice is noted before it leaves."""
        taken = await self._client().set(
            guard_key(notice.channel, notice.sender), notice.id, nx=True, px=round(settings.MAINTENANCE_EVERY * 1000)
        )
        if taken:
            await self.note(notice)
        return bool(taken)

    async def note(self, notice: Notice) -> None:
        """Keep the notice, as it is now, for the record."""
        await self._client().hset(notices_key(), notice.id, written(notice))

    async def free(self, notice: Notice) -> None:
        """This customer was surely not told: somebody may try again."""
        await self._client().delete(guard_key(notice.channel, notice.sender))

    async def close(self) -> None:
        if self._redis:
            await self._redis.aclose()

    def _client(self) -> Redis:
        if self._redis is None:
            self._redis = Redis.from_url(
                settings.REDIS_URL, socket_timeout=LIMIT, socket_connect_timeout=LIMIT, retry=Retry(NoBackoff(), 0)
            )
        return self._redis
