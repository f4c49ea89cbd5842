"""A line that arrives late stands where it was said, and is answered only where nobody has."""

import pytest

from conversations.models import Conversation, Message
from handoff import desk as verbs
from handoff.models import BotTurn
from tests import factories
from tests.traffic import Desk, lines, only_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(now):
    return Desk(now)


def waits() -> bool:
    return BotTurn.objects.filter(status="scheduled").exists()


def test_late_line_is_marked_and_stands_where_it_was_said(desk):
    for body, ago in (("third", 10), ("first", 30), ("second", 20)):
        desk.say(body, ago=ago)
    assert lines() == ["first", "second", "third"]
    assert [line.late for line in Message.objects.order_by("seq")] == [False, True, True]


def test_notice_in_between_does_not_hide_that_a_line_is_late(desk):
    desk.say("first", ago=30)
    desk.system("customer_identity_changed", bsuid="US.1", ago=10)
    desk.say("second", ago=20)
    assert lines()[:2] == ["first", "second"]


def test_late_question_that_nobody_answered_is_answered(desk):
    desk.say("newer", ago=10)
    BotTurn.objects.all().delete()
    desk.say("older", ago=20)
    assert waits()


def answer_as_person(now, *, failed=False):
    agent = factories.agent()
    verbs.take_over(only_conversation().pk, agent=agent, now=now)
    message = verbs.reply(only_conversation().pk, agent=agent, body="Done", now=now)
    if failed:
        Message.objects.filter(pk=message.pk).update(status="failed")
    return agent


@pytest.mark.parametrize("failed", [False, True])
def test_late_question_is_settled_by_a_persons_answer_but_not_by_one_that_failed(desk, now, failed):
    desk.say("newer", ago=10)
    agent = answer_as_person(now, failed=failed)
    verbs.release(only_conversation().pk, agent=agent, now=now)
    BotTurn.objects.all().delete()
    desk.say("older", ago=20)
    assert waits() == failed


def test_late_question_of_a_matter_closed_by_a_person_stands_in_that_matter(desk, now):
    """A new conversation, answered by the bot, about what a person has settled: the customer would despair."""
    desk.say("newer", ago=10)
    agent = answer_as_person(now)
    verbs.close(only_conversation().pk, agent=agent, now=now)
    BotTurn.objects.all().delete()
    desk.say("older", ago=20)
    assert Conversation.objects.count() == 1
    assert lines()[:2] == ["older", "newer"]
    assert not waits()


def test_late_line_does_not_reopen_a_window_that_whatsapp_has_closed(desk, now):
    """WhatsApp said 131047: only what the customer writes after that opens the window again."""
    desk.say("new", ago=60)
    Conversation.objects.update(window_expires_at=now)
    desk.say("old", ago=90)
    assert Conversation.objects.get().window_expires_at == now
    desk.say("newer", ago=30)
    assert Conversation.objects.get().window_expires_at > now
