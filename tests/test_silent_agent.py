"""Accepted, and then silence. If these fail, a customer is told that somebody has their case, and nobody has."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.models import Event
from audit.verify import verify
from conversations.models import Message
from conversations.states import State
from handoff import desk, handoffs, resting, watch
from handoff.models import Handoff, Team
from tests import factories
from tests import routing_factories as make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def support(db):
    return make.team(assignment=Team.Assignment.CLAIM, answer_time=10 * MINUTE)


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def held(now, ana):
    return desk.accept(make.waiting(now=now).pk, agent=ana, now=now)


def look(talk, now) -> None:
    watch.look_after(talk.pk, now=now)


def banners(talk) -> list[str]:
    return list(talk.messages.filter(type=Message.BANNER).order_by("seq").values_list("body", flat=True))


@transaction.atomic
def writes(talk, now) -> None:
    factories.take("Hello?", now=now, who=factories.sender(1))
    watch.customer_wrote(factories.locked(talk), now=now)


def test_silent_agent_is_reminded_once_then_it_goes_back(now, held):
    look(held, now + 9 * MINUTE)
    assert make.handoff_of(held).check_at == now + 10 * MINUTE
    look(held, now + 10 * MINUTE)
    look(held, now + 11 * MINUTE)
    assert banners(held)[-1] == "ana, the customer has waited 10 minutes for an answer"
    assert make.happened(held.stream, "handoff.nudged") == ["handoff.nudged"]
    handoff = make.handoff_of(held)
    assert (handoff.nudged_at, handoff.check_at) == (now + 10 * MINUTE, now + 20 * MINUTE)
    look(held, now + 20 * MINUTE)
    assert make.fresh(held).state == State.PENDING
    assert banners(held)[-1] == "Back in the queue of Support: ana has not answered for 20 minutes"
    assert list(verify()) == []


def test_agent_has_their_time_from_when_they_accepted(now, ana):
    """Who takes somebody who has waited for an hour is not reminded in the same minute."""
    talk = make.waiting(now=now)
    hour = now + 60 * MINUTE
    desk.accept(talk.pk, agent=ana, now=hour)
    look(talk, hour + 9 * MINUTE)
    assert make.handoff_of(talk).nudged_at is None
    look(talk, hour + 10 * MINUTE)
    assert make.handoff_of(talk).nudged_at == hour + 10 * MINUTE


def test_answer_ends_the_silence_and_the_next_question_begins_another(now, ana, held):
    look(held, now + 10 * MINUTE)
    desk.reply(held.pk, agent=ana, body="Here I am", now=now + 12 * MINUTE)
    look(held, now + 25 * MINUTE)
    assert make.fresh(held).assigned_to == ana
    writes(held, now + 30 * MINUTE)
    assert make.handoff_of(held).check_at == now + 40 * MINUTE
    look(held, now + 40 * MINUTE)
    assert make.happened(held.stream, "handoff.nudged") == ["handoff.nudged"] * 2
    assert make.fresh(held).assigned_to == ana


def test_look_that_comes_late_does_what_is_due_by_then(now, held):
    """Everything was down for an hour: a reminder would be a joke."""
    look(held, now + 60 * MINUTE)
    assert make.fresh(held).state == State.PENDING


def test_third_return_to_the_queue_calls_a_supervisor(now, ana):
    talk = make.waiting(now=now)
    moment = now
    for requeues in (1, 2, 3):
        desk.accept(talk.pk, agent=ana, now=moment)
        moment += 20 * MINUTE
        look(talk, moment)
        handoff = make.handoff_of(talk)
        assert handoff.requeues == requeues
        assert (handoff.supervisor_since is not None) == (requeues == 3)
    assert "A supervisor is asked to look" in banners(talk)[-1]
    assert make.happened(talk.stream, "handoff.supervisor_called") == ["handoff.supervisor_called"]


def test_place_in_line_outlives_the_silence(now, held):
    deadline, asked = make.fresh(held).next_deadline, make.handoff_of(held).requested_at
    look(held, now + 20 * MINUTE)
    assert make.fresh(held).next_deadline == deadline
    assert make.handoff_of(held).requested_at == asked


@pytest.mark.parametrize("after", [None, 30 * MINUTE])
def test_answered_and_silent_for_so_long_is_the_assistants_again(now, ana, held, after):
    make.team(assignment=Team.Assignment.CLAIM, return_after=after)
    desk.reply(held.pk, agent=ana, body="Anything else?", now=now + MINUTE)
    look(held, now + 2 * MINUTE)
    if after:
        assert make.handoff_of(held).check_at == now + 31 * MINUTE
    look(held, now + 30 * MINUTE)
    assert make.fresh(held).control == "human"
    look(held, now + 31 * MINUTE)
    assert make.fresh(held).control == ("bot" if after else "human")
    if after:
        assert Handoff.objects.get().ending == "returned"


def test_customer_who_waits_is_not_given_to_the_assistant_by_the_clock(now, ana, held):
    make.team(assignment=Team.Assignment.CLAIM, return_after=5 * MINUTE)
    look(held, now + 6 * MINUTE)
    assert make.fresh(held).control == "human"


def test_what_goes_round_in_circles_stays_with_people(now, ana):
    """Else the assistant and the desk throw a customer to each other."""
    make.team(assignment=Team.Assignment.CLAIM, return_after=5 * MINUTE)
    moment = now
    for _ in range(5):
        talk = make.waiting(now=moment)
        desk.accept(talk.pk, agent=ana, now=moment)
        desk.reply(talk.pk, agent=ana, body="Done", now=moment)
        moment += 5 * MINUTE
        look(talk, moment)
    assert make.fresh(talk).control == "human"
    assert make.handoff_of(talk).check_at > moment


def test_nothing_is_due_where_nobody_waits(now, ana):
    """A look at what is the assistant's, closed, or at rest changes nothing."""
    talk = factories.conversation(now=now)
    before = Event.objects.count()
    look(talk, now)
    watched = make.waiting(2, now=now)
    desk.close(watched.pk, agent=ana, now=now)
    closed = Event.objects.count()
    look(watched, now + 60 * MINUTE)
    assert (closed > before, Event.objects.count()) == (True, closed)


def test_supervisor_is_called_once_however_often_it_comes_back(now, ana):
    talk = make.waiting(now=now)
    moment = now
    for _ in range(5):
        desk.accept(talk.pk, agent=ana, now=moment)
        moment += 20 * MINUTE
        look(talk, moment)
    assert Event.objects.filter(event_type="handoff.supervisor_called").count() == 1
    assert handoffs.current_handoff(make.fresh(talk)).requeues == 5


def test_agent_keeps_a_customer_who_comes_back_after_the_window_had_closed(now, held):
    """While the window was closed nobody could answer: their time to answer begins when the customer is back."""
    day = now + timedelta(hours=25)
    look(held, day)
    assert make.fresh(held).state == State.HUMAN
    resting.windows_expire(now=day)
    assert make.fresh(held).state == State.DORMANT
    writes(held, day + MINUTE)
    look(held, day + 2 * MINUTE)
    assert make.fresh(held).state == State.HUMAN
    look(held, day + 11 * MINUTE)
    assert make.handoff_of(held).nudged_at == day + 11 * MINUTE
