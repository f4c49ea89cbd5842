"""How a customer sounds, by documented formula: -1 (bad) to 1 (good). No model; until an engine says it better.

For one text, in its language and in English (people swear in English everywhere):

    points    = sum over its words: +1 good, +2 very good, -1 bad, -2 very bad; MORE times that after "very";
                TURNED times that beside "not" ("not good" is bad, "not bad" is good); a sign such as 👎 counts as 2
    loudness  = 1 + LOUD x (exclamation marks, 3 at most) + (SHOUT where it is written in capitals)
    sentiment = x / sqrt(x^2 + CALM), x = points x loudness

So one bad word is -0.45, one very bad word -0.71, and no number of words goes past -1. A text without a word of mood is
0: no more is known of it.
"""

import math
import re
from collections.abc import Sequence

from assistant.engine import Context, Line
from assistant.mood_words import BAD_SIGNS, GOOD_SIGNS, NEUTRAL, WORDS, Mood
from assistant.words import LONGEST, fold, plain, squeeze

MORE = 1.5
TURNED = -0.8
LOUD = 0.1
SHOUT = 0.2
CALM = 4.0
#: Lines of the customer's that make up the trajectory.
LINES = 10
#: Lines at the end of it that the slope is taken over.
RECENT = 5
#: Letters that a text has at least, before capitals in it are shouting, and the share of them that are capitals.
SHORTEST_SHOUT = 8
CAPITALS = 0.7
_MARKS = re.compile("[.,]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def sentiment(text: str, language: str = "en") -> float:
    """How this text sounds, -1 to 1, three decimals. Looks at the first 4,096 characters; never raises."""
    lexicons = [_LEXICONS[code] for code in dict.fromkeys((language, "en")) if code in _LEXICONS]
    points = sum(max((_points(unit, lexicon) for lexicon in lexicons), key=abs) for unit in _units(text))
    points += 2.0 * (_count(text, GOOD_SIGNS) - _count(text, BAD_SIGNS))
    loudness = 1 + LOUD * min(3, text[:LONGEST].count("!")) + SHOUT * is_shouted(text)
    weight = points * loudness
    return round(weight / math.sqrt(weight**2 + CALM), 3)


def is_shouted(text: str) -> bool:
    """Whether it is written in capitals, in a script that has them."""
    cased = [char for char in text[:LONGEST] if char.isupper() or char.islower()]
    return len(cased) >= SHORTEST_SHOUT and sum(char.isupper() for char in cased) >= CAPITALS * len(cased)


def sentiments(context: Context, language: str) -> tuple[float, ...]:
    """The trajectory: how the customer's last lines sounded, ten at most, oldest first."""
    return tuple(sentiment(line.body, language) for line in said_by_customer(context)[-LINES:])


def said_by_customer(context: Context) -> list[Line]:
    """What the customer wrote in words, oldest first, up to now."""
    return _texts([*context.history, *context.unanswered])


def said_since_person(context: Context) -> list[Line]:
    """The same since a person last wrote: what came before is settled between people."""
    history = context.history
    last = max((place for place, line in enumerate(history) if line.who == "human"), default=-1)
    return _texts([*history[last + 1 :], *context.unanswered])


def slope(trajectory: Sequence[float]) -> float:
    """How the mood changes from one line to the next, over the last five: least squares; 0 for fewer than two."""
    recent = trajectory[-RECENT:]
    if len(recent) < 2:
        return 0.0
    middle, mean = (len(recent) - 1) / 2, sum(recent) / len(recent)
    steps = [place - middle for place in range(len(recent))]
    rise = sum(step * (value - mean) for step, value in zip(steps, recent, strict=True))
    return round(rise / sum(step**2 for step in steps), 3)


def _texts(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.who == "user" and line.type == "text" and line.body.strip()]


def _units(text: str) -> list[list[str]]:
    """Its clauses, each in words; what sounds like mood and is none is taken out."""
    return [_NEUTRAL.sub(" ", f" {clause.strip()} ").split() for clause in _MARKS.split(plain(text)) if clause.strip()]


def _count(text: str, signs: str) -> int:
    return min(3, sum(char in signs for char in text[:LONGEST]))


class _Lexicon:
    """One language's words, with their points."""

    def __init__(self, mood: Mood) -> None:
        pairs = ((mood.good, 1.0), (mood.very_good, 2.0), (mood.bad, -1.0), (mood.very_bad, -2.0))
        self.points = {fold(word): points for listed, points in pairs for word in listed.split()}
        self.turns = frozenset(fold(word) for word in mood.turns.split())
        self.more = frozenset(fold(word) for word in mood.more.split())
        self.turns_after = mood.turns_after

    def weight(self, word: str) -> float:
        """Of a word as typed: `goooood` is good, `baaad` is bad."""
        if word in self.points or not _STRETCHED.search(word):
            return self.points.get(word, 0.0)
        return self.points.get(_STRETCHED.sub(r"\1\1", word), self.points.get(squeeze(word), 0.0))


def _points(unit: list[str], lexicon: _Lexicon) -> float:
    total = 0.0
    for place, word in enumerate(unit):
        weight = lexicon.weight(word)
        if not weight:
            continue
        before, after = unit[max(0, place - 3) : place], unit[place + 1 : place + 3]
        if lexicon.more.intersection([*before[-1:], *after[:1]]):
            weight *= MORE
        if lexicon.turns.intersection(before + (after if lexicon.turns_after else [])):
            weight *= TURNED
        total += weight
    return total


_LEXICONS = {language: _Lexicon(mood) for language, mood in WORDS.items()}
_NEUTRAL = re.compile("(?<= )(?:" + "|".join(re.escape(fold(phrase)) for phrase in NEUTRAL.split("|")) + ")(?= )")
