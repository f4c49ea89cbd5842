"""Each kind of rule: when it calls a person and when not, to the limit; the order, the cooldown, the record."""

import pytest
from django.db import IntegrityError

from assistant.reply import Reply
from assistant.turn import Thought
from conversations.models import Tier
from handoff.models import Handoff, TriggerRule
from handoff.triggers import Signals, decide, in_force
from handoff.triggers.rules import matched_word
from handoff.triggers.signals import is_outage

pytestmark = pytest.mark.django_db

Kind = TriggerRule.Kind


@pytest.fixture(autouse=True)
def _no_rules():
    TriggerRule.objects.all().delete()


def rule(kind: str, **fields) -> TriggerRule:
    return TriggerRule.objects.create(**{"name": f"A rule of {kind}", "kind": kind, **fields})


def fires(signals: Signals, *, in_cooldown: bool = False) -> str:
    """The kind of the rule that fires, or nothing."""
    fired = decide(in_force(), signals, in_cooldown=in_cooldown)
    return str(fired.rule.kind) if fired else ""


#: kind, the rule, what fires it, what just does not.
CASES = [
    (Kind.ASKED, {}, {"asked_in": "en", "phrase": "agent"}, {}),
    (Kind.KEYWORDS, {"words": "lawyer\nfraud"}, {"question": "My LAWYER, will call."}, {"question": "A lawyerly call"}),
    (Kind.UNREADABLE, {}, {"kinds": ("image", "voice")}, {"kinds": ("image", "text")}),
    (Kind.UNREADABLE, {"words": "document"}, {"kinds": ("text", "document")}, {"kinds": ("image",)}),
    (Kind.UNREADABLE, {}, {"kinds": ("text",), "intent": "unreadable"}, {"kinds": ()}),
    (Kind.FRUSTRATION, {"score_from": 0.7}, {"frustration": 0.7}, {"frustration": 0.699}),
    (Kind.FRUSTRATION, {}, {"frustration": 0.7}, {"frustration": 0.699}),
    (Kind.FRUSTRATION, {"score_from": 0}, {"frustration": 0.01}, {"frustration": 0.0}),
    (Kind.PREDICTED, {"score_from": 0.85}, {"predicted": 0.85}, {"predicted": 0.849}),
    (Kind.MODEL_DOWN, {}, {"failure": "TimeoutError", "is_outage": True}, {"failure": "KeyError"}),
    (Kind.MODEL_DOWN, {"seconds": 8.0}, {"seconds": 8.1}, {"seconds": 8.0}),
    (Kind.MODEL_DOWN, {}, {"is_outage": True}, {"seconds": 59.0}),
    (Kind.GUARDRAIL, {}, {"guardrail": "injection"}, {"guardrail": ""}),
    (Kind.GUARDRAIL, {"words": "privacy"}, {"guardrail": "privacy"}, {"guardrail": "injection"}),
    (Kind.TOOL_FAILED, {}, {"error_codes": ("ERR_PERM_004",)}, {"error_codes": ()}),
    (Kind.TOOL_FAILED, {"words": "ERR_PERM_004"}, {"error_codes": ("E1", "ERR_PERM_004")}, {"error_codes": ("E1",)}),
    (Kind.MIXED, {"confidence_below": 0.8}, {"confidence": 0.79}, {"confidence": 0.8}),
    (Kind.MIXED, {"sentiment_below": -0.3}, {"confidence": 1.0, "sentiment": -0.31},
     {"confidence": 0.1, "sentiment": -0.3}),
    (Kind.MIXED, {"confidence_below": 0.8, "sentiment_below": -0.3, "intents": "fee_dispute refund"},
     {"intent": "fee_dispute", "confidence": 0.9, "sentiment": -0.5}, {"intent": "opening_hours", "confidence": 0.1}),
    (Kind.LOW_CONFIDENCE, {"confidence_below": 0.7}, {"confidence": 0.69}, {"confidence": 0.7}),
    (Kind.LOW_CONFIDENCE, {}, {"confidence": 0.0}, {"confidence": None}),
    (Kind.BOT_FAILED, {"times": 3}, {"confidence": 0.1, "bot_failures": 3}, {"confidence": 0.1, "bot_failures": 2}),
    (Kind.BOT_FAILED, {}, {"confidence": 0.1, "bot_failures": 2}, {"bot_failures": 9}),
    (Kind.ENGINE, {}, {"wants_person": True, "confidence": 0.9}, {"wants_person": False, "confidence": 0.9}),
]  # fmt: skip
AUTOMATIC = [case for case in CASES if case[0] != Kind.ASKED]


