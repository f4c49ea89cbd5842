"""The doorbell's socket, over the real Valkey: who may listen, and that it says nothing but "look"."""

import asyncio
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from config import clock
from console.routing import websocket_urlpatterns
from conversations import live
from handoff import desk
from tests.console_factories import customer_writes, light_settings, make_agent, make_channel  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

application = URLRouter(websocket_urlpatterns)


@pytest.fixture
async def fresh_layer(settings):
    """A layer of this test's event loop, closed with it."""
    layer = get_channel_layer()
    yield layer
    await layer.flush()


@pytest.fixture
def conversation():
    return customer_writes(make_channel())


class Socket(WebsocketCommunicator):
    def __init__(self, user, conversation_id=""):
        super().__init__(application, f"/ws/doorbell/?conversation={conversation_id}")
        self.scope["user"] = user

    async def refused_with(self):
        """The close code of a socket that was accepted first."""
        assert (await self.connect())[0]
        return (await self.receive_output())["code"]

    async def ready(self):
        assert (await self.connect())[0]
        assert await self.receive_json_from() == {"topic": "ready"}
        return self


@pytest.fixture
def make():
    return database_sync_to_async(make_agent)


async def test_stranger_is_told_to_sign_in(conversation):
    assert await Socket(AnonymousUser(), conversation.pk).refused_with() == 4401


async def test_deactivated_agent_is_told_to_sign_in(conversation, make):
    assert await Socket(await make("mia", "Orders", is_active=False)).refused_with() == 4401


@pytest.mark.parametrize("name", ["unknown", "nonsense", "other"])
async def test_what_one_may_not_see_does_not_ring(conversation, make, name):
    wanted = {"unknown": uuid4(), "nonsense": "x'; --", "other": conversation.pk}[name]
    assert await Socket(await make("eve", "Billing"), wanted).refused_with() == 4404


@pytest.mark.parametrize("supervisor", [False, True])
async def test_reply_rings_page_and_lists_and_says_nothing_else(conversation, make, fresh_layer, supervisor):
    """Content on this wire would go round the view that decides who may read it."""
    agent = await make("mia", "Orders")
    listener = await make("boss", supervisor=True) if supervisor else agent
    socket = await Socket(listener, conversation.pk).ready()
    await database_sync_to_async(desk.note)(conversation.pk, agent=agent, body="secret words", now=clock.now())
    rings = [await socket.receive_json_from(timeout=5) for _ in range(2)]
    revision = conversation.revision + 1
    expected = [{"topic": "conversation", "revision": revision}, {"topic": "desk", "revision": 0}]
    assert sorted(rings, key=lambda ring: ring["topic"]) == expected
    await socket.disconnect()


async def test_list_page_hears_the_desk_but_no_conversation(conversation, make, fresh_layer):
    agent = await make("mia", "Orders")
    socket = await Socket(agent).ready()
    await database_sync_to_async(desk.note)(conversation.pk, agent=agent, body="x", now=clock.now())
    assert (await socket.receive_json_from(timeout=5))["topic"] == "desk"
    assert await socket.receive_nothing()
    await socket.disconnect()


async def test_other_conversations_do_not_ring(conversation, make, fresh_layer):
    socket = await Socket(await make("mia", "Orders"), conversation.pk).ready()
    ring = {"type": "ring", "topic": "conversation", "revision": 1}
    await fresh_layer.group_send(live.conversation_group(uuid4()), ring)
    assert await socket.receive_nothing()
    await socket.disconnect()


async def test_ping_is_answered_and_other_words_are_ignored(make, fresh_layer):
    """The page leaves a socket that does not answer; one bad frame must not end a good one."""
    socket = await Socket(await make("mia", "Orders")).ready()
    for frame in ("", "no json", "[]", '{"topic":"ring"}', "null", '"ping"'):
        await socket.send_to(text_data=frame or " ")
    await socket.send_json_to({"topic": "ping"})
    assert await socket.receive_json_from() == {"topic": "pong"}
    await socket.disconnect()


async def test_closed_page_leaves_its_groups(conversation, make, fresh_layer):
    socket = await Socket(await make("mia", "Orders"), conversation.pk).ready()
    await socket.disconnect()
    await asyncio.wait_for(fresh_layer.group_send(live.DESK, {"type": "ring", "topic": "desk", "revision": 0}), 5)
    assert await socket.receive_nothing()
