"""Invariants 1 and 2 with real processes: acknowledged is on disk, and takes effect once, in order."""

import random
import threading
import time
from datetime import timedelta

import httpx
import pytest

from audit.actors import SYSTEM
from console.tokens import token_create
from conversations.models import Conversation, Message
from handoff import desk as desk_verbs
from tests import factories
from tests.processes import webhooks
from tests.processes.stack import eventually, running_stack
from whatsapp.models import InboundEvent, InboundUpdate

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]


def bodies_of(customers: int, each: int, at) -> list[tuple[str, bytes]]:
    """Messages of several customers, interleaved, a second apart."""
    made = []
    for number in range(each):
        for customer in range(1, customers + 1):
            wamid = f"wamid.{customer}.{number}"
            change = webhooks.message(customer, f"line {number}", wamid=wamid, at=at + timedelta(seconds=number))
            made.append((wamid, webhooks.envelope([change])))
    return made


def taken_in() -> set[str]:
    return set(Message.objects.filter(direction="in").values_list("provider_id", flat=True))


def nothing_pending() -> bool:
    return not (
        InboundEvent.objects.filter(split_at=None).exists() or InboundUpdate.objects.filter(outcome="pending").exists()
    )


def test_kill_9_of_web_and_worker_under_load_loses_and_doubles_nothing(desk, directory, real_now):
    """If this fails, customers' messages that WhatsApp believes delivered are gone, or appear twice."""
    at = real_now - timedelta(minutes=10)
    with running_stack(directory, "web", "worker", "beat") as stack:
        bodies = bodies_of(customers=6, each=30, at=at)
        loads = [webhooks.Load(stack.url, bodies[part::3]) for part in range(3)]
        for load in loads:
            load.start()
        for victim, stored in (("worker", 20), ("web", 60), ("worker", 90)):
            eventually(lambda stored=stored: InboundEvent.objects.count() >= stored, what=f"{stored} stored")
            stack.running[victim].kill()
            stack.start(victim)
        for load in loads:
            load.join(120)
        refused = [name for load in loads for name in load.refused]
        by_name = dict(bodies)
        for name in refused:  # as WhatsApp would: what was not answered 200 comes again
            assert webhooks.post(stack.url, by_name[name]) == 200
        eventually(nothing_pending, within=60, what="everything taken in")

        acknowledged = {name for load in loads for name in load.acknowledged}
        assert acknowledged <= taken_in()
        assert taken_in() == set(by_name)
        assert Message.objects.filter(direction="in").count() == len(by_name)
        assert not InboundUpdate.objects.filter(outcome="failed").exists()
        for customer in range(1, 7):
            mine = Message.objects.filter(provider_id__startswith=f"wamid.{customer}.", direction="in")
            said = [line.provider_id for line in mine.transcript()]
            assert said == [f"wamid.{customer}.{number}" for number in range(30)]


def test_valkey_down_for_thirty_seconds_stops_nothing_for_good(desk, directory, real_now):
    """If this fails, a restart of the broker loses messages, or leaves a desk that needs a hand to go on."""
    with running_stack(directory, "web", "worker", "beat") as stack:
        assert webhooks.post(stack.url, bodies_of(1, 1, real_now)[0][1]) == 200
        eventually(lambda: len(taken_in()) == 1, what="the desk works")
        agent = factories.agent()
        conversation = Conversation.objects.get()
        desk_verbs.take_over(conversation.pk, agent=agent, now=real_now)
        token = token_create(user=agent, actor=SYSTEM, now=real_now)
        stack.valkey.stop()
        during = bodies_of(customers=5, each=6, at=real_now)[1:]
        over = time.monotonic() + 30
        for number, (_name, body) in enumerate(during):  # spread over the thirty seconds
            assert webhooks.post(stack.url, body, timeout=3) == 200, "the web process must not need Valkey"
            assert_reply_is_taken(stack, conversation, token, f"reply {number}")
            wait_until(over - 30 + number * 30 / len(during))
        wait_until(over)
        assert not stack.valkey.is_running()
        stack.valkey.start()
        eventually(lambda: len(taken_in()) == 1 + len(during), within=60, what="all of it taken in")
        assert webhooks.post(
            stack.url, webhooks.envelope([webhooks.message(9, "after", wamid="wamid.9.0", at=real_now)])
        )
        eventually(lambda: "wamid.9.0" in taken_in(), within=30, what="the desk works again")


def assert_reply_is_taken(stack, conversation, token, body) -> None:
    """A dead broker must neither refuse an agent's words nor hold the agent up."""
    response = httpx.post(
        f"{stack.url}/api/v1/conversations/{conversation.pk}/reply/", json={"body": body}, timeout=4, trust_env=False,
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert response.status_code == 201, response.text


def wait_until(moment: float) -> None:
    threading.Event().wait(max(0, moment - time.monotonic()))


def test_two_hundred_duplicates_in_shuffled_order_are_one_thread(desk, directory, real_now):
    """If this fails, customers see themselves quoted twice or out of order, and bots answer twice."""
    at = real_now - timedelta(minutes=5)
    bodies = bodies_of(customers=1, each=20, at=at) * 10
    random.Random(7).shuffle(bodies)
    with running_stack(directory, "web", "worker", "beat") as stack:
        loads = [webhooks.Load(stack.url, bodies[part::4]) for part in range(4)]
        for load in loads:
            load.start()
        for load in loads:
            load.join(60)
        assert sum(len(load.acknowledged) for load in loads) == 200
        eventually(nothing_pending, within=60, what="everything taken in")
    lines = list(Message.objects.filter(direction="in").transcript())
    assert [line.body for line in lines] == [f"line {number}" for number in range(20)]
    assert len({line.conversation_id for line in lines}) == 1
    outcomes = list(InboundUpdate.objects.values_list("outcome", flat=True))
    assert (outcomes.count("received"), outcomes.count("duplicate")) == (20, 180)
