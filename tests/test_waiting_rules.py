"""What is done for customers who wait too long, by the rules that staff set: in order and once each."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from conversations.models import BotSwitch, Conversation, Tier, Topic, supervise_permission
from conversations.states import State
from handoff import desk, notices, waiting
from handoff.models import BotTurn, CallbackForm, Handoff, Resolution, WaitingRule
from tests import factories
from tests import waiting_factories as make

pytestmark = pytest.mark.django_db

LIMIT = timedelta(minutes=5)
SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def ana(now):
    return factories.agent("ana")


@pytest.fixture
def conversation(now, ana):
    return make.waits(now=now)


@pytest.fixture
def second_line(ana):
    factories.agent("ben", teams=("second",))
    return factories.team("second")


def follow(conversation, now) -> bool:
    return make.do(waiting.rules_follow, conversation, now=now)


def look(conversation, now):
    return make.do(waiting.next_look, conversation, now=now)


def late(now, **more):
    return now + timedelta(**(more or {"minutes": 6}))


def yes_tap(conversation, now, choice="yes", handoff=None):
    given = f"meanwhile:{handoff or make.handoff_of(conversation).pk}:{choice}"
    return make.writes("Yes, please", now=now, type="interactive", content={"kind": "tap", "id": given})


# Which rule


def test_no_rule_nothing_done(conversation, now):
    assert not follow(conversation, late(now))
    assert look(conversation, now) is None


def test_limit_is_the_teams_unless_the_rule_has_its_own(conversation, now, second_line):
    make.rule("call_back", after=timedelta(minutes=20))
    make.rule("reroute", to_team=second_line)
    assert look(conversation, now) == now + LIMIT
    assert not follow(conversation, now + LIMIT - timedelta(seconds=1))
    assert follow(conversation, now + LIMIT)
    assert make.fresh(conversation).team_id == second_line.pk
    assert look(conversation, now + LIMIT) == now + timedelta(minutes=20)


def test_first_that_fits_is_followed_once_in_its_order(conversation, now, second_line):
    other = factories.team("other")
    tier, topic = Tier.objects.get(pk="vip"), Topic.objects.create(code="tax", name="Tax")
    make.rule("reroute", to_team=second_line, order=1, is_active=False)
    make.rule("reroute", to_team=second_line, order=2, team=other)
    make.rule("reroute", to_team=second_line, order=3, tier=tier)
    make.rule("reroute", to_team=second_line, order=4, topic=topic)
    make.rule("reroute", to_team=second_line, order=5, priority_below=0)
    right = make.rule("call_back", order=6, team=factories.team(), priority_below=50)
    make.rule("reroute", to_team=second_line, order=7)
    assert follow(conversation, late(now))
    assert make.handoff_of(conversation).tried == [right.pk]
    assert follow(conversation, late(now))
    assert make.fresh(conversation).team_id == second_line.pk
    assert not follow(conversation, late(now, hours=1))


def test_following_a_rule_is_on_the_record_in_figures(conversation, now):
    rule = make.rule("call_back")
    follow(conversation, late(now))
    (payload,) = make.recorded(conversation, "handoff.waiting_rule")
    assert (payload["rule"], payload["action"], payload["waited_seconds"]) == (rule.pk, "call_back", 360)


def test_rule_that_is_gone_or_was_accepted_meanwhile_does_nothing(conversation, now, ana):
    rule = make.rule("call_back")
    rule.delete()
    assert not follow(conversation, late(now))
    make.rule("call_back")
    desk.accept(conversation.pk, agent=ana, now=now)
    assert not follow(conversation, late(now))


# To another team


@pytest.mark.parametrize("fault", ["empty", "closed", "same"])
def test_nobody_is_sent_where_nobody_is(conversation, now, second_line, fault):
    """If this fails, customers are passed from one empty queue to the next."""
    target = second_line
    if fault == "empty":
        target = factories.team("empty")
    elif fault == "closed":
        target.hours = make.hours()  # it is Saturday
        target.save()
    else:
        target = factories.team()
    make.rule("reroute", to_team=target)
    assert not follow(conversation, late(now))
    assert make.handoff_of(conversation).tried == []
    assert look(conversation, late(now)) == late(now) + waiting.AGAIN


def test_place_in_line_goes_with_them(conversation, now, second_line):
    due = make.fresh(conversation).next_deadline
    make.rule("reroute", to_team=second_line)
    follow(conversation, late(now))
    assert make.fresh(conversation).next_deadline == due


# The form


def test_call_back_asks_for_the_name(conversation, now):
    make.rule("call_back")
    follow(conversation, late(now))
    assert CallbackForm.objects.get().step == "name"
    assert "What name may I note?" in make.told(conversation)[-1]


def test_closed_window_asks_nothing(conversation, now):
    make.rule("call_back")
    make.rule("bot", priority_below=100)
    Conversation.objects.filter(pk=conversation.pk).update(window_expires_at=now)
    assert not follow(conversation, late(now))


# The assistant meanwhile


@pytest.fixture
def offered(conversation, now):
    make.rule("bot", priority_below=100)
    assert follow(conversation, late(now))
    return conversation


def test_assistant_is_offered_by_two_buttons_that_say_what_it_costs(offered):
    message = offered.messages.filter(type="interactive").get()
    assert [button["title"] for button in message.content["buttons"]] == ["Yes, please", "No, I will wait"]
    assert "You would leave the line for that, and can ask for a person again at any time." in message.body


def test_urgent_matters_are_not_offered_to_the_assistant(conversation, now):
    Conversation.objects.filter(pk=conversation.pk).update(priority=100)
    make.rule("bot", priority_below=100)
    assert not follow(conversation, late(now))


def test_yes_gives_it_to_the_assistant_which_must_answer(offered, now):
    yes_tap(offered, late(now, minutes=7))
    assert make.fresh(offered).control == "bot"
    assert Handoff.objects.get().ending == "returned"
    assert BotTurn.objects.get(status="scheduled").resumes
    assert make.recorded(offered, "handoff.meanwhile")[0]["answer"] == "yes"


def test_after_yes_they_can_ask_for_a_person_again(offered, now):
    yes_tap(offered, late(now, minutes=7))
    make.hand_over(make.fresh(offered), now=late(now, minutes=8))
    assert make.fresh(offered).state == State.PENDING


def test_no_keeps_them_in_line_and_tells_the_place(offered, now):
    yes_tap(offered, late(now, minutes=7), choice="no")
    assert make.fresh(offered).state == State.PENDING
    assert make.told(offered)[-1].startswith("All right, you stay in line.\nYou are next")
    assert not offered.messages.filter(direction="in", asks=True, seq__gt=3).exists()


@pytest.mark.parametrize(
    ("said", "control"),
    [("yes", "bot"), ("Sí!", "bot"), ("हाँ", "bot"), ("نعم", "bot"), ("Yes, please", "bot"), ("no", "queue"),
     ("No, I will wait", "queue"), ("yes but where is my order", "queue"), ("maybe", "queue")],
)  # fmt: skip
def test_words_count_where_the_offer_was_our_last_line(offered, now, said, control):
    make.writes(said, now=late(now, minutes=7))
    assert make.fresh(offered).control == control


def test_yes_to_something_else_is_no_answer(offered, now):
    make.do(lambda locked, _, now: notices.say(locked, "We are on it.", now=now), offered, now=late(now, minutes=7))
    make.writes("yes", now=late(now, minutes=8))
    assert make.fresh(offered).control == "queue"


def test_tap_of_an_old_handoff_is_no_answer(offered, now):
    yes_tap(offered, late(now, minutes=7), handoff=4711)
    assert make.fresh(offered).control == "queue"


def test_tap_after_a_person_has_accepted_changes_nothing(offered, now, ana):
    handoff = make.handoff_of(offered).pk
    desk.accept(offered.pk, agent=ana, now=late(now, minutes=7))
    yes_tap(offered, late(now, minutes=8), handoff=handoff)
    assert make.fresh(offered).assigned_to == ana


def test_stopped_assistant_is_not_offered_and_a_yes_to_it_is_answered_honestly(conversation, offered, now):
    BotSwitch.objects.update_or_create(pk=1, defaults={"enabled": False})
    yes_tap(offered, late(now, minutes=7))
    assert make.told(offered)[-1].startswith("I am sorry, I cannot do that right now: you stay in line.")
    other = make.waits(2, now=now)
    assert not follow(other, late(now))


# Closing


def closing(**more):
    return make.rule("close", **{"silent_for": timedelta(minutes=30), **more})


def test_silence_closes_politely_and_the_next_word_goes_on(conversation, now):
    closing()
    assert look(conversation, now) == now + timedelta(minutes=30)
    assert not follow(conversation, now + timedelta(minutes=29))
    at = now + timedelta(minutes=30)
    assert follow(conversation, at)
    closed = make.fresh(conversation)
    assert (closed.state, closed.resolution) == (State.CLOSED, "The customer went silent while waiting")
    assert "write again and we continue" in make.told(conversation)[-1]
    assert Handoff.objects.get().ending == "closed"
    assert Resolution.objects.get().by is None
    assert not closed.clocks.running().exists()
    make.writes("sorry, I was out", now=at + timedelta(minutes=5))
    assert make.fresh(conversation).state == State.PENDING, "they continue where they were: with people"


def test_whoever_writes_is_not_silent(conversation, now):
    closing()
    make.writes("hello?", now=now + timedelta(minutes=20))
    assert not follow(conversation, now + timedelta(minutes=40))
    assert look(conversation, now + timedelta(minutes=40)) == now + timedelta(minutes=50)


def test_who_was_told_to_come_back_on_monday_is_not_closed_for_silence(ana):
    """They were told that the team is away: silence is what we asked for."""
    team = factories.team()
    team.hours = make.hours()
    team.save()
    conversation = make.waits(now=SATURDAY)
    Conversation.objects.filter(pk=conversation.pk).update(window_expires_at=SATURDAY + timedelta(days=5))
    closing()
    assert not follow(conversation, SATURDAY + timedelta(hours=20))
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert not follow(conversation, monday + timedelta(minutes=29))
    assert follow(conversation, monday + timedelta(minutes=30))


def test_closed_window_is_closed_without_a_word(conversation, now):
    closing()
    Conversation.objects.filter(pk=conversation.pk).update(window_expires_at=now)
    before = make.told(conversation)
    assert follow(conversation, now + timedelta(hours=1))
    assert make.told(conversation) == before


# In the admin


@pytest.fixture
def admin(client, ana):
    ana.is_staff = ana.is_superuser = True
    ana.save()
    ana.user_permissions.add(supervise_permission())
    client.force_login(ana)
    return client


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"action": "reroute"}, "Choose the team it is given to."),
        ({"action": "close"}, "Say how long the customer must have been silent"),
        ({"action": "bot"}, "Say how urgent a matter may be"),
        ({"action": "call_back", "after": "soon"}, "Write a duration like 15m"),
        ({"action": "reroute", "team": "own", "to_team": "own"}, "That is the team where they wait."),
    ],
)
def test_rule_that_cannot_work_is_refused_in_words(admin, given, wrong):
    own = {name: factories.team().pk for name, value in given.items() if value == "own"}
    page = admin.post(reverse("admin:handoff_waitingrule_add"), {"order": 1, **given, **own})
    assert wrong in page.content.decode()
    assert not WaitingRule.objects.exists()


def test_rule_is_made_with_durations_as_people_write_them(admin):
    page = admin.post(
        reverse("admin:handoff_waitingrule_add"),
        {"order": 1, "action": "close", "after": "15m", "silent_for": "1h30m", "is_active": "on"},
    )
    assert page.status_code == 302
    rule = WaitingRule.objects.get()
    assert (rule.after, rule.silent_for) == (timedelta(minutes=15), timedelta(minutes=90))
    assert admin.get(reverse("admin:handoff_waitingrule_changelist")).status_code == 200


def test_calendar_is_kept_with_its_openings_on_one_page(admin):
    rows = {
        "openings-TOTAL_FORMS": 1, "openings-INITIAL_FORMS": 0, "openings-0-weekday": 0, "openings-0-opens": "22:00",
        "openings-0-closes": "06:00", "days_off-TOTAL_FORMS": 1, "days_off-INITIAL_FORMS": 0,
        "days_off-0-day": "2026-12-25", "days_off-0-name": "Christmas",
    }  # fmt: skip
    named = {"name": "Night", "time_zone": "Europe/Madrid", "other_ways": ""}
    assert admin.post(reverse("admin:sla_calendar_add"), {**named, **rows}).status_code == 302
    wrong = admin.post(reverse("admin:sla_calendar_add"), {**named, **rows, "name": "x", "time_zone": "Madrid"})
    assert "Write a time zone as Europe/Madrid" in wrong.content.decode()
