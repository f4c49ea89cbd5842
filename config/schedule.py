"""What beat does, and how often. Code is the source: `manage.py sync_schedule` brings the table level with it."""

from dataclasses import dataclass

from django.db import transaction
from django_celery_beat.models import IntervalSchedule, PeriodicTask


@dataclass(frozen=True, slots=True)
class Sweep:
    """A task and its period in seconds."""

    task: str
    every: int
    what: str


SCHEDULE = (
    Sweep("config.pulse", 10, "Shows /readyz that beat and a worker are alive"),
    Sweep("whatsapp.sweep", 5, "Finds webhooks and messages whose wake-up was lost"),
    Sweep("handoff.sweep_turns", 5, "Finds bot turns whose wake-up was lost or that never came back"),
    Sweep("handoff.brake", 5, "While the assistant is stopped: gives who waits for it to people"),
    Sweep("handoff.look_after", 5, "Offers, agents who went, customers who wait too long: whatever is due"),
    Sweep("sla.mark_breaches", 5, "Marks promises whose deadline has passed"),
    Sweep("handoff.expire_windows", 15, "Puts conversations to rest whose 24-hour window has closed"),
    Sweep("whatsapp.sweep_media", 10, "Finds files that are still to be fetched"),
    Sweep("whatsapp.check_channels", 60, "Asks whether stopped channels work again; once a day, what they subscribe"),
    Sweep("whatsapp.recover_lost", 300, "Looks for inbound messages at Twilio whose webhook was lost"),
    Sweep("whatsapp.sync_templates_nightly", 24 * 3600, "Brings the message templates level with the provider"),
    Sweep("audit.seal", 60, "Seals the record"),
)
PREFIX = "baton: "


@transaction.atomic
def sync() -> None:
    """Make beat's table say what SCHEDULE says; rows of other names are left alone, ours that are gone go.

    Whether a sweep is switched on is the admin's word and stays.
    """
    for sweep in SCHEDULE:
        interval, _ = IntervalSchedule.objects.get_or_create(every=sweep.every, period=IntervalSchedule.SECONDS)
        wanted = {
            "task": sweep.task,
            "interval": interval,
            "description": sweep.what,
            "expire_seconds": sweep.every * 2,  # sweeps missed while everything was down do not pile up
        }
        row, created = PeriodicTask.objects.get_or_create(name=PREFIX + sweep.task, defaults=wanted)
        if not created and any(getattr(row, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(row, name, value)
            row.save()
    ours = PeriodicTask.objects.filter(name__startswith=PREFIX)
    ours.exclude(name__in=[PREFIX + sweep.task for sweep in SCHEDULE]).delete()
