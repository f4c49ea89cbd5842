"""`python -m whatsapp.standin.wasender`: see the package's words."""

import sys
from argparse import ArgumentParser

from whatsapp.standin.server import CannotListen, serve
from whatsapp.standin.wasender.app import create_app
from whatsapp.standin.wasender.world import World


def main() -> int:
    """Serve until told to stop. 1 where the port cannot be had."""
    parser = ArgumentParser(prog="python -m whatsapp.standin.wasender", description="A stand-in for WASenderApi.")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--baton-url", default="http://127.0.0.1:8000", help="where webhooks go unless a session says")
    parser.add_argument("--pace", type=float, default=0.15, help="seconds between sent, delivered and read")
    given = parser.parse_args()
    world = World(pace=given.pace, baton_url=given.baton_url)

    def say() -> None:
        sys.stdout.write(f"Stand-in for WASenderApi at http://127.0.0.1:{given.port}/api\n")
        sys.stdout.flush()

    try:
        serve(create_app(world), port=given.port, on_listening=say)
    except CannotListen as error:
        sys.stderr.write(f"Cannot listen on port {given.port}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
