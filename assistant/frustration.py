"""How near a customer is to losing patience, by documented formula. No model; until the assistant's own issue is done.

Both figures, 0 to 1, are of what the customer wrote since a person last did, and are made of cues that each count by
themselves: score = 1 - product of (1 - weight x cue).

frustration (now)
    FED_UP    words such as "this is useless"
    UNHAPPY   how far the sentiment of what is unanswered is below 0
    FALLING   how much the sentiment falls from line to line; STEEP a line is all of it
    REPEATS   1 - AGAIN^n where it is asked for the n-th time again
    SHOUTED   capitals
    MARKED    !! and ??; three runs are all of it
predicted (soon)
    SLIDING   the same fall
    LONG      the assistant's answers: up to PATIENCE none of it, from twice that all of it
    ASKED     the same repeats
    GLOOMY    the same sentiment below 0

One "this is useless" makes 0.7; so does a question that is asked again, in capitals; one asked a third time 0.75.
The weights are a judgement, not fitted to data: a rule at 0.7 hears those who say it, and not one weak cue alone.
"""

import re
from dataclasses import dataclass

from assistant.engine import Context
from assistant.knowledge import telling_words
from assistant.mood_words import FED_UP as PHRASES
from assistant.mood_words import SMALL
from assistant.sentiment import is_shouted, said_since_person, sentiment, sentiments, slope
from assistant.words import LONGEST, squeeze, words

FED_UP, UNHAPPY, FALLING, REPEATS, SHOUTED, MARKED = 0.7, 0.5, 0.4, 1.0, 0.4, 0.3
SLIDING, LONG, ASKED, GLOOMY = 0.6, 0.5, 0.7, 0.4
#: What is left of calm after each repeat.
AGAIN = 0.5
#: A slope of so much each line is a fall as steep as they come.
STEEP = 0.3
#: So many answers of the assistant are nobody's nuisance; twice as many are as long as it gets.
PATIENCE = 4
#: Lines looked back at for the same question, and the share of telling words that makes it the same.
LOOK_BACK = 10
SAME = 0.6
_RUN = re.compile(r"[!?؟]{2,}")


@dataclass(frozen=True, slots=True)
class Mood:
    """What the formulas say of a conversation, and what they go by. `sentiment`: None where nothing is in words;
    `fed_up`: our phrase that was found, in plain form, or empty."""

    sentiment: float | None
    sentiments: tuple[float, ...]
    frustration: float
    predicted: float
    repeats: int
    bot_turns: int
    fed_up: str


def mood_of(context: Context, language: str) -> Mood:
    """The customer's mood as of what is unanswered. Never raises for anything a customer can write."""
    question, trajectory = context.question, sentiments(context, language)
    now = sentiment(question, language) if question.strip() else None
    gloom, fall = max(0.0, -(now or 0.0)), _fall(context, language)
    repeats, answers, phrase = repeats_of(context, language), _answers(context), fed_up_phrase(question)
    again = 1 - AGAIN**repeats
    frustration = _any_of(
        FED_UP * bool(phrase), UNHAPPY * gloom, FALLING * fall, REPEATS * again,
        SHOUTED * any(is_shouted(line) for line in question.split("\n")), MARKED * _marks(question),
    )  # fmt: skip
    length = min(1.0, max(0, answers - PATIENCE) / PATIENCE)
    predicted = _any_of(SLIDING * fall, LONG * length, ASKED * again, GLOOMY * gloom)
    return Mood(now, trajectory, frustration, predicted, repeats, answers, phrase)


def fed_up_phrase(text: str) -> str:
    """The phrase of ours with which this text says that patience is at an end; empty where it does not."""
    said = f" {squeeze(' '.join(words(text)))} "
    return next((phrase for phrase, form in _PHRASES if f" {form} " in said), "")


def repeats_of(context: Context, language: str) -> int:
    """How often the customer has asked before what they ask now, in the same telling words; since a person wrote."""
    lines = [_telling(line.body, language) for line in said_since_person(context)][-LOOK_BACK:]
    if not context.question.strip() or not lines:
        return 0
    return max(_before(lines, place) for place in range(max(0, len(lines) - len(context.unanswered)), len(lines)))


def _telling(text: str, language: str) -> frozenset[str]:
    return frozenset(telling_words(text, language)) - _SMALL


def _before(lines: list[frozenset[str]], place: int) -> int:
    return sum(_is_same(lines[place], earlier) for earlier in lines[:place])


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and len(one & other) >= SAME * len(one | other)


def _fall(context: Context, language: str) -> float:
    since = tuple(sentiment(line.body, language) for line in said_since_person(context)[-LOOK_BACK:])
    return min(1.0, max(0.0, -slope(since)) / STEEP)


def _answers(context: Context) -> int:
    history = context.history
    last = max((place for place, line in enumerate(history) if line.who == "human"), default=-1)
    return sum(line.who == "bot" for line in history[last + 1 :])


def _marks(text: str) -> float:
    return min(3, len(_RUN.findall(text[:LONGEST]))) / 3


def _any_of(*cues: float) -> float:
    calm = 1.0
    for cue in cues:
        calm *= 1 - cue
    return round(1 - calm, 3)


_SMALL = frozenset(word for listed in SMALL.values() for word in words(listed))
_PHRASES = tuple(
    (phrase, squeeze(" ".join(words(phrase)))) for listed in PHRASES.values() for phrase in listed.split("|")
)
