#!/usr/bin/env python
"""Baton's command line."""

import os
import sys

#: Commands that never touch the database, so that the embedded servers need not start for them.
WITHOUT_SERVERS = {"up", "check", "help", "collectstatic", "state_diagram", "spectacular"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config import embedded

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in WITHOUT_SERVERS:
        execute_from_command_line(sys.argv)
        return
    try:
        with embedded.servers():
            execute_from_command_line(sys.argv)
    except embedded.ServerError as error:
        sys.exit(f"Baton cannot start: {error}")


if __name__ == "__main__":
    main()
