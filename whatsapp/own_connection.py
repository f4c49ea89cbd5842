"""A Postgres connection of the event loop's own, beside Django's, which belong to threads."""

import asyncio
from typing import Any

import psycopg
from django.db import connections

#: Seconds a connection may take. The next attempt follows soon, so patience buys nothing.
CONNECT_LIMIT = 2.0


async def connect(*, statement_limit: float) -> psycopg.AsyncConnection[Any]:
    """A connection to the default database in autocommit, which waits for the disk at each commit.

    `statement_limit`: seconds after which the server gives a statement up.
    Raises psycopg.Error or TimeoutError.
    """
    async with asyncio.timeout(CONNECT_LIMIT):
        connection = await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True)
        try:
            await connection.execute(
                "SELECT set_config('synchronous_commit', 'on', false), set_config('statement_timeout', %s, false)",
                [str(round(statement_limit * 1000))],
            )
        except BaseException:
            await connection.close()
            raise
    return connection


def _parameters() -> dict[str, Any]:
    """What Django would connect with, without its cursors and type adapters."""
    parameters = connections["default"].get_connection_params()
    del parameters["cursor_factory"], parameters["context"]
    return parameters
