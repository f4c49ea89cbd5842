"""What a person may do with a conversation, when, and in which words it is refused."""

import pytest
from django.db import transaction

from conversations.models import Message, supervise_permission
from handoff import desk, resting, router
from handoff.models import BotTurn, Handoff
from handoff.refusals import Refused
from sla.models import Clock
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def ben(db):
    return factories.agent("ben")


@pytest.fixture
def sara(db):
    user = factories.agent("sara")
    user.user_permissions.add(supervise_permission())
    return user


@pytest.fixture
def waiting(now, ana):
    conversation = factories.conversation(now=now, body="Where is my order?")
    desk.request_handoff(conversation.pk, agent=ana, explanation="please look", now=now)
    return conversation


@pytest.fixture
def held(now, ana, waiting):
    return desk.accept(waiting.pk, agent=ana, now=now)


def refusal(verb, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        verb(*args, **kwargs)
    assert refused.value.words
    return refused.value.code


def test_handoff_carries_reason_summary_last_messages_and_due_time(now, waiting):
    handoff = Handoff.objects.get()
    assert handoff.reason == "agent_request"
    assert "Where is my order?" in handoff.summary
    assert [line["body"] for line in handoff.payload["messages"]] == ["Where is my order?"]
    assert handoff.due_at == Clock.objects.get().due_at
    assert Message.objects.filter(sender="system", status="queued").count() == 1


def test_accepting_ones_own_again_changes_nothing(now, ana, held):
    desk.accept(held.pk, agent=ana, now=now)
    assert Handoff.objects.get().accepted_by == ana


def test_first_answer_meets_the_promise(now, ana, held):
    desk.reply(held.pk, agent=ana, body="Hello", now=factories.later(now, minutes=1))
    assert Clock.objects.get().met_at == factories.later(now, minutes=1)


def test_refusals_have_a_code_for_programs_and_words_for_people(now, ana, ben, waiting):
    assert refusal(desk.reply, waiting.pk, agent=ana, body="x", now=now) == "not_in_control"
    assert refusal(desk.take_over, waiting.pk, agent=ana, now=now) == "already_handed_off"
    desk.accept(waiting.pk, agent=ana, now=now)
    assert refusal(desk.accept, waiting.pk, agent=ben, now=now) == "already_taken"
    assert refusal(desk.reply, waiting.pk, agent=ben, body="x", now=now) == "not_in_control"
    assert refusal(desk.release, waiting.pk, agent=ben, now=now) == "not_in_control"
    assert refusal(desk.close, waiting.pk, agent=ben, now=now) == "not_in_control"
    assert refusal(desk.take_over, waiting.pk, agent=ben, now=now) == "already_taken"
    late = factories.later(now, hours=25)
    assert refusal(desk.reply, waiting.pk, agent=ana, body="x", now=late) == "window_closed"
    resting.windows_expire(now=late)
    assert refusal(desk.accept, waiting.pk, agent=ana, now=late) == "window_closed"
    desk.close(waiting.pk, agent=ana, now=late)
    for verb in (desk.accept, desk.take_over, desk.release, desk.close):
        assert refusal(verb, waiting.pk, agent=ana, now=late) == "closed"


def test_supervisor_may_give_back_or_close_for_an_agent_but_not_speak_for_them(now, held, sara):
    assert refusal(desk.reply, held.pk, agent=sara, body="x", now=now) == "not_in_control"
    desk.release(held.pk, agent=sara, now=now)
    held.refresh_from_db()
    assert held.control == "bot"


def test_return_calls_off_the_promise_and_tells_the_assistant(now, ana, held):
    desk.release(held.pk, agent=ana, context="Refund agreed", now=now)
    assert Clock.objects.get().cancelled_at == now
    assert Handoff.objects.get().return_context == "Refund agreed"
    assert BotTurn.objects.get().resumes, "it was told something: it must answer"


def test_question_that_a_person_has_answered_is_settled_after_a_return(now, ana, held):
    desk.reply(held.pk, agent=ana, body="It comes tomorrow", now=now)
    desk.release(held.pk, agent=ana, now=now)
    assert not BotTurn.objects.exists()


def test_what_the_customer_wrote_meanwhile_is_answered_after_a_return(now, ana, held):
    """If this fails, a customer who is given back to the bot hears nothing more."""
    with transaction.atomic():
        router.route(factories.take("And my invoice?", now=factories.later(now, minutes=1)), now=now)
    assert not BotTurn.objects.exists(), "a person holds the conversation"
    desk.release(held.pk, agent=ana, now=factories.later(now, minutes=2))
    assert BotTurn.objects.get().status == "scheduled"


def test_note_is_kept_whoever_is_in_control_and_never_sent(now, ben, waiting):
    note = desk.note(waiting.pk, agent=ben, body="careful", now=now)
    assert (note.type, note.status) == ("note", "internal")


def test_team_of_a_handoff_becomes_the_conversations(now, ana):
    conversation = factories.conversation(now=now)
    returns = factories.team("returns")
    factories.agent("rita", teams=("returns",))
    desk.request_handoff(conversation.pk, agent=ana, explanation="", team=returns, now=now)
    conversation.refresh_from_db()
    assert conversation.team_id == returns.pk


def test_nobody_is_handed_over_to_an_empty_team(now, ana):
    conversation = factories.conversation(now=now)
    empty = factories.team("empty")
    named = {"explanation": "", "team": empty, "now": now}
    assert refusal(desk.request_handoff, conversation.pk, agent=ana, **named) == "empty_team"
    conversation.refresh_from_db()
    assert conversation.control == "bot"
