"""Who looks and who types: leases that end by themselves, so that a closed laptop leaves nobody in the room."""

import threading

import pytest
from django.db import connection

from conversations import live
from handoff import attendance
from handoff.models import Attendance
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(now):
    return factories.conversation(now=now)


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def rings(monkeypatch):
    """The doorbell's calls: what a page would hear."""
    heard = []
    monkeypatch.setattr(live, "ring_on_commit", lambda pk, revision: heard.append(pk))
    return heard


def names(thread, at) -> list[str]:
    return [row.user.username for row in attendance.present(thread, now=at)]


def test_who_looks_is_there_for_a_minute(now, thread, ana):
    attendance.look(thread.pk, ana, now=now)
    attendance.look(thread.pk, factories.agent("ben"), now=factories.later(now, seconds=30))
    assert names(thread, factories.later(now, seconds=59)) == ["ana", "ben"]
    assert names(thread, factories.later(now, seconds=60)) == ["ben"]


def test_rings_when_somebody_comes_and_not_at_each_sign_of_life(now, thread, ana, rings):
    """A ring at each heartbeat of each page would redraw every page every few seconds."""
    for seconds in (0, 25, 50, 75):
        attendance.look(thread.pk, ana, now=factories.later(now, seconds=seconds))
    assert rings == [thread.pk]
    attendance.look(thread.pk, ana, now=factories.later(now, seconds=200))
    assert rings == [thread.pk] * 2


def test_typing_has_a_beginning_and_an_end(now, thread, ana, rings):
    assert attendance.typing(thread.pk, ana, now=now, on=True)
    assert not attendance.typing(thread.pk, ana, now=factories.later(now, seconds=5), on=True)
    assert attendance.typing_until(thread, now=factories.later(now, seconds=6)) == factories.later(now, seconds=35)
    assert not attendance.typing(thread.pk, ana, now=factories.later(now, seconds=7), on=False)
    assert attendance.typing_until(thread, now=factories.later(now, seconds=8)) is None
    assert rings == [thread.pk] * 2
    assert names(thread, factories.later(now, seconds=8)) == ["ana"]


def test_typing_ends_by_itself(now, thread, ana):
    attendance.typing(thread.pk, ana, now=now, on=True)
    assert attendance.typing_until(thread, now=factories.later(now, seconds=30)) is None


def test_looking_again_does_not_end_typing(now, thread, ana):
    attendance.typing(thread.pk, ana, now=now, on=True)
    attendance.look(thread.pk, ana, now=factories.later(now, seconds=1))
    assert attendance.types(thread, ana, now=factories.later(now, seconds=2))


def test_account_that_was_switched_off_is_not_there(now, thread, ana):
    attendance.typing(thread.pk, ana, now=now, on=True)
    ana.is_active = False
    ana.save()
    assert (names(thread, now), attendance.typing_until(thread, now=now)) == ([], None)


def test_ended_leases_are_cleared_away_a_few_at_a_time(now, thread, ana, monkeypatch):
    monkeypatch.setattr(attendance, "SWEPT", 2)
    for number in range(3):
        attendance.look(thread.pk, factories.agent(f"agent{number}"), now=now)
    attendance.look(thread.pk, ana, now=factories.later(now, hours=1))
    assert Attendance.objects.count() == 2
    attendance.look(thread.pk, factories.agent("ben"), now=factories.later(now, hours=1))
    assert sorted(Attendance.objects.values_list("user__username", flat=True)) == ["ana", "ben"]


@pytest.mark.django_db(transaction=True)
def test_many_pages_of_one_person_at_once(now):
    thread, ana = factories.conversation(now=now), factories.agent("ana")
    failures = []

    def page():
        try:
            attendance.look(thread.pk, ana, now=now)
            attendance.typing(thread.pk, ana, now=now, on=True)
        except Exception as error:  # whatever it is, it is told below
            failures.append(error)
        finally:
            connection.close()

    pages = [threading.Thread(target=page) for _ in range(6)]
    for one in pages:
        one.start()
    for one in pages:
        one.join()
    assert failures == []
    assert Attendance.objects.count() == 1
