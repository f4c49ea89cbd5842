#!/usr/bin/env python
"""Baton's command line."""

import itertools
import os
import sys

#: Commands that start the embedded servers themselves, or never touch them.
WITHOUT_SERVERS = {"up", "check", "help", "collectstatic", "state_diagram", "spectacular", "graph_standin"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "up":
        _prepare_demo(sys.argv[2:])  # before the settings are read
    from django.core.management import execute_from_command_line

    from config import embedded

    if command in WITHOUT_SERVERS:
        execute_from_command_line(sys.argv)
        return
    try:
        with embedded.servers():
            execute_from_command_line(sys.argv)
    except embedded.ServerError as error:
        sys.exit(f"Baton cannot start: {error}")


def _prepare_demo(arguments: list[str]) -> None:
    """The demo's settings go through the environment, where all its processes find them."""
    if "--demo" not in arguments:
        return
    port = next((after for word, after in itertools.pairwise(arguments) if word == "--port"), "8000")
    port = next((word.partition("=")[2] for word in arguments if word.startswith("--port=")), port)
    os.environ["SIMULATOR"] = "true"
    os.environ["SIMULATOR_URL"] = f"http://127.0.0.1:{int(port) + 1 if port.isdigit() else 8001}"


if __name__ == "__main__":
    main()
