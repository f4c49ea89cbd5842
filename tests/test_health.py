"""`/healthz` says the process lives; `/readyz` says what of the desk does not, and nothing else breaks."""

import pytest
from django.core.cache import cache
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from config import health, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pulse():
    cache.delete(health.PULSE_KEY)


def test_process_is_up(client):
    assert client.get("/healthz").content == b"ok\n"


def test_ready_needs_a_worker(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "database": "ok",
        "broker": "ok",
        "workers": "no sign of a worker and beat: are both running?",
    }


def test_ready_once_a_worker_has_shown_itself(client):
    health.pulse()
    response = client.get("/readyz")
    assert (response.status_code, set(response.json().values())) == (200, {"ok"})


def test_silent_worker_is_noticed(client, monkeypatch):
    health.pulse()
    monkeypatch.setattr(health, "LONGEST_SILENCE", -1)
    assert client.get("/readyz").status_code == 503


def test_broker_that_is_away_is_an_answer_not_an_error(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    assert client.get("/readyz").json()["broker"] == "Valkey does not answer"


def test_metrics_are_figures(client):
    text = client.get("/metrics").content.decode()
    assert "baton_outbox_messages" in text
    assert "baton_clocks_overdue 0.0" in text


class TestSchedule:
    def test_twice_is_once(self):
        schedule.sync()
        schedule.sync()
        names = PeriodicTask.objects.filter(name__startswith="baton: ")
        assert names.count() == len(schedule.SCHEDULE)

    def test_sweep_that_is_gone_from_the_code_is_gone_from_the_table(self):
        every = IntervalSchedule.objects.create(every=7, period="seconds")
        PeriodicTask.objects.create(name="baton: old.sweep", task="old.sweep", interval=every)
        mine = PeriodicTask.objects.create(name="my own", task="x", interval=every)
        schedule.sync()
        assert not PeriodicTask.objects.filter(name="baton: old.sweep").exists()
        assert PeriodicTask.objects.filter(pk=mine.pk).exists()

    def test_sweep_switched_off_stays_off(self):
        schedule.sync()
        PeriodicTask.objects.filter(task="audit.seal").update(enabled=False, expire_seconds=1)
        schedule.sync()
        row = PeriodicTask.objects.get(task="audit.seal")
        assert (row.enabled, row.expire_seconds) == (False, 120)

    def test_every_sweep_is_a_task_that_exists(self):
        from config.celery import app

        app.loader.import_default_modules()
        assert {sweep.task for sweep in schedule.SCHEDULE} <= set(app.tasks)
