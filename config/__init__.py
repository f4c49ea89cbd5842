"""Floor 0: settings, doors, and what every floor stands on."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
