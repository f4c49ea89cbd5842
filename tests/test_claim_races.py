"""Fifty agents in five processes, five hundred customers: none taken twice, none left, nobody over their capacity."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count

from audit.models import Event
from audit.verify import verify
from benchmarks import crowd
from config import clock
from conversations.models import Conversation
from conversations.states import State
from handoff.models import Handoff, Offer, Team
from tests import factories
from tests import routing_factories as make
from tests.processes.stack import ROOT, test_database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.timeout(300)]

PROCESSES, EACH, CUSTOMERS, OFFERED = 5, 10, 500, 200


@pytest.fixture
def names():
    return [factories.agent(f"agent{number}").username for number in range(PROCESSES * EACH)]


def at_work(way: str, names: list[str]) -> Counter[str]:
    """What came of all of them together."""
    environment = {**os.environ, "DATABASE_URL": test_database_url(), "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.processes.claiming", way, *names[number::PROCESSES]],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    together: Counter[str] = Counter()
    try:
        for process in processes:
            together.update(json.loads(process.communicate(timeout=240)[0]))
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return together


def assert_each_was_taken_once(customers: int) -> None:
    accepted = Event.objects.filter(event_type="handoff.accepted").values("stream").annotate(times=Count("pk"))
    assert [row["times"] for row in accepted] == [1] * customers
    assert not Conversation.objects.filter(state=State.PENDING).exists()
    for handoff in Handoff.objects.select_related("conversation"):
        assert handoff.accepted_by_id == handoff.conversation.assigned_to_id
    assert list(verify()) == []


def test_fifty_agents_claim_five_hundred_customers(names):
    """If this fails, two people answer one customer, or somebody is left in the queue."""
    now = clock.now()
    team = make.team(assignment=Team.Assignment.CLAIM)
    crowd.waiting(CUSTOMERS, teams=[team], channel=factories.channel(now=now), now=now)
    outcomes = at_work("claim", names)
    assert outcomes.pop("accepted") == CUSTOMERS
    assert set(outcomes) <= {"already_taken"}
    assert outcomes["already_taken"], "nobody was ever second: it was no race"
    assert_each_was_taken_once(CUSTOMERS)


def test_fifty_agents_are_offered_two_hundred_customers(names):
    """If this fails, an offer is made to two, or agents are buried under more than they can hold."""
    now = clock.now()
    team = make.team(capacity=2, offer_time=timedelta(minutes=5))
    crowd.waiting(OFFERED, teams=[team], channel=factories.channel(now=now), now=now)
    outcomes = at_work("offers", names)
    assert outcomes["accepted"] == OFFERED
    assert set(outcomes) <= {"accepted", "passed"}
    assert_each_was_taken_once(OFFERED)
    assert not Offer.objects.filter(ended_at=None).exists()
    assert max(most_at_a_time().values()) <= 2


def most_at_a_time() -> Counter[int]:
    """The most that each agent ever had offered or in hand, counted from the offers and the handoffs."""
    moments = []
    for offer in Offer.objects.select_related("handoff"):
        end = offer.handoff.ended_at if offer.outcome == Offer.Outcome.ACCEPTED else offer.ended_at
        moments += [(offer.offered_at, 1, offer.agent_id), (end, -1, offer.agent_id)]
    now_held, most = Counter(), Counter()
    for _, step, agent in sorted(moments):
        now_held[agent] += step
        most[agent] = max(most[agent], now_held[agent])
    return most
