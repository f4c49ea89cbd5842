"""Nobody is left behind (invariant 7): when accounts are switched off or deleted, teams emptied, wake-ups lost."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError

from audit.actors import Actor
from audit.models import Event
from audit.verify import verify
from conversations.states import State
from handoff import desk, leaving, phone_app, resting, sweeping, watch
from handoff.models import Handoff, Offer, Team
from sla.models import Clock
from tests import factories
from tests import routing_factories as make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def support(db):
    return make.team(assignment=Team.Assignment.CLAIM)


@pytest.fixture
def ana(now):
    return make.person("ana", now=now)


@pytest.fixture
def sara(db):
    return factories.agent("sara")


def switch_off(user) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])


def held_by(agent, number, now):
    return desk.accept(make.waiting(number, now=now).pk, agent=agent, now=now)


def assert_waits_with_a_clock(talk) -> None:
    assert make.fresh(talk).state == State.PENDING
    assert Clock.objects.running().filter(conversation=talk).exists()
    assert make.handoff_of(talk).check_at is not None


def test_what_somebody_held_goes_back_when_their_account_is_switched_off(now, ana, sara):
    talks = [held_by(ana, number, now) for number in (1, 2)]
    desk.reply(talks[0].pk, agent=ana, body="One moment", now=now)
    switch_off(ana)
    assert leaving.agent_deactivated(ana, actor=Actor.human(sara), now=now) == 2
    for talk in talks:
        assert_waits_with_a_clock(talk)
        assert Event.objects.about(talk.stream).filter(event_type="handoff.requeued").get().actor_name == "sara"
    assert list(verify()) == []


def test_what_was_offered_to_them_is_offered_to_others(now, sara):
    make.team()
    ana, ben = make.person("ana", now=now), make.person("ben", now=now)
    talk = make.waiting(now=now, preferred=ana)
    sweeping.look_after_all(now=now)
    switch_off(next(user for user in (ana, ben) if user.username == make.offered_to(talk)))
    gone = User.objects.get(is_active=False)
    leaving.agent_deactivated(gone, actor=Actor.human(sara), now=now)
    sweeping.look_after_all(now=now)
    assert make.offered_to(talk) not in ("", gone.username)
    assert Offer.objects.filter(agent=gone).get().outcome == "withdrawn"


def test_account_that_is_in_use_loses_nothing(now, ana, sara):
    held_by(ana, 1, now)
    with pytest.raises(ValueError, match="switch the account off first"):
        leaving.agent_deactivated(ana, actor=Actor.human(sara), now=now)


def test_account_switched_off_behind_our_back_is_found_by_the_sweep(now, ana):
    """By SQL, by a script, by another program."""
    talk = held_by(ana, 1, now)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    sweeping.look_after_all(now=now)
    assert_waits_with_a_clock(talk)
    assert make.fresh(talk).messages.filter(body__contains="ana is no longer here").exists()


def test_phone_app_is_nobodys_account_and_keeps_what_it_holds(now):
    talk = factories.conversation(now=now)
    with transaction.atomic():
        phone_app.answered(factories.locked(talk), now=now)
    sweeping.look_after_all(now=now)
    assert phone_app.is_holder(make.fresh(talk))


def test_what_rested_with_somebody_who_left_goes_to_the_queue_when_the_customer_is_back(now, ana):
    talk = held_by(ana, 1, now)
    late = now + timedelta(hours=25)
    resting.windows_expire(now=late)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    sweeping.look_after_all(now=late)
    assert make.fresh(talk).state == State.DORMANT
    with transaction.atomic():
        factories.take("Hello?", now=late, who=factories.sender(1))
        watch.customer_wrote(factories.locked(talk), now=late)
    assert_waits_with_a_clock(talk)


def test_who_has_conversations_cannot_be_deleted_nor_can_their_team(now, ana, support):
    held_by(ana, 1, now)
    for row in (ana, support):
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()


def test_team_that_everybody_has_left_is_shown_to_supervisors_and_keeps_its_clock(now, ana):
    talk = make.waiting(now=now)
    ana.groups.clear()
    watch.look_after(talk.pk, now=now + MINUTE)
    watch.look_after(talk.pk, now=now + 2 * MINUTE)
    assert_waits_with_a_clock(talk)
    assert make.handoff_of(talk).supervisor_since == now + MINUTE
    event = Event.objects.get(event_type="handoff.supervisor_called")
    assert event.payload["why"] == "nobody is in Support any more"


def test_handoff_that_nobody_watches_is_found(now, ana):
    """A call wakes a conversation without asking anything; a bug may forget one: the sweep does not."""
    waits, held = make.waiting(1, now=now), held_by(ana, 2, now)
    Handoff.objects.update(check_at=None)
    sweeping.look_after_all(now=now)
    assert make.handoff_of(waits).check_at is not None
    assert make.handoff_of(held).check_at is not None


# Overflow


@pytest.fixture
def chain(ana):
    """Support overflows into Returns, Returns into Support."""
    factories.agent("rita", teams=("returns",))
    returns = make.team("returns", assignment=Team.Assignment.CLAIM, overflow_after=5 * MINUTE)
    make.team(overflow_to=returns, overflow_after=10 * MINUTE)
    make.team("returns", overflow_to=factories.team())
    return returns


def test_who_waits_too_long_goes_on_to_the_overflow_team_and_never_back(now, chain):
    talk = make.waiting(now=now)
    deadline = make.fresh(talk).next_deadline
    watch.look_after(talk.pk, now=now + 9 * MINUTE)
    assert make.fresh(talk).team_id == factories.team().pk
    assert make.handoff_of(talk).check_at == now + 10 * MINUTE
    watch.look_after(talk.pk, now=now + 10 * MINUTE)
    assert make.fresh(talk).team_id == chain.pk
    assert make.fresh(talk).next_deadline == deadline, "the place in line stays"
    for minutes in (16, 30, 60):
        watch.look_after(talk.pk, now=now + minutes * MINUTE)
    assert make.fresh(talk).team_id == chain.pk
    moved = Event.objects.get(event_type="handoff.moved")
    assert moved.payload["why"] == "it waited longer than 10 minutes"


def test_overflow_into_an_empty_team_is_none(now, chain):
    chain.user_set.clear()
    talk = make.waiting(now=now)
    watch.look_after(talk.pk, now=now + 11 * MINUTE)
    assert make.fresh(talk).team_id == factories.team().pk


def test_conversation_of_a_plain_group_is_watched_like_any_other(now, ana):
    from django.contrib.auth.models import Group

    talk = make.waiting(now=now)
    group = Group.objects.create(name="Old group")
    talk.team = group
    talk.save()
    Handoff.objects.update(team=group)
    watch.look_after(talk.pk, now=now + 30 * MINUTE)
    assert make.handoff_of(talk).check_at is not None
