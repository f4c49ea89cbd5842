"""The rules every desk starts with. Made after migrate where there are none; the admin's word stays."""

from typing import Any

from handoff.triggers.policy_words import POLICY_WORDS

VIP = "vip"
#: Name, kind, and what of it is not empty; ten apart, so that something can be put between.
RULES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Asks for a person", "asked_for_person", {"in_cooldown": True}),
    ("VIP: straight to people (choose their team, then switch it on)", "tier", {"is_active": False}),
    ("Law, fraud, injury", "keywords",
     {"words": "\n".join(word for words in POLICY_WORDS.values() for word in words.split("|")), "raises_priority": 20}),
    ("Nothing that can be read", "unreadable", {}),
    ("A guardrail tripped", "guardrail", {}),
    ("A tool failed", "tool_failed", {}),
    ("Down, or slower than 30 seconds", "model_down", {"seconds": 30.0}),
    ("A disputed fee: not quite sure, or not happy", "mixed",
     {"intents": "fee_dispute", "confidence_below": 0.8, "sentiment_below": -0.3}),
    ("Frustrated", "frustration", {"score_from": 0.7, "raises_priority": 10}),
    ("Soon frustrated", "predicted_frustration", {"score_from": 0.85}),
    ("No answer twice in a row", "bot_failed", {"times": 2}),
    ("Not sure enough", "low_confidence", {"confidence_below": 0.7}),
    ("The assistant asks for help", "assistant_decided", {}),
)  # fmt: skip


def create_defaults(using: str, **_: Any) -> None:
    """Connected to post_migrate, as Django makes its permissions."""
    from conversations.models import Tier
    from handoff.models import TriggerRule

    if TriggerRule.objects.using(using).exists():
        return
    for place, (name, kind, fields) in enumerate(RULES, start=1):
        TriggerRule.objects.using(using).create(name=name, kind=kind, order=place * 10, **fields)
    vip = TriggerRule.objects.using(using).get(kind="tier")
    vip.tiers.set(Tier.objects.using(using).filter(code=VIP))
