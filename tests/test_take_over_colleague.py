"""Barging in on a colleague: only with their name, so that of two one wins and nobody is overrun unseen."""

import threading

import pytest
from django.db import connection

from audit.models import Event
from audit.verify import verify
from handoff import desk
from handoff.models import Handoff
from handoff.refusals import Refused
from tests import factories
from tests.together import banners, fresh, held, refusal, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def ben(db):
    return factories.agent("ben")


def test_second_writer_is_told_who_writes_and_how_to_take_over(now, ana, ben):
    mine = held(now, ana)
    refused = refusal(desk.take_over, mine.pk, agent=ben, now=now)
    assert (refused.code, refused.words) == (
        "already_taken", "ana holds this conversation. Take it over from ana to write.",
    )  # fmt: skip
    assert "Take it over from ana" in refusal(desk.reply, mine.pk, agent=ben, body="Hi", now=now).words


def test_with_the_holders_name_it_is_theirs_at_once(now, ana, ben):
    mine = held(now, ana)
    desk.take_over(mine.pk, agent=ben, holder=ana.pk, now=now)
    assert (fresh(mine).assigned_to, Handoff.objects.get().accepted_by) == (ben, ben)
    assert banners(mine)[-1] == "ben took over from ana"
    assert "ben" in refusal(desk.reply, mine.pk, agent=ana, body="Hello", now=now).words
    assert desk.reply(mine.pk, agent=ben, body="Hello", now=now)


def test_holder_who_changed_meanwhile(now, ana, ben):
    mine, cleo = held(now, ana), factories.agent("cleo")
    desk.transfer(mine.pk, agent=ana, to=ben, now=now)
    refused = refusal(desk.take_over, mine.pk, agent=cleo, holder=ana.pk, now=now)
    assert (refused.code, "ben holds" in refused.words) == ("already_taken", True)


def test_ones_own_is_left_as_it_is(now, ana):
    mine, events = held(now, ana), Event.objects.count()
    assert desk.take_over(mine.pk, agent=ana, now=now).assigned_to == ana
    assert Event.objects.count() == events


def test_what_waits_is_accepted_not_taken_over(now, ana, ben):
    refused = refusal(desk.take_over, waiting(now, ana).pk, agent=ben, holder=ana.pk, now=now)
    assert (refused.code, "accept it" in refused.words) == ("already_handed_off", True)


def test_what_was_given_to_the_bot_meanwhile_is_taken_from_the_bot(now, ana, ben):
    mine = held(now, ana)
    desk.release(mine.pk, agent=ana, now=now)
    desk.take_over(mine.pk, agent=ben, holder=ana.pk, now=now)
    assert fresh(mine).assigned_to == ben


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_of_two_who_barge_in_at_once_one_wins(now, round_):
    ana, rivals = factories.agent("ana"), [factories.agent("ben"), factories.agent("cleo")]
    mine, start, outcomes = held(now, ana), threading.Barrier(2), {}

    def barge(agent):
        try:
            start.wait()
            desk.take_over(mine.pk, agent=agent, holder=ana.pk, now=now)
            outcomes[agent.pk] = "won"
        except Refused as refused:
            outcomes[agent.pk] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=barge, args=(agent,)) for agent in rivals]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    winner = fresh(mine).assigned_to
    assert outcomes.pop(winner.pk) == "won"
    (loser,) = outcomes.values()
    assert (loser.code, winner.username in loser.words) == ("already_taken", True)
    assert list(verify()) == []
