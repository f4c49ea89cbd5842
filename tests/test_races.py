"""Two writers at once, on real connections: hundreds of interleavings of bot, agents and deliveries.

What happened is read from the conversation's audit chain, which is written under its lock and so has one order.
"""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from assistant.reply import Reply
from audit.models import Event
from audit.verify import verify
from config import clock
from conversations import outbox
from conversations.models import Conversation, Message
from handoff import desk, router, turns
from handoff.models import BotTurn, Handoff
from handoff.refusals import Refused
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


class SlowEngine:
    """Answers, or asks for a person, after a few milliseconds."""

    name = "slow"

    def __init__(self, delay: float, *, handoff: bool = False) -> None:
        self.delay, self.handoff = delay, handoff

    def reply(self, context):
        time.sleep(self.delay)
        return Reply.make(intent="orders", answer="On its way.", confidence=0.9, handoff=self.handoff)


@pytest.fixture(autouse=True)
def _no_pause(settings):
    settings.BOT_QUIET_PAUSE = 0


def asked(now, number: int) -> Conversation:
    """A conversation with a question the bot is due to answer."""
    message = factories.take("Where is my order?", now=now, who=factories.sender(number))
    from django.db import transaction

    with transaction.atomic():
        router.route(message, now=now)
    return message.conversation


def in_thread(pool, job, delay: float = 0.0):
    def run():
        time.sleep(delay)
        try:
            return job()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    return pool.submit(run)


def deliver(conversation: Conversation) -> list[Message]:
    """What the channel does, without the network: claims are what counts (docs/decisions/0003)."""
    claimed = []
    while message := outbox.claim_next(conversation.pk, now=clock.now()):
        claimed.append(message)
        outbox.mark_accepted(message.pk, provider_id=f"wamid.{message.pk}", now=clock.now())
    return claimed


def assert_bot_is_silent_after_control_went(conversation: Conversation) -> None:
    """No claim of a bot message stands in the chain after control left the bot."""
    bot_messages = {str(pk) for pk in conversation.messages.filter(sender="bot").values_list("pk", flat=True)}
    gone = False
    for event in Event.objects.about(conversation.stream):
        if event.event_type == "conversation.transition" and event.payload["control_changed"]:
            gone = event.payload["control"] != "bot"
        if event.event_type in ("message.sending", "turn.replied") and event.payload["message"] in bot_messages:
            assert not gone, f"the bot spoke at #{event.seq}, after control had gone"


