from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Serve the stand-in for WhatsApp's Graph server, for the demo and the tests, on 127.0.0.1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument(
            "--baton-url", default="http://127.0.0.1:8000", help="where webhooks go for numbers that name no address"
        )
        parser.add_argument(
            "--demo", action="store_true", help="start with the demo's number, people and what was said"
        )
        parser.add_argument("--pace", type=float, default=0.15, help="seconds between sent, delivered and read")

    def handle(self, *args: Any, port: int, baton_url: str, demo: bool, pace: float, **options: Any) -> None:
        from whatsapp.demo_phones import restore
        from whatsapp.standin import server
        from whatsapp.standin.app import create_app
        from whatsapp.standin.demo import fill
        from whatsapp.standin.meta import Meta

        if not settings.SIMULATOR:
            raise CommandError("The stand-in asks for no password and serves the demo only. Set SIMULATOR=1 to use it.")
        if not 1 <= port <= 65535:
            raise CommandError(f"--port must be between 1 and 65535, not {port}.")
        meta = Meta(pace=pace, baton_url=baton_url)
        if demo:
            fill(meta.network, baton_url=baton_url)
            restore(meta.network)
        try:
            server.serve(create_app(meta=meta), port=port, on_listening=lambda: self._say_where(port))
        except server.CannotListen as error:
            raise CommandError(f"Cannot listen on port {port}: {error}") from error

    def _say_where(self, port: int) -> None:
        self.stdout.write(f"Stand-in for WhatsApp at http://127.0.0.1:{port}")
        self.stdout.flush()
