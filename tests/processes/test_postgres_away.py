"""Invariant 1 with real processes: while Postgres is away nothing is acknowledged, and afterwards nothing is missing.

The desk runs on a Postgres of its own, stopped and started beneath it; the tests' own is left alone.
"""

import json
import os
import subprocess
import sys
import time

import httpx
import psycopg
import pytest

from audit.models import Event
from config import clock, embedded
from tests.processes import webhooks
from tests.processes.stack import ROOT, eventually, running_stack
from tests.webhooks import Provider, own_postgres, web_process

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

TEXT = "We are repairing our desk. Your message will be answered."
CUSTOMERS = 6
PREPARE = """
import sys, django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
from config import clock, schedule
from tests import factories
schedule.sync()
factories.channel(now=clock.now(), api_url=sys.argv[1])
"""
RECORD = """
import django; django.setup()
from config import clock
from whatsapp import maintenance
maintenance.sent_record(now=clock.now())
"""


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def postgres():
    with own_postgres() as server:
        yield server


@pytest.fixture
def environment(directory, postgres, provider):
    environment = {
        "DATABASE_URL": embedded.database_url(postgres.data_dir),
        "REDIS_URL": embedded.redis_url(directory),
        "DATA_KEY": "k" * 40,
        "MAINTENANCE_TEXT": TEXT,
    }
    python(PREPARE, environment, provider.url)
    return environment


def python(script, environment, *arguments) -> None:
    """In a process of its own, on the desk's database and not on the tests'."""
    subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True, cwd=ROOT, env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip


def rows(postgres, query, *parameters):
    address = {"host": str(postgres.sockets), "user": "postgres", "dbname": embedded.DATABASE}
    with psycopg.connect(**address) as connection:
        return connection.execute(query, parameters).fetchall()


def taken_in(postgres):
    return {row[0] for row in rows(postgres, "SELECT provider_id FROM conversations_message WHERE direction = 'in'")}


def notices(postgres):
    table = Event._meta.db_table
    return rows(postgres, f"SELECT payload FROM {table} WHERE event_type = 'channel.maintenance_notice'")  # noqa: S608


def told(provider):
    """Whom the maintenance text went to; what the desk said before and after does not count."""
    bodies = [json.loads(sent["body"]) for sent in provider.sent]
    return sorted(body["recipient"] for body in bodies if body.get("text") == {"body": TEXT, "preview_url": False})


def body_of(customer, at, *, line=0):
    change = webhooks.message(customer, f"line {line}", wamid=f"wamid.{customer}.{line}", at=at)
    return webhooks.envelope([change])


def refused_at_once(url, body) -> None:
    started = time.monotonic()
    answer = httpx.post(
        f"{url}/webhooks/cloud/main/", content=body, headers=webhooks.headers(body), timeout=5, trust_env=False
    )
    assert time.monotonic() - started < 1, "the answer must come at once"
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, "5"), url


def ready(url) -> bool:
    return httpx.get(f"{url}/readyz", timeout=15, trust_env=False).status_code == 200


