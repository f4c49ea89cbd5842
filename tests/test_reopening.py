"""A customer who comes back soon finds the matter and the person they had; later, a new conversation."""

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from conversations import changes, intake, transcript
from conversations.models import BotSwitch, Conversation, Message
from conversations.scores import is_score
from handoff import desk, phone_app, presence, ratings, router
from handoff.models import BotTurn, Handoff, Rating, Team
from sla.models import Clock
from tests import factories
from tests.together import banners, fresh, held, say, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def closed(now, ana):
    """A matter that Ana has answered and closed a minute later."""
    mine = held(now, ana)
    desk.reply(mine.pk, agent=ana, body="It comes tomorrow.", now=now)
    return desk.close(mine.pk, agent=ana, resolution="told them", now=factories.later(now, minutes=1))


def back(now, body="It did not come", **after) -> Message:
    return say(body, now=factories.later(now, **(after or {"minutes": 30})))


#: A tap on a row of the list that asks how it was.
TAP = {"type": "interactive", "content": {"kind": "tap", "id": "rating:5"}}


# Intake


def test_within_the_teams_time_it_is_the_same_matter(now, closed):
    line = back(now)
    after = fresh(closed)
    assert line.conversation_id == closed.pk
    assert (after.closed_at, after.resolution) == (None, "")
    assert after.control_epoch > closed.control_epoch
    assert "The customer came back to this matter" in banners(closed)
    assert any("told them" in words for words in banners(closed)), "how it was closed stands in the thread"
    moves = Event.objects.about(closed.stream).filter(event_type="conversation.transition")
    assert moves.filter(payload__event="customer_message", payload__from="closed").count() == 1


def test_later_it_is_a_new_conversation(now, closed):
    line = back(now, hours=5)
    assert line.conversation_id != closed.pk
    assert fresh(closed).state == "closed"


def test_team_that_never_reopens(now, ana):
    team = factories.team()
    team.reopen_within = now - now
    team.save()
    mine = held(now, ana)
    desk.close(mine.pk, agent=ana, now=now)
    assert back(now, minutes=1).conversation_id != mine.pk


def test_notice_or_reaction_opens_nothing(now, closed):
    line = say("👍", now=factories.later(now, minutes=5), type="reaction")
    assert (line.conversation_id, fresh(closed).state) == (closed.pk, "closed")


def test_what_was_answered_before_closing_opens_nothing(now, closed):
    late = say("Where is it?", now=factories.later(now, minutes=5), sent_at=factories.later(now, seconds=-30))
    assert (late.conversation_id, late.asks, fresh(closed).state) == (closed.pk, False, "closed")


def test_one_open_conversation_there_is_no_second(now, closed):
    """A newer one is open: it goes on in that."""
    with transaction.atomic():
        newer = Conversation.objects.create(
            customer=closed.customer, channel=closed.channel, team=closed.team, opened_at=factories.later(now, days=-1),
            last_activity_at=now, window_expires_at=closed.window_expires_at,
        )  # fmt: skip
    assert back(now).conversation_id == newer.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=closed.pk).update(state="new", closed_at=None)


def test_second_line_goes_on_in_the_reopened_matter(now, closed):
    back(now)
    assert back(now, "Hello?", minutes=31).conversation_id == closed.pk
    assert Conversation.objects.count() == 1
    assert Handoff.objects.filter(reason="reopened").count() == 1


# Whose it is then


def test_agent_who_had_it_has_it_again_at_once(now, ana, closed):
    presence.seen(ana, now=factories.later(now, minutes=30))
    back(now)
    after, handoff = fresh(closed), Handoff.objects.get(ended_at=None)
    assert (after.state, after.assigned_to, after.reopen_until) == ("human", ana, None)
    assert (handoff.reason, handoff.accepted_by, handoff.preferred_agent) == ("reopened", ana, ana)
    assert Clock.objects.running().count() == 1
    assert not BotTurn.objects.exists()
    assert banners(closed)[-1] == "Back with ana, who had it before"
    given = Event.objects.filter(event_type="handoff.accepted").last()
    assert given.actor_kind == "system", "the record does not say that Ana did it"


