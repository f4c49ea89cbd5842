"""A conversation that goes to and fro stays with people."""

import pytest

from handoff import desk, returning
from handoff.models import HandoffPolicy
from tests import factories
from tests.together import fresh, refusal, supervisor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture(autouse=True)
def _policy(db):
    HandoffPolicy.objects.create(pk=1, loop_handoffs=2, loop_hours=24)


def to_and_fro(thread, ana, times: int, at) -> None:
    for number in range(times):
        moment = factories.later(at, minutes=number)
        desk.request_handoff(thread.pk, agent=ana, explanation="again", now=moment)
        desk.accept(thread.pk, agent=ana, now=moment)
        if number < times - 1:
            desk.release(thread.pk, agent=ana, now=moment)


def test_after_too_many_handoffs_it_stays_with_people(now, ana):
    thread = factories.conversation(now=now)
    to_and_fro(thread, ana, 3, now)
    refused = refusal(desk.release, thread.pk, agent=ana, now=factories.later(now, minutes=5))
    assert (refused.code, "supervisor" in refused.words.lower()) == ("loop_guard", True)
    assert fresh(thread).assigned_to == ana


def test_supervisor_may_all_the_same(now, ana):
    thread = factories.conversation(now=now)
    to_and_fro(thread, ana, 3, now)
    desk.release(thread.pk, agent=supervisor(), now=factories.later(now, minutes=5))
    assert fresh(thread).control == "bot"


def test_as_many_as_the_policy_allows_are_no_loop(now, ana):
    thread = factories.conversation(now=now)
    to_and_fro(thread, ana, 2, now)
    desk.release(thread.pk, agent=ana, now=now)
    assert fresh(thread).control == "bot"


def test_old_handoffs_are_forgotten(now, ana):
    thread = factories.conversation(now=factories.later(now, hours=-23))
    to_and_fro(thread, ana, 3, factories.later(now, hours=-23))
    assert returning.in_loop(thread, now=now)
    assert not returning.in_loop(thread, now=factories.later(now, hours=1, minutes=1))


def test_taking_over_is_no_handing_over(now, ana):
    thread = factories.conversation(now=now)
    for _ in range(5):
        desk.take_over(thread.pk, agent=ana, now=now)
        desk.release(thread.pk, agent=ana, now=now)
    assert not returning.in_loop(thread, now=now)
