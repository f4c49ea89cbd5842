from celery import shared_task

from config import health


@shared_task(name="config.pulse")
def pulse() -> None:
    health.pulse()
