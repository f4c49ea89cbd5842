"""The doorbell: it tells a page that something changed and never what. The page fetches the rows itself."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)

#: Rings whenever any list of conversations may look different.
DESK = "desk"


def conversation_group(conversation_id: UUID | str) -> str:
    return f"conversation.{conversation_id}"


def ring_on_commit(conversation_id: UUID, revision: int) -> None:
    """After the commit: ring those who look at this conversation, and those who look at lists."""
    transaction.on_commit(_bell(conversation_id, revision), robust=True)


def _bell(conversation_id: UUID, revision: int) -> Callable[[], None]:
    def ring() -> None:
        _send(
            conversation_group(conversation_id),
            {"type": "ring", "topic": "conversation", "revision": revision},
        )
        _send(DESK, {"type": "ring", "topic": DESK, "revision": 0})

    return ring


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group, message)
    except Exception as error:  # a dead broker must not turn a saved message into an error; the heartbeat catches up
        logger.warning("the doorbell of %s did not ring (%s)", group, type(error).__name__)
