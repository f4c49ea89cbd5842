"""Back to the assistant: it answers whoever waits for a word, and only them."""

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations import transcript
from conversations.models import BotSwitch, Message
from handoff import desk, returning
from handoff.models import BotTurn, Handoff, HandoffPolicy
from tests import factories
from tests.together import banners, fresh, held, refusal, say, supervisor, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


def turn() -> BotTurn | None:
    return BotTurn.objects.filter(status="scheduled").first()


def answered(now, ana):
    """A conversation that a person has answered."""
    mine = held(now, ana)
    desk.reply(mine.pk, agent=ana, body="I have set the permission.", now=now)
    return mine


def test_with_context_the_bot_answers(now, ana):
    """A known failure elsewhere: the customer is given back, and hears nothing more."""
    mine = answered(now, ana)
    desk.release(mine.pk, agent=ana, context="Permission granted. Please re-run the export.", now=now)
    assert (fresh(mine).control, turn().resumes) == ("bot", True)
    assert Handoff.objects.get().return_context == "Permission granted. Please re-run the export."


def test_what_was_agreed_stands_in_the_thread_and_not_in_the_record(now, ana):
    mine = answered(now, ana)
    desk.release(mine.pk, agent=ana, context="Refund of 40 agreed", now=now)
    assert banners(mine)[-1] == "ana gave the conversation back to the assistant: Refund of 40 agreed"
    assert not any("Refund of 40" in str(event.payload) for event in Event.objects.all())


def test_what_nobody_answered_the_bot_answers(now, ana):
    mine = answered(now, ana)
    say("And my invoice?", now=factories.later(now, minutes=1))
    desk.release(mine.pk, agent=ana, now=factories.later(now, minutes=2))
    assert turn().resumes


def test_where_no_person_ever_wrote_the_bot_does(now, ana):
    """They were told that somebody comes, and nobody came: silence would be the last they hear."""
    queued = waiting(now, ana)
    desk.release(queued.pk, agent=ana, now=now)
    assert turn().resumes


def test_note_and_failed_message_are_no_answer(now, ana):
    mine = held(now, ana)
    desk.note(mine.pk, agent=ana, body="hm", now=now)
    sent = desk.reply(mine.pk, agent=ana, body="Hello", now=now)
    Message.objects.filter(pk=sent.pk).update(status="failed")
    desk.release(mine.pk, agent=ana, now=now)
    assert turn()


def test_where_all_is_answered_it_waits_for_the_customer(now, ana):
    desk.release(answered(now, ana).pk, agent=ana, now=now)
    assert turn() is None


def test_whoever_barged_in_and_said_nothing_leaves_no_trace_but_an_open_question(now, ana):
    bots = factories.conversation(now=now, body="Where is my order?")
    desk.take_over(bots.pk, agent=ana, now=now)
    desk.release(bots.pk, agent=ana, now=now)
    assert turn().resumes, "the question was open when they barged in"
    BotTurn.objects.all().delete()
    with transaction.atomic():
        transcript.append(transcript.lock(bots.pk), now=now, direction="out", sender="bot", status="sent", body="Here")
    desk.take_over(bots.pk, agent=ana, now=now)
    desk.release(bots.pk, agent=ana, now=now)
    assert turn() is None, "the bot had answered"


def test_silent_return(now, ana):
    mine = answered(now, ana)
    with transaction.atomic():
        locked = transcript.lock(mine.pk)
        returning.return_to_bot(locked, actor=SYSTEM, context="done", resume=False, now=now)
    assert (fresh(mine).control, turn()) == ("bot", None)


def test_cooldown_is_as_long_as_the_policy_says(now, ana):
    HandoffPolicy.objects.create(pk=1, cooldown_turns=5)
    desk.release(answered(now, ana).pk, agent=ana, now=now)
    assert Handoff.objects.get().cooldown_left == 5


def test_while_the_assistant_is_stopped_nobody_is_given_to_it(now, ana):
    mine = answered(now, ana)
    BotSwitch.objects.create(pk=1, enabled=False)
    for agent in (ana, supervisor()):
        assert refusal(desk.release, mine.pk, agent=agent, now=now).code == "assistant_stopped"
    assert fresh(mine).assigned_to == ana
