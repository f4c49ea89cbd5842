"""Which rule calls a person. One small check for each kind; the rules are asked in their order, and the first that
fires wins.

Kinds that look at no thought (a person asked for, words, tier, kinds of message, mood) are decided before any mind is
asked; asked again after it they say the same. What only a thought can tell is unknown before, and does not fire.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from assistant.words import clauses, squeeze, words
from handoff.models import Handoff, TriggerRule
from handoff.triggers.signals import Signals

Kind = TriggerRule.Kind
#: What a rule says that leaves its limit empty.
CONFIDENCE_BELOW, FRUSTRATION_FROM, PREDICTED_FROM, TIMES = 0.7, 0.7, 0.85, 2
#: A letter that nobody writes, in place of a star while a word is brought to its plain form.
_ANY = "鿿"
#: Kinds that are asked before any intent is known: what they say of intents counts for nothing.
WITHOUT_INTENT = (Kind.ASKED, Kind.KEYWORDS, Kind.TIER, Kind.UNREADABLE, Kind.FRUSTRATION, Kind.PREDICTED)


@dataclass(frozen=True, slots=True)
class Fired:
    """The rule that calls a person. `why`: for the agent, in our words; `limits`: what it compared with, on record."""

    rule: TriggerRule
    why: str
    limits: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> Handoff.Reason:
        return Handoff.Reason(self.rule.kind)

    @property
    def stored_rule(self) -> TriggerRule | None:
        """The rule as a row; None for the one that holds even where somebody took its row away."""
        return self.rule if self.rule.pk else None


@dataclass(frozen=True, slots=True)
class _Hit:
    why: str
    limits: dict[str, Any] = field(default_factory=dict)


def in_force() -> list[TriggerRule]:
    """The active rules in their order. Somebody who asks for a person gets one, even where that row is missing."""
    rules = list(TriggerRule.objects.filter(is_active=True).prefetch_related("tiers").order_by("order", "pk"))
    return rules if any(rule.kind == Kind.ASKED for rule in rules) else [_asked_for_person(), *rules]


def decide(rules: Iterable[TriggerRule], signals: Signals, *, in_cooldown: bool) -> Fired | None:
    """The first of these rules that fires, in the order given; None where the assistant goes on. Changes nothing.

    In the turns after a person gave the conversation back only somebody who asks for a person gets one, and what the
    rules say of themselves that it counts then too.
    """
    active = [rule for rule in rules if rule.is_active]
    for rule in active:
        if in_cooldown and rule.kind != Kind.ASKED and not rule.in_cooldown:
            continue
        if not _concerns(rule, signals) or _leaves_to_another(rule, signals, active):
            continue
        hit = _CHECKS[Kind(rule.kind)](rule, signals)
        if hit:
            return Fired(rule, hit.why, hit.limits)
    return None


def words_of(rule: TriggerRule) -> list[str]:
    """Its words or codes, one to a line, without what is empty."""
    return [line.strip() for line in rule.words.splitlines() if line.strip()]


def matched_word(listed: Sequence[str], text: str) -> str:
    """The first of the rule's words that stands in the text, as the rule has it; empty where none does.

    Whole words, whatever their case, accents and stretched letters; `*` stands for any letters.
    """
    units = [f" {squeeze(unit)} " for unit in clauses(text)]
    return next((word for word in listed if any(_pattern(word).search(unit) for unit in units)), "")


def _asked_for_person() -> TriggerRule:
    return TriggerRule(name="Asked for a person", kind=Kind.ASKED, order=0)


def _concerns(rule: TriggerRule, signals: Signals) -> bool:
    """Whether it is about this customer's tier and this intent. Whoever asks for a person gets one whoever they are."""
    if rule.kind == Kind.ASKED:
        return True
    tiers = {tier.pk for tier in rule.tiers.all()} if rule.pk else set()
    if tiers and signals.tier not in tiers:
        return False
    intents = [] if rule.kind in WITHOUT_INTENT else rule.intents.split()
    return not intents or signals.intent in intents


def _leaves_to_another(rule: TriggerRule, signals: Signals, rules: Sequence[TriggerRule]) -> bool:
    """Whether it is the general threshold, and there is one for just this intent: the general one then says nothing, so
    that the special one may be laxer as well as stricter."""
    if rule.kind != Kind.LOW_CONFIDENCE or rule.intents.split():
        return False
    special = (other for other in rules if other.kind == Kind.LOW_CONFIDENCE and other.intents.split())
    return any(_concerns(other, signals) for other in special)


def _asked(_rule: TriggerRule, signals: Signals) -> _Hit | None:
    if not signals.asked_in:
        return None
    return _Hit(f"The customer asked for a person: “{signals.phrase[:200]}”.")


def _keywords(rule: TriggerRule, signals: Signals) -> _Hit | None:
    word = matched_word(words_of(rule), signals.question)
    return _Hit(f"The customer used a word of the rule “{rule.name}”: {word}.", {"word": word}) if word else None


def _tier(rule: TriggerRule, signals: Signals) -> _Hit | None:
    """Whether it is this tier was asked already; one that names none is about nobody."""
    if not signals.tier or not (rule.pk and rule.tiers.all()):
        return None
    return _Hit(f"Customers of the tier {signals.tier} are served by people.", {"tier": signals.tier})


