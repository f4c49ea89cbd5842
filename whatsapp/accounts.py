"""Numbers at a provider: what is needed to reach one, checked and stored. Here for all, and for the Cloud API."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from audit.actors import Actor
from audit.events import CONFIG_CHANGED
from audit.record import record
from conversations.models import Channel
from whatsapp import events
from whatsapp.models import DEFAULT_API_URL, CloudAccount, TwilioAccount, WasenderAccount

PROVIDER = "cloud"
#: Plain http shows tokens to whoever listens: only to this machine itself.
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def cloud_account_save(
    *, key: str, phone_number_id: str, access_token: str, app_secrets: Sequence[str], verify_token: str, team: Group,
    actor: Actor, now: datetime, api_url: str = DEFAULT_API_URL, name: str = "", portfolio: str = "",
    business_account_id: str = "",
) -> tuple[CloudAccount, bool]:  # fmt: skip
    """A number at Meta's Cloud API, added, or its credentials replaced. Returns it and whether it is new.

    `app_secrets`: the newest first, more than one while rotating. The same key and phone number id mean the
    same number; then team and portfolio stay as they were, and the name unless one is given. Raises ValueError, with
    the mend in its words, for a wrong value or a key or number that another channel has.
    """
    check_key(key)
    check_phone_number_id(phone_number_id)
    secrets = [check_secret(secret, "app secret") for secret in app_secrets]
    if not secrets:
        raise ValueError("At least one app secret is needed: without it no webhook can be trusted.")
    credentials = {
        "access_token": check_secret(access_token, "access token"),
        "app_secrets": "\n".join(secrets),
        "verify_token": check_secret(verify_token, "verify token"),
        "api_url": check_api_url(api_url),
    }
    if business_account_id:
        credentials["business_account_id"] = check_business_account_id(business_account_id)
    return account_keep(
        CloudAccount, provider=PROVIDER, key=key, named="phone_number_id", value=phone_number_id,
        called="phone number id", credentials=credentials, name=name, portfolio=portfolio, team=team, actor=actor,
        now=now,
    )  # fmt: skip


Account = TypeVar("Account", CloudAccount, TwilioAccount, WasenderAccount)


@transaction.atomic
def account_keep(
    model: type[Account], *, provider: str, key: str, named: str, value: str, called: str,
    credentials: Mapping[str, Any], name: str, portfolio: str, team: Group, actor: Actor, now: datetime,
) -> tuple[Account, bool]:  # fmt: skip
    """An account with its channel, added, or its credentials replaced. Returns it and whether it is new.

    `named` is the field by which the provider tells its numbers apart, `value` what stands in it, `called` what people
    call it. Only what has changed is written. Raises ValueError, with the mend, where key or value belong elsewhere.
    """
    account = _existing(model, provider=provider, key=key, named=named, value=value, called=called)
    if account is not None:
        if portfolio not in ("", account.channel.portfolio):
            raise ValueError("A channel's portfolio cannot be changed: its customers are known within it.")
        _update(account, credentials, name, actor, now)
        return account, False
    channel = Channel(key=key, provider=provider, name=name or key, portfolio=portfolio, team=team, created_at=now)
    _check_words(channel)
    channel.save()
    account = model.objects.create(channel=channel, **{named: value}, **credentials)
    payload = {"name": channel.name, "provider": provider, "key": key, "team": team.name}
    record(events.CHANNEL_ADDED, stream=f"channel:{key}", actor=actor, now=now, payload=payload)
    return account, True


def check_key(key: str) -> str:
    """Raises ValueError for what cannot stand in the webhook's address."""
    try:
        validate_slug(key)
    except ValidationError as error:
        raise ValueError(f"The key {key!r} stands in the webhook's address: letters, digits, - and _ only.") from error
    if len(key) > 64:
        raise ValueError("The key may have 64 characters at most.")
    return key


def check_phone_number_id(value: str) -> str:
    """Raises ValueError for what is no phone number id, the most frequent mistake being the number itself."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise ValueError(
            f"{value!r} is no phone number id. It stands in Meta's WhatsApp manager beside the number "
            "and is not the number itself."
        )
    return value


def check_business_account_id(value: str) -> str:
    """Raises ValueError for what is no WhatsApp business account id."""
    if not re.fullmatch(r"\d{1,64}", value, re.ASCII):
        raise ValueError(f"{value!r} is no WhatsApp business account id: it has digits only.")
    return value


def check_secret(value: str, what: str) -> str:
    """Raises ValueError where a token or secret is empty or holds spaces or control characters."""
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError(f"The {what} is empty or holds spaces or unusual characters. Copy it once more, all of it.")
    return value


def check_api_url(url: str) -> str:
    """The address without a slash at its end. Raises ValueError for anything but https, or http to this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is no address.") from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{url!r} will not do: give an address like {DEFAULT_API_URL}.")
    if parts.scheme == "http" and host not in LOCAL_HOSTS:
        raise ValueError("Plain http would show the access token to the network: use https (http only for 127.0.0.1).")
    return url.rstrip("/")


def _existing(model: type[Account], *, provider: str, key: str, named: str, value: str, called: str) -> Account | None:
    """The account of this value under this key. Raises ValueError where either belongs elsewhere."""
    channel = Channel.objects.select_for_update().filter(key=key).first()
    holder = model.objects.select_related("channel").filter(**{named: value}).first()
    if holder and holder.channel.key != key:
        raise ValueError(f"This {called} belongs to the channel {holder.channel.key!r} already.")
    if channel and channel.provider != provider:
        raise ValueError(f"The key {key!r} belongs to a channel of {channel.provider!r}. Choose another key.")
    if channel and not holder:
        raise ValueError(f"The key {key!r} belongs to another {called}. Choose another key.")
    return holder


def _update(account: Account, credentials: Mapping[str, Any], name: str, actor: Actor, now: datetime) -> None:
    channel = account.channel
    changed = [field for field, value in credentials.items() if getattr(account, field) != value]
    for field in changed:
        setattr(account, field, credentials[field])
    if changed:
        account.save(update_fields=changed)
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
