"""Passing a conversation on: nothing of it is lost, nobody is left in an empty queue, and the customer hears no bot."""

import pytest

from audit.models import Event
from conversations.models import Conversation, Message, Topic
from handoff import desk, phone_app, presence, resting
from handoff.models import BotTurn, Handoff
from sla.models import Clock
from tests import factories
from tests.together import banners, fresh, held, notes, refusal, say, supervisor, team, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def ben(db):
    return factories.agent("ben")


@pytest.fixture
def returns(db):
    return team("returns", people=("rita",))


def test_to_a_team_waits_there_with_the_promise_it_had(now, ana, returns):
    mine, due = held(now, ana), Clock.objects.get().due_at
    desk.transfer(mine.pk, agent=ana, team=returns, note="Box was torn", now=factories.later(now, minutes=1))
    after, handoff = fresh(mine), Handoff.objects.get()
    assert (after.state, after.team_id, after.assigned_to) == ("pending", returns.pk, None)
    assert (handoff.team_id, handoff.accepted_by, handoff.due_at) == (returns.pk, None, due)
    assert Clock.objects.get().due_at == due
    assert notes(mine) == ["Box was torn"]
    assert banners(mine)[-1] == "Back in the queue of Returns: ana passed it on"


def test_what_a_colleague_is_told_is_never_sent_and_not_in_the_record(now, ana, ben):
    mine = held(now, ana)
    desk.transfer(mine.pk, agent=ana, to=ben, note="He is furious", now=now)
    assert not Message.objects.filter(body__contains="furious").exclude(status="internal").exists()
    assert not any("furious" in str(event.payload) for event in Event.objects.all())


def test_to_a_colleague_control_passes_without_a_wait_between(now, ana, ben):
    mine = held(now, ana)
    desk.transfer(mine.pk, agent=ana, to=ben, now=now)
    after, handoff = fresh(mine), Handoff.objects.get()
    assert (after.state, after.assigned_to, handoff.accepted_by) == ("human", ben, ben)
    assert after.control_epoch > mine.control_epoch
    assert banners(mine)[-1] == "ana gave it to ben"
    given = Event.objects.filter(event_type="handoff.accepted").last()
    assert (given.actor_name, given.payload["agent"], given.payload["by"]) == ("ana", "ben", "ana")
    assert "ben" in refusal(desk.reply, mine.pk, agent=ana, body="One more thing", now=now).words
    assert desk.reply(mine.pk, agent=ben, body="Hello", now=now)


def test_of_a_conversation_that_waits_anybody_of_its_team_and_no_other(now, ana, ben, returns):
    queued = waiting(now, ana)
    rita = returns.user_set.get()
    assert refusal(desk.transfer, queued.pk, agent=rita, team=returns, now=now).code == "not_in_control"
    desk.transfer(queued.pk, agent=ben, team=returns, now=now)
    assert (fresh(queued).team_id, Handoff.objects.get().team_id) == (returns.pk, returns.pk)
    assert banners(queued)[-1] == "Moved to the queue of Returns: ben passed it on"
    assert fresh(queued).next_deadline == queued.next_deadline


def test_of_a_colleagues_only_they_and_a_supervisor(now, ana, ben, returns):
    mine = held(now, ana)
    refused = refusal(desk.transfer, mine.pk, agent=ben, team=returns, now=now)
    assert (refused.code, "ana" in refused.words) == ("not_in_control", True)
    desk.transfer(mine.pk, agent=supervisor(), team=returns, now=now)
    assert fresh(mine).team_id == returns.pk


def test_waiting_conversation_is_given_to_a_colleague_at_once(now, ana, ben):
    queued = waiting(now, ana)
    desk.transfer(queued.pk, agent=ana, to=ben, now=now)
    assert (fresh(queued).state, fresh(queued).assigned_to) == ("human", ben)


def test_empty_team_is_refused(now, ana):
    """A customer in the queue of nobody waits for ever."""
    mine, empty, left = held(now, ana), team("empty"), team("left", people=("lea",))
    left.user_set.update(is_active=False)
    for target in (empty, left):
        assert refusal(desk.transfer, mine.pk, agent=ana, team=target, now=now).code == "empty_team"
    assert fresh(mine).assigned_to == ana


def test_to_where_it_is_already(now, ana, ben):
    queued = waiting(now, ana)
    here = factories.team()
    assert refusal(desk.transfer, queued.pk, agent=ana, team=here, now=now).code == "already_there"
    assert refusal(desk.transfer, queued.pk, agent=ana, to=ana, now=now).code == "already_there"
    desk.accept(queued.pk, agent=ben, now=now)
    assert refusal(desk.transfer, queued.pk, agent=ben, to=ben, now=now).code == "already_there"
    desk.transfer(queued.pk, agent=ben, team=here, now=now)
    assert fresh(queued).state == "pending", "one's own may go back to the team's queue"


