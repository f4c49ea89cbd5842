"""Whoever writes on the business's own phone is a person: the bot falls silent, the promise is met."""

import pytest

from assistant.reply import Reply
from audit.verify import verify
from conversations.models import Conversation, Message
from handoff import desk as verbs
from handoff import turns
from handoff.models import BotTurn
from sla.models import Clock
from tests import factories
from tests.traffic import Desk, lines, only_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(now, settings):
    import time_machine

    settings.BOT_QUIET_PAUSE = 0
    with time_machine.travel(now, tick=False):
        made = Desk(now)
        yield made
    assert list(verify()) == []


def holder() -> str:
    return only_conversation().assigned_to.username


def test_echo_takes_control_and_the_bot_stays_silent(desk):
    desk.say("Where is it?", ago=20)
    desk.echo(ago=10)
    assert (only_conversation().control, holder()) == ("human", "phone-app")
    desk.say("Thanks", ago=5)
    assert not BotTurn.objects.filter(status="scheduled").exclude(conversation__control="human").exists()
    turns.turn_take(only_conversation().pk, engine=None)
    assert not Message.objects.filter(sender="bot").exists()


def test_answer_thought_before_the_echo_is_thrown_away(desk):
    desk.say("Where is it?", ago=20)

    class Engine:
        name = "slow"

        def reply(self, context):
            desk.echo(ago=10)
            return Reply.make(intent="orders", answer="Soon.", confidence=0.9)

    turns.turn_take(only_conversation().pk, engine=Engine())
    assert not Message.objects.filter(sender="bot").exists()


def test_echo_while_waiting_accepts_and_meets_the_promise(desk, now):
    desk.say("A person please", ago=20)
    verbs.request_handoff(only_conversation().pk, agent=factories.agent(), explanation="", now=now)
    desk.echo(ago=0)
    assert (only_conversation().state, holder()) == ("human", "phone-app")
    assert Clock.objects.get().met_at == now


def test_agent_may_take_over_from_the_phone(desk, now):
    desk.say(ago=20)
    desk.echo(ago=10)
    verbs.take_over(only_conversation().pk, agent=factories.agent(), now=now)
    assert holder() == "ana"


def test_echo_in_an_agents_conversation_leaves_it_theirs(desk, now):
    desk.say(ago=20)
    verbs.take_over(only_conversation().pk, agent=factories.agent(), now=now)
    epoch = only_conversation().control_epoch
    desk.echo(ago=0)
    assert (holder(), only_conversation().control_epoch) == ("ana", epoch)


def test_repeated_echo_is_one_line(desk):
    outcomes = [desk.echo(id="wamid.e").outcome for _ in range(2)]
    assert outcomes == ["received", "duplicate"]


def test_echo_edited_and_deleted_on_the_phone(desk):
    desk.echo(id="wamid.e", ago=30)
    new = {"type": "text", "text": {"body": "Corrected"}}
    desk.echo("edit", {"original_message_id": "wamid.e", "message": new}, ago=20)
    desk.echo("revoke", {"original_message_id": "wamid.e"}, ago=10)
    message = Message.objects.get(provider_id="wamid.e")
    assert (message.body, message.revoked_at is not None) == ("Corrected", True)
    assert message.metadata["versions"][0]["body"] == "From the phone"


def test_customer_cannot_edit_an_echo(desk):
    desk.echo(id="wamid.e", ago=30)
    assert desk.edit("wamid.e", "forged").outcome == "ignored"
    assert Message.objects.get(provider_id="wamid.e").body == "From the phone"


def test_echo_that_arrives_late_stands_where_it_was_written(desk):
    desk.say("question", ago=30)
    desk.say("thanks for the answer", ago=10)
    desk.echo(content={"body": "answer"}, ago=20)
    assert lines() == ["question", "answer", "thanks for the answer"]


def test_echo_into_a_resting_conversation_leaves_it_at_rest(desk, now):
    desk.say(ago=20)
    conversation = only_conversation()
    Conversation.objects.filter(pk=conversation.pk).update(state="dormant", resume_state="new")
    desk.echo()
    assert only_conversation().state == "dormant"


def test_echo_after_the_matter_was_closed_is_a_new_one_with_the_phone(desk, now):
    desk.say(ago=20)
    verbs.close(only_conversation().pk, agent=factories.agent(), now=now)
    desk.echo()
    opened = Conversation.objects.exclude(state="closed").get()
    assert (opened.state, opened.assigned_to.username) == ("human", "phone-app")


def test_echoes_to_two_customers_with_one_contact_named_do_not_mix(desk):
    """One customer's words must never be shown in another's thread."""
    items = [desk.item("text", {"body": f"to {to}"}, bsuid="") | {"to_user_id": to} for to in ("US.1", "US.2")]
    desk.field("smb_message_echoes", "message_echoes", *items, contacts=[{"user_id": "US.1"}])
    for conversation in Conversation.objects.all():
        identity = conversation.customer.identities.get(kind="bsuid")
        assert [line.body for line in conversation.messages.said()] == [f"to {identity.value}"]
    assert Conversation.objects.count() == 2
