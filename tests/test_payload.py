"""What travels with a handoff: all of it, as it was at that moment, whatever anybody changes later."""

import pytest
from django.db import IntegrityError, transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations.models import Message, Tier, Topic
from handoff.handoffs import handoff_request
from handoff.models import Handoff, HandoffPolicy, TriggerRule
from handoff.priority import score_of
from tests import factories

pytestmark = pytest.mark.django_db

EVIDENCE = {
    "intent": "fee_dispute", "confidence": 0.75, "sentiment": -0.5, "sentiments": [0.1, -0.2, -0.5],
    "citations": ["https://shop.example/fees"], "entities": {"order": "B-10234"},
    "tools": [{"name": "refund", "ok": False, "error_code": "ERR_PERM_004", "note": ""}],
    "error_codes": ["ERR_PERM_004"], "guardrail": "",
}  # fmt: skip


@transaction.atomic
def hand_over(conversation, now, **more) -> Handoff:
    return handoff_request(
        factories.locked(conversation), reason=Handoff.Reason.ASKED, actor=SYSTEM, now=now, summary="Wants a refund",
        **more,
    )  # fmt: skip


def test_all_that_an_agent_needs_travels(now, settings):
    settings.PUBLIC_URL = "https://desk.example"
    conversation = factories.conversation(now=now, body="That fee is wrong")
    factories.take("a picture", now=now, type="image")
    rule = TriggerRule.objects.create(name="Not sure", kind="low_confidence", confidence_below=0.8, raises_priority=7)
    payload = hand_over(conversation, now, evidence=EVIDENCE, rule=rule, inputs={"confidence": 0.75}).payload
    assert {name: payload[name] for name in EVIDENCE if name != "sentiments"} == {
        name: value for name, value in EVIDENCE.items() if name != "sentiments"
    }
    assert payload["sentiments"] == EVIDENCE["sentiments"]
    assert payload["conversation"]["permalink"] == f"https://desk.example/c/{conversation.pk}/"
    assert [line["body"] for line in payload["messages"]] == ["That fee is wrong", "a picture"]
    assert [item["type"] for item in payload["attachments"]] == ["image"]
    assert payload["auto_escalated_due_to"]["rule"] == "Not sure"
    assert payload["auto_escalated_due_to"]["inputs"] == {"confidence": 0.75}
    assert payload["summary"] == "Wants a refund"
    assert payload["priority"] == {"score": 17, "terms": [["sentiment", 10], ["rules", 7]]}
    assert payload["due_at"] == Handoff.objects.get().due_at.isoformat()


def test_what_a_model_found_in_the_customers_words_stays_out_of_the_record(now):
    """Invariant 9: a name or a number among the entities, or in a tool's note, travels with the handoff alone."""
    said = {"entities": {"phone": "+15550109999"}, "tools": [{"name": "crm", "ok": False, "note": "Ana Souza"}]}
    hand_over(factories.conversation(now=now), now, evidence={**EVIDENCE, **said})
    recorded = str(Event.objects.get(event_type="handoff.requested").payload)
    assert "0109999" not in recorded
    assert "Ana Souza" not in recorded
    assert "'entities': ['phone']" in recorded


@pytest.mark.parametrize("change", ["payload", "summary", "reason", "requested_at"])
def test_nothing_that_travelled_can_be_changed_afterwards(now, change):
    handoff = hand_over(factories.conversation(now=now), now)
    value = {"payload": {}, "summary": "", "reason": "canary", "requested_at": factories.later(now, hours=1)}[change]
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Handoff.objects.filter(pk=handoff.pk).update(**{change: value})


def test_later_changes_of_the_thread_do_not_reach_what_the_agent_saw(now):
    conversation = factories.conversation(now=now, body="My parcel is lost")
    handoff = hand_over(conversation, now)
    Message.objects.filter(conversation=conversation, body="My parcel is lost").update(body="edited")
    factories.take("and another thing", now=now)
    handoff.refresh_from_db()
    assert [line["body"] for line in handoff.payload["messages"]] == ["My parcel is lost"]


@pytest.mark.parametrize(("carried", "expected"), [(10, 10), (15, 15), (20, 20), (0, 25)])
def test_as_many_messages_travel_as_the_policy_says(now, carried, expected):
    HandoffPolicy.objects.create(pk=1, messages=carried)
    for number in range(25):
        conversation = factories.take(f"line {number}", now=factories.later(now, seconds=number)).conversation
    messages = hand_over(conversation, factories.later(now, minutes=1)).payload["messages"]
    assert [line["body"] for line in messages] == [f"line {number}" for number in range(25 - expected, 25)]


def test_priority_shows_its_terms(now):
    conversation = factories.conversation(now=now)
    conversation.customer.tier = Tier.objects.get(pk="vip")
    conversation.customer.tier.points = 50
    conversation.topic = Topic.objects.get(pk="payments")
    conversation.topic.points = 15
    score = score_of(conversation, sentiment=-1.0, raised=5)
    assert score.value == 90
    assert dict(score.terms) == {"tier VIP": 50, "topic Payments": 15, "sentiment": 20, "rules": 5}


@pytest.mark.parametrize("sentiment", [None, 0.0, 0.9])
def test_a_content_customer_is_not_more_urgent_than_a_silent_one(now, sentiment):
    assert score_of(factories.conversation(now=now), sentiment=sentiment, raised=0).value == 0


def test_one_open_handoff_for_each_conversation(now):
    handoff = hand_over(factories.conversation(now=now), now)
    handoff.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        handoff.save(force_insert=True)
