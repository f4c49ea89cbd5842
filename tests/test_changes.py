"""Reactions, edits and deletions: the newest word by the customer's clock stands, the first is kept, on the record."""

import itertools

import pytest
from django.db import transaction

from assistant.reply import Reply
from audit.actors import SYSTEM
from audit.models import Event
from audit.verify import verify
from conversations import control, outbox
from conversations.models import Conversation, Message, MessageReaction
from conversations.states import Event as StateEvent
from handoff import briefing, turns
from handoff.models import BotTurn
from tests import factories
from tests.traffic import Desk, lines, only_conversation
from whatsapp.models import Attachment

pytestmark = pytest.mark.django_db
THUMB, HEART = "\U0001f44d", "❤"


@pytest.fixture
def desk(now):
    made = Desk(now)
    yield made
    assert list(verify()) == []


def emoji() -> str:
    return MessageReaction.objects.get().emoji


def sent_by_us(now) -> Message:
    with transaction.atomic():
        conversation = factories.locked(only_conversation())
        message = outbox.message_queue(conversation, body="Ours", sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now)
    outbox.claim_next(conversation.pk, now=now)
    return message


def test_newest_reaction_wins_whatever_comes_first(desk):
    desk.say(id="wamid.a", ago=60)
    desk.react("wamid.a", HEART, ago=10)
    assert desk.react("wamid.a", THUMB, ago=20).outcome == "ignored"
    assert emoji() == HEART
    assert lines() == ["Hello"]


def test_reaction_taken_back_leaves_nothing_and_an_older_one_does_not_return(desk):
    desk.say(id="wamid.a", ago=60)
    desk.react("wamid.a", ago=10)
    desk.react("wamid.a", THUMB, ago=20)
    assert emoji() == ""


def test_reaction_before_its_message_is_set_aside_once_that_comes(desk):
    desk.react("wamid.a", THUMB, ago=10)
    assert lines() == ["[Reaction] " + THUMB]
    desk.say(id="wamid.a", ago=60)
    assert (lines(), emoji()) == (["Hello"], THUMB)


def test_repeated_reaction_is_one(desk):
    desk.say(id="wamid.a", ago=60)
    first = desk.react("wamid.a", THUMB, id="wamid.r", ago=10)
    again = desk.react("wamid.a", THUMB, id="wamid.r", ago=10)
    assert (first.outcome, again.outcome) == ("applied", "ignored")
    assert Event.objects.filter(event_type="message.reacted").count() == 1


@pytest.mark.parametrize("early", [True, False])
def test_reaction_to_our_message_stands_under_it_even_before_its_id_is_known(desk, now, early):
    desk.say(ago=60)
    ours = sent_by_us(now)
    steps = [lambda: outbox.mark_accepted(ours.pk, provider_id="wamid.ours", now=now),
             lambda: desk.react("wamid.ours", THUMB)]  # fmt: skip
    for step in reversed(steps) if early else steps:
        step()
    assert (ours.reactions.get().emoji, ours.reactions.get().by) == (THUMB, "customer")


def test_reaction_in_a_closed_conversation_opens_no_new_one(desk, now):
    """An agent's list must not fill with empty matters because somebody sent a heart as a goodbye."""
    desk.say(id="wamid.a", ago=60)
    with transaction.atomic():
        control.transition(factories.locked(only_conversation()), StateEvent.RESOLVED, actor=SYSTEM, now=now)
    desk.react("wamid.a", HEART, ago=5)
    desk.react("wamid.unknown", HEART, ago=4)
    desk.system("customer_identity_changed", bsuid="US.1", ago=3)
    assert only_conversation().state == "closed"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_edits_in_any_order_leave_the_newest_words_and_all_earlier_ones(desk, order):
    steps = [lambda: desk.say("one", id="wamid.a", ago=60),
             lambda: desk.edit("wamid.a", "two", id="wamid.e1", ago=40),
             lambda: desk.edit("wamid.a", "three", id="wamid.e2", ago=20)]  # fmt: skip
    for step in order:
        steps[step]()
    message = Message.objects.get(provider_id="wamid.a")
    told = [(version["body"], version["by"]) for version in message.metadata["versions"]]
    assert (message.body, told) == ("three", [("one", "wamid.e1"), ("two", "wamid.e2")])
    assert [version["until"] for version in message.metadata["versions"]] == sorted(
        version["until"] for version in message.metadata["versions"]
    )
    assert lines() == ["three"]
    assert Event.objects.filter(event_type="message.edited").count() == 2


def test_edit_repeated_is_one(desk):
    desk.say("one", id="wamid.a", ago=60)
    for _ in range(2):
        desk.edit("wamid.a", "two", id="wamid.e", ago=40)
    assert len(Message.objects.get().metadata["versions"]) == 1


@pytest.mark.parametrize("early", [True, False])
def test_customer_cannot_edit_or_delete_our_words(desk, now, early):
    desk.say(ago=60)
    ours = sent_by_us(now)
    steps = [lambda: outbox.mark_accepted(ours.pk, provider_id="wamid.ours", now=now),
             lambda: (desk.edit("wamid.ours", "You owe me"), desk.revoke("wamid.ours"))]  # fmt: skip
    for step in reversed(steps) if early else steps:
        step()
    ours.refresh_from_db()
    assert (ours.body, ours.edited_at, ours.revoked_at) == ("Ours", None, None)
    assert "[Edited message] You owe me" not in lines()


