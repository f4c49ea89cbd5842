from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.actors import SYSTEM
from config import clock
from handoff.people import team_ensure
from whatsapp.accounts import PROVIDER, cloud_account_save
from whatsapp.models import DEFAULT_API_URL, CloudAccount


class Command(BaseCommand):
    help = "Add a WhatsApp number, or replace its credentials. Exit code 1: refused, 2: wrong usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", required=True, help="Whose number it is: cloud (Meta's Cloud API)")
        parser.add_argument("--key", required=True, help="Stands in the webhook's address")
        parser.add_argument("--phone-number-id", required=True, help="Meta's id of the number, not the number itself")
        parser.add_argument("--access-token", required=True)
        parser.add_argument(
            "--app-secret", required=True, action="append", help="Repeat it while rotating, the newest first"
        )
        parser.add_argument("--verify-token", required=True, help="Of your choosing; Meta shows it at the handshake")
        parser.add_argument("--api-url", default=DEFAULT_API_URL, help="Default: %(default)s")
        parser.add_argument("--name", default="", help="What the desk calls the number; default: the key")
        parser.add_argument("--team", default="support", help="Whose conversations these are at first; made if missing")
        parser.add_argument("--portfolio", default="", help="Business portfolio, shared by several numbers")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["provider"] != PROVIDER:
            raise CommandError(f"There is no provider {options['provider']!r} yet: use --provider {PROVIDER}.")
        try:
            account, is_new = _save(options)
        except ValueError as error:
            raise CommandError(str(error)) from error
        channel = account.channel
        done = "added" if is_new else "was there already; its credentials were updated"
        self.stdout.write(f"Channel {channel.key} ({channel.name}) {done}.")
        self.stdout.write(f"Webhook: /webhooks/{PROVIDER}/{channel.key}/")
        self.stdout.write("Enter it at Meta with your public address in front, and the verify token you chose.")


@transaction.atomic
def _save(options: dict[str, Any]) -> tuple[CloudAccount, bool]:
    now = clock.now()
    return cloud_account_save(
        key=options["key"],
        phone_number_id=options["phone_number_id"],
        access_token=options["access_token"],
        app_secrets=options["app_secret"],
        verify_token=options["verify_token"],
        api_url=options["api_url"],
        name=options["name"],
        portfolio=options["portfolio"],
        team=team_ensure(name=options["team"], actor=SYSTEM, now=now),
        actor=SYSTEM,
        now=now,
    )
