"""Conversations in the hands of people, for tests of what people do together."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from conversations.models import Conversation, Message, supervise_permission
from handoff import desk, router
from handoff.models import Team
from handoff.refusals import Refused
from tests import factories


def supervisor(username: str = "sara") -> User:
    user = factories.agent(username)
    user.user_permissions.add(supervise_permission())
    return User.objects.get(pk=user.pk)


def team(slug: str, *, people: tuple[str, ...] = (), **fields: object) -> Team:
    """A team with these settings, and an agent for each name."""
    made = factories.team(slug)
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    for name in people:
        factories.agent(name, teams=(slug,))
    return made


def say(body: str = "Hello", *, now: datetime, **more: object) -> Message:
    """A customer's line, taken in and routed, as the channel does it."""
    with transaction.atomic():
        message = factories.take(body, now=now, **more)
        router.route(message, now=now)
    return message


def waiting(now: datetime, agent: User, *, body: str = "Where is my order?") -> Conversation:
    conversation = factories.conversation(now=now, body=body)
    desk.request_handoff(conversation.pk, agent=agent, explanation="please look", now=now)
    return fresh(conversation)


def held(now: datetime, agent: User) -> Conversation:
    return desk.accept(waiting(now, agent).pk, agent=agent, now=now)


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def refusal(verb, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as refused:
        verb(*args, **kwargs)
    assert refused.value.words
    return refused.value


def banners(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(type="banner").order_by("seq").values_list("body", flat=True))


def notes(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(type="note").order_by("seq").values_list("body", flat=True))
