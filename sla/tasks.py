from celery import shared_task

from config import clock
from sla import clocks


@shared_task(name="sla.mark_breaches")
def mark_breaches() -> None:
    clocks.breaches_mark(now=clock.now())
