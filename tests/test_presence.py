"""Whether agents are there. If these fail, customers are offered to people who have gone home, or to nobody at all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from audit.verify import verify
from handoff import assignment, presence
from handoff.models import Offer, Presence
from tests import factories
from tests import routing_factories as make

pytestmark = pytest.mark.django_db

SECONDS_25 = timedelta(seconds=25)


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def woken(monkeypatch):
    """Whose hands were said to be free. (The wake-up itself leaves after the commit.)"""
    from handoff import offers

    calls = []
    monkeypatch.setattr(offers, "slot_freed", calls.append)
    return calls


def status(user, now) -> str:
    return presence.status_of(user, now=now)


def words(user) -> list[str]:
    events = Event.objects.about(f"user:{user.pk}").filter(event_type="agent.presence")
    return [event.payload["status"] for event in events]


def test_somebody_who_never_opened_the_console_is_unknown_not_gone(now, ana):
    """Else whoever works through the API alone would lose everything they hold."""
    assert status(ana, now) == "unknown"
    assert not presence.is_available(ana, now=now)
    assert not presence.is_gone(ana, now, timedelta(0))


def test_first_sign_of_life_is_being_online(now, ana, woken):
    presence.seen(ana, now=now)
    assert status(ana, now) == "online"
    assert presence.is_available(ana, now=now)
    assert woken == [ana.pk]
    assert words(ana) == ["online"]


def test_lease_ends_by_itself_after_a_minute(now, ana):
    presence.seen(ana, now=now)
    assert presence.is_available(ana, now=now + timedelta(seconds=59))
    assert not presence.is_available(ana, now=now + timedelta(seconds=60))
    assert status(ana, now + timedelta(seconds=60)) == "offline"


def test_heartbeat_is_one_statement_and_wakes_nobody(now, ana, woken):
    """Fifty pages send one every 25 seconds."""
    presence.seen(ana, now=now)
    woken.clear()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        presence.seen(ana, now=now + SECONDS_25)
    assert len(queries) == 1
    assert presence.is_available(ana, now=now + SECONDS_25 + timedelta(seconds=59))
    assert woken == []
    assert words(ana) == ["online"]


def test_who_comes_back_is_offered_what_waits(now, ana, woken):
    presence.seen(ana, now=now)
    back = now + timedelta(minutes=10)
    presence.seen(ana, now=back)
    assert status(ana, back) == "online"
    assert woken == [ana.pk, ana.pk]


def test_heartbeat_that_comes_late_does_not_shorten_the_lease(now, ana):
    presence.status_set(ana, status="offline", now=now)
    presence.status_set(ana, status="online", now=now + timedelta(seconds=70))
    presence.seen(ana, now=now + timedelta(seconds=5))
    assert Presence.objects.get(user=ana).seen_at >= now + timedelta(seconds=5)


@pytest.mark.parametrize("word", ["away", "finishing"])
def test_own_word_stands_while_the_page_is_open(now, ana, word):
    presence.status_set(ana, status=word, now=now)
    for beat in range(1, 10):
        presence.seen(ana, now=now + beat * SECONDS_25)
    assert status(ana, now + 9 * SECONDS_25) == word
    assert not presence.is_available(ana, now=now + 9 * SECONDS_25)


def test_own_word_outlives_a_short_absence_but_not_the_night(now, ana):
    """Else somebody who left as `away` on Friday gets nothing on Monday, and wonders why."""
    presence.status_set(ana, status="away", now=now)
    presence.seen(ana, now=now + timedelta(minutes=30))
    assert status(ana, now + timedelta(minutes=30)) == "away"
    morning = now + timedelta(hours=15)
    presence.seen(ana, now=morning)
    assert status(ana, morning) == "online"


def test_offline_by_own_word_holds_while_a_page_is_open_and_ends_with_the_next_visit(now, ana):
    presence.status_set(ana, status="offline", now=now)
    presence.seen(ana, now=now + SECONDS_25)
    assert status(ana, now + SECONDS_25) == "offline"
    presence.gone_mark(ana, now=now + SECONDS_25)
    presence.seen(ana, now=now + 2 * SECONDS_25)
    assert status(ana, now + 2 * SECONDS_25) == "offline"
    back = now + timedelta(minutes=10)
    presence.seen(ana, now=back)
    assert status(ana, back) == "online"


def test_gone_is_counted_from_the_end_of_the_lease_or_from_their_word(now, ana):
    presence.seen(ana, now=now)
    grace = timedelta(minutes=2)
    assert not presence.is_gone(ana, now + timedelta(seconds=179), grace)
    assert presence.is_gone(ana, now + timedelta(seconds=180), grace)
    presence.status_set(ana, status="offline", now=now + timedelta(seconds=30))
    assert presence.is_gone(ana, now + timedelta(seconds=150), grace)
    presence.status_set(ana, status="away", now=now + timedelta(seconds=160))
    assert not presence.is_gone(ana, now + timedelta(seconds=170), grace), "away is there, and will be back"


def test_unknown_word_is_refused(now, ana):
    with pytest.raises(ValueError, match="online, finishing, away, offline"):
        presence.status_set(ana, status="busy", now=now)
    assert not Presence.objects.exists()


@pytest.mark.parametrize("word", ["away", "offline", "finishing"])
def test_what_was_offered_is_withdrawn_at_once(now, word):
    """Else the customer waits for the offer to run out, though it is known that nobody will take it."""
    make.team()
    ana, ben = (make.person(name, now=now) for name in ("ana", "ben"))
    talk = make.waiting(now=now)
    assert assignment.assign(talk.pk, now=now).agent == ana
    presence.status_set(ana, status=word, now=now)
    assert Offer.objects.get().outcome == "withdrawn"
    assert assignment.assign(talk.pk, now=now).agent == ben
    assert make.happened(talk.stream, "offer.made", "offer.withdrawn") == [
        "offer.made", "offer.withdrawn", "offer.made"
    ]  # fmt: skip
    assert list(verify()) == []


def test_lease_that_ran_out_is_put_on_the_record_once(now, ana):
    presence.seen(ana, now=now)
    gone = now + timedelta(minutes=3)
    assert presence.newly_gone(now=now) == []
    assert presence.newly_gone(now=gone) == [ana]
    presence.gone_mark(ana, now=gone)
    presence.gone_mark(ana, now=gone)
    assert presence.newly_gone(now=gone) == []
    assert words(ana) == ["online", "offline"]
    presence.seen(ana, now=gone)
    assert words(ana) == ["online", "offline", "online"]
    assert list(verify()) == []


def test_somebody_whose_account_is_switched_off_is_not_available(now, ana):
    presence.seen(ana, now=now)
    ana.is_active = False
    ana.save()
    assert not presence.is_available(ana, now=now)


def test_idle_since_is_brought_level_with_what_is_held(now):
    """A lost wake-up must not make somebody look busy, or free, for ever."""
    make.team()
    ana = make.person("ana", now=now)
    presence.idle_keep(now=now)
    assert Presence.objects.get(user=ana).idle_since == now
    from handoff import desk

    talk = make.waiting(now=now)
    desk.accept(talk.pk, agent=ana, now=now)
    Presence.objects.update(idle_since=now)
    presence.idle_keep(now=now)
    assert Presence.objects.get(user=ana).idle_since is None
    desk.close(talk.pk, agent=ana, now=now)
    presence.idle_keep(now=now + timedelta(minutes=1))
    assert Presence.objects.get(user=ana).idle_since == now + timedelta(minutes=1)
