"""The stand-in in a process of its own, on daphne, on 127.0.0.1 only."""

from collections.abc import Callable
from typing import Any

from daphne.server import Server

from whatsapp.standin.app import App
from whatsapp.standin.wire import DROP


class CannotListen(Exception):
    """The port is taken, or not allowed."""


class StandinServer(Server):  # type: ignore[misc]
    """Daphne that can cut a connection without an answer, and says so when it cannot listen."""

    failure = ""
    on_listening: Callable[[], Any] = staticmethod(lambda: None)

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        if message["type"] != DROP:
            await super().handle_reply(protocol, message)
        elif protocol.channel is not None:
            protocol.channel.transport.abortConnection()

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.on_listening()

    def listen_error(self, failure: Any) -> None:
        self.failure = failure.getErrorMessage()
        self.stop()


def serve(app: App, *, port: int, on_listening: Callable[[], Any]) -> None:
    """Serve until told to stop; `on_listening` is called once the port is ours. Raises CannotListen."""
    server = StandinServer(app, endpoints=[f"tcp:port={port}:interface=127.0.0.1"], application_close_timeout=2)
    server.on_listening = on_listening
    server.run()
    if server.failure:
        raise CannotListen(server.failure)
