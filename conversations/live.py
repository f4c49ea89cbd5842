"""The doorbell: it tells a page that something changed and never what. The page fetches the rows itself."""

import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DEFAULT_DB_ALIAS, connections, transaction

logger = logging.getLogger(__name__)

#: Rings whenever any list of conversations may look different.
DESK = "desk"


def conversation_group(conversation_id: UUID | str) -> str:
    return f"conversation.{conversation_id}"


def ring_on_commit(conversation_id: UUID, revision: int) -> None:
    """After the commit: ring those who look at this conversation, and those who look at lists.

    However often a transaction touches a conversation, it rings once: a ring costs a connection to the broker.
    """
    rings = _rings()
    rings[conversation_id] = max(revision, rings.get(conversation_id, 0))
    transaction.on_commit(_ring_all, robust=True)  # the first of several finds all, the others none


def _rings() -> dict[UUID, int]:
    """What is to be rung for after this connection's commit. Of a transaction that was rolled back a needless ring may
    be left, and the page that hears it finds nothing new."""
    found: dict[UUID, int] = connections[DEFAULT_DB_ALIAS].__dict__.setdefault("baton_rings", {})
    return found


def _ring_all() -> None:
    rings = _rings()
    if not rings:
        return
    messages: list[tuple[str, dict[str, Any]]] = [
        (conversation_group(conversation_id), {"type": "ring", "topic": "conversation", "revision": revision})
        for conversation_id, revision in rings.items()
    ]
    rings.clear()
    _send([*messages, (DESK, {"type": "ring", "topic": DESK, "revision": 0})])


def _send(messages: list[tuple[str, dict[str, Any]]]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return

    async def send() -> None:
        for group, message in messages:
            await layer.group_send(group, message)

    try:
        async_to_sync(send)()
    except Exception as error:  # a dead broker must not turn a saved message into an error; the heartbeat catches up
        logger.warning("the doorbell did not ring (%s)", type(error).__name__)
