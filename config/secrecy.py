"""Phone numbers and credentials at rest: encrypted to be read back, digested to be found (DATA_KEY)."""

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Undecryptable(Exception):
    """The value was encrypted under a DATA_KEY that this installation no longer has."""


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises Undecryptable when none of the DATA_KEYs fits."""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Undecryptable("Set DATA_KEY to the key this value was stored under.") from error


def digest(text: str) -> str:
    """A keyed digest (HMAC-SHA-256, hex): equal for equal texts, useless without the key.

    Made under the last DATA_KEY, the oldest, so that adding a key in front rotates encryption only.
    """
    return hmac.new(_derive(settings.DATA_KEYS[-1], "digest"), text.encode(), hashlib.sha256).hexdigest()


def _box() -> MultiFernet:
    return _boxes(tuple(settings.DATA_KEYS))


@lru_cache(maxsize=4)
def _boxes(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, "encrypt"))) for key in keys])


def _derive(key: str, purpose: str) -> bytes:
    return hmac.new(key.encode(), f"baton:{purpose}".encode(), hashlib.sha256).digest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that lies encrypted in the database and is clear in Python. It cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value in (None, "") else encrypt(str(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:  # noqa: ARG002
        return value if value in (None, "") else decrypt(value)
