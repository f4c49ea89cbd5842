import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from config import embedded, processes

WORKERS = 4


class Command(BaseCommand):
    help = "Start everything: Postgres and Valkey (unless the environment names others), web, worker, beat."
    requires_system_checks = []  # run below, once the progress is on the screen

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where the web process listens (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="and on which port (8000)")
        parser.add_argument("--demo", action="store_true", help="a small shop to play with, and a phone simulator")

    def handle(self, *, host: str, port: int, demo: bool, **options: Any) -> None:
        processes.exit_on_sigterm()
        try:
            processes.refuse_taken_port(host, port)
            if demo:
                processes.refuse_taken_port("127.0.0.1", _standin_port(port))
            with embedded.servers(quiet=False):
                self._prepare(port, demo)
                sys.exit(self._run(host, port, demo))
        except (processes.CannotStart, embedded.ServerError) as error:
            raise CommandError(f"Baton cannot start: {error}") from error
        except OperationalError as error:
            raise CommandError(f"Baton cannot start: Postgres: {str(error).splitlines()[0]}") from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped before it was up.")

    def _prepare(self, port: int, demo: bool) -> None:
        call_command("check")
        self._step("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("sync_schedule", verbosity=0)
        if not settings.DEBUG:
            self._step("Collecting static files …")
            call_command("collectstatic", verbosity=0, interactive=False)
        if demo:
            self._step("Filling the demo shop …")
            call_command("seed_demo", standin_url=_standin_url(port), verbosity=0)

    def _run(self, host: str, port: int, demo: bool) -> int:
        parts = [processes.web(host, port), processes.worker(WORKERS), processes.beat()]
        if demo:
            parts.append(
                processes.manage(
                    "whatsapp",
                    "graph_standin",
                    "--demo",
                    "--port",
                    str(_standin_port(port)),
                    "--baton-url",
                    f"http://127.0.0.1:{port}",
                )
            )
        self._step("Starting web, worker and beat …")
        address = f"http://{host}:{port}"
        return processes.supervise(parts, ready_url=f"{address}/healthz", welcome=_welcome(address, demo))

    def _step(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _standin_port(port: int) -> int:
    return port + 1


def _standin_url(port: int) -> str:
    return f"http://127.0.0.1:{_standin_port(port)}"


def _welcome(address: str, demo: bool) -> str:
    lines = ["", f"  Baton is up: {address}/", f"  Admin:        {address}/admin/"]
    if demo:
        lines += [
            f"  Phone:        {address}/simulator/",
            "",
            "  Sign in as    ana / baton-demo     agent of Support",
            "                ben / baton-demo     agent of Support",
            "                sara / baton-demo    supervisor",
            "                admin / baton-demo   administrator",
        ]
    else:
        lines += ["", "  First steps: manage.py add_agent, then manage.py add_channel (see README)."]
    return "\n".join([*lines, f"  Data is in    {Path(settings.DATA_DIR)}", "  Ctrl-C stops everything.", "", ""])
