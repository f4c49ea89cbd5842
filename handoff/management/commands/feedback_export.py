from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.actors import SYSTEM
from config import clock
from handoff import feedback


class Command(BaseCommand):
    help = "Write what staff said about closed matters as labelled examples to standard output. Exit code 1: refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", default="", metavar="DATE", help="Ended on this day or later, as 2026-11-21")
        parser.add_argument("--format", default="jsonl", choices=feedback.FORMATS)

    def handle(self, *args: Any, **options: Any) -> None:
        since = _since(options["since"])
        feedback.export_note(actor=SYSTEM, format=options["format"], now=clock.now())
        for line in feedback.lines(feedback.examples(since), format=options["format"]):
            self.stdout.write(line, ending="")


def _since(given: str) -> datetime | None:
    """The day's beginning by this desk's clock. Raises CommandError for what is no date."""
    if not given:
        return None
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(given), time.min))
    except ValueError as error:
        raise CommandError(f"{given!r} is no date. Write it as 2026-11-21.") from error
