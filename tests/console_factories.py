"""Rows for the console's tests, made by the product's own functions."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction

from config import clock
from conversations import intake
from conversations.identity import Sender
from conversations.intake import Incoming
from conversations.models import Channel, Conversation, Message, supervise_permission
from handoff import desk

PASSWORD = "a-long-relay-1"


@pytest.fixture(autouse=True)
def light_settings(settings: Any, tmp_path: Path) -> None:
    """Static files without the manifest that only collectstatic makes; passwords hashed fast."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_channel(team_name: str = "Orders", key: str = "main") -> Channel:
    team, _ = Group.objects.get_or_create(name=team_name)
    return Channel.objects.create(key=key, provider="cloud", name="Shop line", team=team, created_at=clock.now())


def make_agent(username: str, *teams: str, supervisor: bool = False, **fields: Any) -> User:
    user = User.objects.create_user(username, password=PASSWORD, **fields)
    for name in teams:
        user.groups.add(Group.objects.get_or_create(name=name)[0])
    if supervisor:
        user.user_permissions.add(supervise_permission())
    return User.objects.get(pk=user.pk)


def customer_writes(
    channel: Channel, body: str = "Where is my parcel?", *, name: str = "Ana Souza", phone: str = "+15550100001",
    now: datetime | None = None, type: str = "text", sent_at: datetime | None = None,
) -> Conversation:  # fmt: skip
    """The conversation after this message, as the database has it."""
    now = now or clock.now()
    incoming = Incoming(
        provider_id=f"wamid.{uuid4()}", sender=Sender({"wa_id": phone}, name), sent_at=sent_at or now,
        received_at=now, type=type, body=body,
    )  # fmt: skip
    with transaction.atomic():
        taken = intake.take(channel, incoming, now=now)
    return Conversation.objects.get(pk=taken.message.conversation_id)


def waiting(channel: Channel, agent: User, **kwargs: Any) -> Conversation:
    """A conversation in the queue."""
    conversation = customer_writes(channel, **kwargs)
    desk.request_handoff(
        conversation.pk, agent=agent, explanation="Needs a refund", now=kwargs.get("now") or clock.now()
    )
    return Conversation.objects.get(pk=conversation.pk)


def held(channel: Channel, agent: User, **kwargs: Any) -> Conversation:
    """A conversation that this agent holds."""
    conversation = customer_writes(channel, **kwargs)
    desk.take_over(conversation.pk, agent=agent, now=kwargs.get("now") or clock.now())
    return Conversation.objects.get(pk=conversation.pk)


def last_line(conversation: Conversation) -> Message:
    return conversation.messages.order_by("-seq")[0]
