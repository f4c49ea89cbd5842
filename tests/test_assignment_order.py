"""Who gets what, in which order. If these fail, the urgent wait behind the new, or one agent drowns beside others."""

from datetime import timedelta

import pytest
from django.db import connection

from benchmarks import crowd
from handoff import assignment, desk, hands, people, presence, queue
from handoff.models import Offer, Presence, Seat, Team
from tests import factories
from tests import routing_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def support(db):
    return make.team()


def given(talk, now) -> str:
    """Who is offered it."""
    offer = assignment.assign(talk.pk, now=now)
    return offer.agent.username if offer else ""


def holds(user, count: int, now, first: int) -> None:
    for number in range(first, first + count):
        desk.accept(make.waiting(number, now=now).pk, agent=user, now=now)


# Which agent


def test_least_loaded_gets_it(now):
    ana, ben = (make.person(name, now=now) for name in ("ana", "ben"))
    holds(ana, 2, now, 1)
    holds(ben, 1, now, 11)
    assert given(make.waiting(20, now=now), now) == "ben"
    assert given(make.waiting(21, now=now), now) in ("ana", "ben"), "now both have two"


def test_offers_count_as_load(now):
    for name in ("ana", "ben", "cora"):
        make.person(name, now=now)
    got = [given(make.waiting(number, now=now), now) for number in range(6)]
    assert sorted(got) == ["ana", "ana", "ben", "ben", "cora", "cora"]


def test_round_robin_goes_round_whatever_they_hold(now, support):
    make.team(strategy=Team.Strategy.ROUND_ROBIN)
    ana = make.person("ana", now=now)
    for name in ("ben", "cora"):
        make.person(name, now=now)
    holds(ana, 2, now, 1)
    got = []
    for number in range(10, 16):
        moment = now + timedelta(seconds=number)
        got.append(given(make.waiting(number, now=moment), moment))
    assert got == ["ana", "ben", "cora"] * 2


def test_longest_idle_gets_it(now):
    make.team(strategy=Team.Strategy.LONGEST_IDLE)
    for name, minutes in (("ana", 3), ("ben", 10), ("cora", 5)):
        make.person(name, now=now)
        Presence.objects.filter(user__username=name).update(idle_since=now - timedelta(minutes=minutes))
    got = [given(make.waiting(number, now=now), now) for number in range(3)]
    assert got == ["ben", "cora", "ana"]
    assert "free the longest" in Offer.objects.first().why


def test_who_was_named_comes_first_then_who_had_this_customer_before(now):
    ana, ben, cora = (make.person(name, now=now) for name in ("ana", "ben", "cora"))
    talk = make.waiting(1, now=now)
    desk.accept(talk.pk, agent=ben, now=now)
    desk.close(talk.pk, agent=ben, now=now)
    again = make.waiting(1, now=now + timedelta(hours=5), preferred=cora)
    later = now + timedelta(hours=5)
    make.stays(ana, ben, cora, now=later)
    assert given(again, later) == "cora"
    assignment.offer_pass(again.pk, agent=cora, now=later)
    assert given(again, later) == "ben"
    assert [offer.why for offer in Offer.objects.order_by("pk")][-2:] == [
        "it is meant for them (0 of 5 in hand)", "had this customer before (0 of 5 in hand)"
    ]  # fmt: skip


def test_acquaintance_of_last_year_is_none(now):
    for name in ("ana", "ben"):
        make.person(name, now=now)
    talk = make.waiting(1, now=now)
    ben = people.User.objects.get(username="ben")
    desk.accept(talk.pk, agent=ben, now=now)
    desk.close(talk.pk, agent=ben, now=now)
    later = now + timedelta(days=31)
    make.stays(*people.User.objects.all(), now=later)
    Presence.objects.filter(user=ben).update(assigned_at=later)
    assert given(make.waiting(1, now=later), later) == "ana"


@pytest.mark.parametrize("why", ["away", "full", "other team"])
def test_who_was_named_but_cannot_have_it_does_not_hold_it_up(now, why):
    _, ben = (make.person(name, now=now) for name in ("ana", "ben"))
    if why == "away":
        presence.status_set(ben, status="away", now=now)
    if why == "full":
        Seat.objects.create(user=ben, team=factories.team(), capacity=0)
    if why == "other team":
        ben.groups.clear()
    assert given(make.waiting(now=now, preferred=ben), now) == "ana"


# Who may have it at all


@pytest.mark.parametrize(
    ("languages", "skills", "fits"),
    [("", "", False), ("", "tax refunds", True), ("es en", "refunds", True), ("en", "refunds", False)],
)
def test_language_and_skills_must_fit(now, languages, skills, fits):
    ana = make.person("ana", now=now, languages=languages, skills=skills)
    talk = make.waiting(now=now, language="es", skills=("refunds",))
    assert bool(given(talk, now)) == fits
    Offer.objects.all().delete()
    assert bool(assignment.fill(ana.pk, now=now)) == fits


