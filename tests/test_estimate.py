"""Place in line and estimate: figures a customer is told, so none is better than a wrong one."""

from datetime import timedelta

import pytest

from conversations.models import Conversation
from conversations.states import State
from handoff import desk, estimate, people, presence
from handoff.estimate import LONGER
from tests import factories
from tests import waiting_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(now):
    return factories.agent("ana")


@pytest.fixture
def there(ana, now):
    presence.seen(ana, now=now)
    return ana


def minutes(conversation, now) -> int | None:
    return estimate.minutes_for(make.fresh(conversation), now=now)


def test_places_are_those_of_the_queue_as_agents_see_it(now, ana):
    """By deadline, priority and age, whatever is missing; the customer's place is where the agents' list has them."""
    made = [make.waits(number, now=now + timedelta(seconds=number % 3)) for number in range(1, 9)]
    changes = [
        {"next_deadline": None}, {"next_deadline": None, "priority": 9}, {"priority": 5}, {"priority": 5},
        {"next_deadline": now}, {"next_deadline": now, "priority": 1}, {}, {"opened_at": now},
    ]  # fmt: skip
    for conversation, change in zip(made, changes, strict=True):
        Conversation.objects.filter(pk=conversation.pk).update(**change)
    queue = list(Conversation.objects.waiting())
    assert [estimate.place_of(conversation) for conversation in queue] == list(range(1, 9))


def test_other_teams_and_those_who_wait_no_more_are_not_counted(now, ana):
    first, second, third = (make.waits(number, now=now + timedelta(minutes=number)) for number in (1, 2, 3))
    Conversation.objects.filter(pk=first.pk).update(team=factories.team("other"))
    desk.accept(second.pk, agent=ana, now=now + timedelta(minutes=5))
    assert estimate.place_of(make.fresh(third)) == 1


def test_pace_of_the_last_hour_times_the_place(now, there):
    make.took(30, 20, 10, now=now, by=there)
    first, second = make.waits(1, now=now), make.waits(2, now=now + timedelta(seconds=1))
    assert (minutes(first, now), minutes(second, now)) == (10, 20)


def test_estimate_is_rounded_up_to_what_people_say():
    wanted = {0: 2, 2.5: 2, 2.6: 5, 11: 15, 31: 45, 60: 60, 61: 90, 90.5: 90, 91: LONGER, 1e5: LONGER}
    assert {waited: estimate.rounded(timedelta(minutes=waited)) for waited in wanted} == wanted


def test_fewer_than_three_acceptances_give_no_figure(now, there):
    make.took(30, 20, 150, now=now, by=there)
    assert minutes(make.waits(1, now=now), now) is None


def test_two_hours_are_looked_at_where_one_is_too_short(now, there):
    make.took(110, 100, 10, now=now, by=there)
    assert minutes(make.waits(1, now=now), now) == 45  # 110 minutes, three acceptances


def test_nobody_there_means_no_figure_however_fast_they_were(now, ana):
    make.took(30, 20, 10, now=now, by=ana)
    waiting = make.waits(1, now=now)
    assert minutes(waiting, now) is None
    presence.seen(ana, now=now)
    assert minutes(waiting, now) == 10
    presence.status_set(ana, status="finishing", now=now)
    assert minutes(waiting, now) is None, "who finishes what they have takes nothing new"


def test_lease_that_ran_out_is_nobody(now, there):
    make.took(30, 20, 10, now=now, by=there)
    later = now + timedelta(minutes=2)
    assert minutes(make.waits(1, now=now), later) is None


def test_team_that_has_stopped_grows_slower_by_the_minute(now, there):
    """If this fails, a desk that went to lunch goes on promising two minutes."""
    make.took(3, 2, 1, now=now, by=there)
    waiting = make.waits(1, now=now)
    assert minutes(waiting, now) == 2
    later = now + timedelta(minutes=45)
    presence.seen(there, now=later)
    assert minutes(waiting, later) == 20


def test_barging_in_on_the_assistant_is_no_pace(now, there):
    for number in (1, 2, 3):
        desk.take_over(factories.conversation(now=now, who=factories.sender(number)).pk, agent=there, now=now)
    assert minutes(make.waits(9, now=now), now) is None


def test_acceptances_of_another_team_are_not_ours(now, there):
    other = factories.team("other")
    make.took(30, 20, 10, now=now, by=there)
    waiting = make.waits(1, now=now)
    Conversation.objects.filter(pk=waiting.pk).update(team=other)
    presence.seen(factories.agent("ben", teams=("other",)), now=now)
    assert minutes(waiting, now) is None


def test_free_means_room_for_one_more(now, there):
    team = factories.team()
    team.capacity = 1
    team.save()
    assert estimate.is_anybody_free(people.team_of_group(team), now=now)
    desk.accept(make.waits(1, now=now).pk, agent=there, now=now)
    assert not estimate.is_anybody_free(people.team_of_group(team), now=now)
    assert estimate.is_anybody_there(people.team_of_group(team), now=now)


def test_place_costs_one_query(now, ana, django_assert_num_queries):
    for number in range(1, 5):
        make.waits(number, now=now)
    waiting = Conversation.objects.filter(state=State.PENDING).last()
    with django_assert_num_queries(1):
        estimate.place_of(waiting)
