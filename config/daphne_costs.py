"""Two costs of every request under daphne that buy nothing, taken off: together about half of a webhook's CPU time.

Twisted parses `Content-Type: application/json` anew each time with the e-mail package, and formats a line of its own
access log that daphne then throws away. Neither changes what is served; on a Twisted that names these parts
differently nothing is done, and requests only cost more.
"""

from functools import lru_cache

from daphne.http_protocol import HTTPFactory
from twisted.web import http


def take_off() -> None:
    """Idempotent; before or after the server starts. daphne's own access log (`--access-log`) is not touched."""
    parse = getattr(http, "_parseContentType", None)  # bytes to bytes, and nothing else
    if parse and not hasattr(parse, "cache_info"):
        http._parseContentType = lru_cache(maxsize=64)(parse)
    HTTPFactory.log = _no_log


def _no_log(factory: HTTPFactory, request: http.Request) -> None:
    """Twisted's access log, which daphne sends nowhere."""