def test_one_customer_cannot_change_anothers_words(desk):
    desk.say("mine", id="wamid.a", ago=60)
    desk.edit("wamid.a", "not mine", bsuid="US.2")
    assert Message.objects.get(provider_id="wamid.a").body == "mine"


@pytest.mark.parametrize("early", [True, False])
def test_new_file_of_an_edit_stands_at_its_message(desk, early):
    image = {"id": "m1", "mime_type": "image/jpeg", "caption": "old"}
    new = {"type": "image", "image": {"id": "m2", "mime_type": "image/jpeg", "caption": "new"}}
    edit = {"original_message_id": "wamid.a", "message": new}
    steps = [lambda: desk.send("image", image, id="wamid.a", ago=60), lambda: desk.send("edit", edit, ago=5)]
    for step in reversed(steps) if early else steps:
        step()
    message = Message.objects.get(provider_id="wamid.a")
    assert message.body == "[Image] new"
    assert set(Attachment.objects.values_list("message_id", "provider_media_id")) == {
        (message.pk, "m1"), (message.pk, "m2"),
    }  # fmt: skip


@pytest.mark.parametrize("early", [True, False])
def test_file_of_an_edit_that_may_not_be_made_stands_at_nobodys_message(desk, early):
    """A customer who "edits" what the business's phone wrote puts no picture into our mouth."""
    new = {"type": "image", "image": {"id": "m2", "mime_type": "image/jpeg"}}
    edit = {"original_message_id": "wamid.ours", "message": new}
    desk.say(ago=60)
    steps = [lambda: desk.echo(id="wamid.ours", ago=30), lambda: desk.send("edit", edit, ago=40)]
    for step in reversed(steps) if early else steps:
        step()
    assert not Attachment.objects.filter(message__provider_id="wamid.ours").exists()


@pytest.mark.parametrize("early", [True, False])
def test_deleted_message_is_marked_kept_and_not_answered(desk, early, now):
    steps = [lambda: desk.say("regretted", id="wamid.a", ago=60), lambda: desk.revoke("wamid.a", ago=5)]
    for step in reversed(steps) if early else steps:
        step()
    message = Message.objects.get(provider_id="wamid.a")
    assert (message.body, message.revoked_at is not None, message.asks) == ("regretted", True, False)
    assert not BotTurn.objects.filter(status="scheduled").exists()
    assert Event.objects.filter(event_type="message.revoked").count() == 1


def test_edit_of_an_unanswered_question_is_what_the_bot_reads(desk, now):
    desk.say("Where is order 1?", id="wamid.a", ago=60)
    desk.edit("wamid.a", "Where is order 2?", ago=50)
    pending = briefing.unanswered(Conversation.objects.get())
    assert [message.body for message in pending] == ["Where is order 2?"]
    assert BotTurn.objects.filter(status="scheduled").count() == 1


class Interrupted:
    """A mind during whose thought the customer changes their words."""

    name = "interrupted"

    def __init__(self, meanwhile):
        self.meanwhile, self.read = meanwhile, []

    def reply(self, context):
        self.read.append([line.body for line in context.unanswered])
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return Reply.make(intent="orders", answer="It is on its way.", confidence=0.9)


def test_answer_thought_before_an_edit_is_thrown_away(desk, settings, time_machine_at_now):
    """Else the customer reads an answer to a question that their screen no longer shows."""
    settings.BOT_QUIET_PAUSE = 0
    desk.say("Where is order 1?", id="wamid.a", ago=60)
    engine = Interrupted(lambda: desk.edit("wamid.a", "Where is order 2?", ago=5))
    turns.turn_take(only_conversation().pk, engine=engine)
    assert not Message.objects.filter(sender="bot").exists()
    turns.turn_take(only_conversation().pk, engine=engine)
    assert engine.read == [["Where is order 1?"], ["Where is order 2?"]]
    assert Message.objects.filter(sender="bot").count() == 1


@pytest.fixture
def time_machine_at_now(now):
    import time_machine

    with time_machine.travel(now, tick=False):
        yield


def test_quote_of_a_message_that_comes_later_finds_it(desk):
    desk.say("about that", context={"id": "wamid.a"}, id="wamid.b", ago=5)
    desk.say("that", id="wamid.a", ago=50)
    assert Message.objects.get(provider_id="wamid.b").reply_to.body == "that"


def test_every_visible_change_raises_the_revision(desk):
    seen = []
    for step in (
        lambda: desk.say("one", id="wamid.a", ago=60), lambda: desk.react("wamid.a", THUMB, ago=50),
        lambda: desk.react("wamid.a", ago=40), lambda: desk.edit("wamid.a", "two", ago=30),
        lambda: desk.revoke("wamid.a", ago=20), lambda: desk.call("connect", id="c", ago=10),
        lambda: desk.call("terminate", id="c", ago=5), lambda: desk.say("standby", field="standby", ago=2),
    ):  # fmt: skip
        step()
        seen.append(only_conversation().revision)
    assert seen == sorted(set(seen))
