"""The rules in the admin: seen in order, tuned in the list, and what would take a customer's person away is refused."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from audit.models import Event
from conversations.models import Tier
from handoff.models import HandoffPolicy, TriggerRule
from tests.admin_factories import chosen, formset, page, signed_in

pytestmark = pytest.mark.django_db

Kind = TriggerRule.Kind


@pytest.fixture
def browser():
    return signed_in(User.objects.create_superuser("root", password="a-long-password-for-tests"))


def form(kind: str, **changes: object) -> dict[str, object]:
    return {"name": "A rule", "kind": kind, "order": 5, "is_active": "on", "raises_priority": 0} | changes


def add(browser, kind: str, **changes: object):
    return browser.post(page(TriggerRule, "add"), form(kind, **changes))


def errors(response) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


GOOD = [
    (Kind.KEYWORDS, {"words": "lawyer*\nfraude"}),
    (Kind.UNREADABLE, {}),
    (Kind.UNREADABLE, {"words": "document"}),
    (Kind.FRUSTRATION, {"score_from": "0.6"}),
    (Kind.PREDICTED, {"score_from": "1"}),
    (Kind.MODEL_DOWN, {"seconds": "12.5"}),
    (Kind.MODEL_DOWN, {}),
    (Kind.GUARDRAIL, {"words": "privacy", "intents": "refund"}),
    (Kind.TOOL_FAILED, {"words": "ERR_PERM_004"}),
    (Kind.MIXED, {"intents": "fee_dispute", "confidence_below": "0.8"}),
    (Kind.MIXED, {"sentiment_below": "-0.3"}),
    (Kind.LOW_CONFIDENCE, {"confidence_below": "0", "intents": "greeting"}),
    (Kind.BOT_FAILED, {"times": "2"}),
    (Kind.ENGINE, {"in_cooldown": "on"}),
]


@pytest.mark.parametrize(("kind", "fields"), GOOD)
def test_each_kind_can_be_made_and_goes_on_the_record(browser, kind, fields):
    assert add(browser, kind, **fields).status_code == 302
    made = TriggerRule.objects.latest("pk")
    assert (made.kind, made.name) == (kind, "A rule")
    event = Event.objects.get(event_type="config.changed", payload__pk=str(made.pk))
    assert event.payload["action"] == "added"


BAD = [
    (Kind.KEYWORDS, {}, "words", "at least one word"),
    (Kind.KEYWORDS, {"words": "lawyer\n*"}, "words", "no letter"),
    (Kind.FRUSTRATION, {}, "score_from", "0.7"),
    (Kind.FRUSTRATION, {"score_from": "1.01"}, "score_from", "from 0"),
    (Kind.FRUSTRATION, {"score_from": "0.5", "confidence_below": "0.5"}, "confidence_below", "Leave it empty"),
    (Kind.PREDICTED, {"score_from": "-0.1"}, "score_from", "from 0"),
    (Kind.MODEL_DOWN, {"seconds": "0"}, "seconds", "more than 0"),
    (Kind.MIXED, {"intents": "fee_dispute"}, "confidence_below", "either is enough"),
    (Kind.MIXED, {"sentiment_below": "-1.5"}, "sentiment_below", "-1 (bad)"),
    (Kind.LOW_CONFIDENCE, {}, "confidence_below", "0.7"),
    (Kind.LOW_CONFIDENCE, {"confidence_below": "70"}, "confidence_below", "0.7 for 70 %"),
    (Kind.LOW_CONFIDENCE, {"confidence_below": "x"}, "confidence_below", "number"),
    (Kind.BOT_FAILED, {}, "times", "in a row"),
    (Kind.BOT_FAILED, {"times": "0"}, "times", "in a row"),
    (Kind.TIER, {}, "tiers", "at least one tier"),
    (Kind.KEYWORDS, {"words": "x", "intents": "refund"}, "intents", "before the assistant knows"),
    (Kind.ASKED, {"is_active": ""}, "is_active", "always gets one"),
]


@pytest.mark.parametrize(("kind", "fields", "field", "words"), BAD)
def test_what_makes_no_sense_is_refused_with_the_mend(browser, kind, fields, field, words):
    before = TriggerRule.objects.count()
    response = add(browser, kind, **fields)
    assert response.status_code == 200
    found = errors(response)
    assert list(found) == [field]
    assert words in found[field][0]
    assert TriggerRule.objects.count() == before


def test_rule_that_is_switched_off_may_be_unfinished(browser):
    """As the VIP rule every desk starts with, which waits for its team."""
    assert add(browser, Kind.TIER, is_active="").status_code == 302


def test_tier_rule_with_a_tier_is_made(browser):
    assert add(browser, Kind.TIER, tiers=["vip"]).status_code == 302
    assert list(TriggerRule.objects.latest("pk").tiers.all()) == [Tier.objects.get(code="vip")]


# Whoever asks for a person gets one


@pytest.fixture
def asked():
    return TriggerRule.objects.get(kind=Kind.ASKED)


def test_it_cannot_be_switched_off_or_narrowed(browser, asked):
    address = page(TriggerRule, "change", asked.pk)
    assert list(errors(browser.post(address, form(Kind.ASKED, is_active="")))) == ["is_active"]
    assert list(errors(browser.post(address, form(Kind.ASKED, tiers=["vip"])))) == ["tiers"]
    assert list(errors(browser.post(address, form(Kind.ASKED, intents="refund")))) == ["intents"]


def test_it_cannot_become_something_else(browser, asked):
    browser.post(page(TriggerRule, "change", asked.pk), form(Kind.ENGINE, name="Renamed"))
    asked.refresh_from_db()
    assert (asked.kind, asked.name) == (Kind.ASKED, "Renamed")


def test_it_cannot_be_deleted_alone_or_among_others(browser, asked):
    assert browser.post(page(TriggerRule, "delete", asked.pk), {"post": "yes"}).status_code == 403
    other = TriggerRule.objects.get(kind=Kind.ENGINE)
    browser.post(page(TriggerRule, "changelist"), chosen("delete_selected", asked, other) | {"post": "yes"})
    assert TriggerRule.objects.filter(pk__in=[asked.pk, other.pk]).count() == 2


def test_others_can_be_deleted(browser):
    other = TriggerRule.objects.get(kind=Kind.ENGINE)
    assert browser.post(page(TriggerRule, "delete", other.pk), {"post": "yes"}).status_code == 302
    assert not TriggerRule.objects.filter(pk=other.pk).exists()


# The list


def in_list(changes: dict[int, dict[str, object]]) -> dict[str, object]:
    """The list as a browser sends it: every row, with what is changed in some."""
    rules = list(TriggerRule.objects.order_by("order", "pk"))
    sent: dict[str, object] = {**formset("form", len(rules), len(rules)), "_save": "Save"}
    for place, rule in enumerate(rules):
        fields = {
            "id": rule.pk, "order": rule.order, "is_active": "on" if rule.is_active else "",
            "confidence_below": rule.confidence_below, "sentiment_below": rule.sentiment_below,
            "score_from": rule.score_from, "times": rule.times,
        } | changes.get(rule.pk, {})  # fmt: skip
        sent |= {f"form-{place}-{name}": "" if value is None else value for name, value in fields.items()}
    return sent


def test_list_shows_the_rules_in_their_order(browser):
    shown = [rule.pk for rule in browser.get(page(TriggerRule, "changelist")).context["cl"].result_list]
    assert shown == list(TriggerRule.objects.order_by("order", "pk").values_list("pk", flat=True))


def test_order_switch_and_threshold_are_tuned_in_the_list(browser):
    low, engine = TriggerRule.objects.get(kind=Kind.LOW_CONFIDENCE), TriggerRule.objects.get(kind=Kind.ENGINE)
    changes = {low.pk: {"confidence_below": "0.6", "order": "500"}, engine.pk: {"is_active": ""}}
    assert browser.post(page(TriggerRule, "changelist"), in_list(changes)).status_code == 302
    low.refresh_from_db()
    engine.refresh_from_db()
    assert (low.confidence_below, low.order, engine.is_active) == (0.6, 500, False)
    changed = {event.payload["pk"]: event.payload["fields"] for event in Event.objects.all()}
    assert changed == {str(low.pk): ["order", "confidence_below"], str(engine.pk): ["is_active"]}


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (Kind.LOW_CONFIDENCE, {"confidence_below": "7"}, "0.7 for 70 %"),
        (Kind.LOW_CONFIDENCE, {"confidence_below": ""}, "Give a share"),
        (Kind.ASKED, {"is_active": ""}, "cannot be switched off"),
        (Kind.FRUSTRATION, {"times": "3"}, "Leave it empty"),
    ],
)
def test_list_refuses_what_the_form_refuses(browser, kind, change, words):
    rule = TriggerRule.objects.get(kind=kind)
    response = browser.post(page(TriggerRule, "changelist"), in_list({rule.pk: change}))
    assert response.status_code == 200
    assert words in str(response.context["cl"].formset.errors)


def test_list_as_it_stands_after_the_first_start_can_be_saved(browser):
    assert browser.post(page(TriggerRule, "changelist"), in_list({})).status_code == 302


def test_form_says_which_field_is_for_which_kind(browser):
    shown = browser.get(page(TriggerRule, "add")).content.decode()
    for words in ("the first rule that fires decides", "takes the place of the general one", "* stands for"):
        assert words in shown


# The figures that hold for the whole desk


def policy(**changes: object) -> dict[str, object]:
    return {
        "messages": 15, "cooldown_turns": 2, "loop_handoffs": 3, "loop_hours": 12, "typing_lock": "00:00:20",
    } | changes  # fmt: skip


def test_policy_is_one_row(browser):
    assert browser.post(page(HandoffPolicy, "add"), policy()).status_code == 302
    assert HandoffPolicy.current().typing_lock == timedelta(seconds=20)
    assert browser.get(page(HandoffPolicy, "add")).status_code == 403
    assert browser.post(page(HandoffPolicy, "delete", 1), {"post": "yes"}).status_code == 403
    assert browser.post(page(HandoffPolicy, "change", 1), policy(cooldown_turns=0)).status_code == 302
    assert HandoffPolicy.objects.get().cooldown_turns == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [({"typing_lock": "0"}, "typing_lock"), ({"typing_lock": "01:00:00"}, "typing_lock"),
     ({"loop_handoffs": "0"}, "loop_handoffs"), ({"loop_hours": "0"}, "loop_hours"), ({"messages": "7"}, "messages")],
)  # fmt: skip
def test_policy_that_makes_no_sense_is_refused(browser, change, field):
    assert list(errors(browser.post(page(HandoffPolicy, "add"), policy(**change)))) == [field]
