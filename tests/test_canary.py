"""The canary: a share of the customers gets the assistant, the same ones every time; the others get people."""

import uuid

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from handoff import brake, desk, turns
from tests import factories

pytestmark = pytest.mark.django_db

CUSTOMERS = [uuid.UUID(int=number * 7919) for number in range(5000)]


def share(now, percent: int) -> None:
    brake.switch(actor=SYSTEM, now=now, canary_percent=percent)


def left_out(now, percent: int = 50):
    """A conversation of a customer who is not among so many percent."""
    for number in range(1, 100):
        conversation = factories.conversation(now=now, who=factories.sender(number))
        if not brake.is_served(conversation.customer_id, percent):
            return conversation
    raise AssertionError("nobody is left out")


@pytest.mark.parametrize("percent", [0, 10, 20, 50, 99, 100])
def test_share_is_as_large_as_was_asked_for(percent):
    served = sum(brake.is_served(customer, percent) for customer in CUSTOMERS)
    assert served / len(CUSTOMERS) == pytest.approx(percent / 100, abs=0.02)
    assert served == 0 if percent == 0 else True
    assert served == len(CUSTOMERS) if percent == 100 else True


def test_larger_share_keeps_everybody_of_the_smaller_one():
    """If this fails, a customer is thrown from the assistant to people and back as the share grows."""
    for smaller, larger in ((0, 10), (10, 20), (20, 80), (80, 100)):
        before = {customer for customer in CUSTOMERS if brake.is_served(customer, smaller)}
        after = {customer for customer in CUSTOMERS if brake.is_served(customer, larger)}
        assert before <= after


def test_nobody_and_everybody(now):
    conversation = factories.conversation(now=now)
    share(now, 0)
    assert brake.who_answers(conversation) == "canary"
    share(now, 100)
    assert brake.who_answers(conversation) == "bot"


def test_customer_keeps_their_side_from_one_conversation_to_the_next(now):
    conversation = left_out(now)
    share(now, 50)
    assert brake.who_answers(conversation) == "canary"
    number = int(conversation.customer.name.rpartition(" ")[2])
    desk.close(conversation.pk, agent=factories.agent(), now=now)
    again = factories.conversation(now=factories.later(now, hours=30), who=factories.sender(number))
    assert again.pk != conversation.pk
    assert brake.who_answers(again) == "canary"


def test_conversation_the_assistant_has_begun_stays_with_it_when_the_share_is_lowered(now):
    """If this fails, lowering the canary throws running conversations at people, all at once."""
    conversation = factories.conversation(now=now)
    with transaction.atomic():
        turns.answer(factories.locked(conversation), body="Hello!", evidence={}, now=now)
    share(now, 0)
    assert brake.who_answers(conversation) == "bot"


def test_conversation_a_person_gave_back_is_the_assistants(now):
    """If this fails, an agent gives back and the customer is in the queue again at once."""
    ana = factories.agent()
    conversation = factories.conversation(now=now)
    share(now, 0)
    desk.take_over(conversation.pk, agent=ana, now=now)
    desk.release(conversation.pk, agent=ana, now=now)
    assert brake.who_answers(conversation) == "bot"


def test_stop_comes_before_the_canary(now):
    conversation = factories.conversation(now=now)
    brake.switch(actor=SYSTEM, now=now, enabled=False, canary_percent=100)
    assert brake.who_answers(conversation) == "stopped"