def _unreadable(rule: TriggerRule, signals: Signals) -> _Hit | None:
    """Kinds that the rule names; where it names none: when nothing of what was sent is text."""
    named = [kind for kind in signals.kinds if kind in words_of(rule)]
    unread = named or (list(signals.kinds) if not words_of(rule) and "text" not in signals.kinds else [])
    if unread:
        return _Hit(f"The customer sent what the assistant cannot read: {', '.join(unread)[:200]}.", {"kinds": unread})
    return _Hit("The assistant could not read what the customer sent.") if signals.intent == "unreadable" else None


def _frustration(rule: TriggerRule, signals: Signals) -> _Hit | None:
    return _score("Frustration", signals.frustration, rule.score_from, FRUSTRATION_FROM)


def _predicted(rule: TriggerRule, signals: Signals) -> _Hit | None:
    return _score("Frustration to come", signals.predicted, rule.score_from, PREDICTED_FROM)


def _score(what: str, score: float, limit: float | None, usual: float) -> _Hit | None:
    limit = usual if limit is None else limit
    if score <= 0 or score < limit:
        return None
    return _Hit(f"{what} is at {score:.2f}, the rule's limit {limit:.2f}.", {"score_from": limit})


def _model_down(rule: TriggerRule, signals: Signals) -> _Hit | None:
    if signals.is_outage:
        return _Hit(f"The assistant could not be reached ({signals.failure}).")
    if rule.seconds is None or signals.seconds is None or signals.seconds <= rule.seconds:
        return None
    why = f"The assistant took {signals.seconds:.1f} s, the rule's limit is {rule.seconds:g} s."
    return _Hit(why, {"slower_than": rule.seconds})


def _guardrail(rule: TriggerRule, signals: Signals) -> _Hit | None:
    if not signals.guardrail or (words_of(rule) and signals.guardrail not in words_of(rule)):
        return None
    return _Hit(f"The guardrail “{signals.guardrail}” tripped.")


def _tool_failed(rule: TriggerRule, signals: Signals) -> _Hit | None:
    codes = [code for code in signals.error_codes if not words_of(rule) or code in words_of(rule)]
    return _Hit(f"A tool failed: {', '.join(codes)}.", {"codes": codes}) if codes else None


def _mixed(rule: TriggerRule, signals: Signals) -> _Hit | None:
    """The intent, and with it either limit: not sure enough, or not happy enough."""
    if signals.confidence is None:
        return None
    told, limits = [], {}
    if rule.confidence_below is not None and signals.confidence < rule.confidence_below:
        told.append(f"the assistant is {signals.confidence:.2f} sure, not {rule.confidence_below:.2f}")
        limits["confidence_below"] = rule.confidence_below
    if rule.sentiment_below is not None and _below(signals.sentiment, rule.sentiment_below):
        told.append(f"the customer's sentiment is {signals.sentiment:+.2f}, under {rule.sentiment_below:+.2f}")
        limits["sentiment_below"] = rule.sentiment_below
    return _Hit(f"It is about {signals.intent}, and {' and '.join(told)}.", limits) if told else None


def _low_confidence(rule: TriggerRule, signals: Signals) -> _Hit | None:
    limit = CONFIDENCE_BELOW if rule.confidence_below is None else rule.confidence_below
    if signals.confidence is None or signals.confidence >= limit:
        return None
    why = f"The assistant is {signals.confidence:.2f} sure, the rule's limit is {limit:.2f}."
    return _Hit(why, {"confidence_below": limit})


def _bot_failed(rule: TriggerRule, signals: Signals) -> _Hit | None:
    """Counted with the thought of now: an assistant that knows the answer this time says it."""
    times = rule.times or TIMES
    if signals.confidence is None or signals.bot_failures < times:
        return None
    return _Hit(f"The assistant had no answer {signals.bot_failures} times in a row.", {"times": times})


def _wants_person(_rule: TriggerRule, signals: Signals) -> _Hit | None:
    return _Hit("The assistant asks for a person.") if signals.wants_person else None


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


@lru_cache(maxsize=2048)
def _pattern(word: str) -> re.Pattern[str]:
    """Of a rule's word, over plain text with a space on either side."""
    form = squeeze(" ".join(words(word.replace("*", _ANY))))
    if not form.strip(f"{_ANY} "):  # nothing, or nothing but stars: it would fire at every word
        return re.compile(r"(?!)")
    return re.compile(f"(?<= ){re.escape(form).replace(_ANY, '[^ ]*')}(?= )")


_Check = Callable[[TriggerRule, Signals], _Hit | None]
_CHECKS: dict[Kind, _Check] = {
    Kind.ASKED: _asked,
    Kind.KEYWORDS: _keywords,
    Kind.TIER: _tier,
    Kind.UNREADABLE: _unreadable,
    Kind.FRUSTRATION: _frustration,
    Kind.PREDICTED: _predicted,
    Kind.MODEL_DOWN: _model_down,
    Kind.GUARDRAIL: _guardrail,
    Kind.TOOL_FAILED: _tool_failed,
    Kind.MIXED: _mixed,
    Kind.LOW_CONFIDENCE: _low_confidence,
    Kind.BOT_FAILED: _bot_failed,
    Kind.ENGINE: _wants_person,
}
