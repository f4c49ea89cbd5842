"""After a return the assistant speaks: knowing that a person was there, what it was told, and with nothing made up."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from assistant.texts import text
from assistant.turn import default_engine
from audit.verify import verify
from config import clock
from conversations import transcript
from conversations.models import Tier
from handoff import briefing, desk, turns
from handoff.models import BotTurn, Handoff, TriggerRule
from tests import factories
from tests.turning import UNSURE, Mind, ask, heard, last_handoff, say, take

pytestmark = pytest.mark.django_db
TOLD = "Permission granted. Please re-run the export."


@pytest.fixture(autouse=True)
def _clock(now, settings):
    settings.BOT_QUIET_PAUSE = 0
    with time_machine.travel(now, tick=True):
        yield
    assert list(verify()) == []


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def conversation(ana):
    """A person has answered everything."""
    conversation = say("My export fails with ERR_PERM_004")
    desk.take_over(conversation.pk, agent=ana, now=clock.now())
    desk.reply(conversation.pk, agent=ana, body="I have set that right.", now=clock.now())
    return conversation


def resume(conversation) -> None:
    with transaction.atomic():
        turns.turn_schedule(transcript.lock(conversation.pk), now=clock.now(), resumes=True)


def test_returned_with_a_word_it_answers_though_nothing_is_unanswered(ana, conversation):
    """A known failure elsewhere is silence after a return."""
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    mind = Mind()
    turn = take(conversation, mind)
    assert turn.status == "replied"
    (context,) = mind.contexts
    assert (context.unanswered, context.returned, context.guidance) == ((), True, TOLD)
    assert "I have set that right." in [line.body for line in context.history if line.who == "human"]
    assert len(heard(conversation)) == 1


def test_offline_engine_says_it_is_back_and_tells_nothing_of_what_it_was_told(ana, conversation):
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    turns.turn_take(conversation.pk, engine=default_engine())
    assert heard(conversation) == [text("back_told", "en")]


def test_what_the_customer_wrote_meanwhile_is_answered(ana, conversation):
    say("Can I have it as a file?")
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    mind = Mind()
    take(conversation, mind)
    assert mind.contexts[0].question == "Can I have it as a file?"
    assert mind.contexts[0].returned


def test_turn_that_resumes_goes_on_doing_so_when_the_customer_writes_before_it(conversation, ana):
    desk.release(conversation.pk, agent=ana, now=clock.now())
    resume(conversation)
    say("Thanks")
    assert BotTurn.objects.get(status="scheduled").resumes


def test_thought_thrown_away_for_a_new_line_is_thought_again_with_it(ana, conversation):
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    mind = Mind()
    mind.meanwhile = lambda: say("Hello?") if len(mind.contexts) == 1 else None
    assert take(conversation, mind).status == "discarded"
    assert take(conversation, mind).status == "replied"
    assert mind.contexts[1].returned
    assert mind.contexts[1].question == "Hello?"


def test_without_a_reason_to_speak_an_ordinary_turn_is_still_discarded(ana, conversation):
    desk.release(conversation.pk, agent=ana, now=clock.now())
    with transaction.atomic():
        turns.turn_schedule(transcript.lock(conversation.pk), now=clock.now())
    assert take(conversation) is None
    assert BotTurn.objects.latest("pk").outcome == "everything is answered"


def test_nothing_the_customer_said_before_calls_a_person_again(ana):
    """Whatever the policy on cooldown: nobody asked for anything since."""
    conversation = ask("this is useless, I want a human")
    desk.accept(conversation.pk, agent=ana, now=clock.now())
    conversation.customer.tier = Tier.objects.get(code="vip")
    conversation.customer.save()
    TriggerRule.objects.filter(kind="tier").update(is_active=True, in_cooldown=True)
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    Handoff.objects.update(cooldown_left=0)
    assert take(conversation).status == "replied"


def test_mind_without_an_answer_still_says_that_it_is_back(ana, conversation):
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    assert take(conversation, Mind(UNSURE)).status == "replied"
    assert heard(conversation) == [text("back", "en")]


def test_mind_that_fails_on_return_calls_a_person(ana, conversation):
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    take(conversation, Mind(TimeoutError()))
    assert (conversation.state, last_handoff(conversation).reason) == ("pending", "model_down")


def test_turn_that_never_came_back_resumes_again(ana, conversation, settings):
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    mind = Mind(meanwhile=lambda: turns.turns_give_up(conversation.pk, now=clock.now() + timedelta(minutes=5)))
    take(conversation, mind)
    assert BotTurn.objects.get(status="scheduled").resumes


def test_given_back_out_of_the_queue_it_does_not_claim_that_a_colleague_was_there(ana):
    conversation = ask("I want a human")
    desk.release(conversation.pk, agent=ana, now=clock.now())
    mind = Mind()
    resume(conversation)
    take(conversation, mind)
    assert not mind.contexts[0].returned


def test_what_went_on_a_ticket_is_not_asked_again():
    """Else the next word after a ticket makes a second ticket of the same wish."""
    conversation = ask("I want a human")
    handoff = last_handoff(conversation)
    handoff.ended_at, handoff.ending = clock.now(), Handoff.Ending.TICKET
    handoff.save()
    say("thanks")
    assert [line.body for line in briefing.unanswered(conversation)] == ["thanks"]


def test_summary_for_the_next_agent_tells_what_the_assistant_was_told(ana, conversation):
    desk.release(conversation.pk, agent=ana, now=clock.now(), context=TOLD)
    take(conversation)
    ask("I want a human")
    assert TOLD in last_handoff(conversation).summary
