import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.actors import SYSTEM
from config import clock
from handoff.models import Team
from handoff.people import agent_save, team_ensure


class Command(BaseCommand):
    help = "Add a person to a team, or bring them up to date. Exit code 1: refused, 2: wrong usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--password", required=True, help="- reads one line from standard input")
        parser.add_argument("--team", required=True, help="Slug or name; a missing team is made")
        parser.add_argument("--supervisor", action="store_true", help="May see every team's conversations")
        parser.add_argument("--name", default="", help='First and last name, e.g. "Ada Example"')
        parser.add_argument("--admin", action="store_true", help="May change everything in the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"]
        if password == "-":  # noqa: S105 - stands for standard input
            password = sys.stdin.readline().rstrip("\r\n")
        try:
            user, team, is_new = _save(options, password)
        except ValueError as error:
            raise CommandError(str(error)) from error
        done = "added to" if is_new else "updated, in"
        self.stdout.write(f"{user.get_username()} {done} team {team.slug}.")


@transaction.atomic
def _save(options: dict[str, Any], password: str) -> tuple[User, Team, bool]:
    now = clock.now()
    team = team_ensure(name=options["team"], actor=SYSTEM, now=now)
    user, is_new = agent_save(
        username=options["username"],
        password=password,
        team=team,
        full_name=options["name"],
        supervisor=options["supervisor"],
        admin=options["admin"],
        actor=SYSTEM,
        now=now,
    )
    return user, team, is_new
