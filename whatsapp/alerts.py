"""Telling an admin: by e-mail where addresses are set (ADMINS), in the log, and on the desk's pages by the record."""

import logging

from django.core.mail import mail_admins
from django.db import transaction

logger = logging.getLogger(__name__)


def alert(subject: str, words: str) -> None:
    """Say it once the transaction is committed. A mail server that is away must not undo what is told of."""
    transaction.on_commit(lambda: _tell(subject, words), robust=True)


def _tell(subject: str, words: str) -> None:
    logger.error("%s: %s", subject, words)
    mail_admins(subject, words, fail_silently=True)
