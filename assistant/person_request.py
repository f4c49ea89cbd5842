"""\"I want a person\": found by rule, in the customer's own words, before any engine is asked.

A request that is missed costs more than one that is seen where there is none, so the rules are broad. They
forgive case, accents, stretched letters, invisible characters and swearing. What is plainly something else
("travel agent", "per person") or plainly not wanted ("no need for an agent") is taken out before they look.
"""

import re
from dataclasses import dataclass

from assistant import phrases as languages
from assistant.phrases.form import Phrases
from assistant.words import clauses, fold, squeeze

_SLOT = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """`language`: the code of the language whose rule matched; `phrase`: the words that did, in plain form."""

    language: str
    phrase: str


@dataclass(frozen=True, slots=True)
class _Rules:
    language: str
    alone: frozenset[str]
    fillers: frozenset[str]
    asks: re.Pattern[str]
    set_aside: re.Pattern[str]


def person_request(text: str, prefer: str = "") -> PersonRequest | None:
    """The request for a person in this text, or None. `prefer`: the language to name where several match.

    Looks at the first 4,096 characters. Never raises.
    """
    units = clauses(text)
    ordered = sorted(_RULES, key=lambda rules: rules.language != prefer)
    found = (_asked(unit, rules) for rules in ordered for unit in units)
    return next((request for request in found if request), None)


def _asked(unit: str, rules: _Rules) -> PersonRequest | None:
    padded = f" {squeeze(unit)} "
    left = rules.set_aside.sub("*", padded)
    if match := rules.asks.search(left):
        phrase = _words_between(unit, *match.span()) if left == padded else match[0].strip()
        return PersonRequest(rules.language, phrase)
    if _is_alone(left, rules):
        return PersonRequest(rules.language, unit)
    return None


def _words_between(unit: str, start: int, end: int) -> str:
    """The same words as the customer spelt them: squeezing changes words, never how many there are."""
    padded = f" {squeeze(unit)} "
    first, last = len(padded[:start].split()), len(padded[:end].split())
    return " ".join(unit.split()[first:last])


def _is_alone(unit: str, rules: _Rules) -> bool:
    """Nothing but a word for a person, with or without a please."""
    said = _without(unit, rules.fillers)
    return said in rules.alone or (len(said) < 60 and all(word in rules.alone for word in said.split() or [""]))


def _without(unit: str, fillers: frozenset[str]) -> str:
    return " ".join(word for word in unit.split() if word not in fillers)


def _rules(phrases: Phrases) -> _Rules:
    slots = phrases.slots
    fillers = frozenset(_form(word) for word in phrases.fillers.split())
    return _Rules(
        language=phrases.language,
        alone=frozenset(_without(_form(words), fillers) for words in phrases.alone.split(",")) - {""},
        fillers=fillers,
        asks=_any_of(phrases.asks, slots),
        set_aside=_any_of(phrases.set_aside, slots),
    )


def _form(word: str) -> str:
    return squeeze(fold(word.strip()))


def _any_of(patterns: tuple[str, ...], slots: dict[str, str]) -> re.Pattern[str]:
    """One pattern that matches whole words: every pattern begins and ends at a space, which it does not eat."""
    return re.compile("|".join(f"(?:(?<= ){_filled(pattern, slots)}(?= ))" for pattern in patterns))


def _filled(pattern: str, slots: dict[str, str]) -> str:
    while _SLOT.search(pattern):
        pattern = _SLOT.sub(lambda slot: f"(?:{slots[slot[1]]})", pattern)
    return _form(pattern)


_RULES = tuple(_rules(phrases) for phrases in languages.ALL)
