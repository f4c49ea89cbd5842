"""What a row and a tab tell: that somebody named you, that a supervisor is needed, who is offered what."""

from datetime import timedelta

import pytest

from config import clock
from console.presenters.rows import listing
from conversations.models import Conversation
from handoff import desk, mentions
from handoff.models import Handoff, Offer
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)

pytestmark = pytest.mark.django_db

FETCH = {"X-Baton": "fetch"}


@pytest.fixture
def channel():
    return make_channel()


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


def tabs(agent):
    return {tab.name: tab.count for tab in listing(agent, tab="", search="", now=clock.now()).tabs}


def names(agent, tab):
    return [row.name for row in listing(agent, tab=tab, search="", now=clock.now()).rows]


def flags(agent, tab="waiting"):
    [row] = listing(agent, tab=tab, search="", now=clock.now()).rows
    return row.flags


def test_who_is_named_finds_it_until_they_have_looked(agent, channel):
    sam = make_agent("sam", "Orders")
    conversation = customer_writes(channel, name="Nadia")
    customer_writes(channel, name="Somebody else", phone="+15550100002")
    assert "mentions" not in tabs(sam), "an empty tab takes room from the others"
    for words in ("@sam can you look?", "@sam please"):
        desk.note(conversation.pk, agent=agent, body=words, now=clock.now())
    assert tabs(sam)["mentions"] == 1
    assert names(sam, "mentions") == ["Nadia"]
    assert "mentions" not in tabs(agent)
    mentions.seen(sam, conversation, now=clock.now())
    assert names(sam, "mentions") == []
    assert tabs(sam).get("mentions") is None


def test_mentions_count_hot_and_have_their_own_empty_words(client, agent, channel):
    sam = make_agent("sam", "Orders")
    conversation = customer_writes(channel)
    desk.note(conversation.pk, agent=agent, body="@sam?", now=clock.now())
    client.force_login(sam)
    assert 'Mentions <span class="count count--hot">1' in client.get("/list/?tab=open", headers=FETCH).text
    mentions.seen(sam, conversation, now=clock.now())
    page = client.get("/list/?tab=mentions", headers=FETCH).text
    assert "Nobody has named you." in page
    assert 'data-tab="mentions"' in page, "the open tab stays while one looks at it"


def test_supervisors_see_what_needs_them(agent, channel):
    boss = make_agent("boss", supervisor=True)
    conversation = waiting(channel, agent, name="Ignored")
    waiting(channel, agent, name="Fine", phone="+15550100002")
    assert "needs" not in tabs(boss)
    Handoff.objects.filter(conversation=conversation).update(supervisor_since=clock.now())
    assert names(boss, "needs") == ["Ignored"]
    assert tabs(boss)["needs"] == 1
    assert "needs" not in tabs(agent), "it is the supervisors' tab"
    assert names(agent, "needs") == ["Ignored", "Fine"], "for others the tab is as unknown as any: the queue"


def test_queue_of_one_deadline_is_by_priority(agent, channel):
    now = clock.now()
    for name, phone in (("Low", "+15550100001"), ("High", "+15550100002")):
        waiting(channel, agent, name=name, phone=phone, now=now)
    Conversation.objects.filter(customer__name="High").update(priority=40)
    assert names(agent, "waiting") == ["High", "Low"]
    rows = listing(agent, tab="waiting", search="", now=now).rows
    assert [row.flags for row in rows] == [["Urgent"], []]


def test_row_says_to_whom_it_is_offered(agent, channel):
    conversation = waiting(channel, agent)
    assert flags(agent) == []
    ben = make_agent("ben", "Orders", first_name="Ben", last_name="Okafor")
    now = clock.now()
    offer = Offer.objects.create(
        handoff=conversation.handoffs.get(), agent=ben, offered_at=now, expires_at=now + timedelta(seconds=45)
    )
    assert flags(agent) == ["Offered to Ben Okafor"]
    assert flags(ben) == ["Offered to you"]
    ben.first_name = ben.last_name = ""
    ben.save()
    assert flags(agent) == ["Offered to ben"]
    offer.ended_at, offer.outcome = now, Offer.Outcome.PASSED
    offer.save()
    assert flags(agent) == []


def test_row_says_that_the_agent_was_nudged(agent, channel):
    conversation = held(channel, agent)
    conversation.handoffs.update(nudged_at=clock.now(), supervisor_since=clock.now())
    assert flags(agent, "mine") == ["Needs a supervisor", "Agent nudged"]
    desk.close(conversation.pk, agent=agent, now=clock.now())
    assert flags(agent, "closed") == []


@pytest.mark.parametrize(
    ("written", "locale", "shown"),
    [("es", "en", "es"), ("", "pt_BR", "pt"), ("en", "es", ""), ("", "en_US", ""), ("", "", "")],
)
def test_language_is_shown_where_it_is_not_english(agent, channel, written, locale, shown):
    conversation = customer_writes(channel)
    Conversation.objects.filter(pk=conversation.pk).update(language=written)
    type(conversation.customer).objects.update(locale=locale)
    [row] = listing(agent, tab="open", search="", now=clock.now()).rows
    assert row.language == shown
