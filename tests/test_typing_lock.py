"""While an agent types in a conversation of the bot's the bot waits; sending takes the conversation over."""

import pytest

from audit.models import Event
from conversations.content import Reaction
from handoff import attendance, desk
from handoff.models import Handoff, HandoffPolicy
from tests import factories
from tests.together import fresh, held, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def bots(now):
    return factories.conversation(now=now)


def test_typing_pauses_the_bot_and_is_on_the_record_once(now, ana, bots):
    for seconds in (0, 5, 10):
        assert desk.typing(bots.pk, agent=ana, now=factories.later(now, seconds=seconds))
    paused = Event.objects.filter(event_type="bot.paused").get()
    assert (paused.stream, paused.payload["agent"]) == (bots.stream, "ana")
    assert attendance.typing_until(bots, now=factories.later(now, seconds=10)) == factories.later(now, seconds=40)
    assert desk.typing(bots.pk, agent=ana, now=factories.later(now, minutes=5))
    assert Event.objects.filter(event_type="bot.paused").count() == 2, "a lease that had ended is a new one"


def test_how_long_is_the_policys(now, ana, bots):
    HandoffPolicy.objects.create(pk=1, typing_lock=factories.later(now, seconds=5) - now)
    desk.typing(bots.pk, agent=ana, now=now)
    assert attendance.typing_until(bots, now=now) == factories.later(now, seconds=5)


def test_typing_elsewhere_pauses_nothing(now, ana):
    mine = held(now, ana)
    assert not desk.typing(mine.pk, agent=ana, now=now)
    assert not Event.objects.filter(event_type="bot.paused").exists()
    assert attendance.types(mine, ana, now=now), "the colleagues see it all the same"


def test_whoever_stops_pauses_no_more(now, ana, bots):
    desk.typing(bots.pk, agent=ana, now=now)
    assert not desk.typing(bots.pk, agent=ana, now=now, typing=False)
    assert attendance.typing_until(bots, now=now) is None


def test_sending_takes_it_over(now, ana, bots):
    desk.typing(bots.pk, agent=ana, now=now)
    message = desk.reply(bots.pk, agent=ana, body="I look into it", now=factories.later(now, seconds=20))
    after = fresh(bots)
    assert (after.state, after.assigned_to, Handoff.objects.get().reason) == ("human", ana, "take_over")
    assert message.control_epoch == after.control_epoch > bots.control_epoch


def test_without_a_running_lease_it_is_the_bots(now, ana, bots):
    assert refusal(desk.reply, bots.pk, agent=ana, body="Hello", now=now).code == "not_in_control"
    desk.typing(bots.pk, agent=ana, now=now)
    late = factories.later(now, seconds=30)
    refused = refusal(desk.reply, bots.pk, agent=ana, body="Hello", now=late)
    assert (refused.code, "the assistant" in refused.words) == ("not_in_control", True)
    ben = factories.agent("ben")
    assert refusal(desk.reply, bots.pk, agent=ben, body="Hello", now=now).code == "not_in_control"
    assert fresh(bots).control == "bot"


def test_message_that_cannot_be_sent_takes_nothing_over(now, ana, bots):
    desk.typing(bots.pk, agent=ana, now=now)
    with pytest.raises(ValueError, match="characters"):
        desk.reply(bots.pk, agent=ana, body="x" * 5000, now=now)
    assert refusal(desk.send, bots.pk, agent=ana, content=Reaction("wamid.1", "👍"), now=now).code == "not_in_control"
    assert (fresh(bots).control, Handoff.objects.count()) == ("bot", 0)
    desk.typing(bots.pk, agent=ana, now=factories.later(now, hours=25))
    late = factories.later(now, hours=25)
    assert refusal(desk.reply, bots.pk, agent=ana, body="Hello", now=late).code == "not_in_control"
    assert fresh(bots).control == "bot"


def test_of_two_who_type_the_first_to_send_has_it(now, ana, bots):
    ben = factories.agent("ben")
    for agent in (ana, ben):
        desk.typing(bots.pk, agent=agent, now=now)
    desk.reply(bots.pk, agent=ben, body="Hello", now=now)
    refused = refusal(desk.reply, bots.pk, agent=ana, body="Hello", now=now)
    assert (refused.code, "ben" in refused.words) == ("not_in_control", True)
