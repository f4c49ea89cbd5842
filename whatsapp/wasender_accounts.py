"""Phones paired with WASenderApi: what is needed to reach one, checked and stored. Only where the operator wants it."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group

from audit.actors import Actor
from whatsapp.accounts import account_keep, check_api_url, check_key, check_secret
from whatsapp.models import WasenderAccount
from whatsapp.wasender.adapter import is_enabled

PROVIDER = "wasender"
DEFAULT_API_URL = "https://www.wasenderapi.com/api"
SWITCHED_OFF = (
    "WASenderApi is unofficial: Meta has not authorised it, and WhatsApp bans numbers that are found on it, with all "
    "their chats. It is switched off. To use it at your own risk, set WASENDER_ENABLED=1 and start again."
)


def wasender_account_save(
    *, key: str, session_id: str, api_key: str, webhook_secrets: Sequence[str], team: Group, actor: Actor,
    now: datetime, api_url: str = DEFAULT_API_URL, account_protection: bool = True, name: str = "",
    portfolio: str = "",
) -> tuple[WasenderAccount, bool]:  # fmt: skip
    """A phone paired with WASenderApi, added, or its credentials replaced. Returns it and whether it is new.

    `webhook_secrets`: the newest first, more than one while rotating. The same key and session id mean the same
    phone; then team and portfolio stay as they were, and the name unless one is given. Raises ValueError, with the
    mend in its words, for a wrong value, a key or session that another channel has, and wherever the operator has
    not switched WASenderApi on.
    """
    if not is_enabled():
        raise ValueError(SWITCHED_OFF)
    check_key(key)
    check_session_id(session_id)
    credentials = _credentials(api_key, webhook_secrets, api_url, account_protection)
    return account_keep(
        WasenderAccount, provider=PROVIDER, key=key, named="session_id", value=session_id, called="session",
        credentials=credentials, name=name, portfolio=portfolio, team=team, actor=actor, now=now,
    )  # fmt: skip


def check_session_id(value: str) -> str:
    """Raises ValueError for what is no session id, the phone number being the most frequent mistake."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise ValueError(
            f"{value!r} is no session id. It stands in WASender's dashboard beside the session, and is neither the "
            "phone number nor the API key."
        )
    return value


def _credentials(
    api_key: str, webhook_secrets: Sequence[str], api_url: str, account_protection: bool
) -> dict[str, str | bool]:
    secrets = [check_secret(secret, "webhook secret") for secret in webhook_secrets]
    if not secrets:
        raise ValueError("At least one webhook secret is needed: without it no webhook can be trusted.")
    return {
        "api_key": check_secret(api_key, "API key"),
        "webhook_secrets": "\n".join(secrets),
        "api_url": check_api_url(api_url),
        "account_protection": account_protection,
    }
