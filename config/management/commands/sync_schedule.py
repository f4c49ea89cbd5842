from typing import Any

from django.core.management.base import BaseCommand

from config import schedule


class Command(BaseCommand):
    help = "Bring beat's schedule level with the code. Run after migrate; safe to run again."

    def handle(self, **options: Any) -> None:
        schedule.sync()
        if options["verbosity"]:
            self.stdout.write(f"{len(schedule.SCHEDULE)} sweeps scheduled.")
