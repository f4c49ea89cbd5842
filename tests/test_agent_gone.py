"""Agents who are gone: their lease has run out, or they said so. If these fail, customers wait for an empty chair, as
peers leave them for years; or an agent loses customers to a flicker of the network."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.models import Event
from audit.verify import verify
from conversations.models import Message
from conversations.states import State
from handoff import desk, presence, sweeping, watch
from handoff.models import Handoff, Team
from sla.models import Clock
from tests import factories
from tests import routing_factories as make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def support(db):
    return make.team(assignment=Team.Assignment.CLAIM, grace_time=2 * MINUTE)


@pytest.fixture
def ana(now):
    return make.person("ana", now=now)


@pytest.fixture
def held(now, ana):
    """Ana has it; the customer waits for her first word."""
    talk = make.waiting(now=now)
    return desk.accept(talk.pk, agent=ana, now=now)


def sweeps(since, until) -> None:
    """The sweep as beat does it, only not so often."""
    moment = since
    while moment <= until:
        sweeping.look_after_all(now=moment)
        moment += timedelta(seconds=30)


@transaction.atomic
def writes(talk, now) -> None:
    """The customer writes, as the router tells the watch."""
    factories.take("Hello?", now=now, who=factories.sender(1))
    watch.customer_wrote(factories.locked(talk), now=now)


def answered(held, ana, now) -> None:
    desk.reply(held.pk, agent=ana, body="I am looking into it", now=now)


def test_waiting_customer_goes_back_after_the_grace_time_with_their_place_in_line(now, ana, held):
    due_at = Clock.objects.get().due_at
    end = now + MINUTE + 2 * MINUTE
    sweeps(now, end - timedelta(seconds=10))
    assert make.fresh(held).assigned_to == ana
    sweeps(end, end)
    talk, handoff = make.fresh(held), make.handoff_of(held)
    assert (talk.state, talk.assigned_to) == (State.PENDING, None)
    assert (talk.next_deadline, handoff.requested_at) == (due_at, now)
    assert Clock.objects.running().get().due_at == due_at
    assert handoff.requeues == 1
    assert list(verify()) == []


def test_colleagues_are_told_and_the_customer_hears_nothing_false(now, ana, held):
    sweeps(now, now + 3 * MINUTE)
    banner = held.messages.filter(type="banner").order_by("-seq").first()
    assert banner.body == "Back in the queue of Support: ana is gone"
    assert Event.objects.get(event_type="handoff.requeued").payload["why"] == "ana is gone"
    told = held.messages.filter(sender=Message.Sender.SYSTEM, direction="out").exclude(type="banner")
    assert not told.filter(created_at__gt=now, body__icontains="ana").exists()


def test_flicker_of_the_network_costs_nobody_their_customers(now, ana, held):
    for seconds in (0, 25, 150, 170, 195):
        make.stays(ana, now=now + timedelta(seconds=seconds))
        sweeping.look_after_all(now=now + timedelta(seconds=seconds))
    assert make.fresh(held).assigned_to == ana


def test_answered_customer_stays_until_they_write_and_goes_back_at_once_then(now, ana, held):
    """Nobody waits: a requeue would only be noise. When they write, nobody is there to read it."""
    answered(held, ana, now)
    sweeps(now, now + 10 * MINUTE)
    assert make.fresh(held).assigned_to == ana
    writes(held, now + 11 * MINUTE)
    assert make.fresh(held).state == State.PENDING
    clock = Clock.objects.running().get()
    assert clock.started_at == now + 11 * MINUTE


def test_customer_who_writes_within_the_grace_time_waits_for_its_end(now, ana, held):
    answered(held, ana, now)
    sweeps(now, now + MINUTE)
    writes(held, now + 2 * MINUTE)
    assert make.fresh(held).assigned_to == ana
    sweeping.look_after_all(now=now + 3 * MINUTE)
    assert make.fresh(held).state == State.PENDING


def test_who_says_offline_is_gone_from_then_on(now, ana, held):
    presence.status_set(ana, status="offline", now=now)
    sweeps(now, now + timedelta(seconds=110))
    assert make.fresh(held).assigned_to == ana
    sweeping.look_after_all(now=now + 2 * MINUTE)
    assert make.fresh(held).state == State.PENDING


@pytest.mark.parametrize("word", ["away", "finishing"])
def test_who_is_away_for_a_moment_or_finishing_keeps_what_they_hold(now, ana, held, word):
    presence.status_set(ana, status=word, now=now)
    for beat in range(20):
        make.stays(ana, now=now + beat * timedelta(seconds=25))
        sweeping.look_after_all(now=now + beat * timedelta(seconds=25))
    assert make.fresh(held).assigned_to == ana


def test_somebody_who_works_through_the_api_alone_is_never_gone(now):
    ben = factories.agent("ben")
    talk = desk.accept(make.waiting(now=now).pk, agent=ben, now=now)
    sweeps(now, now + 5 * MINUTE)
    assert make.fresh(talk).assigned_to == ben


def test_agent_who_is_back_is_not_offered_the_same_at_once(now, support):
    make.team()
    ana, ben = make.person("ana", now=now), make.person("ben", now=now)
    talk = make.waiting(now=now)
    desk.accept(talk.pk, agent=ana, now=now)
    presence.status_set(ben, status="away", now=now)
    end = now + 3 * MINUTE
    sweeps(now + MINUTE, end)
    assert make.fresh(talk).state == State.PENDING
    make.stays(ana, now=end)
    sweeping.look_after_all(now=end)
    assert make.offered_to(talk) == ""
    presence.status_set(ben, status="online", now=end)
    sweeping.look_after_all(now=end)
    assert make.offered_to(talk) == "ben"


def test_one_that_fails_keeps_none_of_the_others_back(now, ana, held, monkeypatch):
    other = desk.accept(make.waiting(2, now=now).pk, agent=ana, now=now)
    look = watch.look_after

    def fails_for_one(conversation_id, *, now):
        if conversation_id == held.pk:
            raise RuntimeError("broken")
        look(conversation_id, now=now)

    monkeypatch.setattr(watch, "look_after", fails_for_one)
    sweeps(now, now + 3 * MINUTE)
    assert make.fresh(other).state == State.PENDING
    assert make.handoff_of(held).check_at > now + 3 * MINUTE, "it does not stand in the others' way"


def test_sweep_may_run_twice(now, ana, held):
    sweeps(now, now + 3 * MINUTE)
    before = Event.objects.count()
    sweeping.look_after_all(now=now + 3 * MINUTE)
    assert Event.objects.count() == before
    assert Handoff.objects.get().requeues == 1
