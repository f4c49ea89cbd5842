"""What the tests of the console's sending share: fixtures to import, requests, rows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from audit.actors import Actor
from config import clock
from conversations import outbox, transcript
from conversations.content import Text
from conversations.models import Message
from conversations.states import State
from handoff import resting
from tests.console_factories import customer_writes, held, make_agent

FETCH = {"X-Baton": "fetch"}


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def url(name, conversation, *more):
    return reverse(f"console:{name}", args=[conversation.pk, *more])


def post(client, name, conversation, *more, **data):
    return client.post(url(name, conversation, *more), data, headers=FETCH)


def state_page(client, conversation):
    return client.get(url("state", conversation), headers=FETCH).text


def refused(response, code, words):
    assert response.status_code == 409, response.content
    assert response.json()["code"] == code
    assert words in response.json()["words"]


def wrong(response, words):
    assert response.status_code == 400, response.content
    assert words in response.json()["words"]


def picture():
    """A PNG of one pixel."""
    pixel = (
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645"
        "400000000049454e44ae426082"
    )
    return SimpleUploadedFile("cup.png", bytes.fromhex(pixel), content_type="image/png")


def asleep(channel, agent=None, **kwargs):
    """A conversation whose window has closed, seen by the sweep."""
    then = clock.now() - timedelta(hours=30)
    conversation = held(channel, agent, now=then, **kwargs) if agent else customer_writes(channel, now=then, **kwargs)
    resting.windows_expire(now=clock.now())
    conversation.refresh_from_db()
    assert conversation.state == State.DORMANT
    return conversation


def sent(conversation, *, status="failed", sender=Message.Sender.HUMAN, content=None):
    """An outgoing line in this status."""
    with transaction.atomic():
        locked = transcript.lock(conversation.pk)
        message = outbox.content_queue(
            locked, content=content or Text("Hello"), sender=sender,
            actor=Actor.human(make_agent(f"a{uuid4().hex[:8]}")), now=clock.now(),
        )  # fmt: skip
        transcript.amend(locked, message, now=clock.now(), status=status)
    return message
