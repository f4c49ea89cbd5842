"""Who may come in: a living version and the right bearer token."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from whatsapp.standin.rules import fields
from whatsapp.standin.rules.errors import GraphError

OLDEST_VERSION, NEWEST_VERSION = 21, 26


def check_version(version: str) -> None:
    """Raises GraphError for a version that has died or is not born yet."""
    match = re.fullmatch(r"v(\d{1,3})\.0", version)
    if match is None or int(match[1]) > NEWEST_VERSION:
        raise GraphError(2500, f"Unknown path components: /{version}", title=f"Unknown path components: /{version}")
    if int(match[1]) < OLDEST_VERSION:
        title = f"You are calling a deprecated version of the API. Please update to v{NEWEST_VERSION}.0"
        raise GraphError(2635, title, title=title)


def says_conversation(version: str) -> bool:
    """Statuses carry a `conversation` up to v23.0; from v24.0 on it is gone."""
    return int(version[1:].partition(".")[0]) < 24


def fits(authorization: str, access_token: str) -> bool:
    """Whether the header carries this bearer token."""
    given = authorization.removeprefix("Bearer ")
    return given != authorization and secrets.compare_digest(given.encode(), access_token.encode())


def check_token(authorization: str, *access_tokens: str) -> None:
    """Raises GraphError 190 unless the bearer token is one of these."""
    if not any(fits(authorization, token) for token in access_tokens):
        raise GraphError(190, "Send the number's access token as a bearer token.", http=401)


def check_subscription(body: Mapping[str, Any]) -> None:
    """Raises GraphError unless an address for the webhooks comes with the word that proves it."""
    fields.only(body, {"override_callback_uri", "verify_token"}, "")
    if body:
        fields.web_address(body, "override_callback_uri", "")
        fields.text(body, "verify_token")
