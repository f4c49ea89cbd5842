"""The list: what is in which tab, in which order, at what cost; and the words of its countdowns."""

from datetime import timedelta

import pytest
from django.urls import reverse

from config import clock
from console.presenters import times
from console.presenters.rows import listing
from conversations.models import Tier
from handoff import desk
from sla.models import MatrixRow
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
    agent = make_agent("mia", "Orders")
    client.force_login(agent)
    return agent


def names(agent, tab, search=""):
    return [row.name for row in listing(agent, tab=tab, search=search, now=clock.now()).rows]


def fill(channel, agent, start, count):
    for number in range(start, start + count):
        conversation = waiting(channel, agent, name=f"Customer {number}", phone=f"+1555010{number:04d}")
        desk.note(conversation.pk, agent=agent, body="note", now=clock.now())


def test_tabs(agent, channel):
    waiting(channel, agent, name="Wanda", phone="+15550100001")
    held(channel, agent, name="Hugo", phone="+15550100002")
    held(channel, make_agent("sam", "Orders"), name="Sams", phone="+15550100003")
    customer_writes(channel, name="Botho", phone="+15550100004")
    closed = held(channel, agent, name="Clara", phone="+15550100005")
    desk.close(closed.pk, agent=agent, now=clock.now())
    assert names(agent, "waiting") == ["Wanda"]
    assert names(agent, "mine") == ["Hugo"]
    assert names(agent, "assistant") == ["Botho"]
    assert set(names(agent, "open")) == {"Wanda", "Hugo", "Sams", "Botho"}
    assert names(agent, "closed") == ["Clara"]
    counts = {tab.name: tab.count for tab in listing(agent, tab="mine", search="", now=clock.now()).tabs}
    assert counts == {"waiting": 1, "mine": 1, "closing": 0, "assistant": 1, "open": 4, "closed": 1}
    assert names(agent, "no such tab") == ["Wanda"]


def test_queue_is_sorted_by_deadline(agent, channel):
    MatrixRow.objects.all().delete()
    MatrixRow.objects.create(first_response=timedelta(hours=1))
    now = clock.now()
    waiting(channel, agent, name="Later", phone="+15550100001", now=now)
    waiting(channel, agent, name="Earlier", phone="+15550100002", now=now - timedelta(minutes=30))
    assert names(agent, "waiting") == ["Earlier", "Later"]


def test_windows_about_to_close_soonest_first(agent, channel):
    """After its window a customer can be sent a template only: who waits or is served must be seen before that."""
    now = clock.now()
    held(channel, agent, name="Two hours", phone="+15550100001", now=now - timedelta(hours=22))
    waiting(channel, agent, name="One hour", phone="+15550100002", now=now - timedelta(hours=23))
    held(channel, agent, name="Six hours", phone="+15550100003", now=now - timedelta(hours=18))
    held(channel, agent, name="Over", phone="+15550100004", now=now - timedelta(hours=25))
    customer_writes(channel, name="The assistant's", phone="+15550100005", now=now - timedelta(hours=22))
    assert names(agent, "closing") == ["One hour", "Two hours"]


def test_rows_count_down_to_the_end_of_the_window(agent, channel):
    now = clock.now()
    held(channel, agent, now=now - timedelta(hours=23))
    [row] = listing(agent, tab="mine", search="", now=now).rows
    assert (row.window.level, row.window.words) == ("soon", "58 min left to reply")
    closed = held(channel, agent, name="Clara", phone="+15550100002")
    desk.close(closed.pk, agent=agent, now=now)
    [row] = listing(agent, tab="closed", search="", now=now).rows
    assert row.window is None


def test_thread_of_metas_agent_is_flagged(client, agent, channel):
    conversation = held(channel, agent)
    type(conversation).objects.update(standby_since=clock.now())
    flag = "Meta&#x27;s agent holds this thread"
    assert flag in client.get("/list/?tab=mine", headers=FETCH).text.replace("'", "&#x27;")


def test_search_is_by_name_and_literal(agent, channel):
    customer_writes(channel, name="100% Ana", phone="+15550100001")
    customer_writes(channel, name="Bela", phone="+15550100002")
    assert names(agent, "open", "aNA") == ["100% Ana"]
    assert names(agent, "open", "%") == ["100% Ana"]
    assert names(agent, "open", "zzz") == []


