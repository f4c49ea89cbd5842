"""WhatsApp senders at Twilio: what is needed to reach one, checked and stored."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group

from audit.actors import Actor
from whatsapp.accounts import account_keep, check_api_url, check_key, check_secret
from whatsapp.models import TwilioAccount

PROVIDER = "twilio"
DEFAULT_API_URL = "https://api.twilio.com"
DEFAULT_CONTENT_API_URL = "https://content.twilio.com"
DEFAULT_MESSAGING_API_URL = "https://messaging.twilio.com"


def twilio_account_save(
    *, key: str, account_sid: str, auth_tokens: Sequence[str], sender: str, team: Group, actor: Actor, now: datetime,
    messaging_service_sid: str = "", api_url: str = DEFAULT_API_URL, content_api_url: str = "",
    messaging_api_url: str = "", name: str = "", portfolio: str = "",
) -> tuple[TwilioAccount, bool]:  # fmt: skip
    """A WhatsApp sender at Twilio, added, or its credentials replaced. Returns it and whether it is new.

    `auth_tokens`: the newest first, more than one while rotating; requests go out with the first, webhooks may be
    signed with any, so the secret of a shared key goes after it. `sender`: the number with its plus. Content and
    messaging API: where not given, Twilio's own, or `api_url` where that one is not Twilio's.
    The same key and sender mean the same channel; then team and portfolio stay as they were, and the name unless one
    is given. Raises ValueError, with the mend in its words, for a wrong value or a key or sender that is taken.
    """
    check_key(key)
    sender = check_sender(sender)
    tokens = [check_secret(token, "auth token") for token in auth_tokens]
    if not tokens:
        raise ValueError("At least one auth token is needed: without it no message can be sent and no webhook trusted.")
    values = {
        "account_sid": check_account_sid(account_sid),
        "auth_tokens": "\n".join(tokens),
        "messaging_service_sid": check_messaging_service_sid(messaging_service_sid),
        **_api_urls(api_url, content_api_url, messaging_api_url),
    }
    return account_keep(
        TwilioAccount, provider=PROVIDER, key=key, named="sender", value=sender, called="sender", credentials=values,
        name=name, portfolio=portfolio, team=team, actor=actor, now=now,
    )  # fmt: skip


def check_sender(value: str) -> str:
    """The address as Twilio writes it, `whatsapp:+` and digits. Raises ValueError for anything but a number."""
    digits = re.sub(r"[ ()./-]", "", value.strip().removeprefix("whatsapp:"))
    if not re.fullmatch(r"\+[1-9]\d{6,14}", digits):
        raise ValueError(f"{value!r} is no WhatsApp sender: give the number with its plus, such as +15550100199.")
    return f"whatsapp:{digits}"


def check_account_sid(value: str) -> str:
    """Raises ValueError for what is no account SID, the most frequent mistake being an API key (SK…)."""
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", value):
        raise ValueError(f"{value!r} is no account SID: AC and 32 digits or letters a to f, as in Twilio's console.")
    return value


def check_messaging_service_sid(value: str) -> str:
    """Raises ValueError for anything but nothing or a messaging service's SID."""
    if value and not re.fullmatch(r"MG[0-9a-fA-F]{32}", value):
        raise ValueError(f"{value!r} is no messaging service: MG and 32 digits or letters a to f, or nothing at all.")
    return value


def _api_urls(api_url: str, content_api_url: str, messaging_api_url: str) -> dict[str, str]:
    api = check_api_url(api_url)
    is_own = api == DEFAULT_API_URL
    return {
        "api_url": api,
        "content_api_url": check_api_url(content_api_url or (DEFAULT_CONTENT_API_URL if is_own else api)),
        "messaging_api_url": check_api_url(messaging_api_url or (DEFAULT_MESSAGING_API_URL if is_own else api)),
    }
