"""The rules every desk starts with: they say what they are meant to, in six languages, and staff have the last word."""

from uuid import uuid4

import pytest

from assistant.engine import Context, Line
from assistant.turn import cues_of
from handoff.models import TriggerRule
from handoff.triggers import Signals, decide, in_force, signals_of
from handoff.triggers.defaults import create_defaults
from handoff.triggers.policy_words import POLICY_WORDS
from handoff.triggers.rules import _CHECKS, matched_word
from tests.test_assistant_knowledge import HELD_OUT, IN_SCOPE

pytestmark = pytest.mark.django_db

Kind = TriggerRule.Kind


def fires(signals: Signals) -> str:
    """The kind of the rule that fires, or nothing."""
    fired = decide(in_force(), signals, in_cooldown=False)
    return str(fired.rule.kind) if fired else ""


def test_every_kind_has_a_check_and_a_default_rule_in_order():
    rules = list(TriggerRule.objects.all())
    assert {rule.kind for rule in rules} == set(Kind) == set(_CHECKS)
    assert [rule.order for rule in rules] == sorted(rule.order for rule in rules)
    assert rules[0].kind == Kind.ASKED
    assert [rule.kind for rule in rules if not rule.is_active] == [Kind.TIER]
    assert [tier.code for tier in TriggerRule.objects.get(kind=Kind.TIER).tiers.all()] == ["vip"]
    assert [rule.kind for rule in rules if rule.in_cooldown] == [Kind.ASKED]


def test_defaults_are_made_once_and_the_admins_word_stays():
    TriggerRule.objects.exclude(kind=Kind.ASKED).delete()
    create_defaults("default")
    assert TriggerRule.objects.count() == 1


@pytest.mark.parametrize(
    ("signals", "kind"),
    [
        ({"intent": "fee_dispute", "confidence": 0.79}, "mixed"),
        ({"intent": "fee_dispute", "confidence": 0.95, "sentiment": -0.31}, "mixed"),
        ({"intent": "fee_dispute", "confidence": 0.8, "sentiment": -0.3}, ""),
        ({"intent": "order_status", "confidence": 0.79, "sentiment": -0.9}, ""),
        ({"intent": "order_status", "confidence": 0.699}, "low_confidence"),
        ({"frustration": 0.7}, "frustration"),
        ({"predicted": 0.85}, "predicted_frustration"),
        ({"confidence": 0.1, "bot_failures": 2}, "bot_failed"),
        ({"question": "I want my lawyer"}, "keywords"),
        ({"tier": "vip"}, ""),
        ({"confidence": 0.95, "seconds": 31.0}, "model_down"),
    ],
)
def test_default_rules_say_what_they_are_meant_to(signals, kind):
    assert fires(Signals(**signals)) == kind


def test_one_look_at_the_rules_is_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        decide(in_force(), Signals(tier="vip", confidence=0.9, intent="x"), in_cooldown=False)


SERIOUS = [
    "I will take legal action", "you will hear from my lawyer", "this is fraud", "I am doing a chargeback",
    "the lamp gave me an electric shock", "I got injured", "voy a llamar a mi abogado", "esto es una estafa",
    "vou chamar meu advogado", "isso é fraude", "سأتصل بالشرطة أو الشرطة", "هذا احتيال", "मैं वकील से बात करूँगा",
    "यह धोखाधड़ी है", "saya akan lapor polisi", "ini penipuan",
]  # fmt: skip
HARMLESS = [
    "where is my order", "my lamp arrived broken", "mi silla llegó con un golpe", "processar meu pedido",
    "كيف أنصب الطاولة", "price for 50 lamps for a hospital", "do you have a courtyard table",
    "quiero devolver la silla",
]  # fmt: skip


@pytest.mark.parametrize("text", SERIOUS)
def test_policy_words_of_the_default_rule_are_heard_in_six_languages(text):
    assert matched_word("|".join(POLICY_WORDS.values()).split("|"), text)


@pytest.mark.parametrize("text", HARMLESS)
def test_policy_words_of_the_default_rule_are_not_heard_where_there_are_none(text):
    assert matched_word("|".join(POLICY_WORDS.values()).split("|"), text) == ""


def test_what_customers_of_the_shop_ask_is_heard_as_no_threat_and_no_anger(now):
    """A rule that hears law or anger in a plain question takes the assistant its work. Whether it asks for a person is
    a rule of its own, broad on purpose."""
    for row in [*IN_SCOPE, *(f"en||{row.partition('|')[2]}" for row in HELD_OUT)]:
        language, _, question = row.split("|")
        context = Context(
            conversation_id=uuid4(), customer_id=uuid4(), customer_name="", tier="retail", locale=language,
            is_known=True, history=(), unanswered=(Line("user", question, now),), now=now,
        )  # fmt: skip
        assert fires(signals_of(context, cues_of(context))) in ("", "asked_for_person"), question
