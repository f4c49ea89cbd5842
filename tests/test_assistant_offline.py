"""The offline engine and what is known around it: what the customer hears, and what rules may go by."""

import time
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import texts
from assistant.demo import demo_articles, demo_orders, load_articles
from assistant.engine import Context, Line
from assistant.knowledge import ENOUGH
from assistant.language import LANGUAGES, language_of
from assistant.models import Order
from assistant.offline import OfflineEngine
from assistant.person_request import person_request
from assistant.reply import LONGEST_ANSWER, Reply
from assistant.small_talk import small_talk
from assistant.summary import LONGEST_SUMMARY, summarise
from assistant.turn import cues_of, think
from conversations.models import Customer, Tier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf():
    load_articles()


@pytest.fixture
def maya(now):
    tier, _ = Tier.objects.get_or_create(code="retail", defaults={"name": "Retail"})
    return Customer.objects.create(name="Maya Lindqvist", tier=tier, external_ref="C-1", created_at=now)


@pytest.fixture
def other(now, maya):
    return Customer.objects.create(name="Jonas", tier=maya.tier, external_ref="C-2", created_at=now)


def order(customer, number: str, now, **fields) -> Order:
    values = {"status": "shipped", "items": "1 lamp", "placed_on": now.date(), **fields}
    return Order.objects.create(customer=customer, number=number, **values)


def context_of(*said: str, now, customer=None, **fields) -> Context:
    values = {
        "conversation_id": uuid4(),
        "customer_id": customer.pk if customer else uuid4(),
        "customer_name": customer.name if customer else "",
        "tier": "retail",
        "locale": "en",
        "is_known": customer is not None,
        "history": (),
        "unanswered": tuple(Line("user", body, now) for body in said),
        "now": now,
    }
    return Context(**values | fields)


def ask(*said: str, **fields) -> Reply:
    return OfflineEngine().reply(context_of(*said, **fields))


# Knowledge


def test_question_is_answered_with_its_source(now):
    reply = ask("where do u ship to?", now=now)
    assert not reply.handoff
    assert "United Kingdom" in reply.answer
    assert reply.citations == ("https://shop.example/help/shipping",)
    assert reply.confidence >= ENOUGH


def test_greeting_before_a_question_does_not_swallow_it(now):
    assert ask("hi!", "can i pay with paypal?", now=now).intent == "payment_question"


def test_what_the_shop_does_not_know_goes_to_a_person(now):
    reply = ask("who won the match yesterday", now=now)
    assert reply.handoff
    assert reply.intent == "unknown"
    assert reply.confidence < ENOUGH
    assert reply.reason


def test_answers_in_the_language_written(now):
    assert "30 días" in ask("¿cómo puedo devolver una silla?", now=now).answer
    assert "14 दिन" in ask("सामान टूटा हुआ आया है", now=now).answer


def test_language_without_the_article_falls_back_to_english(now):
    assert "gift" in ask("gift card", now=now, locale="pt_BR").answer.lower()


# Orders


def test_order_by_number_however_it_is_written(now, maya):
    order(maya, "B-10234", now, expected_on=now.date() + timedelta(days=3), tracking_url="https://t.example/1")
    for said in ("B-10234", "where is b10234", "order 10234?", "#10234", "B 10234 pls", "my order is 10234", "10234"):
        reply = ask(said, now=now, customer=maya)
        assert "B-10234" in reply.answer, said
        assert "24 November" in reply.answer
        assert "https://t.example/1" in reply.answer


def test_latest_orders_without_a_number(now, maya):
    order(maya, "B-1001", now, status="delivered")
    order(maya, "B-1002", now)
    reply = ask("where is my order??", now=now, customer=maya)
    assert "B-1002" in reply.answer
    assert "B-1001" not in reply.answer


@pytest.mark.parametrize(
    "said",
    [
        "where's my parcel",
        "my order hasn't arrived",
        "track my order",
        "when will my order arrive?",
        "still waiting for my package",
        "order status",
        "dónde está mi pedido",
        "cadê meu pedido?",
        "أين طلبي",
        "मेरा ऑर्डर कहां है",
        "mera order kahan hai",
        "pesanan saya di mana?",
        "hello, where is my order",
    ],
)
def test_where_is_my_order_in_every_language(now, maya, said):
    order(maya, "B-1002", now)
    reply = ask(said, now=now, customer=maya)
    assert reply.intent == "order_status"
    assert "B-1002" in reply.answer


def test_another_customers_order_is_told_like_one_that_does_not_exist(now, maya, other):
    """Whoever guesses a number learns nothing, not even that it exists."""
    order(other, "B-20001", now, items="a secret present", tracking_url="https://t.example/x")
    theirs = ask("where is B-20001", now=now, customer=maya)
    nobodys = ask("where is B-20002", now=now, customer=maya)
    assert replace_number(theirs.answer) == replace_number(nobodys.answer)
    assert theirs.intent == nobodys.intent
    assert theirs.confidence == nobodys.confidence


def replace_number(answer: str) -> str:
    return answer.replace("20001", "N").replace("20002", "N")