@pytest.mark.parametrize(("kind", "fields", "yes", "no"), CASES)
def test_rule_fires_and_at_its_limit_does_not(kind, fields, yes, no):
    made = rule(kind, **fields)
    fired = decide(in_force(), Signals(**yes), in_cooldown=False)
    assert fired is not None
    assert (fired.rule, fired.reason, fired.stored_rule) == (made, Handoff.Reason(str(kind)), made)
    assert fired.why.endswith(".")
    assert decide(in_force(), Signals(**no), in_cooldown=False) is None


def test_tier_goes_straight_to_people():
    vip, retail = Tier.objects.get(code="vip"), Tier.objects.get(code="retail")
    rule(Kind.TIER).tiers.set([vip])
    assert fires(Signals(tier=vip.pk)) == "tier"
    assert fires(Signals(tier=retail.pk)) == fires(Signals()) == ""


def test_tier_rule_without_tiers_is_about_nobody():
    """Else a rule half made in the admin takes every customer from the assistant."""
    rule(Kind.TIER)
    assert fires(Signals(tier="vip")) == ""


@pytest.mark.parametrize(("kind", "fields", "yes", "no"), AUTOMATIC)
def test_rule_that_is_switched_off_does_not_fire(kind, fields, yes, no):
    rule(kind, is_active=False, **fields)
    assert fires(Signals(**yes)) == ""


@pytest.mark.parametrize(("kind", "fields", "yes", "no"), AUTOMATIC)
def test_cooldown_keeps_what_does_not_say_otherwise(kind, fields, yes, no):
    made = rule(kind, **fields)
    assert fires(Signals(**yes), in_cooldown=True) == ""
    made.in_cooldown = True
    made.save()
    assert fires(Signals(**yes), in_cooldown=True) == str(kind)


@pytest.mark.parametrize("in_cooldown", [True, False])
def test_person_asked_for_is_given_always(in_cooldown):
    """In cooldown, with the row's own word against it, and with the row gone: an explicit wish is honoured."""
    asks = Signals(asked_in="en", phrase="a human")
    assert fires(asks, in_cooldown=in_cooldown) == "asked_for_person"
    tier = Tier.objects.get(code="vip")
    rule(Kind.ASKED, in_cooldown=False, intents="other").tiers.set([tier])
    assert fires(asks, in_cooldown=in_cooldown) == "asked_for_person"


def test_missing_row_is_no_row_of_the_handoff():
    fired = decide(in_force(), Signals(asked_in="en"), in_cooldown=False)
    assert fired is not None
    assert fired.stored_rule is None


def test_rule_for_somebody_asking_cannot_be_switched_off():
    with pytest.raises(IntegrityError):
        rule(Kind.ASKED, is_active=False)


def test_first_in_order_decides():
    rule(Kind.LOW_CONFIDENCE, confidence_below=0.7, order=20)
    late = rule(Kind.ENGINE, order=30)
    signals = Signals(confidence=0.5, wants_person=True)
    assert fires(signals) == "low_confidence"
    late.order = 10
    late.save()
    assert fires(signals) == "assistant_decided"


def test_intent_with_a_threshold_of_its_own_is_not_held_to_the_general_one():
    """Else the special threshold could only ever be stricter."""
    rule(Kind.LOW_CONFIDENCE, confidence_below=0.7, order=10)
    special = rule(Kind.LOW_CONFIDENCE, confidence_below=0.4, intents="greeting thanks", order=20)
    assert fires(Signals(intent="greeting", confidence=0.5)) == ""
    assert fires(Signals(intent="greeting", confidence=0.39)) == "low_confidence"
    assert fires(Signals(intent="refund", confidence=0.5)) == "low_confidence"
    special.is_active = False
    special.save()
    assert fires(Signals(intent="greeting", confidence=0.5)) == "low_confidence"


def test_special_threshold_of_another_tier_is_not_this_customers():
    rule(Kind.LOW_CONFIDENCE, confidence_below=0.7)
    special = rule(Kind.LOW_CONFIDENCE, confidence_below=0.4, intents="greeting")
    special.tiers.set([Tier.objects.get(code="vip")])
    assert fires(Signals(intent="greeting", confidence=0.5, tier="retail")) == "low_confidence"
    assert fires(Signals(intent="greeting", confidence=0.5, tier="vip")) == ""


