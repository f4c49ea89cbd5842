"""How fast a number may send: token buckets in Valkey, shared by all workers.

WhatsApp allows a number 80 messages a second unless it has been upgraded, and one customer one message in six seconds,
of which 45 may go at once and are then waited for (Meta, "Throughput", "Pair rate limits"). Who is refused a token
waits; the words of people may take the last one, the assistant's leave some, bulk leaves half.
"""

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings

from conversations.models import Message

logger = logging.getLogger(__name__)

PAIR_EVERY = 6.0
PAIR_BURST = 45
#: Share of a second's tokens that is left to the more urgent.
RESERVED = {Message.Urgency.HUMAN: 0.0, Message.Urgency.BOT: 0.2, Message.Urgency.BULK: 0.5}
#: Seconds for which "sending slowly" is shown after a wait, and the pause when Valkey cannot be asked.
SHOWN_FOR = 15
UNKNOWN_WAIT = 1.0

_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local function level(key, rate, capacity)
    local kept = redis.call('HMGET', key, 'tokens', 'at')
    local tokens, at = tonumber(kept[1]), tonumber(kept[2])
    if not tokens then return capacity end
    return math.min(capacity, tokens + math.max(0, now - at) * rate)
end
local function put(key, tokens, rate, capacity)
    redis.call('HSET', key, 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
    redis.call('EXPIRE', key, math.ceil(capacity / rate) + 60)
end
local rate, capacity, reserve = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local pair_rate, pair_capacity = tonumber(ARGV[4]), tonumber(ARGV[5])
local number = level(KEYS[1], rate, capacity)
local pair = level(KEYS[2], pair_rate, pair_capacity)
local number_wait, pair_wait = 0, 0
if number < 1 + reserve then number_wait = (1 + reserve - number) / rate end
if pair < 1 then pair_wait = (1 - pair) / pair_rate end
if number_wait == 0 and pair_wait == 0 then
    put(KEYS[1], number - 1, rate, capacity)
    put(KEYS[2], pair - 1, pair_rate, pair_capacity)
end
return {tostring(number_wait), tostring(pair_wait)}
"""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to wait, in seconds, before asking again. 0: go, a token is taken. `by` says whose limit it is."""

    seconds: float
    by: str = ""


@lru_cache(maxsize=1)
def _valkey() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2.0, socket_connect_timeout=1.0)


def take(channel_id: int, conversation_id: object, *, rate: float, urgency: int) -> Wait:
    """Take one token of the number's and one of the pair's, both or neither. `rate`: messages a second."""
    capacity = max(1.0, rate)
    reserve = int(capacity * RESERVED[Message.Urgency(urgency)])
    prefix = f"{settings.REDIS_PREFIX}:pace"
    keys = [f"{prefix}:number:{channel_id}", f"{prefix}:pair:{channel_id}:{conversation_id}"]
    try:
        script = _valkey().register_script(_TAKE)
        answer: Any = script(keys=keys, args=[rate, capacity, reserve, 1 / PAIR_EVERY, PAIR_BURST])
        number, pair = (float(part) for part in answer)
        if not max(number, pair):
            return Wait(0)
        _show(channel_id, conversation_id, by_pair=pair >= number)
    except redis.RedisError as error:
        logger.warning("the pace could not be asked for (%s): sending waits", type(error).__name__)
        return Wait(UNKNOWN_WAIT, "valkey")
    return Wait(max(number, pair), "pair" if pair >= number else "number")


def _show(channel_id: int, conversation_id: object, *, by_pair: bool) -> None:
    about = f"pair:{conversation_id}" if by_pair else f"number:{channel_id}"
    _valkey().set(f"{settings.REDIS_PREFIX}:slow:{about}", "1", ex=SHOWN_FOR)


def is_slow(channel_id: int, conversation_id: object = None) -> bool:
    """Whether WhatsApp's limits made this number, or this conversation, wait a moment ago. False where unknown."""
    keys = [f"{settings.REDIS_PREFIX}:slow:number:{channel_id}"]
    if conversation_id is not None:
        keys.append(f"{settings.REDIS_PREFIX}:slow:pair:{conversation_id}")
    try:
        return bool(_valkey().exists(*keys))
    except redis.RedisError:
        return False
