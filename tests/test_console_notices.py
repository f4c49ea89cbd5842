"""Notices at the composer, the facts beside the thread, and the page of the numbers."""

import pytest

from config import clock
from conversations.models import Conversation, Customer, IdentityConflict, Message
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
)
from tests.console_sending import (  # noqa: F401
    FETCH,
    media_root,
    sent,
    state_page,
)
from tests.console_templates import with_account
from whatsapp import pacing
from whatsapp.models import ChannelHealth, Charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel():
    return with_account(make_channel())


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


def test_stopped_number_keeps_what_is_written(client, agent, channel):
    ChannelHealth.objects.create(channel=channel, stopped_at=clock.now(), stop_words="The token has run out.")
    html = state_page(client, held(channel, agent))
    assert "Nothing is sent now: The token has run out. Your messages are kept" in html


def test_slow_sending_is_said(client, agent, channel):
    conversation = held(channel, agent)
    while not pacing.take(conversation, rate=1000, urgency=Message.Urgency.HUMAN).seconds:
        pass  # faster than one customer may be written to
    assert "Sending slowly: WhatsApp limits" in state_page(client, conversation)


def test_metas_agent_is_named_in_head_and_gate(client, agent, channel):
    conversation = held(channel, agent)
    Conversation.objects.update(standby_since=clock.now())
    html = state_page(client, conversation)
    assert html.replace("&#x27;", "'").count("Meta's agent holds this thread") == 2
    assert "What you write takes it over" in html


def test_no_marketing_is_said(client, agent, channel):
    conversation = held(channel, agent)
    Customer.objects.update(marketing_stopped_at=clock.now())
    assert "wants no marketing" in state_page(client, conversation)


def test_conflict_is_told_to_whoever_may_decide(client, agent, channel):
    conversation = held(channel, agent)
    other = customer_writes(channel, name="Anna S.", phone="+15550100002").customer
    IdentityConflict.objects.create(kept=conversation.customer, other=other, channel=channel, noticed_at=clock.now())
    assert "Perhaps the same person" not in state_page(client, conversation)
    agent.is_staff = agent.is_superuser = True
    agent.save()
    html = state_page(client, conversation)
    assert "Perhaps the same person as Anna S." in html
    assert ">Decide</a>" in html


def test_costs_and_username_stand_beside_the_thread(client, agent, channel):
    conversation = held(channel, agent)
    Customer.objects.update(username="ana.souza")
    for status in ("delivered", "delivered", "sent"):
        message = sent(conversation, status=status)
        Charge.objects.create(
            message=message, conversation_id=conversation.pk, channel=channel, type="regular", category="service",
            month=clock.now().date().replace(day=1), at=clock.now(),
            delivered_at=clock.now() if status == "delivered" else None,
        )  # fmt: skip
    html = state_page(client, conversation)
    assert "ana.souza" in html
    assert '<span class="figures">2</span> service, charged' in html


def test_page_is_for_supervisors(client, channel):
    assert client.get("/channels/").status_code == 302
    client.force_login(make_agent("mia", "Orders"))
    assert client.get("/channels/").status_code == 403


def test_page_shows_health_and_the_month(client, channel):
    conversation = customer_writes(channel)
    client.force_login(make_agent("boss", supervisor=True))
    ChannelHealth.objects.create(channel=channel, stopped_at=clock.now(), stop_words="The token has run out.")
    message = sent(conversation, status="delivered")
    Charge.objects.create(
        message=message, conversation_id=conversation.pk, channel=channel, month=clock.now().date().replace(day=1),
        type="regular", category="service", at=clock.now(), delivered_at=clock.now(),
    )  # fmt: skip
    html = client.get("/channels/").text
    assert "The token has run out." in html
    assert "999" in html
    assert "Charged: service" in html


def test_page_without_numbers_says_how_to_add_one(client):
    client.force_login(make_agent("boss", supervisor=True))
    assert "manage.py add_channel" in client.get("/channels/").text


def test_strip_tells_supervisors_alone(client, channel):
    ChannelHealth.objects.create(channel=channel, stopped_at=clock.now())
    client.force_login(make_agent("mia", "Orders"))
    assert "Shop line: stopped" not in client.get("/").text
    client.force_login(make_agent("boss", supervisor=True))
    assert "Shop line: stopped" in client.get("/").text
    assert "Shop line: stopped" in client.get("/list/", headers=FETCH).text
    ChannelHealth.objects.update(stopped_at=None)
    assert "Shop line: stopped" not in client.get("/").text
