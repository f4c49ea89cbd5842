"""A turn goes by the rules: before any mind where they need none, after it where they do, and the record says why."""

import pytest
import time_machine

from audit.models import Event
from audit.verify import verify
from conversations.models import Tier
from handoff.models import BotTurn, Handoff, TriggerRule
from handoff.triggers import Signals
from handoff.turn_decision import Decision
from tests import factories
from tests.turning import SURE, UNSURE, Mind, ask, heard, last_handoff, recorded, say, take

pytestmark = pytest.mark.django_db

Kind = TriggerRule.Kind


@pytest.fixture(autouse=True)
def _still(now, settings):
    settings.BOT_QUIET_PAUSE = 0
    with time_machine.travel(now, tick=True):
        yield
    assert list(verify()) == []


class Never(Mind):
    def reply(self, context):
        raise AssertionError("no mind is asked where a rule needs none")


@pytest.mark.parametrize(
    ("body", "more", "reason"),
    [
        ("agent!!", {}, "asked_for_person"),
        ("I will call my lawyer", {}, "keywords"),
        ("[image]", {"type": "image"}, "unreadable"),
        ("this is useless", {}, "frustration"),
    ],
)
def test_rule_that_needs_no_thought_is_decided_before_any(body, more, reason):
    conversation = ask(body, Never(), **more)
    handoff = last_handoff(conversation)
    assert (conversation.state, handoff.reason, handoff.rule.kind) == ("pending", reason, reason)
    assert BotTurn.objects.get().outcome == reason


def test_vip_goes_straight_to_the_vip_team():
    conversation = say()
    conversation.customer.tier = Tier.objects.get(code="vip")
    conversation.customer.save()
    team = factories.team("vip-desk")
    factories.agent("vic", teams=("vip-desk",))
    TriggerRule.objects.filter(kind=Kind.TIER).update(is_active=True, team=team, raises_priority=5)
    take(conversation, Never())
    assert (last_handoff(conversation).reason, conversation.team_id) == ("tier", team.pk)
    assert conversation.priority >= 5


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({"confidence": 0.69}, "low_confidence"),
        ({"handoff": True, "confidence": 0.9}, "assistant_decided"),
        ({"handoff": True, "confidence": 0.1}, "low_confidence"),
        ({"intent": "unreadable", "handoff": True, "confidence": 0.0}, "unreadable"),
        ({"guardrail": "injection"}, "guardrail"),
        ({"tools": [{"name": "export", "ok": False, "error_code": "ERR_PERM_004"}]}, "tool_failed"),
        ({"intent": "fee_dispute", "confidence": 0.75}, "mixed"),
        ({"intent": "fee_dispute", "sentiment": -0.5}, "mixed"),
    ],
)
def test_rule_about_a_thought_is_decided_after_it(reply, reason):
    conversation = ask("Where is it?", Mind(reply))
    assert (conversation.state, last_handoff(conversation).reason) == ("pending", reason)
    assert heard(conversation) == []


def test_sure_answer_is_said_and_the_record_tells_why_nobody_was_called():
    conversation = ask("Where is my order?")
    assert heard(conversation) == [SURE["answer"]]
    replied = recorded("turn.replied", conversation)
    assert (replied["intent"], replied["confidence"]) == ("order_status", 0.95)
    assert replied["inputs"] == {
        "kinds": ["text"], "tier": "retail", "sentiment": 0.0, "sentiments": [0.0], "frustration": 0.0,
        "predicted": 0.0, "repeats": 0, "bot_turns": 0, "bot_failures": 0, "intent": "order_status",
        "confidence": 0.95, "seconds": 0.0, "in_cooldown": False,
    }  # fmt: skip


def test_answer_at_the_threshold_is_said():
    assert heard(ask("Where is it?", Mind({"confidence": 0.7}))) == [SURE["answer"]]


def test_threshold_is_the_rules_and_tuned_there():
    TriggerRule.objects.filter(kind=Kind.LOW_CONFIDENCE).update(confidence_below=0.96)
    assert last_handoff(ask("Where is it?")).reason == "low_confidence"


def test_decision_stands_on_the_record_with_its_inputs_and_no_word_of_the_customers():
    """Invariant 9, and "why was a person called" has an answer a year later."""
    secret = "My lawyer Bob Smith has 5550101234 and this is useless"
    conversation = ask(secret, Never())
    requested = recorded("handoff.requested", conversation)
    assert requested["rule"] == "Law, fraud, injury"
    inputs = requested["inputs"]
    assert inputs["limits"] == {"word": "lawyer*"}
    assert inputs["rule_id"] == last_handoff(conversation).rule_id
    assert inputs["frustration"] >= 0.7
    written = " ".join(str(event.payload) for event in Event.objects.all())
    assert not [word for word in ("Bob", "Smith", "5550101234", "useless") if word in written]


def test_person_asked_for_leaves_no_words_on_the_record():
    conversation = ask("let me talk to a human, Kowalski", Never())
    requested = recorded("handoff.requested", conversation)
    assert requested["inputs"]["asked_in"] == "en"
    assert requested["intent"] == "person_request"
    assert "kowalski" not in str(requested).lower()


