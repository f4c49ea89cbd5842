"""What somebody who waits is told: everything promised is true, nothing is said twice, nothing false out of hours."""

from datetime import UTC, datetime, timedelta

import pytest

from conversations.models import Conversation
from handoff import desk, notices, presence
from handoff.estimate import LONGER
from handoff.notices import is_material
from tests import factories
from tests import waiting_factories as make

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "es", "pt", "ar", "hi", "id")
#: A Monday morning in Madrid, and the Saturday before it.
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def ana(now):
    return factories.agent("ana")


@pytest.fixture
def there(ana, now):
    presence.seen(ana, now=now)
    return ana


@pytest.fixture
def office(ana):
    """The team has opening times: Monday to Friday, 9 to 17 in Madrid."""
    team = factories.team()
    team.hours = make.hours(other_ways="help@shop.example")
    team.save()
    return team


def progress(conversation, now) -> bool:
    return make.do(notices.tell_progress, conversation, now=now)


def at_place(conversation, place: int, *, now) -> None:
    """So many others wait before this one."""
    for number in range(place - 1):
        other = make.waits(100 + number, now=now)
        Conversation.objects.filter(pk=other.pk).update(next_deadline=now)


# What they will see


def test_customer_is_told_what_really_travels(now, there):
    conversation = factories.conversation(now=now, body="Order B-10234 came broken")
    for kind in ("image", "image", "voice", "document"):
        make.writes("[file]", now=now, type=kind, route=False)
    evidence = {"entities": {"order_number": "B-10234"}, "error_codes": ["ERR_PERM_004"]}
    make.hand_over(conversation, now=now, evidence=evidence)
    said = make.told(conversation)
    assert len(said) == 1
    assert (
        "I am connecting you with a specialist who has the full context. They will see: this conversation, " in said[0]
    )
    assert (
        "a summary, your order B-10234, 2 photos, your recording, your document, the error code ERR_PERM_004."
        in said[0]
    )


def test_nothing_is_promised_that_does_not_travel(now, there):
    conversation = make.waits(now=now, summary=" ")
    (said,) = make.told(conversation)
    for word in ("summary", "order", "photo", "error", "recording"):
        assert word not in said
    assert "this conversation" in said


