"""Telling an admin: by e-mail where addresses are set (ADMINS), in the log, and on the desk's pages by the record."""

import hashlib
import logging
from datetime import timedelta

import redis
from django.core.cache import cache
from django.core.mail import mail_admins
from django.db import transaction

logger = logging.getLogger(__name__)


def alert(subject: str, words: str, *, about: str = "", quiet: timedelta = timedelta(0)) -> None:
    """Say it once the transaction is committed. A mail server that is away must not undo what is told of.

    With `quiet`, the same subject `about` the same is mailed at most once in that time: five hundred messages that
    fail alike are one thing to mend. The log has them all.
    """
    transaction.on_commit(lambda: _tell(subject, words, about, quiet), robust=True)


def _tell(subject: str, words: str, about: str, quiet: timedelta) -> None:
    logger.error("%s: %s", subject, words)
    if not quiet or _is_first(f"{subject}|{about}", quiet):
        mail_admins(subject, words, fail_silently=True)


def _is_first(what: str, quiet: timedelta) -> bool:
    """Where Valkey cannot say, rather once too often."""
    key = f"alert:{hashlib.sha256(what.encode()).hexdigest()}"
    try:
        return bool(cache.add(key, 1, timeout=quiet.total_seconds()))
    except redis.RedisError:
        return True
