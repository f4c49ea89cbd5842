"""Is the process up (`/healthz`)? Is the desk able to work (`/readyz`)?"""

import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

PULSE_KEY = "worker-pulse"
#: Beat sends a pulse every ten seconds; three may go missing before the workers count as gone.
LONGEST_SILENCE = 35


def pulse() -> None:
    """Called by a worker at beat's word: both are alive. Real time, not the desk's, which the demo may move."""
    cache.set(PULSE_KEY, time.time(), timeout=None)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 when database, broker and workers answer; else 503, with what is wrong in words."""
    found = {name: check() for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "Postgres does not answer"
    return "ok"


def _broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return "Valkey does not answer"
    return "ok"


def _workers() -> str:
    try:
        last = cache.get(PULSE_KEY)
    except redis.RedisError:
        return "unknown without Valkey"
    if last is None or time.time() - last > LONGEST_SILENCE:
        return "no sign of a worker and beat: are both running?"
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "broker": _broker, "workers": _workers}
