"""The embedded servers start, are found by the second who needs them, and stop with the last."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import embedded, processes

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def unset(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.mark.usefixtures("unset")
def test_last_user_stops_them(tmp_path):
    postgres, valkey = embedded.Postgres(tmp_path), embedded.Valkey(tmp_path)
    with embedded.servers(tmp_path):
        with embedded.servers(tmp_path):
            assert postgres.is_running()
        assert postgres.is_running(), "the first user still needs it"
        assert valkey.is_running()
    assert not postgres.is_running()
    assert not valkey.is_running()


@pytest.mark.usefixtures("unset")
def test_start_after_a_crash_finds_what_is_running(tmp_path):
    embedded.Postgres(tmp_path).start()
    with embedded.servers(tmp_path):
        assert embedded.Postgres(tmp_path).is_running()
    assert not embedded.Postgres(tmp_path).is_running()


def test_deep_data_directory_gets_its_sockets_elsewhere(tmp_path):
    """A socket's path may have 107 bytes; a project deep in a home directory has more."""
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    url = embedded.redis_url(deep)
    assert len(url.removeprefix("unix://")) <= embedded.MAX_SOCKET_PATH


def test_postgres_that_cannot_start_says_why_in_one_line(tmp_path):
    cluster = tmp_path / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("9.1\n")
    with pytest.raises(embedded.ServerError) as refusal:
        embedded.Postgres(tmp_path).start()
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("Postgres")


def test_celery_is_told_of_the_socket_in_its_own_words():
    assert embedded.celery_url("unix:///x/valkey.sock?db=2") == "redis+socket:///x/valkey.sock?virtual_host=2"
    assert embedded.celery_url("redis://host:6379/1") == "redis://host:6379/1"


def test_taken_port_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(processes.CannotStart, match=f"port {port} .*--port"):
            processes.refuse_taken_port("127.0.0.1", port)


def test_up_says_in_one_line_that_the_port_is_taken(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "DATA_DIR": str(tmp_path)},
        )  # fmt: skip
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert f"port {port}" in result.stderr
