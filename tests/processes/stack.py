"""Real processes on the test's own database: web, worker, beat, and the stand-in for WhatsApp."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
from django.db import connection

from config import embedded

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def eventually(probe: Callable[[], T], *, within: float = 30, every: float = 0.1, what: str = "") -> T:
    """The probe's first true value. Raises AssertionError, with the last value, when there is none in time."""
    deadline = time.monotonic() + within
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or probe} (last: {value!r})")
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_database_url() -> str:
    settings = connection.settings_dict
    host = settings["OPTIONS"].get("host") or settings["HOST"]
    if host.startswith("/"):
        return f"postgres://postgres@/{settings['NAME']}?host={host.replace('/', '%2F')}"
    return f"postgres://{settings['USER']}:{settings['PASSWORD']}@{host}:{settings['PORT'] or 5432}/{settings['NAME']}"


test_database_url.__test__ = False  # type: ignore[attr-defined]


class Running:
    """One process; its output goes to a file, shown when a test fails."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Running":
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        return self

    def kill(self) -> None:
        """kill -9 of the whole process group: nothing gets to clean up."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """As the supervisor stops it: the process itself is told, and ends its own children."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Stack:
    """The desk's processes; start what a test needs, kill what it wants. Valkey is the stack's own."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.directory = directory
        self.valkey = embedded.Valkey(directory)
        self.port, self.standin_port = free_port(), free_port()
        self.url, self.standin_url = (f"http://127.0.0.1:{port}" for port in (self.port, self.standin_port))
        self.running: dict[str, Running] = {}
        self.environment = {
            **os.environ,
            "DATABASE_URL": test_database_url(),
            "REDIS_URL": embedded.redis_url(directory),
            "SIMULATOR": "true",
            "SIMULATOR_URL": self.standin_url,
            "BOT_QUIET_PAUSE": "0.1",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }

    def start(self, *names: str) -> None:
        for name in names:
            process = Running(name, self._command(name), self.environment, self.directory / f"{name}.log")
            self.running[name] = process.start()
        if "web" in names:
            eventually(lambda: self._answers(f"{self.url}/healthz"), within=60, what="web answers")
        if "whatsapp" in names:
            eventually(lambda: self._answers(f"{self.standin_url}/standin/users"), within=60, what="stand-in answers")

    def stop(self) -> None:
        for process in self.running.values():
            process.stop()
        self.valkey.stop()

    def logs(self) -> str:
        parts = [
            f"--- {path.name}\n{path.read_text(errors='replace')[-4000:]}" for path in self.directory.glob("*.log")
        ]
        return "\n".join(parts)

    def _command(self, name: str) -> list[str]:
        celery = [sys.executable, "-m", "celery", "-A", "config"]
        return {
            "web": [
                sys.executable,
                "-m",
                "daphne",
                "-b",
                "127.0.0.1",
                "-p",
                str(self.port),
                "--verbosity",
                "0",
                "config.asgi:application",
            ],
            "worker": [
                *celery,
                "worker",
                "--concurrency",
                "2",
                "--loglevel",
                "WARNING",
                "--without-mingle",
                "--without-gossip",
            ],
            "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
            "whatsapp": [
                sys.executable,
                "manage.py",
                "graph_standin",
                "--port",
                str(self.standin_port),
                "--baton-url",
                self.url,
            ],
        }[name]  # fmt: skip

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            return httpx.get(url, timeout=2, trust_env=False).is_success
        except httpx.HTTPError:
            return False


@contextlib.contextmanager
def running_stack(directory: Path, *names: str, **settings: str) -> Iterator[Stack]:
    stack = Stack(directory, **settings)
    stack.valkey.start()
    try:
        stack.start(*names)
        yield stack
    except BaseException:
        sys.stderr.write(stack.logs())
        raise
    finally:
        stack.stop()
