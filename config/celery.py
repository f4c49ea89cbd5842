"""The Celery application. Postgres holds the work; the broker only rings the bell.

Every task is also found by a sweep (see `config.schedule`), so a lost message costs seconds, never work.
"""

import os

from celery import Celery
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# When the broker goes away, kombu 5.7.0 tries to give back over the lost connection what was not acknowledged, and the
# worker dies of the AttributeError. What was lost with the broker our sweeps find anyway.
redis.Channel.do_restore = False

app = Celery("baton")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
