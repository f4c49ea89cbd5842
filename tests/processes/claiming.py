"""Agents at work in a process of their own: `python -m tests.processes.claiming claim|offers USERNAME…`

Each agent is a thread. They work until nobody waits, and print as JSON what came of it.
"""

import json
import os
import random
import sys
import threading
import time
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main(way: str, names: list[str]) -> None:
    django.setup()
    outcomes: Counter[str] = Counter()
    work = {"claim": claim, "offers": take_offers}[way]
    threads = [threading.Thread(target=run, args=(work, name, outcomes)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(outcomes))


def run(work, name: str, outcomes: Counter[str]) -> None:
    from django.contrib.auth.models import User
    from django.db import connection

    try:
        work(User.objects.get(username=name), outcomes)
    except Exception as error:
        outcomes[f"{type(error).__name__}: {error}"] += 1
    finally:
        connection.close()


def claim(agent, outcomes: Counter[str]) -> None:
    """Take one from the page of the most urgent, as everybody does at the same time."""
    from config import clock
    from conversations.models import Conversation
    from handoff import desk
    from handoff.refusals import Refused

    while front := list(Conversation.objects.visible_to(agent).waiting().values_list("pk", flat=True)[:50]):
        try:
            desk.accept(random.choice(front), agent=agent, now=clock.now())
            outcomes["accepted"] += 1
        except Refused as refused:
            outcomes[refused.code] += 1


def take_offers(agent, outcomes: Counter[str]) -> None:
    """Be there, accept what is offered, close it, and look for the next; every tenth is passed on."""
    from config import clock
    from conversations.models import Conversation
    from handoff import assignment, desk, presence

    chance = random.Random(agent.username)
    while Conversation.objects.waiting().exists():
        presence.seen(agent, now=clock.now())
        if not assignment.fill(agent.pk, now=clock.now()):
            time.sleep(0.1)  # what others passed on may come later
        for offer in assignment.open_offers_of(agent, now=clock.now()):
            waiting = offer.handoff.conversation_id
            if chance.random() < 0.1:
                assignment.offer_pass(waiting, agent=agent, now=clock.now())
                assignment.assign(waiting, now=clock.now())
                outcomes["passed"] += 1
            else:
                desk.accept(waiting, agent=agent, now=clock.now())
                desk.close(waiting, agent=agent, now=clock.now())
                outcomes["accepted"] += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
