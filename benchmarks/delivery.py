"""How many messages a second one worker pushes through `deliver`, beside a bare HTTP loop making the same requests.

    python benchmarks/delivery.py [--quick]

All in one run, on a private Postgres and Valkey in a temporary directory, against a provider that answers at once
(a small asyncio server in a process of its own), in turns (bare, deliver, bare, …), medians reported:

- bare: one keep-alive httpx client POSTs the bodies that the desk would, one after the other, and reads each answer;
- deliver: conversations with ten queued messages each are worked off by `whatsapp.delivery.deliver` in one process, as
  one worker of the pool does it: the limits asked in Valkey, window, consent and epoch checked under the row's lock,
  the audit event written before the request and after it, the attempt kept.

A number may send 80 messages a second unless WhatsApp has upgraded it. The bar is the share, which depends less on the
machine and on what else runs there than the rate does.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.ingest import desk, free_port, wait_for  # noqa: E402
from benchmarks.report import Figure, finish  # noqa: E402

EACH = 10
SHARE_BAR = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer messages, under half a minute")
    parser.add_argument("--answer-on", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer_on:
        asyncio.run(answer(options.answer_on))
        return
    turns, conversations = (3, 15) if options.quick else (5, 60)
    with desk(), provider() as url:
        import django

        django.setup()
        channel = add_channel(url)
        rates = measure(channel, url, turns=turns, conversations=conversations)
        sent, doubled = outcome()
    finish("delivery", figures(rates, sent, turns * conversations * EACH, doubled))


async def answer(port: int) -> None:
    """A provider that takes everything at once: each send gets the next id."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                await reader.readexactly(length)
                count += 1
                body = b'{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.%d"}]}' % count
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                )
                writer.write(body)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


@contextlib.contextmanager
def provider() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, __file__, "--answer-on", str(port)], cwd=ROOT)
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def add_channel(url: str) -> object:
    """A number whose rate is no limit here; the limits are asked for all the same."""
    from django.contrib.auth.models import Group

    from conversations.models import Channel
    from whatsapp.models import CloudAccount

    team = Group.objects.create(name="Bench")
    channel = Channel.objects.create(
        key="bench", provider="cloud", name="Bench", team=team, created_at=datetime.now(UTC)
    )
    CloudAccount.objects.create(
        channel=channel, phone_number_id="1", access_token="none", app_secrets="s", verify_token="none", api_url=url,
        messages_per_second=30_000,
    )  # fmt: skip
    return channel


def queue(channel: object, *, turn: int, conversations: int) -> list[object]:
    """Conversations that customers have just begun, each with messages in the outbox; not part of what is measured."""
    from django.db import transaction

    from audit.actors import SYSTEM
    from conversations import intake, outbox
    from conversations.identity import Sender
    from conversations.models import Message

    now, made = datetime.now(UTC), []
    for number in range(conversations):
        name = f"{turn}{number:05}"
        with transaction.atomic():
            incoming = intake.Incoming(
                f"wamid.in.{name}", Sender({"bsuid": f"US.{name}"}, "Customer"), now, now, "text", "Hello"
            )
            conversation = intake.take(channel, incoming, now=now).message.conversation
            for line in range(EACH):
                outbox.message_queue(
                    conversation, body=f"Your order 4711 is on its way, line {line}.", sender=Message.Sender.SYSTEM,
                    actor=SYSTEM, now=now,
                )  # fmt: skip
        made.append(conversation.pk)
    return made


def measure(channel: object, url: str, *, turns: int, conversations: int) -> dict[str, list[float]]:
    from django.db import connection

    rates: dict[str, list[float]] = {"bare": [], "deliver": []}
    for turn in range(turns):
        due = queue(channel, turn=turn + 1, conversations=conversations)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does for a desk that has been running
        rates["bare"].append(bare_rate(url, conversations * EACH))
        rates["deliver"].append(deliver_rate(due))
        print(f"turn {turn + 1} of {turns}: bare {rates['bare'][-1]:,.0f}/s, deliver {rates['deliver'][-1]:,.0f}/s")
    return rates


def bare_rate(url: str, count: int) -> float:
    """The same requests with nothing around them."""
    import httpx

    body = {
        "messaging_product": "whatsapp", "recipient_type": "individual", "recipient": "US.100001", "type": "text",
        "text": {"body": "Your order 4711 is on its way, line 1.", "preview_url": False},
        "biz_opaque_callback_data": "00000000-0000-4000-8000-000000000000",
    }  # fmt: skip
    with httpx.Client(trust_env=False, headers={"Authorization": "Bearer none"}) as client:
        client.post(f"{url}/v26.0/1/messages", json=body)
        started = time.perf_counter()
        for _ in range(count):
            client.post(f"{url}/v26.0/1/messages", json=body).json()
        return count / (time.perf_counter() - started)


def deliver_rate(due: list[object]) -> float:
    from whatsapp import delivery

    started = time.perf_counter()
    sent = sum(delivery.deliver(pk) for pk in due)
    seconds = time.perf_counter() - started
    if sent != len(due) * EACH:
        sys.exit(f"only {sent} of {len(due) * EACH} messages were sent")
    return sent / seconds


def outcome() -> tuple[int, int]:
    """How many messages WhatsApp accepted, and how many attempts were more than one for a message."""
    from conversations.models import Message
    from whatsapp.models import DeliveryAttempt

    sent = Message.objects.filter(direction="out", status="accepted").count()
    return sent, DeliveryAttempt.objects.count() - sent


def figures(rates: dict[str, list[float]], sent: int, queued: int, doubled: int) -> list[Figure]:
    bare, deliver = (statistics.median(rates[name]) for name in ("bare", "deliver"))
    return [
        Figure("bare httpx loop, one connection", bare, "/s"),
        Figure("messages delivered, one worker", deliver, "/s"),
        Figure("delivered, share of bare", deliver * 100 / bare, "%", SHARE_BAR),
        Figure("accepted, of those queued", sent * 100 / queued, "%", 100),
        Figure("attempts beyond one a message", doubled, "attempts", 0, at_most=True),
    ]


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