@pytest.mark.parametrize("status", ["away", "offline", "finishing"])
def test_colleague_who_is_not_there_gets_nothing(now, ana, ben, status):
    mine = held(now, ana)
    presence.status_set(ben, status=status, now=now)
    refused = refusal(desk.transfer, mine.pk, agent=ana, to=ben, now=now)
    assert (refused.code, "team" in refused.words) == ("agent_away", True)


def test_colleague_whose_lease_has_run_out_is_not_there(now, ana, ben):
    presence.seen(ben, now=now)
    mine = held(now, ana)
    later = factories.later(now, minutes=5)
    assert refusal(desk.transfer, mine.pk, agent=ana, to=ben, now=later).code == "agent_away"


def test_colleague_who_is_there(now, ana, ben):
    presence.seen(ben, now=now)
    mine = held(now, ana)
    desk.transfer(mine.pk, agent=ana, to=ben, now=now)
    assert fresh(mine).assigned_to == ben


def test_colleague_who_cannot_have_it(now, ana, ben):
    mine, loner = held(now, ana), factories.agent("loner", teams=())
    ben.is_active = False
    ben.save()
    for nobody in (ben, phone_app.person(), loner):
        assert refusal(desk.transfer, mine.pk, agent=ana, to=nobody, now=now).code == "no_such_agent"


def test_supervisor_without_a_team_can_have_it(now, ana):
    sara = supervisor()
    sara.groups.clear()
    mine = held(now, ana)
    desk.transfer(mine.pk, agent=ana, to=sara, now=now)
    assert (fresh(mine).assigned_to, fresh(mine).team_id) == (sara, mine.team_id)


def test_colleague_of_another_team_has_it_as_that_teams(now, ana):
    """If this fails, somebody answers a conversation that their own team cannot see (invariant 10)."""
    refunds = Topic.objects.get_or_create(code="refund", defaults={"name": "Refund"})[0]
    other, fits = team("a-sales"), team("b-refunds")
    other.topics.add(Topic.objects.get_or_create(code="sales", defaults={"name": "Sales"})[0])
    fits.topics.add(refunds)
    rita = factories.agent("rita", teams=("a-sales", "b-refunds"))
    mine = held(now, ana)
    Conversation.objects.filter(pk=mine.pk).update(topic=refunds)
    desk.transfer(mine.pk, agent=ana, to=rita, now=now)
    after = fresh(mine)
    assert (after.team_id, after.assigned_to, Handoff.objects.get().team_id) == (fits.pk, rita, fits.pk)


def test_at_rest_closed_or_the_bots(now, ana, ben, returns):
    bots = factories.conversation(now=now)
    assert refusal(desk.transfer, bots.pk, agent=ana, to=ben, now=now).code == "not_waiting"
    desk.transfer(bots.pk, agent=ana, team=returns, note="a return", now=now)
    assert (fresh(bots).state, fresh(bots).team_id) == ("pending", returns.pk)
    late = factories.later(now, hours=25)
    resting.windows_expire(now=late)
    assert refusal(desk.transfer, bots.pk, agent=ana, to=ben, now=late).code == "window_closed"
    desk.close(bots.pk, agent=ana, now=late)
    assert refusal(desk.transfer, bots.pk, agent=ana, to=ben, now=late).code == "closed"


def test_either_a_team_or_a_colleague(now, ana, ben, returns):
    mine = held(now, ana)
    for target in ({}, {"team": returns, "to": ben}):
        with pytest.raises(ValueError, match="to whom"):
            desk.transfer(mine.pk, agent=ana, now=now, **target)


def test_overlong_note_changes_nothing(now, ana, ben):
    mine = held(now, ana)
    with pytest.raises(ValueError, match="characters"):
        desk.transfer(mine.pk, agent=ana, to=ben, note="x" * 5000, now=now)
    assert fresh(mine).assigned_to == ana


def test_customer_who_writes_meanwhile_keeps_one_place_and_wakes_no_bot(now, ana, returns):
    mine = held(now, ana)
    desk.transfer(mine.pk, agent=ana, team=returns, now=now)
    before = fresh(mine)
    line = say("Are you still there?", now=factories.later(now, seconds=30))
    assert line.conversation_id == mine.pk
    assert (fresh(mine).state, fresh(mine).next_deadline) == ("pending", before.next_deadline)
    assert Handoff.objects.filter(ended_at=None).count() == 1
    assert Clock.objects.running().count() == 1
    assert not BotTurn.objects.exists()


def test_customer_who_waited_without_a_promise_is_promised_from_when_they_began(now, ana, returns):
    """An answered customer asked again; passed on, they must not start at the end of the line."""
    mine = held(now, ana)
    desk.reply(mine.pk, agent=ana, body="Hello", now=now)
    asked = factories.later(now, minutes=1)
    say("And my invoice?", now=asked)
    desk.transfer(mine.pk, agent=ana, team=returns, now=factories.later(now, minutes=9))
    assert Clock.objects.running().get().started_at == asked
