"""While a colleague types the bot waits; a stopped bot says nothing, not even what it thinks now. Nothing is lost."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from audit.verify import verify
from conversations.models import BotSwitch
from handoff import attendance, desk, turns
from handoff.models import BotTurn
from tests import factories
from tests.turning import Mind, heard, last_handoff, say, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(now, settings):
    settings.BOT_QUIET_PAUSE = 0
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller
    assert list(verify()) == []


@pytest.fixture
def ana(db):
    return factories.agent("ana")


def types(conversation, agent, now, *, on: bool = True) -> None:
    with transaction.atomic():
        attendance.typing(conversation.pk, agent, now=now, on=on)


def test_turn_that_is_due_waits_until_the_typing_ends(now, ana, clock):
    conversation = say(now=now)
    types(conversation, ana, now)
    assert take(conversation) is None
    turn = BotTurn.objects.get()
    assert (turn.status, turn.due_at) == ("scheduled", now + timedelta(seconds=30))
    assert turns.turns_due(now=now) == []
    clock.move_to(now + timedelta(seconds=30))
    assert turns.turns_due(now=now + timedelta(seconds=30)) == [conversation.pk]
    assert take(conversation).status == "replied"


def test_typing_that_goes_on_puts_it_off_again(now, ana, clock):
    conversation = say(now=now)
    types(conversation, ana, now)
    take(conversation)
    later = now + timedelta(seconds=30)
    types(conversation, ana, now + timedelta(seconds=25))
    clock.move_to(later)
    assert take(conversation) is None
    assert BotTurn.objects.get().due_at == now + timedelta(seconds=55)


def test_typing_that_stops_lets_the_bot_speak_at_once(now, ana):
    conversation = say(now=now)
    types(conversation, ana, now)
    types(conversation, ana, now, on=False)
    assert take(conversation).status == "replied"


@pytest.mark.parametrize("body", ["Where is my order?", "I want a human"])
def test_thought_that_comes_back_while_a_colleague_types_is_thought_again_later(now, ana, clock, body):
    conversation = say("Hello there", now=now)
    mind = Mind({"handoff": "human" in body}, meanwhile=lambda: types(conversation, ana, now))
    turn = take(conversation, mind)
    assert (turn.status, turn.outcome) == ("discarded", "a colleague is typing")
    assert heard(conversation) == []
    assert not conversation.handoffs.exists()
    again = BotTurn.objects.get(status="scheduled")
    assert again.due_at == now + timedelta(seconds=30)
    clock.move_to(again.due_at)
    assert take(conversation).status == "replied"


def test_a_resumed_turn_put_off_still_resumes(now, ana):
    conversation = say(now=now)
    desk.take_over(conversation.pk, agent=ana, now=now)
    desk.reply(conversation.pk, agent=ana, body="Done.", now=now)
    desk.release(conversation.pk, agent=ana, now=now, context="All done.")
    take(conversation, Mind(meanwhile=lambda: types(conversation, ana, now)))
    assert BotTurn.objects.get(status="scheduled").resumes


def test_somebody_typing_elsewhere_holds_nobody_up(now, ana):
    conversation = say(now=now)
    types(say("Hello", now=now, number=2), ana, now)
    assert take(conversation).status == "replied"


def test_deleted_or_dismissed_colleague_types_no_more(now, ana):
    conversation = say(now=now)
    types(conversation, ana, now)
    ana.is_active = False
    ana.save()
    assert take(conversation).status == "replied"


# The brake


def stop() -> None:
    BotSwitch.objects.update_or_create(pk=1, defaults={"enabled": False})


def test_due_turn_while_stopped_is_a_persons(now):
    conversation = say(now=now)
    stop()
    assert take(conversation) is None
    assert (conversation.state, last_handoff(conversation).reason) == ("pending", "assistant_stopped")
    assert BotTurn.objects.get().outcome == "the assistant is switched off"


def test_thought_in_flight_when_it_is_stopped_is_never_said(now):
    conversation = say(now=now)
    turn = take(conversation, Mind(meanwhile=stop))
    assert (turn.status, turn.outcome) == ("discarded", "the assistant is switched off")
    assert heard(conversation) == []
    assert last_handoff(conversation).reason == "assistant_stopped"


def test_turn_that_everything_has_answered_calls_nobody_when_stopped(now, ana):
    conversation = say(now=now)
    take(conversation)
    with transaction.atomic():
        turns.turn_schedule(factories.locked(conversation), now=now)
    stop()
    assert take(conversation) is None
    assert not conversation.handoffs.exists()
