"""Calling a higher level: never a level too high, never a team that is empty or answers something else."""

import pytest

from conversations.models import Conversation, Topic
from handoff import desk
from handoff.models import Handoff
from tests import factories
from tests.together import banners, fresh, held, refusal, team, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


def topic(code: str) -> Topic:
    return Topic.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def test_to_the_next_level_and_not_past_it(now, ana):
    team("vips", people=("vera",), level=3)
    experts = team("experts", people=("eva",), level=2)
    mine = held(now, ana)
    desk.escalate(mine.pk, agent=ana, note="He wants a manager", now=now)
    assert (fresh(mine).state, fresh(mine).team_id) == ("pending", experts.pk)
    assert banners(mine)[-1] == "Back in the queue of Experts: ana escalated it"


def test_past_a_level_that_is_empty_or_answers_something_else(now, ana):
    team("empty", level=2)
    team("sales", people=("sam",), level=2).topics.add(topic("sales"))
    vips = team("vips", people=("vera",), level=3)
    mine = held(now, ana)
    Conversation.objects.filter(pk=mine.pk).update(topic=topic("refund"))
    desk.escalate(mine.pk, agent=ana, now=now)
    assert fresh(mine).team_id == vips.pk


def test_of_one_level_the_team_that_speaks_the_language(now, ana):
    team("a-experts", people=("eva",), level=2, languages=["en"])
    spanish = team("b-experts", people=("elena",), level=2, languages=["es"])
    mine = held(now, ana)
    Conversation.objects.filter(pk=mine.pk).update(language="es")
    desk.escalate(mine.pk, agent=ana, now=now)
    assert fresh(mine).team_id == spanish.pk


def test_nobody_above(now, ana):
    mine = held(now, ana)
    refused = refusal(desk.escalate, mine.pk, agent=ana, now=now)
    assert (refused.code, "Support" in refused.words) == ("no_higher_team", True)
    assert fresh(mine).assigned_to == ana


def test_one_that_waits_moves_on_with_its_place(now, ana):
    experts = team("experts", people=("eva",), level=2)
    queued = waiting(now, ana)
    desk.escalate(queued.pk, agent=ana, now=now)
    assert (fresh(queued).team_id, fresh(queued).next_deadline) == (experts.pk, queued.next_deadline)


def test_the_bots_is_handed_over_to_that_team(now, ana):
    experts = team("experts", people=("eva",), level=2)
    bots = factories.conversation(now=now)
    desk.escalate(bots.pk, agent=ana, note="looks delicate", now=now)
    handoff = Handoff.objects.get()
    assert (handoff.team_id, handoff.reason, handoff.explanation) == (experts.pk, "agent_request", "looks delicate")


def test_only_who_holds_it(now, ana):
    team("experts", people=("eva",), level=2)
    mine = held(now, ana)
    assert refusal(desk.escalate, mine.pk, agent=factories.agent("ben"), now=now).code == "not_in_control"
    desk.close(mine.pk, agent=ana, now=now)
    assert refusal(desk.escalate, mine.pk, agent=ana, now=now).code == "closed"