def test_bare_digits_of_another_customer_are_not_recognised(now, maya, other):
    order(other, "B-20001", now)
    assert ask("20001", now=now, customer=maya) == ask("20002", now=now, customer=maya)


def test_unknown_customer_gets_a_person_not_an_order(now, maya):
    order(maya, "B-10234", now)
    context = replace(context_of("where is B-10234", now=now, customer=maya), is_known=False)
    reply = OfflineEngine().reply(context)
    assert reply.handoff
    assert not reply.answer


def test_return_of_a_named_order_gets_the_article(now, maya):
    order(maya, "B-10234", now)
    assert ask("I want to return my order", now=now, customer=maya).intent == "return_question"


def test_overdue_order_is_admitted(now, maya):
    order(maya, "B-10234", now, expected_on=now.date() - timedelta(days=2))
    assert "should have arrived" in ask("B-10234", now=now, customer=maya).answer


def test_customer_without_orders_is_asked_for_a_number(now, maya):
    assert "order number" in ask("where is my order", now=now, customer=maya).answer


def test_own_orders_are_found_as_entities_and_other_digits_are_not(now, maya, other):
    """Digits may be a phone number, and entities travel further than words do."""
    order(maya, "B-10234", now)
    order(other, "B-20001", now)
    said = "10234 came broken, call me on number 5550101234, not about B-20001"
    assert ask(said, now=now, customer=maya).entities == {"order_number": "B-10234"}
    assert ask("call me on number 5550101234", now=now, customer=maya).entities == {}
    assert ask("where is B-10234", now=now).entities == {}


# Back from a person


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_back_it_says_so_and_promises_nothing(now, language):
    """A known failure elsewhere is silence; another is reading out what was meant for the assistant alone."""
    secret = "Refund of 30 dollars granted, do not tell her about the fraud check."
    told = ask(now=now, locale=language, returned=True, guidance=secret)
    untold = ask(now=now, locale=language, returned=True)
    nobody_came = ask(now=now, locale=language)
    for reply in (told, untold, nobody_came):
        assert not reply.handoff
        assert reply.intent == "resumed"
        assert reply.confidence >= ENOUGH
        assert not {"30", "fraud", "dollars"} & set(reply.answer.replace(".", " ").split())
    assert len({told.answer, untold.answer, nobody_came.answer}) == 3
    assert told.answer == texts.text("back_told", language)


def test_given_back_with_something_unanswered_it_answers_that(now):
    reply = ask("where do you ship to", now=now, returned=True, guidance="All agreed.")
    assert "United Kingdom" in reply.answer


def test_given_back_it_speaks_the_language_of_the_talk(now):
    history = (Line("user", "saya mau tanya pesanan", now), Line("human", "Sudah saya bereskan.", now))
    assert ask(now=now, history=history, returned=True).answer == texts.text("back", "id")


# Small talk, and what is not text


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("hi", "greeting"),
        ("Hellooo 👋", "greeting"),
        ("buenos días", "greeting"),
        ("السلام عليكم", "greeting"),
        ("नमस्ते", "greeting"),
        ("selamat pagi kak", "greeting"),
        ("thank you so much!!", "thanks"),
        ("obrigada", "thanks"),
        ("👍", "thanks"),
        ("bye", "goodbye"),
        ("are you a bot?", "identity"),
        ("¿eres un robot?", "identity"),
        ("hi, are you a real person?", "identity"),
        ("hi where is my order", None),
        ("thanks but it is broken", None),
        ("???", None),
        ("", None),
    ],
)
def test_small_talk_is_told_from_questions(said, kind):
    assert small_talk(said) == kind


def test_asked_what_it_is_the_assistant_is_honest(now):
    answer = ask("are you human?", now=now).answer
    assert "automated" in answer
    assert "not a person" in answer


def test_pictures_alone_are_unreadable(now):
    context = context_of(now=now, unanswered=(Line("user", "[image]", now, "image"),))
    assert cues_of(context).kinds == ("image",)
    reply = think(context, OfflineEngine()).reply
    assert (reply.handoff, reply.intent) == (True, "unreadable")
    assert reply.reason


def test_after_a_person_has_written_it_still_answers(now):
    history = (Line("user", "agent", now), Line("human", "Hello, this is Ana.", now))
    assert not ask("where do you ship to", now=now, history=history).handoff


# The turn


def test_a_person_asked_for_is_known_without_any_engine(now):
    request = cues_of(context_of("where is my order", "agent!!", "hello?", now=now)).request
    assert request is not None
    assert request.phrase == "agent"


def test_a_person_asked_for_in_a_caption_is_not_read(now):
    """Only what the channel calls text is the customer's words."""
    lines = (Line("user", "agent", now, "image"),)
    assert cues_of(context_of(now=now, unanswered=lines)).request is None


def test_thought_says_how_long_it_took(now):
    class Slow:
        name = "slow"

        def reply(self, context: Context) -> Reply:
            time.sleep(0.11)
            return Reply.make(intent="x", answer="yes", confidence=1.0)

    assert 0.1 <= think(context_of("hm", now=now), Slow()).seconds < 5


