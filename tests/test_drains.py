"""Every event drains the queue at once, through the tasks by name as a worker takes them. If these fail, customers wait
for the next sweep, or, where a name is wrong, for ever."""

from datetime import timedelta

import pytest

from config import clock, wake
from config.celery import app
from handoff import assignment, desk, presence
from tests import routing_factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _support(db):
    make.team()


@pytest.fixture
def worker(monkeypatch, django_capture_on_commit_callbacks):
    """What is woken after the commit is done at once, by the task of that name. Other floors' bells stay silent."""
    ours = {assignment.ASSIGN_TASK, assignment.FILL_TASK}

    def send(task, *args, countdown=0):
        if task in ours:
            app.tasks[task](*args)

    import handoff.tasks  # noqa: F401 - registers them

    monkeypatch.setattr(wake, "send", send)
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def real_now():
    return clock.now()


def test_new_handoff_is_offered_to_who_is_there(real_now, worker):
    make.person("ana", now=real_now)
    with worker():
        talk = make.waiting(now=real_now)
    assert make.offered_to(talk) == "ana"


def test_who_comes_online_is_offered_what_waits(real_now, worker):
    talks = [make.waiting(number, now=real_now) for number in range(3)]
    with worker():
        make.person("ana", now=real_now)
    assert [make.offered_to(talk) for talk in talks] == ["ana"] * 3


@pytest.mark.parametrize("way", ["close", "release"])
def test_free_hand_is_offered_the_next(real_now, worker, way):
    make.team(capacity=1)
    ana = make.person("ana", now=real_now)
    first, second = make.waiting(1, now=real_now), make.waiting(2, now=real_now)
    desk.accept(first.pk, agent=ana, now=real_now)
    with worker():
        getattr(desk, way)(first.pk, agent=ana, now=real_now)
    assert make.offered_to(second) == "ana"


def test_who_passes_is_offered_the_next_and_it_goes_to_another(real_now, worker):
    make.team(capacity=1)
    ana, _ = make.person("ana", now=real_now), make.person("ben", now=real_now)
    first = make.waiting(1, now=real_now, preferred=ana, deadline=real_now + timedelta(minutes=5))
    assignment.assign(first.pk, now=real_now)
    second = make.waiting(2, now=real_now)
    with worker():
        assignment.offer_pass(first.pk, agent=ana, now=real_now)
    assert (make.offered_to(first), make.offered_to(second)) == ("ben", "ana")


def test_who_goes_away_leaves_their_offers_to_others_at_once(real_now, worker):
    ana = make.person("ana", now=real_now)
    talk = make.waiting(now=real_now)
    assignment.assign(talk.pk, now=real_now)
    make.person("ben", now=real_now)
    with worker():
        presence.status_set(ana, status="away", now=real_now)
    assert make.offered_to(talk) == "ben"
