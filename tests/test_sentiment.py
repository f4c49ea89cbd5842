"""How a customer sounds: every language is heard, "not" turns a word, matters of a shop are no mood."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine import Context, Line
from assistant.language import LANGUAGES
from assistant.mood_words import WORDS
from assistant.sentiment import is_shouted, said_by_customer, sentiment, sentiments, slope

BAD = {
    "en": ["this is terrible", "I am not happy", "you are useless", "baaaad service", "very disappointed", "👎"],
    "es": ["esto es pésimo", "no estoy contento", "qué vergüenza de servicio", "estoy muy molesta"],
    "pt": ["péssimo atendimento", "não gostei, isso é ridículo", "estou muito decepcionada"],
    "ar": ["خدمة سيئة جدا", "أنا غاضب", "هذا فاشل"],
    "hi": ["बहुत घटिया सर्विस", "सेवा अच्छी नहीं है", "bahut kharab service"],
    "id": ["sangat kecewa", "tidak bagus", "pelayanan paling parah"],
}
GOOD = {
    "en": ["thank you so much!!", "not bad", "that was great", "goooood", "❤"],
    "es": ["muchas gracias, excelente", "todo perfecto"],
    "pt": ["muito obrigada", "ótimo, adorei"],
    "ar": ["شكرا جزيلا", "خدمة ممتازة"],
    "hi": ["बहुत धन्यवाद", "bahut accha"],
    "id": ["makasih ya", "bagus sekali"],
}
NEITHER = {
    "en": [
        "where is my order",
        "my lamp arrived broken and late, I want a refund",
        "no thanks",
        "good morning",
        "?!",
    ],
    "es": ["¿dónde está mi pedido?", "buenos días", "mi lámpara llegó rota"],
    "pt": ["bom dia", "meu pedido não chegou", "não obrigado"],
    "ar": ["أين طلبي", "لا شكرا"],
    "hi": ["मेरा ऑर्डर कहाँ है", "सामान टूटा हुआ आया है"],
    "id": ["pesanan saya di mana", "barang saya rusak"],
}


def rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), rows(BAD))
def test_unhappy_words_are_heard(language, text):
    """-0.3 is where the default rule about fees begins."""
    assert sentiment(text, language) < -0.3


@pytest.mark.parametrize(("language", "text"), rows(GOOD))
def test_happy_words_are_heard(language, text):
    assert sentiment(text, language) > 0.3


@pytest.mark.parametrize(("language", "text"), rows(NEITHER))
def test_what_a_shops_customers_write_about_is_no_mood(language, text):
    assert sentiment(text, language) == 0


def test_figures_of_the_formula():
    assert sentiment("bad") == -0.447
    assert sentiment("terrible") == -0.707
    assert sentiment("not good") == -0.371
    assert sentiment("very bad") == -0.6
    assert sentiment("bad!!!") < sentiment("bad!") < sentiment("bad")
    assert sentiment("TERRIBLE SERVICE") < sentiment("terrible service")


def test_words_of_another_language_do_not_count():
    """ "kind", "mal", "gut": what is a word of mood in one language is none in another."""
    assert sentiment("mal", "es") < 0
    assert sentiment("mal", "id") == 0


def test_english_is_heard_in_every_language():
    assert all(sentiment("this is shit", language) < -0.3 for language in LANGUAGES)


def test_every_language_has_words_for_both_moods():
    assert WORDS.keys() == set(LANGUAGES)
    assert all(mood.good and mood.very_good and mood.bad and mood.very_bad and mood.turns for mood in WORDS.values())


def test_no_word_of_a_language_is_both_good_and_bad():
    for language, mood in WORDS.items():
        good = {*mood.good.split(), *mood.very_good.split()}
        bad = {*mood.bad.split(), *mood.very_bad.split()}
        assert not good & bad, language


def test_capitals_shout_where_a_script_has_them():
    assert is_shouted("WHERE IS MY ORDER")
    assert not is_shouted("Where is my order B-10234")
    assert not is_shouted("OK")
    assert not is_shouted("أين طلبي الآن من فضلك")


def context(now, history=(), unanswered=()) -> Context:
    return Context(
        conversation_id=uuid4(), customer_id=uuid4(), customer_name="", tier="", locale="en", is_known=False,
        history=tuple(history), unanswered=tuple(unanswered), now=now,
    )  # fmt: skip


def test_trajectory_is_of_the_customers_words_only_oldest_first(now):
    history = [Line("user", "great", now), Line("bot", "terrible", now), Line("user", "bad picture", now, "image")]
    talk = context(now, history, [Line("user", "this is terrible", now)])
    assert [line.body for line in said_by_customer(talk)] == ["great", "this is terrible"]
    assert sentiments(talk, "en") == (0.707, -0.707)


def test_trajectory_is_of_the_last_ten_lines(now):
    talk = context(now, [Line("user", "great", now)] * 30, [Line("user", "bad", now)])
    assert len(sentiments(talk, "en")) == 10
    assert sentiments(talk, "en")[-1] < 0


@pytest.mark.parametrize(
    ("trajectory", "expected"),
    [
        ((), 0),
        ((-0.9,), 0),
        ((0.4, 0.0, -0.4, -0.8), -0.4),
        ((0, 0, 0), 0),
        ((-0.5, 0.5), 1.0),
        ((9, 0, 0, 0, 0, 0), 0),
    ],
)
def test_slope_is_the_change_from_line_to_line_over_the_last_five(trajectory, expected):
    assert slope(trajectory) == expected


@given(text=st.text(max_size=300), language=st.sampled_from([*LANGUAGES, "xx", ""]))
def test_nothing_that_can_be_typed_breaks_it(text, language):
    assert -1 <= sentiment(text, language) <= 1


def test_a_hundred_thousand_characters_are_read_in_bounded_time():
    for text in ("bad " * 25_000, "b" * 100_000, "bad. " * 20_000, "👎" * 100_000):
        assert -1 <= sentiment(text) <= -0.0
