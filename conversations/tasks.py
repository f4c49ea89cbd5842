from celery import shared_task

from config import clock
from conversations import window


@shared_task(name="conversations.expire_windows")
def expire_windows() -> None:
    window.expire_windows(now=clock.now())
