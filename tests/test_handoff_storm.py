"""A thousand customers in a minute. If this fails, the loudest hour of the year is served in no order at all."""

import heapq
from collections import Counter
from datetime import timedelta

import pytest

from benchmarks import crowd
from conversations.models import Conversation
from handoff import assignment, desk, queue
from handoff.models import Offer
from tests import factories
from tests import routing_factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

WAVES, CUSTOMERS, AGENTS, CAPACITY = 5, 200, 20, 50


def test_storm_is_drained_in_the_order_of_urgency(now):
    """Customers come in waves, agents come online between them: each free hand gets whoever is most urgent then."""
    team = make.team(capacity=CAPACITY, offer_time=timedelta(hours=1))
    channel = factories.channel(now=now)
    waiting, expected = [], []
    for wave in range(WAVES):
        moment = now + timedelta(seconds=12 * wave)
        crowd.waiting(CUSTOMERS, teams=[team], channel=channel, now=moment, languages=[""])
        for talk in Conversation.objects.filter(last_activity_at=moment, revision=0):
            heapq.heappush(waiting, queue.place_of(talk))
        for number in range(AGENTS // WAVES - (wave == 0)):
            agent = make.person(f"agent{wave}-{number}", now=moment)
            assert assignment.fill(agent.pk, now=moment) == min(CAPACITY, len(waiting))
            expected += [heapq.heappop(waiting) for _ in range(min(CAPACITY, len(waiting)))]
    assert len(waiting) == CAPACITY, "one agent is missing"
    last = waiting[0].conversation_id
    free_hand(moment)
    offered = list(Offer.objects.order_by("pk").values_list("handoff__conversation_id", flat=True))
    assert offered == [*(place.conversation_id for place in expected), last]
    assert max(Counter(Offer.objects.values_list("agent_id", flat=True)).values()) == CAPACITY + 1


def free_hand(now) -> None:
    """Somebody closes one: their hand is the only one that is free."""
    offer = Offer.objects.select_related("agent", "handoff").first()
    desk.accept(offer.handoff.conversation_id, agent=offer.agent, now=now)
    assert assignment.fill(offer.agent_id, now=now) == 0
    desk.close(offer.handoff.conversation_id, agent=offer.agent, now=now)
    assert assignment.fill(offer.agent_id, now=now) == 1
