"""How fast waiting customers find an agent: offers a second, and the time from a free hand to the next offer.

    python benchmarks/routing.py [--quick]

On a private Postgres and Valkey in a temporary directory, with 10,000 customers waiting in five teams that are offered
their work, and 50 agents, each in one or two of the teams, who speak one language or any, and have long histories:

- offers: every agent's hands are filled by `handoff.assignment.fill`, as one worker does it, until all are full; then
  everybody accepts and closes all they have, and so on: only the offering is timed;
- in process: an agent closes one conversation, and `fill` offers them the next: the time of that call;
- through a worker: the same, but nobody calls anything. The close wakes a real Celery worker (two processes), and the
  time is from the close's commit to the offer that is seen in the database.

The bars. A storm of 1,000 handoffs a minute is 17 a second: one worker keeps up with it. In process the
next offer is found in the tenth of a second in which a page is drawn; through the worker it has half a second, which is
less than an agent takes to look up from the conversation they have closed.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.ingest import add_channel, desk  # noqa: E402
from benchmarks.report import Figure, finish  # noqa: E402

WAITING, AGENTS, TEAMS, CAPACITY = 10_000, 50, 5, 5
OFFERS_BAR, IN_PROCESS_BAR, WORKER_BAR = 17.0, 100.0, 500.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer turns, about half a minute")
    quick = parser.parse_args().quick
    turns, freed, history = (1, 100, 200) if quick else (4, 500, 2_000)
    with desk():
        agents = set_up(add_channel(), history=history)
        rate = offers_a_second(agents, turns=turns)
        alone = [freed_slot(agent) for agent in rounds(agents, freed)]
        with worker():
            through = [freed_slot_through_worker(agent) for agent in rounds(agents, freed)]
        twice = offered_twice()
    finish("routing", figures(rate, alone, through, twice))


def set_up(channel_id: int, *, history: int) -> list[Any]:
    """Teams, agents who are there, and everybody who waits."""
    from django.contrib.auth.models import User
    from django.db import connection

    from benchmarks import crowd
    from config import clock
    from conversations.models import Channel
    from handoff import presence
    from handoff.models import AgentProfile, Team

    print(f"Making {WAITING:,} customers who wait and {AGENTS} agents …", flush=True)
    now, channel = clock.now(), Channel.objects.get(pk=channel_id)
    teams = []
    for number in range(TEAMS):
        team = Team(name=f"Team {number}", slug=f"team-{number}", assignment="offer", capacity=CAPACITY)
        team.offer_time = timedelta(hours=1)  # nothing expires while it is measured
        team.save()
        teams.append(team)
    agents = []
    for number in range(AGENTS):
        agent = User.objects.create(username=f"agent-{number}")
        agent.groups.add(teams[number % TEAMS], teams[number * 3 % TEAMS])
        AgentProfile.objects.create(
            user=agent, languages=[["en", "es"], ["en", "pt"], []][number % 3], capacity=CAPACITY
        )
        presence.seen(agent, now=now)
        agents.append(agent)
    crowd.closed(history * AGENTS, agents=agents, teams=teams, channel=channel, now=now)
    crowd.waiting(WAITING, teams=teams, channel=channel, now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does for a desk that has been running
    return agents


def rounds(agents: list[Any], many: int) -> Iterator[Any]:
    """So many agents, one after the other, over and over; each sends a sign of life, as their page does."""
    from config import clock
    from handoff import presence

    for number in range(many):
        agent = agents[number % len(agents)]
        presence.seen(agent, now=clock.now())
        yield agent


def offers_a_second(agents: list[Any], *, turns: int) -> float:
    from config import clock
    from handoff import assignment

    rates = []
    for turn in range(turns):
        started = time.perf_counter()
        made = sum(assignment.fill(agent.pk, now=clock.now()) for agent in rounds(agents, len(agents)))
        rates.append(made / (time.perf_counter() - started))
        if made != AGENTS * CAPACITY:
            sys.exit(f"only {made} of {AGENTS * CAPACITY} offers were made")
        print(f"turn {turn + 1} of {turns}: {rates[-1]:,.0f} offers/s", flush=True)
        for agent in agents:
            accept_all(agent)
            if turn + 1 < turns:
                while close_one(agent):
                    pass
    return statistics.median(rates)


def accept_all(agent: Any) -> None:
    from config import clock
    from handoff import assignment, desk

    for offer in assignment.open_offers_of(agent, now=clock.now()):
        desk.accept(offer.handoff.conversation_id, agent=agent, now=clock.now())


def close_one(agent: Any) -> bool:
    from config import clock
    from conversations.models import Conversation
    from handoff import desk

    held = Conversation.objects.filter(assigned_to=agent, state="human").first()
    if held is not None:
        desk.close(held.pk, agent=agent, now=clock.now())
    return held is not None


def freed_slot(agent: Any) -> float:
    """Milliseconds from a free hand to the offer, without a broker between."""
    from config import clock
    from handoff import assignment

    close_one(agent)
    started = time.perf_counter()
    made = assignment.fill(agent.pk, now=clock.now())
    took = (time.perf_counter() - started) * 1000
    if made != 1:
        sys.exit(f"{made} offers were made for one free hand")
    accept_all(agent)
    return took


def freed_slot_through_worker(agent: Any) -> float:
    """Milliseconds from the close's commit until the offer stands in the database."""
    from handoff.models import Offer

    close_one(agent)
    started = time.perf_counter()
    while not Offer.objects.filter(agent=agent, ended_at=None).exists():
        if time.perf_counter() - started > 30:
            sys.exit("no offer came within 30 s of a free hand")
        time.sleep(0.001)
    took = (time.perf_counter() - started) * 1000
    accept_all(agent)
    return took


@contextlib.contextmanager
def worker() -> Iterator[None]:
    """A Celery worker as `manage.py up` runs it; what was rung for before it came is thrown away."""
    import redis

    from config.celery import app

    redis.Redis.from_url(os.environ["REDIS_URL"]).flushall()
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "ERROR",
               "--without-mingle", "--without-gossip"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        for _ in range(120):
            if app.control.ping(timeout=0.5):
                break
        else:
            sys.exit("the worker did not start")
        yield
    finally:
        process.terminate()
        process.wait(30)


def offered_twice() -> int:
    """How many handoffs were held out to two agents at a time: the sum of what must never be."""
    from django.db.models import Count

    from handoff.models import Offer

    doubled = Offer.objects.exclude(outcome="withdrawn").values("handoff").annotate(times=Count("pk"))
    return sum(row["times"] - 1 for row in doubled)


def figures(rate: float, alone: list[float], through: list[float], twice: int) -> list[Figure]:
    return [
        Figure("customers waiting", WAITING, "customers"),
        Figure("offers made, one worker", rate, "/s", OFFERS_BAR),
        Figure("free hand to offer, in process, median", statistics.median(alone), "ms"),
        Figure("free hand to offer, in process, p95", p95(alone), "ms", IN_PROCESS_BAR, at_most=True),
        Figure("free hand to offer, through a worker, median", statistics.median(through), "ms"),
        Figure("free hand to offer, through a worker, p95", p95(through), "ms", WORKER_BAR, at_most=True),
        Figure("offered to two agents", twice, "handoffs", 0, at_most=True),
    ]


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
