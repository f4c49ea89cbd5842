"""The stand-in in a process of its own, on daphne, on 127.0.0.1 only."""

from typing import Any

from daphne.server import Server

from whatsapp.standin.app import App
from whatsapp.standin.wire import DROP


class CannotListen(Exception):
    """The port is taken, or not allowed."""


class StandinServer(Server):  # type: ignore[misc]
    """Daphne that can cut a connection without an answer, and says so when it cannot listen."""

    failure = ""

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        if message["type"] != DROP:
            await super().handle_reply(protocol, message)
        elif protocol.channel is not None:
            protocol.channel.transport.abortConnection()

    def listen_error(self, failure: Any) -> None:
        self.failure = failure.getErrorMessage()
        self.stop()


def serve(app: App, *, port: int) -> None:
    """Serve until told to stop. Raises CannotListen."""
    server = StandinServer(app, endpoints=[f"tcp:port={port}:interface=127.0.0.1"], application_close_timeout=2)
    server.run()
    if server.failure:
        raise CannotListen(server.failure)