def test_agent_of_whom_nothing_is_known_has_it_again_too(now, ana, closed):
    back(now)
    assert fresh(closed).assigned_to == ana


def test_agent_who_is_away_is_the_first_in_line(now, ana, closed):
    presence.status_set(ana, status="away", now=factories.later(now, minutes=30))
    back(now)
    handoff = Handoff.objects.get(ended_at=None)
    assert (fresh(closed).state, handoff.preferred_agent, handoff.accepted_by) == ("pending", ana, None)


@pytest.mark.parametrize("how", ["switched off", "left the team", "phone"])
def test_agent_who_cannot_have_it(now, ana, closed, how):
    if how == "switched off":
        ana.is_active = False
        ana.save()
    elif how == "left the team":
        ana.groups.clear()
    else:
        Handoff.objects.update(accepted_by=phone_app.person())
    back(now)
    handoff = Handoff.objects.get(ended_at=None)
    assert (fresh(closed).state, handoff.preferred_agent) == ("pending", None)
    assert Clock.objects.running().count() == 1


def test_team_that_leaves_it_to_the_assistant(now, closed):
    team = factories.team()
    team.reopen_to = Team.ReopenTo.BOT
    team.save()
    back(now)
    assert (fresh(closed).control, BotTurn.objects.count()) == ("bot", 1)
    assert fresh(closed).reopen_until is None


def test_matter_of_the_assistants_alone_is_its_own_again(now, ana):
    bots = factories.conversation(now=now)
    desk.close(bots.pk, agent=ana, now=now)
    Conversation.objects.update(reopen_until=factories.later(now, hours=1))
    line = back(now)
    assert (line.conversation_id, fresh(bots).control, BotTurn.objects.count()) == (bots.pk, "bot", 1)


def test_matter_closed_while_they_waited_waits_again(now, ana):
    queued = waiting(now, ana)
    desk.close(queued.pk, agent=ana, now=now)
    Conversation.objects.update(reopen_until=factories.later(now, hours=1))
    back(now)
    assert (fresh(queued).state, fresh(queued).assigned_to) == ("pending", None)


@pytest.mark.parametrize("thanks", ["Thanks!", "ok, gracias", "bye", "🙏"])
def test_thanks_after_closing_reopen_no_work_of_a_person(now, closed, thanks):
    back(now, thanks)
    assert (fresh(closed).control, BotTurn.objects.count()) == ("bot", 1)
    assert not Handoff.objects.filter(ended_at=None).exists()


def test_who_says_more_after_the_thanks_is_still_in_time(now, ana, closed):
    back(now, "Thanks!", minutes=10)
    back(now, "Wait, it is the wrong one", minutes=20)
    assert (fresh(closed).assigned_to, Handoff.objects.get(ended_at=None).reason) == (ana, "reopened")


def test_who_says_more_long_after_the_thanks_has_the_assistant(now, closed):
    back(now, "Thanks!", minutes=10)
    back(now, "Do you sell lamps?", hours=6)
    assert fresh(closed).control == "bot"
    assert not Handoff.objects.filter(ended_at=None).exists()


def test_thanks_while_the_assistant_is_stopped_call_nobody(now, closed):
    BotSwitch.objects.create(pk=1, enabled=False)
    line = back(now, "Thanks!")
    assert (fresh(closed).control, line.asks) == ("bot", False)
    assert not BotTurn.objects.exists()
    assert not Handoff.objects.filter(ended_at=None).exists()


def test_closed_again_it_reopens_again(now, ana, closed):
    back(now)
    desk.close(closed.pk, agent=ana, now=factories.later(now, minutes=40))
    back(now, "Still not", minutes=50)
    assert (fresh(closed).assigned_to, Handoff.objects.count()) == (ana, 3)


# Answers to "How was it?"


