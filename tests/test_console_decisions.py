"""What failed or may not have arrived is decided by a person: by whom, and once."""

import pytest

from config import clock
from conversations.models import Message
from handoff import desk
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
)
from tests.console_sending import (  # noqa: F401
    media_root,
    picture,
    post,
    refused,
    sent,
    wrong,
)
from tests.console_templates import with_account

pytestmark = pytest.mark.django_db

DECISIONS = ["send_again", "settle"]


@pytest.fixture
def channel():
    return with_account(make_channel())


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


@pytest.fixture
def colleague():
    return make_agent("sam", "Orders", first_name="Sam", last_name="Oak")


def test_failed_message_is_sent_again_once(client, agent, channel):
    conversation = held(channel, agent)
    failed = sent(conversation)
    assert post(client, "send_again", conversation, failed.pk).status_code == 204
    again = conversation.messages.get(metadata__resends=str(failed.pk))
    assert (again.body, again.author, again.status) == ("Hello", agent, "queued")
    wrong(post(client, "send_again", conversation, failed.pk), "has been sent again already")


def test_file_goes_along_and_stays_with_the_first(client, agent, channel):
    conversation = held(channel, agent)
    post(client, "file", conversation, file=picture())
    failed = conversation.messages.get(type="image")
    Message.objects.filter(pk=failed.pk).update(status="failed")
    assert post(client, "send_again", conversation, failed.pk).status_code == 204
    again = conversation.messages.get(metadata__resends=str(failed.pk))
    [first, second] = [message.attachments.get() for message in (failed, again)]
    assert (first.sha256, str(first.file)) == (second.sha256, str(second.file))
    assert again.content["attachment"] == second.pk


@pytest.mark.parametrize(("arrived", "status"), [("1", "sent"), ("0", "failed")])
def test_unknown_is_settled_by_a_persons_word(client, agent, channel, arrived, status):
    conversation = held(channel, agent)
    parked = sent(conversation, status="unknown")
    assert post(client, "settle", conversation, parked.pk, arrived=arrived).status_code == 204
    parked.refresh_from_db()
    assert parked.status == status
    wrong(post(client, "settle", conversation, parked.pk, arrived=arrived), "known by now")


def test_settling_needs_an_answer(client, agent, channel):
    conversation = held(channel, agent)
    wrong(post(client, "settle", conversation, sent(conversation, status="unknown").pk), "whether it arrived")


@pytest.mark.parametrize("name", DECISIONS)
def test_colleagues_conversation_is_theirs_to_decide_a_supervisor_may(client, agent, colleague, channel, name):
    conversation = held(channel, colleague)
    parked = sent(conversation, status="unknown")
    refused(post(client, name, conversation, parked.pk, arrived="1"), "not_in_control", "Sam Oak does")
    client.force_login(make_agent("boss", supervisor=True))
    assert post(client, name, conversation, parked.pk, arrived="1").status_code == 204


@pytest.mark.parametrize("name", DECISIONS)
def test_anybody_decides_where_nobody_holds_it(client, agent, channel, name):
    conversation = customer_writes(channel)
    parked = sent(conversation, status="unknown")
    assert post(client, name, conversation, parked.pk, arrived="1").status_code == 204


def test_message_on_its_way_is_not_sent_again(client, agent, channel):
    conversation = held(channel, agent)
    wrong(post(client, "send_again", conversation, sent(conversation, status="accepted").pk), "on its way")


def test_closed_conversation_sends_nothing_again(client, agent, channel):
    conversation = held(channel, agent)
    failed = sent(conversation)
    desk.close(conversation.pk, agent=agent, now=clock.now())
    refused(post(client, "send_again", conversation, failed.pk), "closed", "is closed")


@pytest.mark.parametrize("name", DECISIONS)
def test_message_of_another_conversation_is_not_reached_through_ones_own(client, agent, channel, name):
    mine = held(channel, agent)
    foreign = sent(customer_writes(make_channel("Billing", key="billing"), phone="+15550100009"), status="unknown")
    wrong(post(client, name, mine, foreign.pk, arrived="1"), "no such message")
    foreign.refresh_from_db()
    assert foreign.status == "unknown"
