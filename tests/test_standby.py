"""While Meta's own agent holds the thread, its words are shown and the bot keeps silent."""

import pytest

from conversations import outbox
from conversations.models import Message
from handoff import desk as verbs
from handoff.models import BotTurn
from tests import factories
from tests.traffic import Desk, lines, only_conversation

pytestmark = pytest.mark.django_db
HELD = "Meta's agent holds this thread"


@pytest.fixture
def desk(now):
    return Desk(now)


def banners() -> list[str]:
    return list(Message.objects.filter(type="banner").values_list("body", flat=True))


def test_standby_is_shown_once_and_the_bot_is_silent(desk):
    desk.say("one", field="standby", ago=20)
    desk.say("two", field="standby", ago=10)
    assert lines() == ["one", "two"]
    assert banners().count(HELD) == 1
    assert not BotTurn.objects.filter(status="scheduled").exists()


def test_answer_already_due_is_not_given_into_metas_thread(desk):
    """Any message of ours takes the thread from Meta's agent in mid-sentence."""
    desk.say("question", ago=20)
    desk.say("to Meta", field="standby", ago=10)
    assert [turn.status for turn in BotTurn.objects.all()] == ["discarded"]


def test_normal_message_ends_it_and_wakes_the_bot(desk):
    desk.say("one", field="standby", ago=20)
    desk.say("two", ago=10)
    assert only_conversation().standby_since is None
    assert BotTurn.objects.filter(status="scheduled").count() == 1


def test_our_own_send_ends_it(desk, now):
    desk.say("one", field="standby", ago=20)
    agent = factories.agent()
    verbs.take_over(only_conversation().pk, agent=agent, now=now)
    message = verbs.reply(only_conversation().pk, agent=agent, body="Hello", now=now)
    outbox.claim_next(only_conversation().pk, now=now)
    outbox.mark_accepted(message.pk, provider_id="wamid.o", now=now)
    assert only_conversation().standby_since is None
    desk.say("said before that", field="standby", ago=5)
    assert only_conversation().standby_since is None


@pytest.mark.parametrize("late", ["standby", "messages"])
def test_late_message_says_nothing_about_who_holds_the_thread_now(desk, late):
    newer = "messages" if late == "standby" else "standby"
    desk.say("newer", field=newer, ago=10)
    desk.say("older", field=late, ago=20)
    assert (only_conversation().standby_since is None) == (newer == "messages")
