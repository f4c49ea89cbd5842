from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from conversations import diagram

WHERE = "docs/architecture.md"


class Command(BaseCommand):
    help = f"Draw the state machine from its table. Exit code 1: with --check, {WHERE} is not current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--write", action="store_true", help=f"Put it into {WHERE}, between the markers")
        choice.add_argument("--check", action="store_true", help=f"Say whether {WHERE} is current")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["write"] or options["check"]):
            self.stdout.write(diagram.section())
            return
        path = Path(settings.BASE_DIR) / WHERE
        page, current = _pages(path)
        if page == current:
            self.stdout.write(f"{WHERE} is current.")
        elif options["check"]:
            raise CommandError(f"{WHERE} is not current. Run: manage.py state_diagram --write")
        else:
            path.write_text(current, encoding="utf-8")
            self.stdout.write(f"{WHERE} was brought up to date.")


def _pages(path: Path) -> tuple[str, str]:
    """The page as it is, and as it should be."""
    try:
        page = path.read_text(encoding="utf-8")
        return page, diagram.written_into(page)
    except (FileNotFoundError, ValueError) as error:
        raise CommandError(f"{WHERE}: {error}") from error
