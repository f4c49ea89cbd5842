"""Prevents: a webhook answered 200 that is gone after a crash. What it carried would be a customer's message that
nobody ever sees: Meta does not send it again once it heard 200, and no API returns it."""

import json
import re
import signal
import subprocess
import sys
import time

import pytest

from config import embedded
from tests.webhooks import PATH, ROOT, SECRET, make_channel, own_postgres, signed, stored, wait_until, web_process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
BODY = b'{"object":"whatsapp_business_account","entry":[]}'


@pytest.fixture(autouse=True)
def channel():
    return make_channel()


def http(port, method="POST", path=PATH, *, headers=(), body=b""):
    """One request on a connection of its own; status, headers, text."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers={name.decode(): value for name, value in headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def post(port, body=BODY):
    return http(port, headers=signed(body), body=body)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_both_servers_speak_to_the_edge_and_to_django(server):
    with web_process(server) as (_, port):
        assert post(port)[::2] == (200, "OK")
        assert http(port, headers=signed(b"other"), body=BODY)[0] == 401
        assert http(port, "PUT")[0] == 405
        assert http(port, "GET")[0] == 403
        assert http(port, "GET", "/webhooks/none/such/")[0] == 404
        big = b"x" * (4 * 1024 * 1024)
        assert post(port, big)[0] == 200
    assert [len(body) for body in stored()] == [len(BODY), len(big)]


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_body_past_the_limit_without_a_length_is_refused(server):
    body = b"x" * (4 * 1024 * 1024 + 1)
    with web_process(server) as (_, port):
        try:
            status = http(port, headers=signed(body), body=iter([body[:1000], body[1000:]]))[0]
        except (BrokenPipeError, ConnectionResetError):
            status = 413  # the server hung up while the rest was still being sent
        assert status == 413
        assert post(port)[0] == 200
    assert stored() == [BODY]


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_every_acknowledged_webhook_survives_kill_9_under_load(server, tmp_path):
    record = tmp_path / "acknowledged"
    with web_process(server) as (process, port):
        client = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.webhook_load", "--port", str(port), "--path", PATH, "--secret", SECRET,
             "--connections", "32", "--warm-up", "0", "--seconds", "60", "--record", str(record), "--run", "k"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            wait_until(lambda: record.exists() and record.stat().st_size > 20_000, "hundreds were acknowledged")
            process.send_signal(signal.SIGKILL)
            result = json.loads(client.communicate(timeout=60)[0])
        finally:
            client.kill()
            client.wait()
    assert result["server_left"]
    assert result["others"] == {}
    acknowledged = record.read_text().split()
    kept = {re.search(rb"wamid\.(\w+)", body).group(1).decode() for body in stored()}
    assert len(acknowledged) > 500
    assert set(acknowledged) <= kept, "a customer's message that was answered 200 is lost"


def test_without_valkey_webhooks_are_acknowledged_as_fast_as_ever(tmp_path):
    valkey = embedded.Valkey(tmp_path)
    valkey.start()
    with web_process(REDIS_URL=f"unix://{valkey.socket}") as (_, port):
        assert post(port)[0] == 200
        valkey.stop()
        started = time.monotonic()
        assert {post(port)[0] for _ in range(100)} == {200}
        assert time.monotonic() - started < 5
    assert stored() == [BODY] * 101


def test_with_a_broker_that_takes_connections_and_says_nothing_nobody_waits():
    """The worst broker: it accepts and is silent, so that every ring blocks until its time-out."""
    import socket

    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with web_process(REDIS_URL=url) as (process, port):
            started = time.monotonic()
            assert {post(port)[0] for _ in range(100)} == {200}
            assert time.monotonic() - started < 5
            threads = len(list((type(ROOT)("/proc") / str(process.pid) / "task").iterdir()))
            assert threads < 20, "rings pile up threads"
    assert len(stored()) == 100


def test_a_commit_wakes_the_worker():
    import redis
    from django.conf import settings

    broker = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)
    with broker:
        broker.delete("baton")
        with web_process() as (_, port):
            assert post(port)[0] == 200
            wait_until(lambda: broker.llen("baton") > 0, "the worker was woken", seconds=10)
        assert b"whatsapp.ingest" in broker.lindex("baton", 0)
        broker.delete("baton")


def test_while_postgres_is_away_the_answer_is_503_at_once_and_then_200_without_a_restart():
    """The real server, stopped and started beneath the web process."""
    with own_postgres() as server:
        environment = {"DATABASE_URL": embedded.database_url(server.data_dir), "DATA_KEY": "k" * 40}
        _prepare(environment)
        with web_process(**environment) as (_, port):
            assert post(port)[0] == 200
            server.stop()
            assert post(port)[0] == 503
            started = time.monotonic()
            answers = [post(port) for _ in range(50)]
            assert time.monotonic() - started < 5
            assert {status for status, _, _ in answers} == {503}
            assert answers[0][1]["Retry-After"] == "5"
            server.start()
            wait_until(lambda: post(port)[0] == 200, "webhooks are stored again", seconds=15)


def _prepare(environment) -> None:
    """Tables and one channel in a database that is not the tests'."""
    import os

    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0, skip_checks=True)\n"
        "from tests.webhooks import make_channel; make_channel()\n"
    )
    subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        cwd=ROOT,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )
