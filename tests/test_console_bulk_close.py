"""Closing several at once: nobody who waits is closed unless that was ticked, nothing of another's, and it is said."""

from datetime import timedelta
from uuid import uuid4

import pytest

from config import clock
from console.presenters.bulk import plan_for
from conversations.models import Conversation
from conversations.states import State
from handoff import desk, waits
from handoff.models import Resolution, ResolutionTag
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)

pytestmark = pytest.mark.django_db

URL = "/close/"


@pytest.fixture
def channel():
    return make_channel()


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


def answered(channel, agent, **kwargs):
    """A conversation this agent holds, with nothing left unanswered."""
    conversation = held(channel, agent, **kwargs)
    desk.reply(conversation.pk, agent=agent, body="Here you are.", now=clock.now())
    return conversation


def state(conversation):
    return Conversation.objects.get(pk=conversation.pk).state


def asked(client, *conversations):
    return client.get(URL, {"id": [str(one.pk) for one in conversations]}).text


def closes(client, *conversations, also=(), **more):
    ids = {"id": [str(one.pk) for one in conversations], "also": [str(one.pk) for one in also]}
    return client.post(URL, {**ids, **more})


def test_list_can_be_ticked_without_script(client, agent, channel):
    conversation = answered(channel, agent)
    plain = client.get("/?tab=mine").text
    assert "select=1" in plain
    assert 'type="checkbox"' not in plain
    page = client.get("/?tab=mine&select=1").text
    assert f'name="id" id="pick-{conversation.pk}"' in page
    assert " checked" not in page
    assert " checked" in client.get("/?tab=mine&select=all").text


def test_nothing_ticked_is_said(client, agent):
    response = client.get(URL, {"tab": "mine", "id": ["", "nonsense"]}, follow=True)
    assert "Nothing is selected" in response.text
    assert response.redirect_chain[-1][0] == "/?tab=mine&select=1"


def test_asking_closes_nothing_and_tells_what_would_become_of_each(client, agent, channel):
    done = answered(channel, agent, name="Done", phone="+15550100001")
    queued = waiting(channel, agent, name="Queued", phone="+15550100002")
    other = answered(channel, make_agent("sam", "Orders"), name="Sams", phone="+15550100003")
    page = asked(client, done, queued, other)
    assert "1 will be closed" in page
    assert "1 is left, because the customer waits" in page
    assert "sam has it." in page
    assert [state(one) for one in (done, queued, other)] == [State.HUMAN, State.PENDING, State.HUMAN]


def test_closes_with_tag_and_note_and_says_so(client, agent, channel):
    ResolutionTag.objects.get_or_create(code="solved", defaults={"name": "Solved"})
    first = answered(channel, agent, name="First", phone="+15550100001")
    second = customer_writes(channel, name="Second", phone="+15550100002")
    page = closes(client, first, second, tag="solved", note="Fair is over").text
    assert "2 closed" in page
    assert state(first) == state(second) == State.CLOSED
    kept = Resolution.objects.filter(conversation=first).get()
    assert (kept.tag_id, kept.note, kept.by) == ("solved", "Fair is over", agent)


def test_who_waits_is_left_unless_ticked(client, agent, channel):
    queued = waiting(channel, agent, name="Queued", phone="+15550100001")
    unanswered = held(channel, agent, name="Unanswered", phone="+15550100002")
    page = closes(client, queued, unanswered).text
    assert "None was closed" in page
    assert "Left as they are" in page
    assert (state(queued), state(unanswered)) == (State.PENDING, State.HUMAN)
    closes(client, also=[queued])
    assert (state(queued), state(unanswered)) == (State.CLOSED, State.HUMAN)


def test_who_began_to_wait_since_the_question_is_left(client, agent, channel):
    """The page is a minute old: what was safe to close then is not now."""
    conversation = answered(channel, agent)
    assert "1 will be closed" in asked(client, conversation)
    customer_writes(channel, "One more thing", now=clock.now() + timedelta(seconds=1))
    assert "None was closed" in closes(client, conversation).text
    assert state(conversation) == State.HUMAN


def test_others_conversations_are_left_but_for_a_supervisor(client, agent, channel):
    other = answered(channel, make_agent("sam", "Orders"))
    assert "None was closed" in closes(client, other).text
    client.force_login(make_agent("boss", supervisor=True))
    assert "1 will be closed" in asked(client, other)
    assert "1 closed" in closes(client, other).text


def test_what_is_not_visible_is_neither_named_nor_closed(client, agent):
    make_agent("lee", "Billing")
    hidden = customer_writes(make_channel("Billing", key="billing"), name="Secret Name")
    page = asked(client, hidden)
    assert "Secret Name" not in page
    assert "1 that you do not see any more" in page
    page = closes(client, hidden).text
    assert "Secret Name" not in page
    assert state(hidden) != State.CLOSED


def test_closing_again_says_that_they_are_closed(client, agent, channel):
    conversation = answered(channel, agent)
    closes(client, conversation)
    assert "None was closed" in closes(client, conversation).text
    assert "closed already" in asked(client, conversation)


def test_unknown_tag_is_refused_before_anything_is_closed(client, agent, channel):
    conversation = answered(channel, agent)
    response = closes(client, conversation, tag="nonsense", note="kept")
    assert response.status_code == 400
    assert "There is no such tag" in response.text
    assert 'value="kept"' in response.text
    assert state(conversation) == State.HUMAN


def test_too_many_are_refused_in_words(client, agent):
    ids = [str(uuid4()) for _ in range(201)]
    assert "200" in client.get(URL, {"id": ids}).text
    response = client.post(URL, {"id": ids})
    assert response.status_code == 400
    assert "200" in response.text


def test_strangers_and_forged_forms_close_nothing(client, channel):
    conversation = customer_writes(channel)
    assert closes(client, conversation).status_code == 302
    client.force_login(make_agent("mia", "Orders"))
    client.handler.enforce_csrf_checks = True
    assert closes(client, conversation).status_code == 403
    assert state(conversation) != State.CLOSED


def test_question_costs_the_same_however_many(client, agent, channel, django_assert_max_num_queries):
    few = [answered(channel, agent, name="One", phone="+15550100000")]
    for budget_of in (few, few + [answered(channel, agent, phone=f"+1555010{number:04d}") for number in range(1, 12)]):
        with django_assert_max_num_queries(9):
            asked(client, *budget_of)


def test_plan_knows_who_waits_as_the_desk_does(agent, channel):
    """The plan reads many at once, the desk each under its lock: they must not differ."""
    now = clock.now()
    rows = [
        waiting(channel, agent, name="Queued", phone="+15550100001"),
        held(channel, agent, name="Taken over", phone="+15550100002"),
        answered(channel, agent, name="Answered", phone="+15550100003"),
    ]
    again = answered(channel, agent, name="Again", phone="+15550100004")
    customer_writes(channel, "And?", name="Again", phone="+15550100004", now=now + timedelta(seconds=2))
    rows.append(again)
    plan = plan_for([row.pk for row in rows], agent, now=now)
    waiting_by_desk = {row.pk for row in rows if waits.waiting_since(Conversation.objects.get(pk=row.pk))}
    assert {choice.pk for choice in plan.waits} == waiting_by_desk
