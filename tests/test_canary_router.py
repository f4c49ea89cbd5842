"""Whom the assistant may not answer has a person at once, and nobody waits for a silent bot."""

import pytest

from conversations.models import BotSwitch, Conversation
from handoff import desk
from handoff.models import BotTurn, Handoff
from sla.models import Clock
from tests import factories
from tests.together import say

pytestmark = pytest.mark.django_db


def switch(**fields) -> None:
    BotSwitch.objects.update_or_create(pk=1, defaults=fields)


def test_while_it_is_stopped_the_first_line_calls_a_person(now):
    switch(enabled=False)
    say("Where is my order?", now=now)
    conversation, handoff = Conversation.objects.get(), Handoff.objects.get()
    assert (conversation.state, handoff.reason) == ("pending", "assistant_stopped")
    assert Clock.objects.running().count() == 1
    assert not BotTurn.objects.exists()


def test_stopped_it_answers_nobody_it_has_answered_before_either(now):
    say("Where is my order?", now=now)
    BotTurn.objects.all().delete()
    switch(enabled=False)
    say("Hello?", now=factories.later(now, minutes=1))
    assert Handoff.objects.get().reason == "assistant_stopped"


def test_customers_outside_the_canary_have_people_from_the_first_line(now):
    switch(canary_percent=0)
    say("Where is my order?", now=now)
    assert (Conversation.objects.get().state, Handoff.objects.get().reason) == ("pending", "canary")
    assert not BotTurn.objects.exists()


def test_canary_is_about_new_conversations(now):
    """A smaller share must not tear people out of the middle of an answer."""
    say("Where is my order?", now=now)
    assert BotTurn.objects.count() == 1
    switch(canary_percent=0)
    say("B-10234", now=factories.later(now, seconds=5))
    assert not Handoff.objects.exists()


def test_who_was_given_to_the_assistant_stays_with_it(now):
    ana = factories.agent()
    switch(canary_percent=0)
    say("Where is my order?", now=now)
    conversation = Conversation.objects.get()
    desk.release(conversation.pk, agent=ana, context="please answer", now=now)
    say("Thanks, and the invoice?", now=factories.later(now, minutes=1))
    conversation.refresh_from_db()
    assert (conversation.control, Handoff.objects.count()) == ("bot", 1)


def test_second_line_of_a_customer_outside_the_canary_is_no_second_handoff(now):
    switch(canary_percent=0)
    for seconds in (0, 5):
        say("Hello", now=factories.later(now, seconds=seconds))
    assert Handoff.objects.count() == 1