def test_everything_flows_again_by_itself_and_each_customer_was_told_once(postgres, environment, directory, provider):
    """If this fails, a restart of Postgres loses messages, needs a hand, or fills customers' phones with one text."""
    at = clock.now()
    bodies = [body_of(customer, at) for customer in range(1, CUSTOMERS + 1)]
    with (
        running_stack(directory, "web", "worker", "beat", **environment) as stack,
        web_process(**environment | {"DATABASE_POOL": "true"}) as (_, other_port),
    ):
        urls = [stack.url, f"http://127.0.0.1:{other_port}"]
        for number, url in enumerate(urls):
            assert webhooks.post(url, body_of(100 + number, at)) == 200
        eventually(lambda: len(taken_in(postgres)) == 2, what="the desk works")
        eventually(lambda: all(ready(url) for url in urls), within=60, what="the desk is ready")

        postgres.stop()
        for _redelivery in range(4):
            for url in urls:
                for body in bodies:
                    refused_at_once(url, body)
        eventually(lambda: len(told(provider)) == CUSTOMERS, what="each customer is told")
        for number, url in enumerate(urls):
            refused_at_once(url, body_of(200 + number, at))
            assert webhooks.answers(url), "the process itself is up"
        eventually(lambda: len(told(provider)) >= CUSTOMERS + len(urls), what="those who wrote last are told")
        everybody = [f"US.{number:020d}" for number in (*range(1, CUSTOMERS + 1), 200, 201)]
        assert told(provider) == sorted(everybody), "the same customer was told twice"

        postgres.start()
        waiting = [*bodies, *(body_of(200 + number, at) for number in range(len(urls)))]
        for number, body in enumerate(waiting):  # as WhatsApp would: what was not answered 200 comes again
            url = urls[number % len(urls)]
            eventually(lambda url=url, body=body: webhooks.post(url, body) == 200, within=15, what="stored again")
        eventually(lambda: len(taken_in(postgres)) == 2 + len(waiting), within=60, what="all of it taken in")
        eventually(lambda: all(ready(url) for url in urls), within=60, what="the desk is ready again")
        assert all(process.process.poll() is None for process in stack.running.values()), "nothing had to be restarted"
        assert webhooks.post(stack.url, body_of(300, at)) == 200
        eventually(lambda: "wamid.300.0" in taken_in(postgres), what="the worker is woken again")

        for _twice in range(2):
            python(RECORD, environment)
        recorded = [payload for (payload,) in notices(postgres)]
        assert len(recorded) == len({notice["sender"] for notice in recorded}) == len(everybody)
        assert {notice["outcome"] for notice in recorded} == {"sent"}
    assert told(provider) == sorted(everybody), "nobody is told once it is over"


def test_messages_acknowledged_before_postgres_was_killed_are_all_there(postgres, environment, directory):
    """If this fails, 200 was said of something that was not on disk."""
    at = clock.now()
    bodies = [(f"wamid.{number}.0", body_of(number, at)) for number in range(1, 400)]
    with running_stack(directory, "web", **environment | {"MAINTENANCE_TEXT": ""}) as stack:
        load = webhooks.Load(stack.url, bodies)
        load.start()
        eventually(lambda: len(load.acknowledged) > 50, what="some were acknowledged")
        postgres._run("pg_ctl", "-w", "-m", "immediate", "-D", str(postgres.cluster), "stop")  # as a crash would
        eventually(lambda: len(load.refused) > 20, what="some were refused")
        postgres.start()
        load.join(60)
    stored = b"".join(bytes(body) for (body,) in rows(postgres, "SELECT body FROM whatsapp_inboundevent"))
    assert len(load.acknowledged) + len(load.refused) == len(bodies)
    assert [name for name in load.acknowledged if f'"{name}"'.encode() not in stored] == []
    assert load.acknowledged[-1] == bodies[-1][0], "and it was stored again without a hand"


def test_a_postgres_that_freezes_holds_nobody_up_for_long(postgres, environment, directory):
    """The worst Postgres: it keeps its connections and says nothing. The first may wait out the statement's limit."""
    import signal

    with running_stack(directory, "web", **environment | {"MAINTENANCE_TEXT": ""}) as stack:
        assert webhooks.post(stack.url, body_of(1, clock.now())) == 200
        pids = [row[0] for row in rows(postgres, "SELECT pid FROM pg_stat_activity")]
        postmaster = int((postgres.cluster / "postmaster.pid").read_text().split()[0])
        frozen = [pid for pid in (postmaster, *pids) if _exists(pid)]
        try:
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)
            assert webhooks.post(stack.url, body_of(2, clock.now())) == 503
            for _ in range(3):
                started = time.monotonic()
                assert webhooks.post(stack.url, body_of(2, clock.now())) == 503
                assert time.monotonic() - started < 2
        finally:
            for pid in frozen:
                if _exists(pid):
                    os.kill(pid, signal.SIGCONT)
        eventually(lambda: webhooks.post(stack.url, body_of(2, clock.now())) == 200, what="stored again")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
