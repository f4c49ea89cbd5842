from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.actors import SYSTEM
from config import clock
from conversations.models import Channel
from handoff.people import team_ensure
from whatsapp import twilio_accounts, wasender_accounts
from whatsapp.accounts import cloud_account_save
from whatsapp.models import DEFAULT_API_URL

#: What each provider needs to be told.
NEEDED = {
    "cloud": ("phone_number_id", "access_token", "app_secret", "verify_token"),
    "twilio": ("account_sid", "auth_token", "sender"),
    "wasender": ("session_id", "api_key", "webhook_secret"),
}
NEXT_STEP = {
    "cloud": "Enter it at Meta with your public address in front, and the verify token you chose.",
    "twilio": "Enter it at Twilio with your public address (PUBLIC_URL) in front, for messages and for statuses.",
    "wasender": "Enter it at WASender with your public address in front. Unofficial: bans are your own risk.",
}


class Command(BaseCommand):
    help = "Add a WhatsApp number, or replace its credentials. Exit code 1: refused, 2: wrong usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", required=True, help=f"Whose number it is: {', '.join(NEEDED)}")
        parser.add_argument("--key", required=True, help="Stands in the webhook's address")
        parser.add_argument("--name", default="", help="What the desk calls the number; default: the key")
        parser.add_argument("--team", default="support", help="Whose conversations these are at first; made if missing")
        parser.add_argument("--portfolio", default="", help="Business portfolio, shared by several numbers")
        parser.add_argument("--api-url", help=f"Default: the provider's own, such as {DEFAULT_API_URL}")
        cloud = parser.add_argument_group("cloud: Meta's Cloud API")
        cloud.add_argument("--phone-number-id", help="Meta's id of the number, not the number itself")
        cloud.add_argument("--access-token")
        cloud.add_argument("--app-secret", action="append", help="Repeat it while rotating, the newest first")
        cloud.add_argument("--verify-token", help="Of your choosing; Meta shows it at the handshake")
        cloud.add_argument("--business-account-id", default="", help="WABA; unset, it is learned from the webhooks")
        twilio = parser.add_argument_group("twilio")
        twilio.add_argument("--account-sid")
        twilio.add_argument("--auth-token", action="append", help="Repeat it while rotating, the newest first")
        twilio.add_argument("--sender", help="The WhatsApp number, with its +")
        twilio.add_argument("--messaging-service-sid", default="")
        wasender = parser.add_argument_group("wasender: unofficial, off unless WASENDER_ENABLED is set")
        wasender.add_argument("--session-id")
        wasender.add_argument("--api-key")
        wasender.add_argument(
            "--no-account-protection", action="store_true", help="256 messages a minute instead of one in 5 s"
        )
        wasender.add_argument("--webhook-secret", action="append", help="Repeat it while rotating, the newest first")

    def handle(self, *args: Any, **options: Any) -> None:
        provider = options["provider"]
        if provider not in NEEDED:
            raise CommandError(f"There is no provider {provider!r}: use one of {', '.join(NEEDED)}.")
        missing = [f"--{name.replace('_', '-')}" for name in NEEDED[provider] if options[name] is None]
        if missing:
            raise CommandError(f"A number at {provider} also needs {', '.join(missing)}.", returncode=2)
        try:
            channel, is_new = _save(provider, options)
        except ValueError as error:
            raise CommandError(str(error)) from error
        done = "added" if is_new else "was there already; its credentials were updated"
        self.stdout.write(f"Channel {channel.key} ({channel.name}) {done}.")
        self.stdout.write(f"Webhook: /webhooks/{provider}/{channel.key}/")
        self.stdout.write(NEXT_STEP[provider])


@transaction.atomic
def _save(provider: str, options: dict[str, Any]) -> tuple[Channel, bool]:
    now = clock.now()
    common = {
        **{name: options[name] for name in ("key", "name", "portfolio")},
        **({} if options["api_url"] is None else {"api_url": options["api_url"]}),
        "team": team_ensure(name=options["team"], actor=SYSTEM, now=now),
        "actor": SYSTEM,
        "now": now,
    }
    account, is_new = _SAVERS[provider](options, common)
    return account.channel, is_new


def _cloud(options: dict[str, Any], common: dict[str, Any]) -> Any:
    return cloud_account_save(
        phone_number_id=options["phone_number_id"], access_token=options["access_token"],
        app_secrets=options["app_secret"], verify_token=options["verify_token"],
        business_account_id=options["business_account_id"], **common,
    )  # fmt: skip


def _twilio(options: dict[str, Any], common: dict[str, Any]) -> Any:
    return twilio_accounts.twilio_account_save(
        account_sid=options["account_sid"], auth_tokens=options["auth_token"], sender=options["sender"],
        messaging_service_sid=options["messaging_service_sid"], **common,
    )  # fmt: skip


def _wasender(options: dict[str, Any], common: dict[str, Any]) -> Any:
    return wasender_accounts.wasender_account_save(
        session_id=options["session_id"], api_key=options["api_key"], webhook_secrets=options["webhook_secret"],
        account_protection=not options["no_account_protection"], **common,
    )  # fmt: skip


_SAVERS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Any]] = {
    "cloud": _cloud, "twilio": _twilio, "wasender": _wasender,
}  # fmt: skip
