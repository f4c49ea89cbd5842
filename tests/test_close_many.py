"""Closing many at once, with care: nobody who waits is closed by accident, and what was left is said."""

import uuid

import pytest
from django.db import transaction

from audit.models import Event
from audit.verify import verify
from conversations.models import Conversation, supervise_permission
from conversations.states import State
from handoff import desk, router
from handoff.models import Resolution
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


def opened(now, number: int, body: str = "Hello") -> Conversation:
    with transaction.atomic():
        message = factories.take(body, now=now, who=factories.sender(number))
        router.route(message, now=now)
    return message.conversation


def waiting(now, ana, number: int) -> Conversation:
    conversation = opened(now, number)
    desk.request_handoff(conversation.pk, agent=ana, explanation="", now=now)
    return conversation


def answered(now, ana, number: int) -> Conversation:
    conversation = waiting(now, ana, number)
    desk.accept(conversation.pk, agent=ana, now=now)
    desk.reply(conversation.pk, agent=ana, body="It is on its way.", now=factories.later(now, minutes=1))
    return conversation


def left(closed) -> dict[uuid.UUID, str]:
    assert all(one.words for one in closed.left)
    return {one.conversation_id: one.code for one in closed.left}


def test_answered_ones_are_closed_each_on_a_record_of_its_own(now, ana):
    conversations = [answered(now, ana, number) for number in range(3)]
    later, ids = factories.later(now, minutes=5), [one.pk for one in conversations]
    closed = desk.close_many(ids, agent=ana, now=later, tag="solved", resolution="Done")
    assert closed == desk.Closed(tuple(one.pk for one in conversations), ())
    for conversation in conversations:
        conversation.refresh_from_db()
        assert conversation.state == State.CLOSED
        kept = Resolution.objects.get(conversation=conversation)
        assert (kept.tag_id, kept.note) == ("solved", "Done")
        assert Event.objects.about(conversation.stream).filter(event_type="resolution.kept").count() == 1
    assert list(verify()) == []


def test_customers_who_wait_are_left_unless_that_is_asked_for(now, ana):
    """If this fails, a tired click throws away a queue of people who wait for an answer."""
    queued, unanswered, thinking = waiting(now, ana, 1), waiting(now, ana, 2), opened(now, 3)
    desk.accept(unanswered.pk, agent=ana, now=now)
    done = answered(now, ana, 4)
    ids = [one.pk for one in (queued, unanswered, thinking, done)]
    closed = desk.close_many(ids, agent=ana, now=now)
    assert closed.closed == (done.pk,)
    assert left(closed) == {queued.pk: "customer_waits", unanswered.pk: "customer_waits", thinking.pk: "customer_waits"}
    again = desk.close_many(ids, agent=ana, now=now, including_waiting=True)
    assert set(again.closed) == {queued.pk, unanswered.pk, thinking.pk}
    assert left(again) == {done.pk: "closed"}


def test_what_one_may_not_see_or_close_is_left_and_does_not_stop_the_others(now, ana):
    ben = factories.agent("ben", teams=("returns",))
    cara = factories.agent("cara")
    hers, free = answered(now, ana, 1), opened(now, 2)
    free.bot_turns.all().delete()
    nowhere = uuid.uuid4()
    closed = desk.close_many([hers.pk, nowhere, free.pk], agent=ben, now=now)
    assert left(closed) == {hers.pk: "not_found", nowhere: "not_found", free.pk: "not_found"}
    closed = desk.close_many([hers.pk, nowhere, free.pk, free.pk], agent=cara, now=now)
    assert left(closed) == {hers.pk: "not_in_control", nowhere: "not_found"}
    assert closed.closed == (free.pk,)
    sara = factories.agent("sara", teams=())
    sara.user_permissions.add(supervise_permission())
    assert desk.close_many([hers.pk], agent=sara, now=now).closed == (hers.pk,)


def test_too_many_and_unknown_tags_are_refused_before_anything_is_closed(now, ana):
    conversation = answered(now, ana, 1)
    with pytest.raises(ValueError, match="200"):
        desk.close_many([conversation.pk, *(uuid.uuid4() for _ in range(200))], agent=ana, now=now)
    with pytest.raises(ValueError, match="no such tag"):
        desk.close_many([conversation.pk], agent=ana, now=now, tag="invented")
    conversation.refresh_from_db()
    assert conversation.state == State.HUMAN
    assert desk.close_many([], agent=ana, now=now) == desk.Closed((), ())
