"""The brake: one switch stops the assistant everywhere at once, and nobody is left with a silent one."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connection, transaction

from audit import registry
from audit.actors import BOT, SYSTEM, Actor
from audit.models import Event
from audit.verify import verify
from config import clock
from conversations import bot_switch, outbox
from conversations.models import BotSwitch, Conversation, Message, supervise_permission
from handoff import brake, desk, router, turns
from handoff.models import BotTurn, Handoff
from tests import admin_factories, factories

pytestmark = pytest.mark.django_db


def asked(now, number: int = 1, body: str = "Where is my order?") -> Conversation:
    """A question that the assistant is due to answer."""
    with transaction.atomic():
        message = factories.take(body, now=now, who=factories.sender(number))
        router.route(message, now=now)
    return message.conversation


@transaction.atomic
def answered(conversation: Conversation, now) -> Message:
    """The assistant has answered; the answer waits in the outbox."""
    locked = factories.locked(conversation)
    message = turns.answer(locked, body="On its way.", evidence={}, now=now)
    conversation.bot_turns.filter(status="scheduled").update(status="replied", finished_at=now)
    return message


def stop(now, **more) -> BotSwitch:
    return brake.switch(actor=SYSTEM, now=now, enabled=False, **more)


def state_of(conversation: Conversation) -> str:
    conversation.refresh_from_db()
    return conversation.state


def test_desk_that_was_never_touched_has_its_assistant_answer_everybody(now):
    assert brake.who_answers(factories.conversation(now=now)) == "bot"
    assert not Event.objects.filter(stream="bot").exists()


def test_stop_is_on_the_record_with_what_was_before_and_who_did_it(now):
    sara = factories.agent("sara")
    row = brake.switch(actor=Actor.human(sara), now=now, enabled=False, canary_percent=20)
    assert (row.changed_by, row.changed_at) == (sara, now)
    event = Event.objects.get(stream="bot")
    assert (event.event_type, event.actor_id) == ("bot.switched", str(sara.pk))
    assert event.payload == {
        "before": {"enabled": True, "canary_percent": 100},
        "after": {"enabled": False, "canary_percent": 20},
    }
    words = registry.describe(event.event_type, event.payload)
    assert words == "The assistant was stopped everywhere and answers 20 % of the customers from now on"


def test_switching_to_what_it_is_leaves_no_trace(now):
    stop(now)
    stop(factories.later(now, minutes=1))
    assert Event.objects.filter(stream="bot").count() == 1
    assert BotSwitch.current().changed_at == now


@pytest.mark.parametrize("percent", [-1, 101, True, "20", 12.5])
def test_share_that_is_none_is_refused_and_changes_nothing(now, percent):
    with pytest.raises(ValueError, match="canary_percent"):
        brake.switch(actor=SYSTEM, now=now, canary_percent=percent)
    with pytest.raises(ValueError, match="enabled"):
        brake.switch(actor=SYSTEM, now=now, enabled="off")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="what to change"):
        brake.switch(actor=SYSTEM, now=now)
    assert not BotSwitch.objects.exclude(enabled=True, canary_percent=100).exists()


def test_answer_that_waits_in_the_outbox_does_not_leave_any_more(now):
    """If this fails, the assistant goes on talking for as long as its queue is."""
    conversation = asked(now)
    message = answered(conversation, now)
    stop(now)
    assert outbox.claim_next(conversation.pk, now=now) is None
    message.refresh_from_db()
    assert (message.status, message.error["code"]) == ("dropped", "assistant_stopped")


def test_what_people_and_notices_say_leaves_also_while_the_assistant_is_stopped(now):
    ana = factories.agent()
    conversation = asked(now)
    stop(now)
    desk.take_over(conversation.pk, agent=ana, now=now)
    desk.reply(conversation.pk, agent=ana, body="I am here.", now=now)
    claimed = outbox.claim_next(conversation.pk, now=now)
    assert claimed is not None
    assert claimed.sender == "human"


def test_everybody_who_waits_for_the_stopped_assistant_is_given_to_people(now):
    """If this fails, customers wait for an assistant that was told to say nothing."""
    turn_open, answer_queued, line_unanswered = asked(now, 1), asked(now, 2), asked(now, 3)
    answered(answer_queued, now)
    line_unanswered.bot_turns.all().delete()
    stop(now)
    assert brake.silenced_hand_over(now=now) == 3
    for conversation in (turn_open, answer_queued, line_unanswered):
        assert state_of(conversation) == "pending"
        assert conversation.clocks.running().count() == 1
        assert outbox.claim_next(conversation.pk, now=now).sender == "system"
    assert set(Handoff.objects.values_list("reason", flat=True)) == {"assistant_stopped"}
    assert not BotTurn.objects.filter(status__in=["scheduled", "thinking"]).exists()


def test_who_has_their_answer_is_left_in_peace_by_the_stop(now):
    conversation = asked(now)
    message = answered(conversation, now)
    assert outbox.claim_next(conversation.pk, now=now) == message
    outbox.mark_accepted(message.pk, provider_id="wamid.out", now=now)
    stop(now)
    assert brake.silenced_hand_over(now=now) == 0
    assert state_of(conversation) == "automated" if conversation.customer.external_ref else "new"


def test_who_waits_with_people_already_is_untouched(now):
    ana = factories.agent()
    waiting = asked(now)
    desk.request_handoff(waiting.pk, agent=ana, explanation="", now=now)
    before = waiting.handoffs.get()
    stop(now)
    assert brake.silenced_hand_over(now=now) == 0
    after = waiting.handoffs.get()
    assert (after.pk, after.due_at, after.reason) == (before.pk, before.due_at, "agent_request")


def test_net_under_the_stop_does_nothing_the_second_time_and_nothing_while_the_assistant_runs(now):
    asked(now)
    assert brake.silenced_hand_over(now=now) == 0
    stop(now)
    assert [brake.silenced_hand_over(now=now) for _ in range(3)] == [1, 0, 0]
    assert Handoff.objects.count() == 1


def test_net_costs_one_look_while_the_assistant_runs(now, django_assert_num_queries):
    asked(now)
    with django_assert_num_queries(1):
        brake.silenced_hand_over(now=now)


def test_switching_on_again_takes_nobody_back_from_people(now):
    conversation = asked(now)
    stop(now)
    brake.silenced_hand_over(now=now)
    brake.switch(actor=SYSTEM, now=now, enabled=True)
    assert brake.silenced_hand_over(now=now) == 0
    assert state_of(conversation) == "pending"
    assert brake.who_answers(conversation) == "bot"


def test_matter_settled_by_a_person_is_not_handed_over_again_for_its_old_question(now):
    """If this fails, a stop drags every conversation that was ever given back to the assistant into the queue."""
    ana = factories.agent()
    conversation = asked(now)
    desk.take_over(conversation.pk, agent=ana, now=now)
    desk.release(conversation.pk, agent=ana, now=factories.later(now, minutes=1), context="Settled by phone")
    BotTurn.objects.all().delete()
    stop(now)
    assert brake.silenced_hand_over(now=now) == 0


def test_customer_whose_thread_metas_agent_holds_or_whose_window_closed_is_left_alone(now):
    held, gone = asked(now, 1), asked(now, 2)
    Conversation.objects.filter(pk=held.pk).update(standby_since=now)
    Conversation.objects.filter(pk=gone.pk).update(window_expires_at=now)
    stop(now)
    assert brake.silenced_hand_over(now=now) == 0


def test_conversation_that_cannot_be_handed_over_keeps_no_other_back(now, caplog):
    """If this fails, one broken row leaves every customer behind it with a silent assistant."""
    conversations = [asked(now, number) for number in range(5)]
    poison = sorted(conversations, key=lambda one: one.pk)[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE handoff_handoff ADD CONSTRAINT poison CHECK (conversation_id <> %s)", [str(poison.pk)]
        )
    stop(now)
    assert brake.silenced_hand_over(now=now) == 4
    assert str(poison.pk) in caplog.text


def test_more_than_a_batch_is_handed_over_in_one_go(now, monkeypatch):
    monkeypatch.setattr(brake, "BATCH", 2)
    for number in range(5):
        asked(now, number)
    stop(now)
    assert brake.silenced_hand_over(now=now) == 5


# In the admin


def test_supervisor_stops_it_in_the_admin_on_the_same_record(now):
    sara = admin_factories.staff(username="sara")
    sara.user_permissions.add(supervise_permission())
    client = admin_factories.signed_in(sara)
    address = admin_factories.page(BotSwitch, "change", 1)
    assert client.get(admin_factories.page(BotSwitch, "changelist")).url == address
    page = client.get(address).content.decode()
    assert 'name="initial-enabled"' in page
    shown = {"initial-enabled": "True", "initial-canary_percent": "100"}
    assert client.post(address, {**shown, "canary_percent": "20"}).status_code == 302
    row = BotSwitch.current()
    assert (row.enabled, row.canary_percent, row.changed_by) == (False, 20, sara)
    assert Event.objects.get(stream="bot").event_type == "bot.switched"
    assert client.post(address, {"canary_percent": "101"}).status_code == 200
    assert BotSwitch.current().canary_percent == 20


def test_admin_page_that_lay_open_takes_back_nobodys_stop(now):
    """If this fails, changing the canary in an old tab switches the stopped assistant on."""
    sara = admin_factories.staff("view_botswitch", "change_botswitch", username="sara")
    client, address = admin_factories.signed_in(sara), admin_factories.page(BotSwitch, "change", 1)
    client.get(admin_factories.page(BotSwitch, "changelist"))
    stop(now)
    shown = {"initial-enabled": "True", "initial-canary_percent": "100"}
    client.post(address, {**shown, "enabled": "on", "canary_percent": "50"})
    row = BotSwitch.current()
    assert (row.enabled, row.canary_percent) == (False, 50)


def test_admin_page_is_for_nobody_else(now):
    client = admin_factories.signed_in(admin_factories.staff())
    assert client.get(admin_factories.page(BotSwitch, "changelist")).status_code == 403
    looking = admin_factories.signed_in(admin_factories.staff("view_botswitch", username="looker"))
    address = admin_factories.page(BotSwitch, "change", 1)
    assert looking.get(admin_factories.page(BotSwitch, "changelist")).status_code == 302
    assert looking.post(address, {"canary_percent": "1"}).status_code == 403
    assert BotSwitch.current().canary_percent == 100


@pytest.mark.django_db(transaction=True)
def test_stop_that_has_come_back_is_obeyed_by_every_claim():
    """If this fails, the assistant still speaks after the person at the brake was told that it does not.

    Four senders claim answers of the assistant as fast as they can, the switch is turned somewhere in between.
    """
    chance, now = random.Random(4), clock.now()
    counted = {"before": 0, "after": 0}
    with ThreadPoolExecutor(4) as pool:
        for attempt in range(25):
            brake.switch(actor=SYSTEM, now=clock.now(), enabled=True)
            conversations = [asked(now, attempt * 8 + number) for number in range(8)]
            answers = [answered(conversation, clock.now()) for conversation in conversations]
            start, stopped = threading.Barrier(5), threading.Event()
            late: list[Message] = []

            def send(mine, start=start, stopped=stopped, late=late):
                start.wait(10)
                try:
                    for conversation in mine:
                        told = stopped.is_set()
                        claimed = outbox.claim_next(conversation.pk, now=clock.now())
                        if claimed and told:
                            late.append(claimed)
                finally:
                    connection.close()

            jobs = [pool.submit(send, conversations[part::4]) for part in range(4)]
            start.wait(10)
            time.sleep(chance.uniform(0, 0.03))
            stop(clock.now())
            claimed_by_then = Message.objects.filter(sender="bot", status="sending").count()
            stopped.set()
            for job in jobs:
                job.result(30)
            assert late == []
            assert Message.objects.filter(sender="bot", status="sending").count() == claimed_by_then
            for message in answers:
                message.refresh_from_db()
                counted["before" if message.status == "sending" else "after"] += 1
            Message.objects.filter(status="sending").update(status="sent")
    assert min(counted.values()) >= 10, f"the stop never met the senders: {counted}"
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_claim_that_hangs_does_not_keep_the_person_at_the_brake_waiting(monkeypatch, caplog):
    monkeypatch.setattr(bot_switch, "PATIENCE_MS", 50)
    inside, done = threading.Event(), threading.Event()

    def hang():
        with transaction.atomic():
            bot_switch.may_leave()
            inside.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hang)
    thread.start()
    try:
        assert inside.wait(10)
        began = time.monotonic()
        stop(clock.now())
        assert time.monotonic() - began < 1
        assert not BotSwitch.current().enabled
        assert "hangs" in caplog.text
    finally:
        done.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_who_turn_the_switch_at_once_leave_an_unbroken_record():
    with ThreadPoolExecutor(4) as pool:

        def turn(percent):
            try:
                return brake.switch(actor=BOT, now=clock.now(), canary_percent=percent)
            finally:
                connection.close()

        for job in [pool.submit(turn, percent) for percent in range(40)]:
            job.result(30)
    events = list(Event.objects.about("bot"))
    for first, second in pairwise(events):
        assert first.payload["after"] == second.payload["before"]
    assert list(verify()) == []
