"""A call is one line that tells how it went; a customer's opens the window; no call wakes the bot."""

import pytest

from conversations import window
from conversations.models import Conversation, Message
from handoff import briefing
from handoff.models import BotTurn
from tests.traffic import Desk, lines, only_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(now):
    return Desk(now)


@pytest.mark.parametrize("order", [("connect", "terminate"), ("terminate", "connect")])
def test_connect_and_terminate_are_one_line_in_either_order(desk, order):
    began = desk.at(100)
    told = {"connect": {"ago": 100}, "terminate": {"ago": 35, "start_time": began, "duration": 65}}
    for event in order:
        desk.call(event, id="wacid.1", **told[event])
    assert lines() == ["[Call] 1 min 5 s"]
    message = Message.objects.get()
    assert message.provider_ts.timestamp() == int(began)
    assert only_conversation().window_expires_at == window.expiry(message.provider_ts)


def test_call_wakes_no_bot(desk):
    desk.call("connect", id="wacid.1")
    assert not BotTurn.objects.exists()


def test_missed_call_says_so(desk):
    desk.call("terminate", id="wacid.1")
    assert lines() == ["[Call] Missed"]


def test_call_of_ours_opens_no_window_and_answers_no_question(desk):
    desk.call("connect", id="wacid.1", by_business=True)
    assert only_conversation().window_expires_at is None
    desk.say("Where is my order?", ago=5)
    desk.call("connect", id="wacid.2", by_business=True)
    assert [line.body for line in briefing.unanswered(only_conversation())] == ["Where is my order?"]


def test_call_of_ours_after_the_matter_was_closed_starts_no_new_one(desk, now):
    desk.say(ago=50)
    Conversation.objects.update(state="closed", closed_at=now)
    desk.call("connect", id="wacid.1", by_business=True)
    assert Conversation.objects.count() == 1


def test_two_calls_with_one_contact_named_do_not_mix(desk):
    calls = [{"id": f"wacid.{who}", "timestamp": desk.at(5), "event": "connect", "direction": "USER_INITIATED",
              "from_user_id": who} for who in ("US.1", "US.2")]  # fmt: skip
    desk.field("calls", "calls", *calls, contacts=[{"user_id": "US.1"}])
    callers = {conversation.customer.identities.get().value for conversation in Conversation.objects.all()}
    assert callers == {"US.1", "US.2"}