def ask_how_it_was(conversation, now) -> Message:
    with transaction.atomic():
        return transcript.append(
            transcript.lock(conversation.pk), now=now, direction="out", sender="system", status="delivered",
            body="How was it?", provider_id="wamid.rating", metadata={"asks_rating": True},
        )  # fmt: skip


@transaction.atomic
def answer(now, body: str, **more) -> Message:
    came = factories.incoming(body, now=now, type=more.pop("type", "text"))
    fields = {name: getattr(came, name) for name in came.__dataclass_fields__}
    said = intake.Incoming(**{**fields, **more})
    message = intake.take(factories.channel(now=now), said, now=now).message
    router.route(message, now=now)
    return message


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("5", {}), ("4/5", {}), ("٤", {}), ("⭐⭐⭐", {}), ("👍", {}),
        ("2 sorry", {"reply_to": "wamid.rating"}),
        ("Very good", {**TAP, "reply_to": "wamid.rating"}),
        ("Very good", TAP),
    ],
)  # fmt: skip
def test_rating_stands_in_the_closed_matter_and_opens_none(now, closed, body, more):
    """If this fails, each happy customer costs an agent a conversation."""
    ask_how_it_was(closed, factories.later(now, minutes=1))
    line = answer(factories.later(now, hours=10), body, **more)
    after = fresh(closed)
    assert (line.conversation_id, line.asks, after.state) == (closed.pk, False, "closed")
    assert after.window_is_open(factories.later(now, hours=30)), "but it opens WhatsApp's window"
    assert not BotTurn.objects.exists()


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("50", {}), ("5 chairs, please", {}), ("No stars for this!", {"reply_to": "wamid.rating"}), ("?", {}),
        ("6", {}),
        ("Yes", {"type": "interactive", "content": {"kind": "tap", "id": "other"}}),
    ],
)  # fmt: skip
def test_what_is_no_rating_is_heard(now, closed, body, more):
    ask_how_it_was(closed, factories.later(now, minutes=1))
    line = answer(factories.later(now, minutes=5), body, **more)
    assert (line.asks, fresh(closed).state) == (True, "human")


def test_number_where_nobody_asked_how_it_was_is_heard(now, closed):
    assert answer(factories.later(now, minutes=5), "5").asks
    assert fresh(closed).state == "human"


def test_number_a_day_after_the_question_is_heard(now, closed):
    ask_how_it_was(closed, factories.later(now, minutes=1))
    line = answer(factories.later(now, hours=26), "2")
    assert (line.asks, line.conversation_id == closed.pk) == (True, False)


def test_rating_that_comes_while_another_matter_is_open(now, closed):
    ask_how_it_was(closed, factories.later(now, minutes=1))
    newer = back(now, "Do you sell lamps?", hours=6)
    BotTurn.objects.all().delete()
    line = answer(factories.later(now, hours=7), "Very good", **TAP, reply_to="wamid.rating")
    assert (line.conversation_id, newer.conversation_id == closed.pk) == (closed.pk, False)
    assert not BotTurn.objects.exists()


def test_emoji_under_the_question_is_a_rating_and_taken_back_it_is_none(now, closed):
    with transaction.atomic():
        question = ask_how_it_was(closed, factories.later(now, minutes=1))
        ratings.rating_add(transcript.lock(closed.pk), question, agent=None, now=factories.later(now, minutes=1))
    for minutes, emoji, score in ((5, "😡", 1), (6, "", None)):
        at = factories.later(now, minutes=minutes)
        with transaction.atomic():
            change = changes.Change("reaction", {"emoji": emoji}, f"wamid.r{minutes}", at)
            assert changes.apply(question, change, by="in", now=at)
            router.changed(question, now=at)
        assert Rating.objects.get().score == score
    assert fresh(closed).state == "closed"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("5", True), (" 3. ", True), ("5️⃣", True), ("4 of 5", True), ("❤️", True), ("0", False), ("55", False), ("", False),
     ("ok", False), ("1.5", False), ("5 5 5", False), ("?", False)],
)  # fmt: skip
def test_what_a_bare_score_looks_like(text, is_one):
    assert is_score(text) == is_one
