from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from audit.actors import SYSTEM
from config import clock
from console.tokens import token_create


class Command(BaseCommand):
    help = "Make an API token for a person and print it, this once. Exit code 1: refused, 2: wrong usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}. Add one with: manage.py add_agent {username} …")
        if not user.is_active:
            raise CommandError(f"{username!r} is not active: a token would open nothing.")
        token = token_create(user=user, actor=SYSTEM, now=clock.now())
        self.stderr.write(f"A token for {username}. Keep it safe: it is not shown again.", self.style.NOTICE)
        self.stdout.write(token)
