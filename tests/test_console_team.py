"""The teams as they are now: who sees which, who is there and how full, who waits, what needs a supervisor."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import Group

from config import clock
from console.presenters.team import cards_of
from conversations.models import Channel, Conversation
from handoff import desk, phone_app
from handoff.models import Handoff, Presence, Seat, Team
from sla.models import Calendar, Opening
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    waiting,
)

pytestmark = pytest.mark.django_db

URL = "/team/"
FETCH = {"X-Baton": "fetch"}
SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def make_team(name="Orders", **fields):
    return Team.objects.create(name=name, slug=name.lower(), **fields)


def make_channel(team, key="main"):
    group = Group.objects.get(pk=team.pk)
    return Channel.objects.create(key=key, provider="cloud", name="Shop line", team=group, created_at=clock.now())


def be(user, status, *, seen, now):
    Presence.objects.update_or_create(user=user, defaults={"status": status, "seen_at": seen, "since": now})


def card_of(user, name="Orders", now=None):
    return next(card for card in cards_of(user, now=now or clock.now()) if card.team.name == name)


def test_strangers_sign_in_first(client):
    assert client.get(URL).status_code == 302
    assert client.get(URL, headers=FETCH).status_code == 401


def test_agents_see_their_teams_supervisors_all(client):
    make_team("Orders")
    make_team("Returns")
    client.force_login(make_agent("mia", "Orders"))
    page = client.get(URL).text
    assert "Orders" in page
    assert "Returns" not in page
    client.force_login(make_agent("boss", supervisor=True))
    page = client.get(URL).text
    assert "Orders" in page
    assert "Returns" in page


def test_who_is_in_no_team_is_told(client):
    client.force_login(make_agent("loner"))
    assert "You are in no team." in client.get(URL).text


def test_script_gets_the_part_alone(client):
    make_team("Orders")
    client.force_login(make_agent("mia", "Orders"))
    part = client.get(URL, headers=FETCH)
    assert "<html" not in part.text
    assert "Orders" in part.text
    assert part["X-Baton-Now"]


def test_presence_in_words(client):
    make_team("Orders")
    now = clock.now()
    agents = {name: make_agent(name, "Orders") for name in ("here", "done", "off", "gone", "new")}
    be(agents["here"], "online", seen=now, now=now)
    be(agents["done"], "finishing", seen=now, now=now)
    be(agents["off"], "away", seen=now, now=now)
    be(agents["gone"], "online", seen=now - timedelta(minutes=10), now=now)
    make_agent("left", "Orders", is_active=False)
    phone_app.person().groups.add(Group.objects.get(name="Orders"))
    card = card_of(agents["here"])
    assert [colleague.name for colleague in card.colleagues] == ["here", "done", "off", "gone", "new"]
    words = {colleague.name: colleague.words for colleague in card.colleagues}
    assert words["gone"] == "offline", "a lease that ran out is no presence"
    assert words["new"] == "never signed in"
    assert card.there == 1


def test_load_by_team_and_seat():
    team = make_team("Orders", capacity=3)
    channel = make_channel(team)
    mia, sam = make_agent("mia", "Orders"), make_agent("sam", "Orders")
    Seat.objects.create(user=sam, team=team, capacity=1)
    for number in range(2):
        held(channel, mia, name=f"C{number}", phone=f"+155501000{number:02d}")
    held(channel, sam, name="S", phone="+15550100099")
    loads = {one.name: (one.held, one.capacity, one.is_full) for one in card_of(mia).colleagues}
    assert loads == {"mia": (2, 3, False), "sam": (1, 1, True)}


def test_who_waits_and_since_when():
    team = make_team("Orders")
    make_team("Empty")
    boss = make_agent("boss", "Orders", supervisor=True)
    channel, now = make_channel(team), clock.now()
    waiting(channel, boss, name="New", phone="+15550100001", now=now - timedelta(minutes=2))
    waiting(channel, boss, name="Old", phone="+15550100002", now=now - timedelta(minutes=20))
    card = card_of(boss, now=now)
    assert (card.waiting, card.oldest, card.is_late) == (2, "20 min", False)
    assert card_of(boss, now=now + timedelta(days=2)).is_late
    empty = card_of(boss, "Empty", now)
    assert (empty.waiting, empty.oldest, empty.colleagues) == (0, "", [])


def test_open_or_opens_when():
    hours = Calendar.objects.create(name="Shop hours", time_zone="UTC")
    for weekday in range(5):
        Opening.objects.create(calendar=hours, weekday=weekday, opens=time(9), closes=time(17))
    make_team("Orders", hours=hours)
    make_team("Always")
    boss = make_agent("boss", supervisor=True)
    closed = card_of(boss, now=SATURDAY)
    assert (closed.is_open, closed.hours_words) == (False, "Closed, opens Monday 09:00")
    monday = SATURDAY + timedelta(days=2)
    assert card_of(boss, now=monday - timedelta(hours=1)).hours_words == "Closed, opens at 09:00"
    assert card_of(boss, now=monday + timedelta(hours=1)).hours_words == "Open now"
    assert card_of(boss, "Always", SATURDAY).hours_words == "Open around the clock"
    hours.openings.all().delete()
    Opening.objects.create(calendar=hours, weekday=0, opens=time(9), closes=time(17))
    assert card_of(boss, now=SATURDAY - timedelta(days=5) + timedelta(hours=9)).hours_words.startswith("Closed, opens")


def test_what_needs_a_supervisor_is_linked(client):
    channel = make_channel(make_team("Orders"))
    mia = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    untaken = waiting(channel, mia, name="Untaken", phone="+15550100001")
    silent = held(channel, mia, name="Silent", phone="+15550100002")
    held(channel, mia, name="Well", phone="+15550100003")
    Handoff.objects.filter(conversation__in=[untaken, silent]).update(supervisor_since=clock.now())
    client.force_login(mia)
    page = client.get(URL).text
    assert f"/c/{untaken.pk}/" in page
    assert "Nobody takes it" in page
    assert "Mia Lind holds it and is silent" in page
    assert "Well" not in page
    desk.close(silent.pk, agent=mia, now=clock.now())
    assert str(silent.pk) not in client.get(URL).text


def test_page_costs_the_same_however_many(client, django_assert_max_num_queries):
    boss = make_agent("boss", supervisor=True)
    client.force_login(boss)
    hours = Calendar.objects.create(name="Office hours")
    Opening.objects.create(calendar=hours, weekday=0, opens=time(9), closes=time(17))
    for number in range(6):
        team = make_team(f"Team{number}", hours=hours)
        channel = make_channel(team, key=f"line-{number}")
        for colleague in range(3):
            make_agent(f"a{number}{colleague}", f"Team{number}")
        waiting(channel, boss, name=f"W{number}", phone=f"+1555010{number:04d}")
        Handoff.objects.filter(conversation__team=team.pk).update(supervisor_since=clock.now())
    with django_assert_max_num_queries(15):
        client.get(URL)
    assert Conversation.objects.count() == 6
