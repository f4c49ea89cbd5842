from celery import shared_task

from audit import sealing
from config import clock


@shared_task(name="audit.seal")
def seal() -> None:
    sealing.seal(now=clock.now())