def test_nobody_gets_more_than_they_can_hold(now, support):
    ana = make.person("ana", now=now)
    Seat.objects.create(user=ana, team=support, capacity=2)
    holds(ana, 1, now, 1)
    for number in range(10, 14):
        make.waiting(number, now=now)
    assert assignment.fill(ana.pk, now=now) == 1
    assert assignment.fill(ana.pk, now=now) == 0
    assert given(make.waiting(20, now=now), now) == ""


def test_capacity_over_all_teams_bounds_each(now):
    make.team("returns")
    ana = make.person("ana", now=now, teams=("support", "returns"), capacity=3)
    for number in range(4):
        make.waiting(number, now=now)
        make.waiting(10 + number, now=now, in_team="returns")
    assert assignment.fill(ana.pk, now=now) == 3
    assert assignment.fill(ana.pk, now=now) == 0


def test_what_rests_or_is_closed_fills_nobodys_hands(now, support):
    ana = make.person("ana", now=now)
    Seat.objects.create(user=ana, team=support, capacity=1)
    talk = make.waiting(1, now=now)
    desk.accept(talk.pk, agent=ana, now=now)
    make.waiting(2, now=now)
    assert assignment.fill(ana.pk, now=now) == 0
    desk.close(talk.pk, agent=ana, now=now)
    assert assignment.fill(ana.pk, now=now) == 1


@pytest.mark.parametrize("word", ["away", "finishing", "offline"])
def test_who_is_not_online_is_offered_nothing(now, word):
    ana = make.person("ana", now=now)
    presence.status_set(ana, status=word, now=now)
    talk = make.waiting(now=now)
    assert given(talk, now) == ""
    assert assignment.fill(ana.pk, now=now) == 0


def test_account_that_is_gone_is_offered_nothing(now):
    ana = make.person("ana", now=now)
    make.waiting(now=now)
    people.User.objects.filter(pk=ana.pk).update(is_active=False)
    assert assignment.fill(ana.pk, now=now) == 0
    ana.delete()
    assert assignment.fill(ana.pk or 0, now=now) == 0


# In which order


def waiting_in_disorder(now) -> list:
    """The most urgent first: by deadline, then priority, then age; whoever has no deadline comes last."""
    hour = timedelta(hours=1)
    order = [
        make.waiting(1, now=now, deadline=now + hour),
        make.waiting(2, now=now, deadline=now + 2 * hour, priority=50),
        make.waiting(3, now=now - timedelta(minutes=9), deadline=now + 2 * hour, priority=10),
        make.waiting(4, now=now - timedelta(minutes=5), deadline=now + 2 * hour, priority=10),
        make.waiting(5, now=now - timedelta(minutes=30)),
    ]
    order[-1].__class__.objects.filter(pk=order[-1].pk).update(next_deadline=None, priority=900)
    return order


def test_free_hands_take_the_most_urgent_first(now):
    order = waiting_in_disorder(now)
    ana = make.person("ana", now=now)
    assert assignment.fill(ana.pk, now=now) == 5
    offered = [offer.handoff.conversation_id for offer in Offer.objects.order_by("pk")]
    assert offered == [talk.pk for talk in order]


def test_new_handoff_does_not_overtake_those_who_wait(now, support):
    """If this fails, whoever comes last is served first whenever a hand is free at that moment."""
    order = waiting_in_disorder(now)
    ana = make.person("ana", now=now)
    Seat.objects.create(user=ana, team=support, capacity=2)
    latest = make.waiting(9, now=now, deadline=now + timedelta(minutes=90))
    assert given(latest, now) == "ana", "their hour and a half is the second soonest"
    offered = [offer.handoff.conversation_id for offer in Offer.objects.order_by("pk")]
    assert offered == [order[0].pk, latest.pk]


def test_queues_of_several_teams_are_one_for_who_is_in_them(now):
    make.team("returns")
    make.team("closed-shop", assignment=Team.Assignment.CLAIM)
    ana = make.person("ana", now=now, teams=("support", "returns", "closed-shop"))
    second = make.waiting(1, now=now, deadline=now + timedelta(hours=2))
    first = make.waiting(2, now=now, in_team="returns", deadline=now + timedelta(hours=1))
    make.waiting(3, now=now, in_team="closed-shop", deadline=now)
    assert assignment.fill(ana.pk, now=now) == 2
    offered = [offer.handoff.conversation_id for offer in Offer.objects.order_by("pk")]
    assert offered == [first.pk, second.pk]


def test_queue_is_read_in_the_order_of_its_index(now, support):
    """At ten thousand waiting a sort of them all, for every free slot, would be felt."""
    crowd.waiting(2000, teams=[support], channel=factories.channel(now=now), now=now)
    ana = make.person("ana", now=now, languages="en", skills="tax")
    assert assignment.fill(ana.pk, now=now) == 5
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = queue.of_team(support, hands.profile_of(ana), queue.held_out(), now)[:20].explain()
    assert "conversation_queue" in plan
    assert "Sort" not in plan.replace("Incremental Sort", "")
