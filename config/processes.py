"""Everything up under one supervisor: servers, schema, then web, worker and beat, each with its name in the log."""

import os
import shlex
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

import httpx
from honcho import manager as honcho

from config import keep

#: A web process that takes longer to answer is in trouble, and says so in its log.
LONGEST_START = 60


class CannotStart(Exception):
    """One line that says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the desk: its name in the log, its command, what it adds to the environment."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def web(host: str, port: int) -> Process:
    # --verbosity 0 leaves out the access log, which costs more than the request of a webhook
    command = ["-m", "daphne", "-b", host, "-p", str(port), "--verbosity", "0", "config.asgi:application"]
    return Process("web", [sys.executable, *command], {"DATABASE_POOL": "true"})


def worker(concurrency: int) -> Process:
    options = ["--concurrency", str(concurrency), "--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    # as root celery warns at length; the message format it warns about, pickle, is not accepted here at all
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    return Process("worker", [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", *options], quiet)


def beat() -> Process:
    # no pid file: one left behind by a crash would refuse the next start
    options = ["--loglevel", "WARNING", "--pidfile="]
    return Process("beat", [sys.executable, "-m", "celery", "--quiet", "-A", "config", "beat", *options])


def manage(name: str, *arguments: str) -> Process:
    return Process(name, [sys.executable, "manage.py", *arguments])


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CannotStart when something listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            hint = "another program, or another Baton, has it" if error.errno in (98, 48) else str(error.strerror)
            raise CannotStart(f"port {port} on {host} cannot be used: {hint}. Choose another with --port.") from error


def exit_on_sigterm() -> None:
    """Until the supervisor takes over, a SIGTERM unwinds like Ctrl-C, so that the servers are stopped."""

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)


def supervise(processes: list[Process], *, ready_url: str, welcome: str) -> int:
    """Run all until a signal comes, then stop all; what dies by itself is started again (`config.keep`).

    Returns the exit code; Ctrl-C is a clean end.
    """
    honcho.KILL_WAIT = keep.LONGEST_STOP + 3  # its own five seconds would cut a send off
    manager = honcho.Manager()
    for process in processes:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **process.environment}
        kept = [sys.executable, "-m", "config.keep", *process.command]
        manager.add_process(process.name, f"exec {shlex.join(kept)}", env=environment)
    threading.Thread(target=_announce, args=(ready_url, welcome), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in (130, 143) else int(manager.returncode or 0)


def _announce(url: str, welcome: str) -> None:
    """Print the welcome once the web process answers."""
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2, trust_env=False).is_success:
                sys.stdout.write(welcome)
                sys.stdout.flush()
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    sys.stdout.write(f"The web process has not answered at {url} for {LONGEST_START} s; see its log above.\n")
