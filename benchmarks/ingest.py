"""How many signed webhooks a second are acknowledged, beside raw Postgres doing the same one-row commits.

    python benchmarks/ingest.py [--quick]

All in one run, on a private Postgres and Valkey in a temporary directory, in turns (raw, daphne, uvicorn, Django, raw,
…), medians reported:

- raw: 64 connections, each commits one row with a body of the same size, as fast as it can: `pgbench`, the C client
  that comes with Postgres, with a prepared statement;
- daphne and uvicorn: `/webhooks/cloud/<key>/` over 64 keep-alive connections, one web process;
- Django: an async Django view under daphne that does the same with the ORM, for comparison;
- and last, the web process is killed (SIGKILL) in the middle of the load: what was acknowledged and is not in the
  table must be nothing.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import webhook_load  # noqa: E402
from benchmarks.report import Figure, finish  # noqa: E402
from config import embedded  # noqa: E402

CONNECTIONS = 64
KEY, SECRET = "bench", "benchmark-app-secret"
DAPHNE_BAR, UVICORN_BAR = 18.0, 28.0
SERVERS = {
    "daphne": ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", "{port}"],
    "uvicorn": [
        "uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning", "--no-access-log",
        "--lifespan", "off", "--no-proxy-headers", "--no-server-header",
    ],
}  # fmt: skip
EDGE, VIEW = "config.asgi:application", "benchmarks.django_view:application"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="shorter turns, no Django view, under a minute")
    quick = parser.parse_args().quick
    turns, seconds = (3, 1.5) if quick else (5, 6.0)
    with desk():
        channel_id = add_channel()
        rates = measure(channel_id, turns=turns, seconds=seconds, with_view=not quick)
        lost, acknowledged = kill_in_the_middle(seconds)
    finish("ingest", figures(rates, lost, acknowledged))


@contextlib.contextmanager
def desk() -> Iterator[None]:
    """A new database and broker, gone afterwards; the environment points every process at them."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="baton-bench-", ignore_cleanup_errors=True) as place:
        os.environ |= {"DATA_DIR": place, "SIMULATOR": "0", "LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        print("Starting a private Postgres and Valkey …", flush=True)
        with embedded.servers(Path(place)):
            os.environ["DATABASE_URL"] = embedded.database_url(Path(place))
            os.environ["REDIS_URL"] = embedded.redis_url(Path(place))
            manage("migrate", "--skip-checks", "--verbosity", "0")
            yield


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], check=True)


def add_channel() -> int:
    import django

    django.setup()
    from django.contrib.auth.models import Group

    from config import clock
    from conversations.models import Channel
    from whatsapp.models import CloudAccount

    team = Group.objects.create(name="Benchmark")
    channel = Channel.objects.create(key=KEY, provider="cloud", name="Benchmark", team=team, created_at=clock.now())
    CloudAccount.objects.create(
        channel=channel, phone_number_id="1", access_token="none", app_secrets=SECRET, verify_token="none"
    )
    return channel.pk


def measure(channel_id: int, *, turns: int, seconds: float, with_view: bool) -> dict[str, list[float]]:
    """Rates per second by name, one per turn; the turns interleave, so that a slow moment hits all alike."""
    with contextlib.ExitStack() as servers:
        ports = {name: servers.enter_context(web_process(name, EDGE))[1] for name in SERVERS}
        if with_view:
            ports["django"] = servers.enter_context(web_process("daphne", VIEW))[1]
        rates: dict[str, list[float]] = {"raw": [], **{name: [] for name in ports}}
        for turn in range(turns):
            rates["raw"].append(raw_rate(channel_id, seconds))
            for name, port in ports.items():
                rates[name].append(web_rate(name, port, seconds))
            last = ", ".join(f"{name} {values[-1]:,.0f}/s" for name, values in rates.items())
            print(f"turn {turn + 1} of {turns}: {last}", flush=True)
    return rates


