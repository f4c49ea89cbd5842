"""The Celery application. Postgres holds the work; the broker only rings the bell.

Every task is also found by a sweep (see `config.schedule`), so a lost message costs seconds, never work.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("baton")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
