"""Which team a handoff goes to. If these fail, customers wait where nobody serves them, or with the wrong people."""

from datetime import time

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations.models import Tier, Topic
from handoff.handoffs import handoff_request
from handoff.models import Handoff, RoutingRule, Team, TriggerRule
from handoff.routing import route_for
from sla.models import Calendar, Opening
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def payments(db):
    return Topic.objects.create(code="fees", name="Payments", intents="fee_dispute")


@pytest.fixture
def vip(db):
    return Tier.objects.get_or_create(code="vip", defaults={"name": "VIP"})[0]


@pytest.fixture
def desk(db):
    """A person in each of these teams; `tax` has none."""
    for slug in ("support", "escalations", "billing"):
        factories.agent(f"of-{slug}", teams=(slug,))
    return {slug: factories.team(slug) for slug in ("support", "escalations", "billing", "tax")}


def conversation(now, **changes):
    made = factories.conversation(now=now)
    if tier := changes.pop("tier", None):
        made.customer.tier = tier
        made.customer.save()
    for name, value in changes.items():
        setattr(made, name, value)
    made.save()
    return made


def route(talk, now, team=None, **evidence):
    return route_for(talk, team=team, evidence=evidence, now=now)


def row(team, order=100, **fits):
    return RoutingRule.objects.create(team=team, order=order, **fits)


def test_first_row_that_fits_decides_and_says_which_it_was(now, desk, vip, payments):
    row(desk["billing"], 10, tier=vip, language="pt")
    row(desk["escalations"], 20, tier=vip, topic=payments, skills="refunds tax", raises_priority=30)
    row(desk["billing"], 30, topic=payments)
    found = route(conversation(now, tier=vip, topic=payments, language="es"), now)
    assert (found.team_id, found.skills, found.raises) == (desk["escalations"].pk, ("refunds", "tax"), 30)
    assert found.why == "rule 2: VIP × Payments → Escalations"


@pytest.mark.parametrize(("score", "wins"), [(0.69, "billing"), (0.7, "escalations"), (None, "billing")])
def test_frustrated_customers_have_rows_of_their_own(now, desk, score, wins):
    row(desk["escalations"], 10, mood="frustrated")
    row(desk["billing"], 20, mood="calm")
    evidence = {} if score is None else {"frustration": score}
    assert route(conversation(now), now, **evidence).team_id == desk[wins].pk


def test_row_of_a_team_that_nobody_is_in_is_passed_over_and_the_reason_says_so(now, desk, payments):
    row(desk["tax"], 10)
    row(desk["escalations"], 20, topic=payments)
    found = route(conversation(now, topic=payments), now)
    assert found.team_id == desk["escalations"].pk
    assert found.why == "rule 2: Payments → Escalations; Tax was passed over: nobody is in it"


def test_somebody_whose_account_is_switched_off_is_nobody(now, desk):
    factories.agent("gone", teams=("tax",)).__class__.objects.filter(username="gone").update(is_active=False)
    row(desk["tax"])
    assert route(conversation(now), now).team_id == desk["support"].pk


def test_row_that_is_switched_off_decides_nothing(now, desk):
    row(desk["billing"], is_active=False)
    assert route(conversation(now), now).why == "the conversation's own team"


def test_team_that_is_named_comes_before_the_matrix(now, desk):
    row(desk["billing"])
    assert route(conversation(now), now, team=desk["escalations"]).team_id == desk["escalations"].pk


def test_named_team_without_anybody_gives_way_to_the_matrix(now, desk):
    row(desk["billing"])
    found = route(conversation(now), now, team=desk["tax"])
    assert found.team_id == desk["billing"].pk
    assert "Tax was passed over" in found.why


def test_own_team_that_does_not_answer_the_language_gives_way_to_one_that_does(now, desk):
    set_up(desk["support"], languages=["en"])
    set_up(desk["billing"], languages=["es", "pt"])
    set_up(desk["escalations"], level=Team.Level.SPECIALIST)
    found = route(conversation(now, language="es"), now)
    assert found.team_id == desk["billing"].pk
    assert found.why == "Billing answers this, Support does not"


def test_own_team_keeps_what_it_answers_and_what_nobody_answers(now, desk, payments):
    desk["support"].topics.add(Topic.objects.create(code="parcels", name="Parcels"))
    assert route(conversation(now), now).team_id == desk["support"].pk
    set_up(desk["billing"], level=Team.Level.VIP)
    set_up(desk["escalations"], level=Team.Level.SPECIALIST)
    found = route(conversation(now, topic=payments), now)
    assert (found.team_id, found.why) == (desk["support"].pk, "the conversation's own team; no other answers this")


def test_own_team_that_everybody_has_left_gives_way_to_another_at_first_line(now, desk):
    desk["support"].user_set.clear()
    found = route(conversation(now), now)
    assert found.team_id == desk["billing"].pk
    assert "Support was passed over: nobody is in it" in found.why


def test_of_other_teams_one_that_is_open_comes_first(now, desk):
    """It is Saturday; Billing is there on Mondays."""
    weekdays = Calendar.objects.create(name="Mondays")
    Opening.objects.create(calendar=weekdays, weekday=0, opens=time(9), closes=time(17))
    set_up(desk["billing"], hours=weekdays)
    desk["support"].user_set.clear()
    assert route(conversation(now), now).team_id == desk["escalations"].pk


def test_desk_without_anybody_keeps_the_conversation_where_it_is(now):
    found = route(conversation(now), now)
    assert found.team_id == factories.team().pk


def test_plain_group_is_a_team_that_answers_everything(now, desk):
    group = Group.objects.create(name="Old group")
    factories.agent("old", teams=()).groups.add(group)
    talk = conversation(now, team=group)
    assert route(talk, now).team_id == group.pk


def test_route_is_kept_with_the_handoff_and_on_the_record(now, desk, payments):
    """Its reason, what the agent must be able to do, and what it adds to the urgency."""
    row(desk["escalations"], topic=payments, skills="refunds", raises_priority=7)
    talk = conversation(now)
    with transaction.atomic():
        handoff_request(
            factories.locked(talk), reason=Handoff.Reason.ASKED, actor=SYSTEM, now=now, summary="",
            evidence={"intent": "fee_dispute"},
        )  # fmt: skip
    talk.refresh_from_db()
    handoff = Handoff.objects.get()
    assert (talk.team_id, talk.skills, talk.priority) == (desk["escalations"].pk, ["refunds"], 7)
    assert handoff.route_reason == "rule 1: Payments → Escalations"
    assert Event.objects.get(event_type="handoff.requested").payload["route"] == handoff.route_reason


def test_team_of_a_trigger_counts_as_named(now, desk):
    row(desk["billing"])
    rule = TriggerRule.objects.create(name="law", kind="keywords", team=desk["escalations"])
    talk = conversation(now)
    with transaction.atomic():
        handoff_request(
            factories.locked(talk), reason=Handoff.Reason.KEYWORDS, actor=SYSTEM, now=now, summary="", rule=rule
        )
    assert Handoff.objects.get().team_id == desk["escalations"].pk


def test_numbers_in_the_evidence_that_are_none_decide_nothing(now, desk):
    row(desk["escalations"], mood="frustrated")
    assert route(conversation(now), now, frustration="very").team_id == desk["support"].pk


def set_up(team: Team, **fields) -> None:
    for name, value in fields.items():
        setattr(team, name, value)
    team.save()