def test_language_comes_from_the_words_then_the_history_then_the_locale(now):
    assert cues_of(context_of("quiero hablar con una persona", now=now)).language == "es"
    history = (Line("user", "saya mau tanya pesanan", now),)
    assert cues_of(context_of("agent", now=now, history=history)).language == "id"
    assert cues_of(context_of("agent", now=now, locale="pt_BR")).language == "pt"


# Words


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("where is my order", "en"),
        ("¿dónde está mi pedido?", "es"),
        ("onde está o meu pedido?", "pt"),
        ("أين طلبي", "ar"),
        ("मेरा ऑर्डर कहां है", "hi"),
        ("mera order kahan hai", "hi"),
        ("pesanan saya di mana", "id"),
        ("12345", "pt"),
        ("", "pt"),
        ("order B-10234 أين طلبي لم يصل حتى الآن", "ar"),
    ],
)
def test_language_is_guessed(said, language):
    assert language_of(said, "pt_BR") == language


def test_every_text_is_there_in_every_language_with_the_same_blanks():
    for language in LANGUAGES:
        assert texts.TEXTS[language].keys() == texts.TEXTS["en"].keys()
        for key, said in texts.TEXTS[language].items():
            blanks = {"name", "number", "items", "day", "url"}
            assert len(said) <= LONGEST_ANSWER
            assert {b for b in blanks if f"{{{b}}}" in said} == {
                b for b in blanks if f"{{{b}}}" in texts.TEXTS["en"][key]
            }, (language, key)


def test_days_are_written_in_the_customers_language():
    written = [texts.day(date(2026, 11, 24), language) for language in ("en", "es", "pt", "id")]
    assert [day.lower() for day in written] == ["24 november", "24 de noviembre", "24 de novembro", "24 november"]


def test_text_of_an_unknown_language_is_english():
    assert texts.text("thanks", "fr") == texts.text("thanks", "en")


def test_values_are_never_read_as_blanks():
    assert "{evil}" in texts.text("greeting_name", "en", name="{evil}")


# The summary


def test_summary_tells_the_matter_and_stays_short(now):
    history = (Line("user", "B-10234 arrived broken", now), Line("bot", "I am sorry to hear that.", now))
    summary = summarise(history, (Line("user", "I want a refund " * 100, now), Line("user", "", now, "image")))
    assert len(summary) <= LONGEST_SUMMARY
    assert "I want a refund" in summary
    assert "B-10234" in summary
    assert "I am sorry" in summary
    assert "image" in summary


def test_summary_tells_what_a_colleague_told_the_assistant(now):
    assert "Permission granted" in summarise((Line("human", "Done.", now),), (), "Permission  granted.")


def test_summary_of_nothing_says_so():
    assert "no text" in summarise((), ())


# The demo's data


def test_demo_data_fits_its_fields():
    articles, orders = demo_articles(), demo_orders()
    count = {code: sum(article.language == code for article in articles) for code in LANGUAGES}
    assert count["en"] >= 14
    assert count["es"] >= 6
    assert count["pt"] >= 4
    assert min(count.values()) >= 3
    assert all(len(article.answer) <= 700 and article.url.startswith("https://") for article in articles)
    assert len({order.number for order in orders}) == len(orders) >= 8
    assert all(order.status in Order.Status.values for order in orders)


# Nothing that can be typed breaks it

#: Text as it may come, with NUL, halves of surrogate pairs, marks of direction and stretched words.
ANYTHING = st.one_of(
    st.text(st.characters(), max_size=300),
    st.text(
        st.sampled_from("\x00\ud800\udfff\u202e\u200f\u200b\u0640ا ̈agent human के लि ए{}%'\\&|!():*<>#123-B\n"),
        max_size=80,
    ),
    st.tuples(st.text(st.characters(), min_size=1, max_size=5), st.integers(1, 20_000)).map(lambda t: t[0] * t[1]),
).map(lambda text: text[:100_000])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=ANYTHING, locale=st.text(max_size=8))
def test_nothing_a_customer_types_raises(now, maya, said, locale):
    person_request(said)
    assert language_of(said, locale) in LANGUAGES
    context = context_of(said, said, now=now, customer=maya, locale=locale)
    reply = OfflineEngine().reply(context)
    fields = {name: getattr(reply, name) for name in Reply.__struct_fields__}
    assert Reply.make(**fields) == reply
    assert think(context, OfflineEngine()).language in LANGUAGES
    mood = cues_of(context).mood
    assert -1 <= (mood.sentiment or 0) <= 1
    assert 0 <= mood.frustration <= 1
    assert 0 <= mood.predicted <= 1
    assert len(summarise(context.unanswered, context.unanswered)) <= LONGEST_SUMMARY


def test_a_hundred_thousand_characters_are_read_in_bounded_time(now, maya):
    for said in ("x" * 100_000, "order " * 16_000, "where is my order " * 6_000, "1234 " * 20_000, "ا" * 100_000):
        assert ask(said, now=now, customer=maya)
