"""After a person gave it back the assistant keeps it for some turns; who asks for a person gets one all the same."""

import pytest
import time_machine

from audit.verify import verify
from config import clock
from handoff import desk
from handoff.models import HandoffPolicy, TriggerRule
from tests import factories
from tests.turning import SURE, UNSURE, Mind, ask, heard, last_handoff, recorded, say, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(now, settings):
    settings.BOT_QUIET_PAUSE = 0
    with time_machine.travel(now, tick=True):
        yield
    assert list(verify()) == []


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def given_back(ana):
    """A person had it, answered, and gave it back; the assistant has said nothing yet."""
    conversation = say()
    desk.take_over(conversation.pk, agent=ana, now=clock.now())
    desk.reply(conversation.pk, agent=ana, body="It comes on Monday.", now=clock.now())
    desk.release(conversation.pk, agent=ana, now=clock.now())
    return conversation


def left(conversation) -> int:
    return int(last_handoff(conversation).cooldown_left)


def test_unsure_in_cooldown_it_says_so_and_offers_a_person(given_back):
    ask("And the lamp?", Mind(UNSURE))
    (said,) = heard(given_back)
    assert "not sure" in said
    assert "person" in said
    assert given_back.handoffs.count() == 1
    assert recorded("turn.replied", given_back)["inputs"]["in_cooldown"] is True


def test_each_turn_takes_one_off_and_then_the_rules_hold_again(given_back):
    assert left(given_back) == 3
    for expected in (2, 1, 0):
        ask("And the lamp?", Mind(UNSURE))
        assert left(given_back) == expected
    ask("One more thing", Mind(UNSURE))
    assert given_back.handoffs.count() == 2
    assert len(heard(given_back)) == 3


def test_no_failing_in_a_row_ends_it_early_but_it_is_told_afterwards(given_back):
    for body in ("And the lamp?", "The chair?", "The box?", "The oak table?"):
        ask(body, Mind(UNSURE))
    handoff = last_handoff(given_back)
    assert handoff.reason == "bot_failed"
    assert recorded("handoff.requested", given_back)["inputs"]["bot_failures"] == 4


@pytest.mark.parametrize("body", ["agent", "quiero hablar con una persona", "I want a human!!"])
def test_person_asked_for_in_cooldown_comes(given_back, body):
    ask(body)
    given_back.refresh_from_db()
    assert given_back.state == "pending"
    assert last_handoff(given_back).reason == "asked_for_person"


@pytest.mark.parametrize("body", ["this is useless", "I will call my lawyer"])
def test_automatic_rules_are_off_in_cooldown(given_back, body):
    ask(body)
    assert heard(given_back) == [SURE["answer"]]


def test_rule_that_says_so_counts_in_cooldown(given_back):
    TriggerRule.objects.filter(kind="keywords").update(in_cooldown=True)
    ask("I will call my lawyer")
    assert last_handoff(given_back).reason == "keywords"


@pytest.mark.parametrize(("error", "reason"), [(TimeoutError(), "model_down"), (KeyError(), "assistant_failed")])
def test_mind_that_fails_in_cooldown_cannot_keep_anybody(given_back, error, reason):
    ask("And the lamp?", Mind(error))
    given_back.refresh_from_db()
    assert (given_back.state, last_handoff(given_back).reason) == ("pending", reason)


def test_thought_that_is_thrown_away_takes_nothing_off(given_back):
    ask("And the lamp?", Mind(meanwhile=lambda: say("wait", now=clock.now())))
    assert heard(given_back) == []
    assert left(given_back) == 3


def test_without_cooldown_in_the_policy_the_rules_hold_at_once(ana):
    HandoffPolicy.objects.create(pk=1, cooldown_turns=0)
    conversation = say()
    desk.take_over(conversation.pk, agent=ana, now=clock.now())
    desk.reply(conversation.pk, agent=ana, body="It comes on Monday.", now=clock.now())
    desk.release(conversation.pk, agent=ana, now=clock.now())
    ask("And the lamp?", Mind(UNSURE))
    assert conversation.handoffs.count() == 2


def test_customer_whose_person_is_given_back_does_not_call_them_again_by_the_same_words(ana):
    """What led to the handoff is settled: else every return ends in a handoff at once."""
    conversation = ask("I want a human")
    desk.accept(conversation.pk, agent=ana, now=clock.now())
    desk.release(conversation.pk, agent=ana, now=clock.now(), context="Call her tomorrow.")
    take(conversation)
    assert conversation.state == "new"
    assert heard(conversation)