def raw_rate(channel_id: int, seconds: float) -> float:
    """One-row commits a second through pgbench."""
    settings = embedded.Postgres(Path(os.environ["DATA_DIR"]))
    script = settings.data_dir / "raw.sql"
    script.write_text(
        "INSERT INTO whatsapp_inboundevent (channel_id, body, received_at) VALUES (:channel, :body::bytea, now());\n"
    )
    body = webhook_load.BODY % ("x" * webhook_load.ID_LENGTH)
    result = subprocess.run(
        [str(embedded._postgres_programs() / "pgbench"), "-h", str(settings.sockets), "-U", "postgres", "-n",
         "-c", str(CONNECTIONS), "-j", "2", "-M", "prepared", "-T", str(max(1, round(seconds))), "-f", str(script),
         "-D", f"channel={channel_id}", "-D", f"body=\\x{body.encode().hex()}", embedded.DATABASE],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(re.search(r"tps = ([\d.]+)", result.stdout).group(1))


def web_rate(server: str, port: int, seconds: float) -> float:
    """Acknowledged webhooks a second; exits when one was not acknowledged."""
    with load(port, seconds) as client:
        answer = json.loads(client.communicate(timeout=seconds + 60)[0])
    if answer["others"] or answer["server_left"]:
        sys.exit(f"{server}: not every webhook was acknowledged: {answer}")
    return answer["acknowledged"] / answer["seconds"]


@contextlib.contextmanager
def web_process(server: str, application: str) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    program, *flags = SERVERS[server]
    command = [str(Path(sys.executable).parent / program), *(flag.format(port=port) for flag in flags), application]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}  # no static files were collected, and none is served
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(port, process)
        yield process, port
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def load(port: int, seconds: float, *more: str) -> Iterator[subprocess.Popen]:
    client = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.webhook_load", "--port", str(port), "--path", f"/webhooks/cloud/{KEY}/",
         "--secret", SECRET, "--connections", str(CONNECTIONS), "--seconds", str(seconds),
         "--warm-up", str(min(1, seconds / 3)), *more],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield client
    finally:
        client.kill()
        client.wait()
        client.stdout.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    sys.exit("the web process did not come up")


def kill_in_the_middle(seconds: float) -> tuple[int, int]:
    """How many acknowledged bodies are not in the table after a SIGKILL, and how many were acknowledged."""
    record = Path(os.environ["DATA_DIR"]) / "acknowledged"
    with (
        web_process("daphne", EDGE) as (process, port),
        load(port, seconds + 60, "--warm-up", "0", "--record", str(record), "--run", "kill") as client,
    ):
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        client.communicate(timeout=60)
    acknowledged = set(record.read_text().split())
    return len(acknowledged - stored_ids()), len(acknowledged)


def stored_ids() -> set[str]:
    from whatsapp.models import InboundEvent

    bodies = InboundEvent.objects.order_by("id").values_list("body", flat=True).iterator(chunk_size=5000)
    pattern = re.compile(rb'"id":"wamid\.(kill\d+)"')
    return {found.group(1).decode() for body in bodies if (found := pattern.search(bytes(body)))}


def figures(rates: dict[str, list[float]], lost: int, acknowledged: int) -> list[Figure]:
    medians = {name: statistics.median(values) for name, values in rates.items()}
    raw = medians["raw"]
    shares = {name: rate * 100 / raw for name, rate in medians.items()}
    return [
        Figure("raw Postgres (pgbench), one-row commits", raw, "/s"),
        *(Figure(f"webhooks acknowledged, {name}", medians[name], "/s") for name in medians if name != "raw"),
        Figure("daphne, share of raw", shares["daphne"], "%", DAPHNE_BAR),
        Figure("uvicorn, share of raw", shares["uvicorn"], "%", UVICORN_BAR),
        *([Figure("Django async view, share of raw", shares["django"], "%")] if "django" in shares else []),
        Figure("acknowledged before SIGKILL", acknowledged, "webhooks", 1),
        Figure("acknowledged, not stored", lost, "webhooks", 0, at_most=True),
    ]


if __name__ == "__main__":
    main()