@pytest.mark.parametrize(
    "payload",
    [
        {}, {"entities": None, "attachments": None, "error_codes": None, "messages": []},
        {"entities": {"phone": "+34612345678", "order_number": "everything you own"}},
        {"attachments": [{"type": "sticker"}, {"type": None}, {}]}, {"error_codes": ["order_lookup", ""]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_or_empty_payload_promises_nothing(payload, language):
    """An engine's words must not come out of our mouth, nor a phone number, nor an empty list."""
    assert notices.what_they_see(payload, language) == ""


def test_only_some_of_many_orders_are_named():
    payload = {"entities": {"order_number": "B-10001, B-10002, B-10003, B-10004", "order_numbers": "B-10001"}}
    assert notices.what_they_see(payload, "en") == "your orders B-10001, B-10002, B-10003"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_the_customers_language(now, there, language):
    make.took(30, 20, 10, now=now, by=there)
    presence.status_set(there, status="online", now=now)
    evidence = {"entities": {"order_number": "B-10234"}}
    make.waits(2, now=now)
    conversation = make.waits(1, now=now + timedelta(seconds=1), language=language, evidence=evidence)
    (said,) = make.told(conversation)
    assert "B-10234" in said
    assert "2" in said
    assert "20" in said
    assert ("connecting" in said) == (language == "en")


def test_locale_decides_where_the_language_is_not_known(now, there):
    conversation = factories.conversation(now=now, body="???")
    conversation.customer.locale = "pt_BR"
    conversation.customer.save()
    make.hand_over(conversation, now=now)
    assert "nossa equipe" in make.told(conversation)[0]


# Place and estimate


def test_next_with_somebody_free_is_a_moment(now, there):
    assert "You are next, and somebody will be with you in a moment." in make.told(make.waits(now=now))[0]


def test_next_with_everybody_busy_is_no_moment(now, there):
    team = factories.team()
    team.capacity = 1
    team.save()
    desk.accept(make.waits(1, now=now).pk, agent=there, now=now)
    said = make.told(make.waits(2, now=now))[0]
    assert "in a moment" not in said
    assert "You are next in line. We will answer as soon as somebody is free." in said


def test_next_at_a_slow_desk_is_no_moment(now, there):
    make.took(55, 50, 45, now=now, by=there)
    assert "You are next in line; it takes about 20 minutes." in make.told(make.waits(now=now))[0]


def test_nobody_there_gives_a_place_and_no_time(now, ana):
    make.waits(1, now=now)
    said = make.told(make.waits(2, now=now + timedelta(seconds=1)))[0]
    assert "You are number 2 in line. We will answer as soon as somebody is free." in said
    assert "minutes" not in said


def test_long_wait_is_owned_up_to(now, there):
    make.took(58, 57, 56, now=now, by=there)
    conversation = factories.conversation(now=now)
    at_place(conversation, 6, now=now)
    make.hand_over(conversation, now=now)
    assert "number 6 in line, and I am sorry: it may take more than an hour and a half." in make.told(conversation)[0]


def test_what_was_told_is_kept_and_on_the_record(now, there):
    conversation = make.waits(now=now)
    told = {"place": 1, "minutes": 2, "closed": False, "at": now.isoformat(), "times": 0}
    assert make.handoff_of(conversation).told == told
    assert make.recorded(conversation, "handoff.told")[0]["minutes"] == 2


# Out of hours


def test_closed_team_is_not_said_to_come(office):
    conversation = make.waits(now=SATURDAY)
    (said,) = make.told(conversation)
    assert said.startswith("Our team is away now; we open again on Monday at 9:00 (Madrid time).")
    assert said.endswith("Whoever answers you will have the full context and see: this conversation, a summary.")
    assert "If it cannot wait: help@shop.example" in said
    assert "connecting" not in said
    assert "moment" not in said
    assert make.handoff_of(conversation).told["closed"] is True


@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_team_is_said_in_six_languages(office, language):
    (said,) = make.told(make.waits(now=SATURDAY, language=language))
    assert "9:00" in said
    assert "Madrid" in said
    assert "help@shop.example" in said


def test_team_that_never_opens_gives_no_date(office):
    office.hours.openings.all().delete()
    for day in range(90):
        office.hours.days_off.create(day=(SATURDAY + timedelta(days=day)).date())
    office.hours.openings.create(weekday=0, opens="09:00", closes="17:00")
    (said,) = make.told(make.waits(now=SATURDAY))
    assert "I cannot tell you yet when we open again" in said
    assert "9:00" not in said


def test_closed_window_is_told_nothing_and_caught_up_with_later(now, there):
    conversation = factories.conversation(now=now)
    Conversation.objects.filter(pk=conversation.pk).update(window_expires_at=now)
    make.hand_over(conversation, now=now)
    assert make.told(conversation) == []
    assert make.handoff_of(conversation).told == {}
    assert not progress(conversation, now)
    Conversation.objects.filter(pk=conversation.pk).update(window_expires_at=now + timedelta(hours=20))
    assert progress(conversation, now)
    assert "I am connecting you" in make.told(conversation)[0]


# What is material


def told(place=4, minutes=20, closed=False, *, at, times=0):
    return {"place": place, "minutes": minutes, "closed": closed, "at": at.isoformat(), "times": times}


LATER = MONDAY + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("before", "place", "minutes", "closed", "again"),
    [
        ({}, 4, 20, False, False),
        ({}, 3, 10, False, False),
        ({}, 2, 10, False, True),
        ({"place": 2}, 1, None, False, True),
        ({"place": 1}, 1, 10, False, False),
        ({}, 4, 20, True, True),
        ({"closed": True, "minutes": None}, 4, None, True, False),
        ({"closed": True, "minutes": None}, 4, 20, False, True),
        ({}, 4, 30, False, True),  # 10 gone by and 30 to come: twice what was said
        ({}, 4, 15, False, False),  # 25 instead of 20
        ({"minutes": 2}, 4, 2, False, True),  # "in a moment" was ten minutes ago, and still
        ({"minutes": None}, 4, 90, False, False),  # nothing was promised
        ({"minutes": LONGER}, 4, LONGER, False, False),
        ({}, 4, None, False, False),
    ],
)
def test_rule_of_what_is_worth_telling(before, place, minutes, closed, again):
    assert is_material(told(at=MONDAY) | before, place, minutes, closed, LATER) is again


def test_not_twice_in_ten_minutes_and_not_a_fifth_time():
    much = {"place": 1, "minutes": 2, "closed": False}
    assert not is_material(told(at=MONDAY), **much, now=LATER - timedelta(seconds=1))
    assert is_material(told(at=MONDAY, times=3), **much, now=LATER)
    assert not is_material(told(at=MONDAY, times=4), **much, now=LATER)
    assert not is_material({}, **much, now=LATER)


def test_promise_that_was_not_kept_is_owned_up_to_even_if_nobody_is_there_any_more():
    before = told(minutes=10, at=MONDAY)
    assert not is_material(before, 4, None, False, MONDAY + timedelta(minutes=19))
    assert is_material(before, 4, None, False, MONDAY + timedelta(minutes=20))


def test_delay_is_told_once_with_an_apology(now, there):
    conversation = make.waits(now=now)
    later = now + timedelta(minutes=30)
    assert progress(conversation, later)
    assert not progress(conversation, later + timedelta(minutes=5))
    said = make.told(conversation)
    assert said[1].startswith("I am sorry: it takes longer than I told you.\nYou are next in line.")
    assert len(said) == 2


def test_better_place_is_told_with_thanks(now, ana):
    conversation = factories.conversation(now=now)
    at_place(conversation, 4, now=now)
    make.hand_over(conversation, now=now)
    Conversation.objects.filter(state="pending").exclude(pk=conversation.pk).update(team=factories.team("other"))
    assert progress(conversation, now + timedelta(minutes=11))
    assert make.told(conversation)[1].startswith("Thank you for waiting.\nYou are next in line.")


def test_team_that_closes_meanwhile_says_so_and_is_back_on_monday(office):
    friday = datetime(2026, 11, 20, 15, 50, tzinfo=UTC)
    conversation = make.waits(now=friday)
    assert progress(conversation, friday + timedelta(minutes=15))
    closed = make.told(conversation)[1]
    assert closed.startswith("I am sorry: our team has closed before it was your turn. You keep your place in line.")
    assert "on Monday at 9:00 (Madrid time)" in closed
    assert not progress(conversation, friday + timedelta(hours=3))
    Conversation.objects.filter(pk=conversation.pk).update(window_expires_at=MONDAY + timedelta(days=1))
    assert progress(conversation, MONDAY)
    assert make.told(conversation)[2].startswith("Our team is back.\nYou are next in line.")


def test_who_is_back_in_the_queue_is_told_so_and_not_blamed_for_waiting(now, there):
    """What was told before the person came is over: "it takes longer than I told you" would be false."""
    conversation = make.waits(now=now)
    desk.accept(conversation.pk, agent=there, now=now + timedelta(minutes=1))
    back = now + timedelta(minutes=40)
    make.writes("and the refund?", now=back)
    assert make.fresh(conversation).control == "queue", "the agent has gone home meanwhile"
    assert progress(conversation, back + timedelta(seconds=30))
    assert make.told(conversation)[1].startswith("Somebody from our team will go on with this")
    assert not progress(conversation, back + timedelta(minutes=5))


def test_nobody_who_waits_no_more_is_told_anything(now, there):
    conversation = make.waits(now=now)
    desk.accept(conversation.pk, agent=there, now=now)
    assert not progress(conversation, now + timedelta(hours=1))


def test_meta_has_the_thread_and_we_do_not_take_it_for_a_notice(now, there):
    conversation = make.waits(now=now)
    Conversation.objects.filter(pk=conversation.pk).update(standby_since=now)
    assert not progress(conversation, now + timedelta(hours=1))


# Asking for a person again


def test_asking_ten_times_is_answered_once_in_five_minutes(now, there):
    """Told at the handoff; then silence for five minutes, then where they stand, and so on."""
    conversation = make.waits(now=now)
    for minute in range(1, 11):
        make.writes("I want to speak to a human!!", now=now + timedelta(minutes=minute))
    said = make.told(conversation)
    assert len(said) == 3
    assert said[1].startswith("Yes, I have passed it on: a person will answer you right here.")


def test_asking_again_out_of_hours_is_told_the_opening(office):
    conversation = make.waits(now=SATURDAY)
    make.writes("give me a real person", now=SATURDAY + timedelta(minutes=6))
    assert "we open again on Monday at 9:00" in make.told(conversation)[1]


def test_other_lines_while_waiting_are_met_with_silence(now, there):
    conversation = make.waits(now=now)
    make.writes("are you there?", now=now + timedelta(minutes=6))
    assert len(make.told(conversation)) == 1
