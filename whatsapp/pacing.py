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

from conversations.models import Conversation, Message

logger = logging.getLogger(__name__)

PAIR_EVERY = 6.0
PAIR_BURST = 45
#: Share of a second's tokens that is left to the more urgent.
RESERVED = {Message.Urgency.HUMAN: 0.0, Message.Urgency.BOT: 0.2, Message.Urgency.BULK: 0.5}
#: Seconds for which "sending slowly" is shown after a wait, and the pause when Valkey cannot be asked.
SHOWN_FOR = 15
#: Over how many seconds those who wait for the number ask again: all at once they would keep the workers from all else.
SPREAD = {Message.Urgency.HUMAN: 0.2, Message.Urgency.BOT: 1.0, Message.Urgency.BULK: 3.0}
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
_GIVE_BACK = """
for index, key in ipairs(KEYS) do
    local tokens = tonumber(redis.call('HGET', key, 'tokens'))
    if tokens then
        redis.call('HSET', key, 'tokens', tostring(math.min(tonumber(ARGV[index]), tokens + 1)))
    end
end
"""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to wait, in seconds, before asking again. 0: go, a token is taken. `by` says whose limit it is."""

    seconds: float
    by: str = ""


@lru_cache(maxsize=1)
def _valkey() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2.0, socket_connect_timeout=1.0)


def take(conversation: Conversation, *, rate: float, urgency: int) -> Wait:
    """Take one token of the number's and one of the pair's, both or neither. `rate`: messages a second."""
    capacity = max(1.0, rate)
    reserve = int(capacity * RESERVED[Message.Urgency(urgency)])
    try:
        script = _valkey().register_script(_TAKE)
        answer: Any = script(keys=_buckets(conversation), args=[rate, capacity, reserve, 1 / PAIR_EVERY, PAIR_BURST])
        number, pair = (float(part) for part in answer)
        if not max(number, pair):
            return Wait(0)
        _show(conversation, by_pair=pair >= number)
    except redis.RedisError as error:
        logger.warning("the pace could not be asked for (%s): sending waits", type(error).__name__)
        return Wait(UNKNOWN_WAIT, "valkey")
    if pair >= number:
        return Wait(pair, "pair")
    return Wait(number + SPREAD[Message.Urgency(urgency)] * (conversation.pk.int % 1000) / 1000, "number")


def give_back(conversation: Conversation, *, rate: float) -> None:
    """Nothing was sent for the tokens taken last: others may have them. Best effort."""
    try:
        script = _valkey().register_script(_GIVE_BACK)
        script(keys=_buckets(conversation), args=[max(1.0, rate), PAIR_BURST])
    except redis.RedisError:
        logger.warning("tokens could not be given back: they grow again by themselves")


def appoint(conversation: Conversation, *, seconds: float) -> bool:
    """Whether this conversation is to be looked at again in so many seconds: False where it will be anyway.

    Without this every sweep would begin another row of appointments, and a long queue would fill the broker.
    """
    key = f"{settings.REDIS_PREFIX}:appointment:{conversation.pk}"
    try:
        return bool(_valkey().set(key, "1", px=max(1, int(seconds * 900)), nx=True))  # over before it is kept
    except redis.RedisError:
        return False  # the broker is away too, most likely: the sweep looks


def _buckets(conversation: Conversation) -> list[str]:
    """The pair is number and customer: a new conversation with the same customer has no new budget."""
    prefix, channel_id = f"{settings.REDIS_PREFIX}:pace", conversation.channel_id
    return [f"{prefix}:number:{channel_id}", f"{prefix}:pair:{channel_id}:{conversation.customer_id}"]


def _show(conversation: Conversation, *, by_pair: bool) -> None:
    about = f"pair:{conversation.pk}" if by_pair else f"number:{conversation.channel_id}"
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
