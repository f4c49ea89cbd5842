"""The doorbell's socket. It says that something changed, never what: the page fetches the rows itself."""

import contextlib
import logging
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from redis.exceptions import RedisError

from conversations import live
from conversations.models import Conversation

logger = logging.getLogger(__name__)

SIGN_IN_AGAIN = 4401
NOT_VISIBLE = 4404
COME_AGAIN = 4503


class Doorbell(AsyncJsonWebsocketConsumer):
    """`/ws/doorbell/?conversation=<uuid>`: rings for every list, and for one conversation where it is named.

    Refusals close an accepted socket: before that a browser learns no more than 1006.
    """

    async def connect(self) -> None:
        self.joined: list[str] = []
        await self.accept()
        user = self.scope["user"]
        if user is None or not (user.is_authenticated and user.is_active):
            await self.close(SIGN_IN_AGAIN)
            return
        wanted = parse_qs(self.scope["query_string"].decode("latin-1")).get("conversation", [""])[0]
        if wanted and not await is_visible(wanted, user):
            await self.close(NOT_VISIBLE)
            return
        try:
            await self._join(live.DESK)
            if wanted:
                await self._join(live.conversation_group(UUID(wanted)))
        except RedisError:  # the page tries again, and polls meanwhile
            logger.warning("the doorbell cannot ring: Valkey is away")
            await self.close(COME_AGAIN)
            return
        await self.send_json({"topic": "ready"})

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the framework's signature
        with contextlib.suppress(RedisError):  # what Valkey does not know any more it need not forget
            for group in self.joined:
                await self.channel_layer.group_discard(group, self.channel_name)

    async def receive_json(self, content: Any, **_: Any) -> None:
        """The page asks now and then whether the line is still there: a half-open socket stays silent."""
        if content == {"topic": "ping"}:
            await self.send_json({"topic": "pong"})

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """What is not JSON is nothing we know; it is ignored like any other unknown word."""
        try:
            return await super().decode_json(text_data)
        except ValueError:
            return None

    async def ring(self, event: dict[str, Any]) -> None:
        """Relays a ring of `conversations.live`: topic and revision, nothing else."""
        await self.send_json({"topic": event["topic"], "revision": event["revision"]})

    async def _join(self, group: str) -> None:
        await self.channel_layer.group_add(group, self.channel_name)
        self.joined.append(group)


@database_sync_to_async
def is_visible(conversation: str, user: Any) -> bool:
    """Whether this names a conversation that the person may see."""
    try:
        pk = UUID(conversation)
    except ValueError:
        return False
    return Conversation.objects.visible_to(user).filter(pk=pk).exists()