def test_handoff_carries_what_the_mind_knew():
    reply = {
        "handoff": True, "intent": "export_failed", "confidence": 0.9, "sentiment": -0.4,
        "entities": {"export_id": "X-17"}, "citations": ["https://shop.example/a"],
        "tools": [{"name": "export", "ok": False, "error_code": "ERR_PERM_004", "note": "Refused."}],
    }  # fmt: skip
    payload = last_handoff(ask("My export failed, that is bad", Mind(reply))).payload
    assert payload["intent"] == "export_failed"
    assert payload["entities"] == {"export_id": "X-17"}
    assert payload["tools"] == [{"name": "export", "ok": False, "error_code": "ERR_PERM_004", "note": "Refused."}]
    assert payload["error_codes"] == ["ERR_PERM_004"]
    assert payload["sentiment"] == -0.4
    assert payload["sentiments"] == [-0.447]
    assert payload["auto_escalated_due_to"]["kind"] == "tool_failed"
    assert "ERR_PERM_004" in payload["auto_escalated_due_to"]["explanation"]


def test_engines_own_reason_is_told_where_it_is_about_itself():
    conversation = ask("Hm", Mind({**UNSURE, "reason": "No article fits."}))
    assert last_handoff(conversation).explanation == "No article fits."


def test_mind_that_is_away_is_the_model_being_down():
    conversation = ask("Where is it?", Mind(TimeoutError("too late")))
    handoff = last_handoff(conversation)
    assert (handoff.reason, handoff.rule.kind) == ("model_down", "model_down")
    assert recorded("turn.failed", conversation)["why"] == "TimeoutError"
    assert recorded("handoff.requested", conversation)["inputs"]["failure"] == "TimeoutError"


def test_mind_that_is_away_with_that_rule_off_has_failed_and_the_customer_gets_a_person_all_the_same():
    TriggerRule.objects.filter(kind=Kind.MODEL_DOWN).update(is_active=False)
    handoff = last_handoff(ask("Where is it?", Mind(TimeoutError())))
    assert (handoff.reason, handoff.rule) == ("assistant_failed", None)


def test_broken_mind_has_failed():
    handoff = last_handoff(ask("Where is it?", Mind(KeyError("name of a customer"))))
    assert (handoff.reason, handoff.explanation) == ("assistant_failed", "KeyError")


def test_reply_that_is_none_has_failed():
    class Dumb(Mind):
        def reply(self, context):
            return None

    assert last_handoff(ask("Where is it?", Dumb())).reason == "assistant_failed"


def test_unreadable_bursts_with_words_are_thought_about():
    say("[image]", type="image")
    conversation = ask("is this one in stock?")
    assert heard(conversation) == [SURE["answer"]]


def test_with_every_rule_off_the_bot_is_honest_instead_of_silent():
    """A mind that only wants to hand off must not leave a customer without a word, nor promise a person."""
    TriggerRule.objects.exclude(kind=Kind.ASKED).delete()
    conversation = ask("Where is it?", Mind({**UNSURE, "answer": "I am passing you to a colleague."}))
    (said,) = heard(conversation)
    assert "not sure" in said
    assert "person" in said
    assert "colleague" not in said
    ask("[image]", Mind(UNSURE), type="image")
    assert "only read text" in heard(conversation)[-1]


def test_rules_that_are_all_gone_leave_the_wish_for_a_person_honoured():
    TriggerRule.objects.all().delete()
    handoff = last_handoff(ask("I want a human", Never()))
    assert (handoff.reason, handoff.rule) == ("asked_for_person", None)


def test_failures_in_a_row_call_a_person():
    """Where an unsure answer is said at all: here the threshold is low."""
    TriggerRule.objects.filter(kind=Kind.LOW_CONFIDENCE).update(confidence_below=0.1)
    conversation = ask("Where is it?", Mind({"confidence": 0.5}))
    assert conversation.state == "new"
    ask("And the lamp?", Mind({"confidence": 0.5}))
    handoff = last_handoff(conversation)
    assert (handoff.reason, len(heard(conversation))) == ("bot_failed", 1)
    assert recorded("handoff.requested", conversation)["inputs"]["bot_failures"] == 2


def test_an_answer_between_ends_the_row():
    TriggerRule.objects.filter(kind=Kind.LOW_CONFIDENCE).update(confidence_below=0.1)
    mind = Mind({"confidence": 0.5}, SURE, {"confidence": 0.5})
    for body in ("Where is it?", "And the lamp?", "And the chair?"):
        conversation = ask(body, mind)
    assert len(heard(conversation)) == 3
    assert not Handoff.objects.exists()


def test_the_language_is_kept_for_what_is_told_later():
    conversation = ask("¿dónde está mi pedido?")
    assert conversation.language == "es"


def test_explanation_of_nothing_but_a_failure_is_its_class():
    assert Decision(Signals().with_failure(ValueError("secret"))).explanation == "ValueError"
