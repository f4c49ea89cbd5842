"""STOP stops, once and for all until the customer says otherwise; nothing else does."""

import pytest

from conversations import outbox
from conversations.models import Customer, Message
from handoff.models import BotTurn
from tests.traffic import BSUID, Desk, only_conversation, only_customer

pytestmark = pytest.mark.django_db
WORDS = ["stop", "STOP", " Stop. ", "unsubscribe", "baja", "désabonner", "abmelden", "sair", "berhenti",
         "إيقاف", "बंद करो"]  # fmt: skip


@pytest.fixture
def desk(now):
    return Desk(now)


def confirmations() -> list[str]:
    return list(Message.objects.filter(metadata__confirms_opt_out=True).values_list("body", flat=True))


@pytest.mark.parametrize("word", WORDS)
def test_the_word_alone_stops_and_is_confirmed_and_the_bot_is_silent(desk, word):
    desk.say("Where is it?", ago=20)
    desk.say(word)
    assert only_customer().opted_out_at
    assert len(confirmations()) == 1
    assert not BotTurn.objects.filter(status="scheduled").exists()


@pytest.mark.parametrize("words", ["stop the order", "please stop", "don't stop", "nonstop", "stop?no", "unsubscribed"])
def test_words_around_it_are_a_question_and_no_opt_out(desk, words):
    desk.say(words)
    assert only_customer().opted_out_at is None
    assert BotTurn.objects.filter(status="scheduled").exists()


def test_confirmation_is_given_once_and_leaves(desk, now):
    desk.say("stop", ago=20)
    desk.say("STOP", ago=10)
    assert len(confirmations()) == 1
    assert outbox.claim_next(only_conversation().pk, now=now).metadata["confirms_opt_out"]


def test_stop_after_a_new_question_is_confirmed_again(desk):
    desk.say("stop", ago=30)
    desk.say("Where is my order?", ago=20)
    desk.say("stop", ago=10)
    assert len(confirmations()) == 2


@pytest.mark.parametrize(("locale", "words"), [("es", "escrib"), ("en", "not write to you")])
def test_confirmation_is_in_the_customers_language(desk, locale, words):
    desk.say("Hola", ago=20)
    Customer.objects.update(locale=locale)
    desk.say("stop")
    assert words in confirmations()[0]


def test_button_unsubscribe_is_the_word(desk):
    desk.send("button", {"payload": "x", "text": "Unsubscribe"})
    assert only_customer().opted_out_at


def test_start_opts_in_again(desk):
    desk.say("stop", ago=20)
    desk.say("START", ago=10)
    assert only_customer().opted_in_at
    assert only_customer().opted_out_at is None


def test_older_word_that_arrives_late_undoes_no_newer_and_promises_nothing(desk):
    desk.say("start", ago=10)
    desk.say("stop", ago=20)
    assert only_customer().opted_out_at is None
    assert confirmations() == []
    assert only_customer().consents.count() == 2


def prefer(desk, value, *, ago=0):
    item = {"user_id": BSUID, "category": "marketing_messages", "value": value, "timestamp": int(desk.at(ago))}
    return desk.field("user_preferences", "user_preferences", item)[0]


@pytest.mark.parametrize("known", [True, False])
def test_whatsapps_own_setting_is_followed(desk, known):
    if known:
        desk.say(ago=60)
    assert prefer(desk, "stop", ago=30).outcome == "applied"
    assert only_customer().marketing_stopped_at
    prefer(desk, "resume", ago=20)
    assert only_customer().marketing_stopped_at is None
    prefer(desk, "signup", ago=10)
    assert only_customer().opted_in_at


def test_older_setting_that_arrives_late_undoes_no_newer(desk):
    prefer(desk, "resume", ago=10)
    prefer(desk, "stop", ago=20)
    assert only_customer().marketing_stopped_at is None
