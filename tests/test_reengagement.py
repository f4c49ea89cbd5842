"""Something waits for a customer whose window is closed: they are asked once, and what waited goes out once."""

from datetime import timedelta

import pytest

from audit.actors import SYSTEM
from audit.models import Event
from conversations import control
from conversations.models import Consent, Message
from conversations.states import Event as StateEvent
from tests import factories, sending
from tests.sending import Status, content_of, status, statuses
from tests.standin import running
from whatsapp import reengagement

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    with running(tmp_path_factory.mktemp("whatsapp")) as client:
        yield client


@pytest.fixture
def world(standin, monkeypatch, settings):
    with sending.world(standin, monkeypatch, settings) as made:
        yield made


def held(world, *words: str):
    """Words of a person that came too late for the window."""
    ann = world.customer(1, wrote=timedelta(hours=25))
    messages = [world.says(ann, line) for line in words or ("the part is here",)]
    world.deliver(ann)
    assert set(statuses(*messages)) == {Status.HELD}
    return ann, messages


def rounds(world, count=4) -> None:
    for _ in range(count):
        world.sweep()
        world.later(minutes=6)


def answers(world) -> None:
    world.client.put_window(world.channel.cloud.phone_number_id, "c1", at=world.now() - world.ahead)
    world.later(seconds=1)
    world.writes(1, "yes?")


def banners(conversation) -> list[str]:
    return list(conversation.messages.filter(type=Message.BANNER).values_list("body", flat=True))


def test_customer_is_asked_once_and_their_answer_releases_everything_once(world):
    world.asks_by()
    _, messages = held(world, "one", "two")
    rounds(world)
    assert world.sent() == ["reengage_update"]
    assert statuses(*messages) == [Status.HELD, Status.HELD]
    answers(world)
    rounds(world)
    assert world.sent() == ["reengage_update", "one", "two"]


def test_words_that_come_to_wait_later_ask_no_second_time_and_no_sweep_for_ever(world):
    """If this fails, the sweep looks at the same hundred conversations each time and never at the next."""
    world.asks_by()
    ann, _ = held(world)
    rounds(world, 2)
    world.says(ann, "and another thing")
    rounds(world, 2)
    assert world.sent() == ["reengage_update"]
    assert reengagement.unasked() == []


def test_template_that_fails_is_not_repeated(world):
    """If this fails, a paused template is sent at the customer every five seconds."""
    world.asks_by()
    ann, messages = held(world, "one", "two")
    world.fault(code=132015, http=400, until_cleared=True, match={"type": "template"})
    rounds(world)
    assert sum(seen["path"].endswith("/messages") for seen in world.client.requests()) == 1
    assert len([words for words in banners(ann) if "not asked to write" in words]) == 1
    assert reengagement.unasked() == []
    assert statuses(*messages) == [Status.HELD, Status.HELD]


def test_number_without_a_template_says_so_once(world):
    ann, messages = held(world, "one", "two")
    rounds(world)
    assert len([words for words in banners(ann) if "has no re-engagement template" in words]) == 1
    assert Event.objects.filter(event_type="conversation.not_reengaged").count() == 1
    assert reengagement.unasked() == []
    answers(world)
    rounds(world, 2)
    assert set(statuses(*messages)) == {Status.ACCEPTED}


def test_opted_out_customer_is_not_asked(world):
    world.asks_by()
    ann, messages = held(world)
    ann.customer.opted_out_at = world.now()
    ann.customer.save()
    rounds(world)
    assert world.sent() == []
    assert status(messages[0]) == Status.HELD


def test_template_an_agent_has_sent_beside_it_asks_already(world):
    template = world.asks_by()
    ann, _ = held(world)
    world.says(ann, content_of(template))
    rounds(world)
    assert world.sent() == ["reengage_update"]


def test_question_that_is_still_on_its_way_is_taken_back_when_the_customer_writes(world):
    """They have written: "Reply to continue" would come after the answer, and cost."""
    world.asks_by()
    ann, messages = held(world)
    world.fault(code=131016, http=400, times=1, match={"type": "template"})
    world.sweep()
    world.sweep()
    template = ann.messages.get(type=Message.TEMPLATE)
    assert status(template) == Status.QUEUED
    answers(world)
    rounds(world, 2)
    assert world.sent() == ["the part is here"]
    assert (status(template), status(messages[0])) == (Status.DROPPED, Status.ACCEPTED)


def test_what_waits_beside_an_open_window_is_released(world):
    ann, messages = held(world)
    type(ann).objects.filter(pk=ann.pk).update(window_expires_at=world.now() + timedelta(hours=1))
    assert world.do(reengagement.reengage, ann.pk, now=world.now()) is None
    assert status(messages[0]) == Status.QUEUED


def test_what_waits_in_a_closed_conversation_is_withheld_with_words(world):
    """The customer's next words open another conversation: nobody would release it, and nobody see it."""
    world.asks_by()
    ann, messages = held(world)
    world.sweep()
    control.transition(factories.locked(ann), StateEvent.RESOLVED, actor=SYSTEM, now=world.now())
    rounds(world, 2)
    assert status(messages[0]) == Status.DROPPED
    assert reengagement.unasked() == []


def test_closed_conversation_asks_nobody(world):
    world.asks_by()
    ann, messages = held(world)
    Consent.objects.create(customer=ann.customer, kind="opt_in", source="form", at=world.now())
    type(ann.customer).objects.filter(pk=ann.customer_id).update(opted_in_at=world.now())
    control.transition(factories.locked(ann), StateEvent.RESOLVED, actor=SYSTEM, now=world.now())
    rounds(world, 2)
    assert world.sent() == []
    assert status(messages[0]) == Status.DROPPED
