from typing import Any

from django.core.management.base import BaseCommand

from audit.models import Event, Head, Seal
from audit.verify import snapshot, verify


class Command(BaseCommand):
    help = "Check the whole record for edits, deletions and gaps. Exit code 1: something was found."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        with snapshot():
            for fault in verify():
                faults += 1
                self.stdout.write(str(fault))
            streams, events, seals = Head.objects.count(), Event.objects.count(), Seal.objects.count()
        found = f"{faults} fault{'' if faults == 1 else 's'} found" if faults else "no fault found"
        self.stdout.write(f"Checked {streams} streams, {events} events, {seals} seals: {found}.")
        if faults:
            raise SystemExit(1)
