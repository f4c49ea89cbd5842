"""A load generator in a process of its own: signed webhooks over keep-alive connections, each body different.

    python -m benchmarks.webhook_load --port 8000 --path /webhooks/cloud/shop/ --secret S --seconds 5

Prints JSON: how many were answered 200, in how many seconds, what else was answered, latencies. With `--record` every
acknowledged body's id is appended to that file before the next request leaves. It ends early, and says so, when
the server goes away. Plain sockets and a bare parser of answers, so that the client is not what is measured.
"""

import argparse
import asyncio
import hashlib
import hmac
import itertools
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import IO

BODY = (
    '{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":'
    '"whatsapp","metadata":{"display_phone_number":"15550100999","phone_number_id":"106540352242922"},"contacts":'
    '[{"profile":{"name":"Ana Example"},"wa_id":"15550100123","user_id":"US.13491208655302741918"}],"messages":'
    '[{"from":"15550100123","from_user_id":"US.13491208655302741918","id":"wamid.%s","timestamp":"1795251600",'
    '"text":{"body":"Hello, where is my order 4711? It was promised for yesterday. \\u00bfHola?"},"type":"text"}]},'
    '"field":"messages"}]}]}'
)
ID_LENGTH = 24


@dataclass
class Tally:
    run: str
    record: IO[str] | None
    counter: itertools.count = field(default_factory=itertools.count)
    counting: bool = False
    acknowledged: int = 0
    others: Counter = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)


class Connection(asyncio.Protocol):
    """One request at a time; the next leaves when the answer is complete."""

    def __init__(self, head: bytes, secret: bytes, tally: Tally) -> None:
        self.head, self.tally = head, tally
        self.key = hmac.new(secret, digestmod=hashlib.sha256)
        self.buffer = b""
        self.lost = asyncio.get_running_loop().create_future()
        self.stopping = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.id = f"{self.tally.run}{next(self.tally.counter):0{ID_LENGTH - len(self.tally.run)}d}"
        body = (BODY % self.id).encode()
        signed = self.key.copy()
        signed.update(body)
        self.sent_at = time.perf_counter()
        self.transport.write(self.head % (len(body), signed.hexdigest().encode()) + body)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _content_length(head):
            return
        self.buffer = b""
        self.count(int(head[9:12]))
        if self.stopping:
            self.transport.close()
        else:
            self.send()

    def count(self, status: int) -> None:
        if self.tally.counting and status == 200:
            self.tally.acknowledged += 1
            self.tally.latencies.append(time.perf_counter() - self.sent_at)
        elif status != 200:
            self.tally.others[status] += 1
        if self.tally.record and status == 200:
            self.tally.record.write(self.id + "\n")

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        if not self.lost.done():
            self.lost.set_result(None)


def _same(connection: Connection) -> Connection:
    return connection


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def drive(options: argparse.Namespace) -> dict[str, object]:
    record = open(options.record, "a", buffering=1) if options.record else None  # noqa: SIM115 - open to the end
    tally = Tally(options.run or f"{os.getpid()}x", record, counting=options.warm_up == 0)
    head = (
        f"POST {options.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "Content-Length: %d\r\nX-Hub-Signature-256: sha256=%s\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    connections = [Connection(head, options.secret.encode(), tally) for _ in range(options.connections)]
    for connection in connections:
        await loop.create_connection(partial(_same, connection), "127.0.0.1", options.port)
    everyone_lost = asyncio.gather(*(connection.lost for connection in connections))
    await asyncio.wait([everyone_lost], timeout=options.warm_up)
    tally.counting, started = True, time.perf_counter()
    await asyncio.wait([everyone_lost], timeout=options.seconds)
    tally.counting, seconds = False, time.perf_counter() - started
    server_left = everyone_lost.done()
    for connection in connections:
        connection.stopping = True
    await asyncio.wait([everyone_lost], timeout=5)
    return _result(tally, seconds, server_left)


def _result(tally: Tally, seconds: float, server_left: bool) -> dict[str, object]:
    ordered = sorted(tally.latencies) or [0.0]
    return {
        "acknowledged": tally.acknowledged,
        "seconds": seconds,
        "others": dict(tally.others),
        "server_left": server_left,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p99_ms": ordered[len(ordered) * 99 // 100] * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--warm-up", type=float, default=1.0, help="seconds not counted")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--record", help="file for the ids of acknowledged bodies")
    parser.add_argument("--run", default="", help="what the ids start with")
    print(json.dumps(asyncio.run(drive(parser.parse_args()))))


if __name__ == "__main__":
    main()
