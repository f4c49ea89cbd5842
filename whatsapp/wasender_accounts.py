"""Phones paired with WASenderApi: what is needed to reach one, checked and stored. Only where the operator wants it."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from audit.actors import Actor
from audit.events import CONFIG_CHANGED
from audit.record import record
from conversations.models import Channel
from whatsapp import events
from whatsapp.accounts import check_api_url, check_key, check_secret
from whatsapp.models import WasenderAccount
from whatsapp.wasender.adapter import is_enabled

PROVIDER = "wasender"
DEFAULT_API_URL = "https://www.wasenderapi.com/api"
SWITCHED_OFF = (
    "WASenderApi is unofficial: Meta has not authorised it, and WhatsApp bans numbers that are found on it, with all "
    "their chats. It is switched off. To use it at your own risk, set WASENDER_ENABLED=1 and start again."
)


@transaction.atomic
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
    account = _existing(key, session_id)
    if account is not None:
        if portfolio not in ("", account.channel.portfolio):
            raise ValueError("A channel's portfolio cannot be changed: its customers are known within it.")
        _update(account, credentials, name, actor, now)
        return account, False
    channel = Channel(key=key, provider=PROVIDER, name=name or key, portfolio=portfolio, team=team, created_at=now)
    _check_words(channel)
    channel.save()
    account = WasenderAccount.objects.create(channel=channel, session_id=session_id, **credentials)
    payload = {"name": channel.name, "provider": PROVIDER, "key": key, "team": team.name}
    record(events.CHANNEL_ADDED, stream=f"channel:{key}", actor=actor, now=now, payload=payload)
    return account, True


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


def _existing(key: str, session_id: str) -> WasenderAccount | None:
    """The account of this session under this key. Raises ValueError where either belongs elsewhere."""
    channel = Channel.objects.select_for_update().filter(key=key).first()
    holder = WasenderAccount.objects.select_related("channel").filter(session_id=session_id).first()
    if holder and holder.channel.key != key:
        raise ValueError(f"This session belongs to the channel {holder.channel.key!r} already.")
    if channel and channel.provider != PROVIDER:
        raise ValueError(f"The key {key!r} belongs to a channel of {channel.provider!r}. Choose another key.")
    if channel and not holder:
        raise ValueError(f"The key {key!r} belongs to another session. Choose another key.")
    return holder


def _update(
    account: WasenderAccount, credentials: dict[str, str | bool], name: str, actor: Actor, now: datetime
) -> None:
    channel = account.channel
    changed = [field for field, value in credentials.items() if getattr(account, field) != value]
    for field in changed:
        setattr(account, field, credentials[field])
    account.save()
    if name not in ("", channel.name):
        channel.name = name
        changed.append("name")
        _check_words(channel)
        channel.save()
    if not changed:
        return
    payload = {"model": "channel", "name": channel.name, "action": "changed", "fields": changed}
    record(CONFIG_CHANGED, stream=f"channel:{channel.key}", actor=actor, now=now, payload=payload)


def _check_words(channel: Channel) -> None:
    try:
        channel.clean_fields(exclude=["team"])
    except ValidationError as error:
        raise ValueError(
            " ".join(f"{name}: {' '.join(words)}" for name, words in error.message_dict.items())
        ) from error
