"""Windows that close: conversations rest, promises end honestly, and who comes back is promised something again."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from audit.verify import verify
from conversations import control, intake
from conversations.models import Conversation
from conversations.states import Event as StateEvent
from conversations.states import State
from handoff import assignment, desk, resting, router, sweeping
from handoff.handoffs import handoff_request
from handoff.models import Handoff
from sla.models import Clock
from tests import factories
from tests import routing_factories as make

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24)


@pytest.fixture
def conversation(now):
    return factories.conversation(now=now)


@transaction.atomic
def hand_off(conversation, now) -> None:
    handoff_request(factories.locked(conversation), reason=Handoff.Reason.ASKED, actor=SYSTEM, now=now, summary="help")


@transaction.atomic
def writes(now, **more):
    """The customer writes, as the handler takes it in."""
    taken = intake.take(factories.channel(now=now), factories.incoming(now=now, **more), now=now)
    router.route(taken.message, now=now)
    return taken.message


def fresh(conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def running(conversation):
    return Clock.objects.running().filter(conversation=conversation)


@pytest.mark.parametrize("state", ["bot", "pending", "human"])
def test_window_that_closes_puts_the_conversation_to_rest_once(conversation, now, state):
    if state == "pending":
        hand_off(conversation, now)
    if state == "human":
        desk.take_over(conversation.pk, agent=factories.agent(), now=now)
    assert resting.windows_expire(now=now + DAY - timedelta(minutes=3)) == 0
    assert resting.windows_expire(now=now + DAY) == 1
    assert resting.windows_expire(now=now + DAY) == 0
    assert fresh(conversation).state == State.DORMANT
    assert not running(conversation).exists()
    assert list(verify()) == []


def test_promise_that_was_missed_before_the_window_closed_stays_missed_at_its_deadline(conversation, now):
    hand_off(conversation, now)
    due_at = running(conversation).get().due_at
    resting.windows_expire(now=now + DAY)
    clock = Clock.objects.get()
    assert (clock.breached_at, clock.cancelled_at) == (due_at, now + DAY)
    assert fresh(conversation).next_deadline is None


def test_promise_not_yet_due_when_the_window_closes_is_missed_already(conversation, now):
    """A person called at the last minute: nobody can answer in time any more, and the book says so honestly.

    The breach is its deadline, as ever; the clock ends when the window does.
    """
    late = now + DAY - timedelta(minutes=2, seconds=30)
    hand_off(conversation, late)
    end = now + DAY - timedelta(minutes=2)
    assert running(conversation).get().due_at > end
    assert resting.windows_expire(now=end) == 1
    clock = Clock.objects.get()
    assert clock.breached_at == clock.due_at
    assert clock.cancelled_at == end


def test_one_conversation_that_cannot_rest_keeps_no_other_awake(now, monkeypatch):
    """If this fails, one broken row stops the sweep for every customer behind it."""
    first = factories.conversation(now=now - timedelta(minutes=5), who=factories.sender(1))
    second = factories.conversation(now=now, who=factories.sender(2))
    lapse = resting.clocks_lapse

    def fails_for_one(conversation, **more):
        if conversation.pk == first.pk:
            raise RuntimeError("broken")
        lapse(conversation, **more)

    monkeypatch.setattr(resting, "clocks_lapse", fails_for_one)
    assert resting.windows_expire(now=now + DAY) == 1
    assert [fresh(first).state, fresh(second).state] == [State.NEW, State.DORMANT]


def test_customer_who_comes_back_to_the_queue_is_promised_an_answer_again(conversation, now):
    """Invariant 7: the old promise has lapsed, and they wait once more."""
    hand_off(conversation, now)
    resting.windows_expire(now=now + DAY)
    back = now + DAY + timedelta(hours=1)
    writes(back)
    assert fresh(conversation).state == State.PENDING
    assert running(conversation).get().started_at == back


def test_customer_who_comes_back_without_a_question_is_promised_an_answer_too(conversation, now):
    """A call, or a line for Meta's own agent, opens the window and asks nobody: they still wait in the queue."""
    hand_off(conversation, now)
    resting.windows_expire(now=now + DAY)
    back = now + DAY + timedelta(hours=1)
    with transaction.atomic():
        come = factories.incoming(now=back, type="call")
        intake.take(factories.channel(now=back), come, now=back)
    assert fresh(conversation).state == State.PENDING
    resting.windows_expire(now=back + timedelta(seconds=15))
    resting.windows_expire(now=back + timedelta(seconds=30))
    assert running(conversation).get().started_at <= back + timedelta(seconds=15)
    assert fresh(conversation).next_deadline is not None
    assert list(verify()) == []


def test_resting_conversation_gets_no_promise_that_nobody_can_keep(conversation, now):
    hand_off(conversation, now)
    resting.windows_expire(now=now + DAY)
    resting.windows_expire(now=now + DAY + timedelta(hours=1))
    assert not running(conversation).exists()


def test_agent_who_held_it_has_it_again_when_the_customer_is_back(conversation, now):
    agent = factories.agent()
    desk.take_over(conversation.pk, agent=agent, now=now)
    resting.windows_expire(now=now + DAY)
    assert fresh(conversation).assigned_to == agent
    writes(now + DAY + timedelta(hours=1))
    assert (fresh(conversation).state, fresh(conversation).assigned_to) == (State.HUMAN, agent)


def test_rest_is_on_the_record_and_told_in_the_thread(conversation, now):
    resting.windows_expire(now=now + DAY)
    event = Event.objects.filter(event_type="conversation.transition").latest("ts")
    assert event.payload["event"] == StateEvent.EXPIRE_WINDOW
    assert conversation.messages.filter(type="banner", body__contains="24-hour window closed").exists()
    assert control.states.control_of(fresh(conversation).state) == "nobody"


def test_what_rests_is_offered_to_nobody_and_nothing_is_due_about_it(now):
    """If this fails, agents are offered customers whom they may not write to."""
    make.team()
    ana = make.person("ana", now=now)
    talk = make.waiting(now=now)
    end = now + DAY
    make.stays(ana, now=end)
    assignment.assign(talk.pk, now=now)
    resting.windows_expire(now=end)
    handoff = Handoff.objects.get()
    assert (handoff.check_at, make.offered_to(talk)) == (None, "")
    sweeping.look_after_all(now=end)
    assert Handoff.objects.get().check_at is None
    assert make.offered_to(talk) == ""


def test_who_is_back_in_the_queue_is_watched_and_offered_again(now):
    make.team()
    ana = make.person("ana", now=now)
    talk = make.waiting(now=now)
    resting.windows_expire(now=now + DAY)
    back = now + DAY + timedelta(hours=1)
    make.stays(ana, now=back)
    with transaction.atomic():
        intake.take(factories.channel(now=back), factories.incoming(now=back, who=factories.sender(1)), now=back)
    resting.windows_expire(now=back)
    assert Handoff.objects.get().check_at is not None
    sweeping.look_after_all(now=back)
    assert make.offered_to(talk) == "ana"
