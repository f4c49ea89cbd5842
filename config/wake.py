"""Ring the worker: a task sent by name, so that a lower floor can wake a higher one without knowing it."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from config.celery import app

logger = logging.getLogger(__name__)


def send(task: str, *args: Any, countdown: float = 0) -> None:
    """Send now. A broker that is away is logged and forgiven: a sweep finds the work.

    `countdown`: seconds, a few at most; anything later is a due time in the database.
    """
    try:
        app.send_task(task, args=args, countdown=countdown, expires=countdown + 60, retry=False)
    except Exception as error:  # the broker's clients raise their own and the socket's errors alike
        logger.warning("the worker was not woken for %s (%s); a sweep will find the work", task, type(error).__name__)


def on_commit(task: str, *args: Any, countdown: float = 0) -> None:
    """Send once the surrounding transaction is committed."""
    transaction.on_commit(_later(task, *args, countdown=countdown), robust=True)


def _later(task: str, *args: Any, countdown: float) -> Callable[[], None]:
    return lambda: send(task, *args, countdown=countdown)
