"""What a customer says while people have the conversation: heard, kept, and answered by no bot."""

import pytest
from django.db import transaction

from conversations.models import Conversation, Message
from handoff import desk, resting, router
from handoff.models import BotTurn, Handoff
from sla.models import Clock
from tests import factories
from tests.together import fresh, held, say, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


def told() -> int:
    return Message.objects.filter(direction="out", sender="system").exclude(status="internal").count()


def test_lines_while_waiting_cost_no_place_and_wake_no_bot(now, ana):
    queued = waiting(now, ana)
    for number in range(5):
        say(f"Hello? {number}", now=factories.later(now, minutes=number))
    after = fresh(queued)
    assert (after.state, after.next_deadline) == ("pending", queued.next_deadline)
    assert (Handoff.objects.count(), Clock.objects.running().count(), BotTurn.objects.count()) == (1, 1, 0)


def test_person_asked_for_ten_times_is_one_handoff_and_few_words(now, ana):
    """The same holding message ten times would tell the customer that they talk to a wall."""
    queued = waiting(now, ana)
    before = told()
    for number in range(10):
        say("I want to speak to a human", now=factories.later(now, seconds=10 * (number + 1)))
    assert (fresh(queued).state, Handoff.objects.count()) == ("pending", 1)
    assert told() - before <= 1


def test_back_from_rest_they_wait_again_with_a_promise(now, ana):
    queued = waiting(now, ana)
    resting.windows_expire(now=factories.later(now, hours=25))
    say("Hello?", now=factories.later(now, hours=26))
    assert (fresh(queued).state, Clock.objects.running().count()) == ("pending", 1)
    assert Handoff.objects.get().check_at is not None


def test_line_to_a_person_is_followed_up(now, ana):
    mine = held(now, ana)
    desk.reply(mine.pk, agent=ana, body="Hello", now=now)
    say("And my invoice?", now=factories.later(now, minutes=1))
    assert fresh(mine).assigned_to == ana
    assert Handoff.objects.get().check_at <= factories.later(now, minutes=11)
    assert not BotTurn.objects.exists()


def test_customer_who_said_stop_wakes_nobody(now, ana):
    queued = waiting(now, ana)
    before = told()
    with transaction.atomic():
        line = factories.take("STOP", now=factories.later(now, minutes=1))
        router.opted_out(line, now=factories.later(now, minutes=1))
        router.route(line, now=factories.later(now, minutes=1))
    assert (fresh(queued).state, BotTurn.objects.count()) == ("pending", 0)
    assert told() - before == 1, "the confirmation and nothing else"


def test_the_bots_own_are_answered_by_the_bot(now):
    line = say("Where is my order?", now=now)
    assert BotTurn.objects.get().conversation_id == line.conversation_id
    assert Conversation.objects.get().control == "bot"
