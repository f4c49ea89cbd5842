"""Patience: who says that it is at an end is heard in six languages, who only asks is not taken for it."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine import Context, Line
from assistant.frustration import fed_up_phrase, mood_of, repeats_of
from assistant.language import LANGUAGES
from assistant.mood_words import FED_UP

SAID = [
    ("en", "this is useless"), ("en", "THIS IS USELESSSS!!"), ("en", "you're wasting my time"),
    ("en", "I already told you, twice"), ("en", "what a joke"), ("es", "esto no sirve"), ("es", "¡Ya te dije!"),
    ("pt", "isso não serve para nada"), ("pt", "já falei isso"), ("ar", "بلا فائدة"), ("ar", "كم مرة قلت لكم"),
    ("hi", "यह बेकार है"), ("hi", "koi fayda nahi"), ("id", "gak berguna"), ("id", "sudah saya bilang kak"),
]  # fmt: skip
CALM = [
    ("en", "where is my order?"), ("en", "my lamp arrived broken"), ("en", "I want to return it!"), ("en", "thanks"),
    ("en", "OK"), ("es", "¿dónde está mi pedido?"), ("pt", "quero devolver"), ("ar", "أين طلبي"),
    ("hi", "मेरा ऑर्डर कहाँ है"), ("id", "pesanan saya di mana"),
]  # fmt: skip


def context(now, *said: str, history=()) -> Context:
    return Context(
        conversation_id=uuid4(), customer_id=uuid4(), customer_name="", tier="", locale="en", is_known=False,
        history=tuple(Line(who, body, now) for who, body in history),
        unanswered=tuple(Line("user", body, now) for body in said), now=now,
    )  # fmt: skip


def talk(*lines: str) -> list[tuple[str, str]]:
    """The customer's lines, each answered by the assistant."""
    return [pair for line in lines for pair in (("user", line), ("bot", "Here you are."))]


@pytest.mark.parametrize(("language", "text"), SAID)
def test_who_says_so_is_frustrated(now, language, text):
    mood = mood_of(context(now, text), language)
    assert mood.frustration >= 0.7
    assert mood.fed_up


@pytest.mark.parametrize(("language", "text"), CALM)
def test_who_asks_is_not(now, language, text):
    mood = mood_of(context(now, text), language)
    assert mood.frustration < 0.35
    assert mood.predicted < 0.35
    assert not mood.fed_up


def test_capitals_alone_are_not_enough_and_asked_again_they_are(now):
    once = mood_of(context(now, "WHERE IS MY ORDER"), "en")
    again = mood_of(context(now, "WHERE IS MY ORDER", history=talk("where is my order")), "en")
    assert once.frustration < 0.7 <= again.frustration


def test_the_same_question_a_third_time_is_frustration(now):
    question = "can you track the chair"
    assert mood_of(context(now, question, history=talk(question)), "en").frustration == 0.5
    third = mood_of(context(now, question, history=talk(question, "where is the chair? track it")), "en")
    assert (third.repeats, third.frustration) == (2, 0.75)


def test_another_question_is_no_repeat(now):
    history = talk("do you ship to germany", "how do I clean the oak table")
    assert repeats_of(context(now, "can I pay with paypal", history=history), "en") == 0


def test_greetings_and_thanks_are_no_repeats(now):
    assert repeats_of(context(now, "thanks!", history=talk("thanks", "thank you", "ok thanks")), "en") == 0


def test_a_burst_of_one_line_counts_its_own_repeats(now):
    assert repeats_of(context(now, "track the chair", "track the chair!", "hello?"), "en") == 1


def test_what_a_person_has_answered_is_settled(now):
    """Else whoever was frustrated before a person helped them goes back to people at their first word after it."""
    history = [*talk("track the chair", "track the chair"), ("human", "It comes on Monday."), ("user", "thanks")]
    mood = mood_of(context(now, "track the chair", history=history), "en")
    assert (mood.repeats, mood.bot_turns) == (0, 0)


def test_falling_mood_counts(now):
    history = talk("great, thanks", "ok", "that is bad")
    falling = mood_of(context(now, "terrible", history=history), "en")
    alone = mood_of(context(now, "terrible"), "en")
    assert falling.frustration > alone.frustration
    assert falling.sentiments[0] > 0 > falling.sentiments[-1]


def test_long_talk_that_goes_bad_is_seen_coming(now):
    """Each by itself is nothing yet; together they say what comes next."""
    history = talk("great shop", "do you ship to germany", "can I pay later", "is oak heavy", "one more thing",
                   "and the table", "track the chair", "bad answer")  # fmt: skip
    mood = mood_of(context(now, "terrible, track the chair", history=history), "en")
    assert mood.predicted >= 0.85
    short = mood_of(context(now, "terrible, track the chair"), "en")
    assert short.predicted < 0.5


def test_a_long_friendly_talk_predicts_little(now):
    history = talk(*(f"and number {number}" for number in range(12)))
    assert mood_of(context(now, "great, thank you", history=history), "en").predicted <= 0.5


def test_scores_stay_between_nothing_and_one(now):
    shout = "THIS IS USELESS!!! WHAT A JOKE??? TERRIBLE!!!"
    mood = mood_of(context(now, shout, shout, history=talk(*[shout] * 9)), "en")
    assert 0.99 < mood.frustration <= 1
    assert mood.predicted <= 1


def test_nothing_in_words_says_nothing(now):
    mood = mood_of(context(now), "en")
    assert (mood.sentiment, mood.frustration, mood.predicted, mood.repeats) == (None, 0, 0, 0)


def test_every_language_has_phrases_and_they_are_found_as_they_stand():
    assert FED_UP.keys() == set(LANGUAGES)
    for listed in FED_UP.values():
        for phrase in listed.split("|"):
            assert fed_up_phrase(f"Hm, {phrase} .") or fed_up_phrase(phrase), phrase


@given(said=st.lists(st.text(max_size=80), max_size=4), language=st.sampled_from([*LANGUAGES, "xx"]))
def test_nothing_that_can_be_typed_breaks_it(said, language):
    from datetime import UTC, datetime

    mood = mood_of(context(datetime(2026, 1, 1, tzinfo=UTC), *said, history=talk(*said)), language)
    assert 0 <= mood.frustration <= 1
    assert 0 <= mood.predicted <= 1