def seconds_of_a_turn(now) -> float:
    """How long a turn takes on this machine when nobody is in its way: a race begins within that, or is none."""
    times = []
    for number in range(900, 905):
        conversation = asked(now, number)
        began = time.monotonic()
        turns.turn_take(conversation.pk, engine=SlowEngine(0.003))
        times.append(time.monotonic() - began)
    return sorted(times)[len(times) // 2]


@pytest.mark.parametrize("seed", range(4))
def test_handoff_racing_a_slow_bot_turn(seed):
    """If this fails, the bot talks over the person who has just taken over (invariant 3)."""
    chance = random.Random(seed)
    now = clock.now()
    outcomes: Counter[str] = Counter()
    agent = factories.agent()
    alone = seconds_of_a_turn(now)
    with ThreadPoolExecutor(4) as pool:
        for number in range(100):
            conversation = asked(now, number)
            engine = SlowEngine(chance.uniform(0, 0.006))
            jobs = [
                in_thread(pool, lambda c=conversation, e=engine: turns.turn_take(c.pk, engine=e)),
                in_thread(
                    pool,
                    lambda c=conversation: desk.take_over(c.pk, agent=agent, now=clock.now()),
                    chance.uniform(0, 3 * alone),
                ),
                in_thread(pool, lambda c=conversation: deliver(c), chance.uniform(0, 3 * alone)),
            ]
            for job in jobs:
                job.result(30)
            deliver(conversation)
            conversation.refresh_from_db()
            assert conversation.control == "human"
            assert_bot_is_silent_after_control_went(conversation)
            turn = BotTurn.objects.get(conversation=conversation)
            said = conversation.messages.filter(sender="bot").first()
            outcomes[f"{turn.status}, message {said.status if said else 'none'}"] += 1
    assert len(outcomes) >= 2, f"the race always ended the same way, so it was none: {outcomes}"
    assert list(verify()) == []


def test_every_discarded_thought_says_why():
    """If this fails, nobody can tell later why the bot was silent."""
    now = clock.now()
    conversation = asked(now, 1)
    agent = factories.agent()

    class Interrupted(SlowEngine):
        def reply(self, context):
            desk.take_over(conversation.pk, agent=agent, now=clock.now())
            return super().reply(context)

    turn = turns.turn_take(conversation.pk, engine=Interrupted(0))
    assert (turn.status, turn.outcome) == ("discarded", "control changed while it was thinking")
    event = Event.objects.get(event_type="turn.discarded")
    assert event.payload["why"] == turn.outcome


def test_two_agents_accepting_at_once_have_one_winner():
    """If this fails, two people answer one customer, or a refused agent believes they hold the conversation."""
    now = clock.now()
    agents = [factories.agent(f"agent{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for number in range(50):
            conversation = asked(now, number)
            desk.request_handoff(conversation.pk, agent=agents[0], explanation="", now=clock.now())
            barrier = threading.Barrier(4)

            def accept(agent, conversation=conversation, barrier=barrier):
                barrier.wait(10)
                return desk.accept(conversation.pk, agent=agent, now=clock.now())

            results = [in_thread(pool, lambda a=agent: accept(a)) for agent in agents]
            outcomes = [result.result(30) for result in results]
            refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
            assert [refusal.code for refusal in refused] == ["already_taken"] * 3
            handoff = Handoff.objects.get(conversation=conversation)
            conversation.refresh_from_db()
            assert handoff.accepted_by_id == conversation.assigned_to_id
            assert Event.objects.filter(stream=conversation.stream, event_type="handoff.accepted").count() == 1


def test_two_workers_taking_one_turn_answer_once():
    """If this fails, customers get every answer twice as soon as there are two workers."""
    now = clock.now()
    with ThreadPoolExecutor(3) as pool:
        for number in range(50):
            conversation = asked(now, number)
            jobs = [
                in_thread(pool, lambda c=conversation: turns.turn_take(c.pk, engine=SlowEngine(0.001)))
                for _ in range(3)
            ]
            for job in jobs:
                job.result(30)
            assert conversation.messages.filter(sender="bot").count() == 1


def test_two_senders_of_one_conversation_send_each_message_once_in_order():
    """If this fails, a busy conversation is answered out of order or twice."""
    now = clock.now()
    conversation = asked(now, 1)
    agent = factories.agent()
    desk.take_over(conversation.pk, agent=agent, now=now)
    with ThreadPoolExecutor(4) as pool:
        for number in range(40):
            desk.reply(conversation.pk, agent=agent, body=f"line {number}", now=clock.now())
            for job in [in_thread(pool, lambda: deliver(conversation)) for _ in range(4)]:
                job.result(30)
    claims = Event.objects.about(conversation.stream).filter(event_type="message.sending")
    seqs = [event.payload["seq"] for event in claims]
    assert seqs == sorted(set(seqs))
    assert len(seqs) == 40


def test_customer_writing_while_the_bot_thinks_gets_one_answer_to_everything():
    """If this fails, people who write in bursts get an answer to half of what they said, then another."""
    now = clock.now()
    conversation = asked(now, 1)
    seen = []

    class Interrupted(SlowEngine):
        def reply(self, context):
            seen.append(len(context.unanswered))
            if len(seen) == 1:
                asked(clock.now(), 1)
            return super().reply(context)

    first = turns.turn_take(conversation.pk, engine=Interrupted(0))
    assert (first.status, first.outcome) == ("discarded", "the customer wrote more while it was thinking")
    second = turns.turn_take(conversation.pk, engine=Interrupted(0))
    assert second.status == "replied"
    assert seen == [1, 2]
    assert conversation.messages.filter(sender="bot").count() == 1


def test_holding_message_is_the_last_thing_said_before_a_person():
    """If this fails, the bot says 'I am passing you on' and then goes on talking."""
    now = clock.now()
    conversation = asked(now, 1)
    turns.turn_take(conversation.pk, engine=SlowEngine(0, handoff=True))
    lines = list(conversation.messages.said().transcript())
    assert [line.sender for line in lines] == ["user", "system"]
    conversation.refresh_from_db()
    assert lines[-1].control_epoch == conversation.control_epoch
    assert [message.sender for message in deliver(conversation)] == ["system"]
    asked(clock.now(), 1)
    assert turns.turn_take(conversation.pk, engine=SlowEngine(0)) is None
