from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import clock
from console.demo.seed import seed


class Command(BaseCommand):
    help = "Fill an empty desk with the demo shop. Safe to run again. Only where SIMULATOR is on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--standin-url", default=settings.SIMULATOR_URL, help="where the stand-in server answers")

    def handle(self, *, standin_url: str, **options: Any) -> None:
        if not settings.SIMULATOR:
            raise CommandError("Demo data is for the demo: set SIMULATOR=true, or use `manage.py up --demo`.")
        made = seed(standin_url=standin_url, now=clock.now())
        if options["verbosity"]:
            self.stdout.write("The demo shop is open." if made else "The demo shop was there already.")