def test_rule_for_some_tiers_leaves_the_others_alone():
    rule(Kind.FRUSTRATION, score_from=0.3).tiers.set([Tier.objects.get(code="trade")])
    assert fires(Signals(frustration=0.5, tier="trade")) == "frustration"
    assert fires(Signals(frustration=0.5, tier="retail")) == ""


def test_intents_of_a_rule_that_is_decided_before_any_thought_do_not_silence_it():
    rule(Kind.KEYWORDS, words="fraud", intents="fee_dispute")
    assert fires(Signals(question="this is fraud")) == "keywords"


# Words


@pytest.mark.parametrize(
    ("listed", "text", "found"),
    [
        ("lawyer*", "my Lawyers will call", "lawyer*"),
        ("lawyer", "my lawyers will call", ""),
        ("sue you", "I will sue you!", "sue you"),
        ("sue you", "I will sue. You know.", ""),
        ("charge-back", "a charge back please", "charge-back"),
        ("fraud", "FRAUDDDD", "fraud"),
        ("fraud", "f r a u d", "fraud"),
        ("acción legal", "tomaré accion legal", "acción legal"),
        ("*محامي*", "سأكلم المحامي", "*محامي*"),
        ("धोखाधड़ी", "यह धोखाधड़ी है", "धोखाधड़ी"),
        ("a*b", "axxb", "a*b"),
        ("*", "anything", ""),
        ("!!", "anything !!", ""),
        ("(", "a ( b", ""),
        (".*", "anything", ""),
        ("", "anything", ""),
    ],
)
def test_words_are_matched_whole_and_forgivingly(listed, text, found):
    assert matched_word([listed], text) == found


# Signals


def thought(**fields) -> Thought:
    return Thought(Reply.make(**{"intent": "x", "answer": "y", "confidence": 0.9, **fields}), "en", 1.5)


def test_the_engines_own_view_of_the_mood_counts_more():
    assert Signals(sentiment=-0.5).with_thought(thought()).sentiment == -0.5
    assert Signals(sentiment=-0.5).with_thought(thought(sentiment=0.2)).sentiment == 0.2


def test_failures_are_counted_with_the_thought_of_now():
    assert Signals(bot_failures=1).with_thought(thought()).bot_failures == 0
    assert Signals(bot_failures=1).with_thought(thought(confidence=0.69)).bot_failures == 2
    assert Signals(bot_failures=1).with_thought(thought(handoff=True)).bot_failures == 2


def test_failed_tools_are_told_by_code_or_by_name():
    tools = [{"name": "export", "ok": False, "error_code": "ERR_PERM_004"}, {"name": "look_up", "ok": False},
             {"name": "orders", "ok": True}]  # fmt: skip
    assert Signals().with_thought(thought(tools=tools)).error_codes == ("ERR_PERM_004", "look_up")


def test_record_gets_no_word_of_the_customers():
    """Invariant 9: figures and codes only, whatever the rules looked at."""
    signals = Signals(question="my lawyer 555 0100 is Bob", phrase="give me Bob", asked_in="en", kinds=("text",),
                      sentiment=-0.4, sentiments=(-0.4,), frustration=0.2)  # fmt: skip
    rule(Kind.KEYWORDS, words="lawyer")
    fired = decide(in_force()[1:], signals, in_cooldown=False)
    assert fired is not None
    told = f"{signals.as_inputs()} {fired.limits}"
    assert "Bob" not in told
    assert "555" not in told
    assert signals.as_inputs() == {
        "kinds": ["text"], "asked_in": "en", "sentiment": -0.4, "sentiments": [-0.4], "frustration": 0.2,
        "predicted": 0.0, "repeats": 0, "bot_turns": 0, "bot_failures": 0,
    }  # fmt: skip
    assert fired.limits == {"word": "lawyer"}


class ReadTimeout(Exception):
    """As clients call theirs."""


class APIConnectionError(Exception):
    """As clients call theirs."""


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionRefusedError(), ReadTimeout(), APIConnectionError()])
def test_mind_that_is_away_is_told_from_one_that_is_broken(error):
    assert is_outage(error)
    assert not is_outage(KeyError("timeout"))
