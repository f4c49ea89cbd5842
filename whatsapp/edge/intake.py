"""What the webhooks of all providers share: the directory, the writer, and the way of a body to the disk."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from config import clock
from whatsapp import task_names
from whatsapp.channel_directory import ChannelDirectory, Entry, Unknowable
from whatsapp.doorbell import Doorbell
from whatsapp.edge.http import Answer, later
from whatsapp.group_commit import GroupCommit, Outcome, Row
from whatsapp.maintenance import Notices

logger = logging.getLogger(__name__)

#: Seconds between two log lines of one kind about one channel.
WARN_EVERY = 30.0

_doorbell = Doorbell(task_names.INGEST)


class Edge:
    """What the webhooks of one event loop share."""

    def __init__(self) -> None:
        self.directory = ChannelDirectory()
        self.writer = GroupCommit(on_stored=_doorbell.ring)
        self.notices = Notices(is_away=lambda: self.writer.is_away, directory=self.directory)
        self._warned_at: dict[tuple[int, str], float] = {}

    def warn(self, channel: Entry, words: str) -> None:
        """Tell the operator, who may have mistyped something; seldom, so that a flood fills no log."""
        about = (channel.channel_id, words)
        if time.monotonic() - self._warned_at.get(about, -WARN_EVERY) >= WARN_EVERY:
            self._warned_at[about] = time.monotonic()
            logger.warning("channel %s: %s", channel.key, words)

    async def close(self) -> None:
        await self.notices.close()
        await self.writer.close()


_edges: WeakKeyDictionary[asyncio.AbstractEventLoop, Edge] = WeakKeyDictionary()


def edge() -> Edge:
    """The running event loop's, made at the first request: not every server announces its start."""
    loop = asyncio.get_running_loop()
    found = _edges.get(loop)
    if found is None:
        found = _edges[loop] = Edge()
    return found


async def channel_of(provider: str, key: str) -> Entry:
    """The channel that this provider may call under this key. Raises Answer.

    One that is switched off answers as if it were not there: nothing tells a stranger that it exists.
    """
    try:
        channel = await edge().directory.find(provider, key)
    except Unknowable:
        raise later("The desk's database is away; please send this again.") from None
    if channel is None or not channel.is_active:
        raise Answer(404, "No channel listens here. Check the key at the end of the address.")
    return channel


@dataclass(frozen=True, slots=True)
class Forged:
    """What a body without a fitting proof leads to: words for the caller, and words for the operator's log."""

    answer: str
    warning: str


_NOT_STORED = {
    Outcome.REFUSED: "The channel changed while this was being stored; please send this again.",
    Outcome.BUSY: "Too many events are waiting; please send this again.",
    Outcome.UNAVAILABLE: "The event could not be stored for certain; please send this again.",
}


async def take(channel: Entry, body: bytes, *, query: str, proves: Callable[[Entry], bool], forged: Forged) -> None:
    """Return once the proved body is on disk. Raises Answer where it is not proved, or not stored for certain.

    `proves` says whether this channel's secrets vouch for the call.
    """
    if not proves(channel):
        channel = await _rotated(channel, proves, forged)
    outcome = await edge().writer.store(Row(channel.channel_id, body, clock.now(), query))
    if outcome is Outcome.STORED:
        return
    if outcome is Outcome.REFUSED:
        await edge().directory.refresh()
    if outcome is Outcome.UNAVAILABLE:
        edge().notices.offer(channel, body)
    raise later(_NOT_STORED[outcome])


async def _rotated(channel: Entry, proves: Callable[[Entry], bool], forged: Forged) -> Entry:
    """The secret may have been changed a moment ago: look again, then refuse."""
    await edge().directory.refresh()
    channel = await channel_of(channel.provider, channel.key)
    if proves(channel):
        return channel
    edge().warn(channel, forged.warning)
    raise Answer(401, forged.answer)