def test_preview_is_what_was_said_last_not_a_note_or_notice(agent, channel):
    """The holding message would hide what the customer wants behind the same words in every row."""
    conversation = waiting(channel, agent, body="My   cup\nis broken")
    desk.note(conversation.pk, agent=agent, body="secret", now=clock.now())
    [row] = listing(agent, tab="waiting", search="", now=clock.now()).rows
    assert row.preview == "My cup is broken"


def test_empty_list_and_title(client, agent, channel):
    html = client.get("/").text
    assert "Nobody is waiting." in html
    assert "<title>Baton</title>" in html
    waiting(channel, agent)
    assert "<title>(1) Baton</title>" in client.get("/").text
    assert "<title>(1) Baton</title>" in client.get("/?q=nobody").text


def test_lists_cost_the_same_however_long(client, agent, channel, django_assert_max_num_queries):
    fill(channel, agent, 1, 1)
    with django_assert_max_num_queries(7):
        client.get("/list/?tab=waiting", headers=FETCH)
    fill(channel, agent, 2, 20)
    with django_assert_max_num_queries(7):
        client.get("/list/?tab=waiting", headers=FETCH)


def test_list_of_a_supervisor_costs_one_query_more_however_many_numbers(
    client, agent, channel, django_assert_max_num_queries
):
    client.force_login(make_agent("boss", supervisor=True))
    for number in range(10):
        make_channel(key=f"more-{number}")
    with django_assert_max_num_queries(8):
        client.get("/list/?tab=open", headers=FETCH)


@pytest.mark.parametrize(("name", "budget"), [("lines", 8), ("state", 19), ("conversation", 35), ("record", 10)])
def test_conversation_costs_the_same_however_long(client, agent, channel, django_assert_max_num_queries, name, budget):
    conversation = held(channel, agent)
    url = reverse(f"console:{name}", args=[conversation.pk])
    for _ in range(2):
        with django_assert_max_num_queries(budget):
            client.get(url)
        for number in range(15):
            desk.reply(conversation.pk, agent=agent, body=f"Line {number}", now=clock.now())


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [
        (timedelta(days=2, hours=3), "calm", "2 d 3 h"),
        (timedelta(hours=3, minutes=12, seconds=59), "calm", "3 h 12 min"),
        (timedelta(minutes=12, seconds=30), "calm", "12 min"),
        (timedelta(minutes=11), "soon", "11 min"),
        (timedelta(minutes=9, seconds=41), "soon", "9:41"),
        (timedelta(seconds=1), "soon", "0:01"),
        (timedelta(), "late", "0:00 late"),
        (-timedelta(minutes=3, seconds=5), "late", "3:05 late"),
    ],
)
def test_words_and_colour_of_a_deadline(now, left, level, words):
    """An hour was promised: the last fifth of it, and the last five minutes of anything, ask for attention."""
    countdown = times.deadline(now + left, started=now + left - timedelta(hours=1), now=now)
    assert (countdown.level, countdown.words) == (level, words)


def test_short_promise_turns_amber_five_minutes_before(now):
    due = now + timedelta(minutes=4)
    assert times.deadline(due, started=due - timedelta(minutes=6), now=now).level == "soon"


def test_machine_times_are_written_for_people(now):
    told = times.humane({"due_at": now.isoformat(), "why": "2026-11-21", "n": 3, "odd": "2026-99-99T99:99:99"})
    assert told == {"due_at": "21 Nov 09:00", "why": "2026-11-21", "n": 3, "odd": "2026-99-99T99:99:99"}


def test_tier_badge(client, agent, channel):
    Tier.objects.update_or_create(code="vip", defaults={"name": "Gold", "rank": 1})
    conversation = waiting(channel, agent)
    type(conversation.customer).objects.update(tier="vip")
    assert 'data-tier="vip">Gold<' in client.get("/list/", headers=FETCH).text


def test_places_sort_as_text(now):
    moments = [now, now + timedelta(microseconds=1), now + timedelta(seconds=1)]
    assert sorted(moments) == sorted(moments, key=times.iso)
