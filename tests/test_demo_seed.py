"""The demo shop: every state to look at, nothing left to send, an honest record, and a second start changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from assistant.models import Article, Order
from audit.models import Event
from audit.verify import verify
from config import clock
from console.demo.seed import seed
from conversations.models import Conversation, Customer, Message
from conversations.states import State
from handoff import briefing
from sla.models import Clock, MatrixRow
from whatsapp.demo_phones import restore
from whatsapp.standin import demo
from whatsapp.standin.phones import Network

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(settings):
    settings.SIMULATOR = True
    assert seed(standin_url="http://127.0.0.1:8001", now=clock.now())


@pytest.mark.usefixtures("seeded")
class TestSeeded:
    def test_every_state_can_be_looked_at(self):
        assert set(Conversation.objects.values_list("state", flat=True)) == {str(state) for state in State}

    def test_nothing_of_the_past_leaves_again(self):
        statuses = set(Message.objects.filter(direction="out").values_list("status", flat=True))
        assert statuses == {"read", "internal"}

    def test_nobody_waits_for_an_assistant_that_will_not_answer(self):
        for conversation in Conversation.objects.filter(control="bot"):
            assert briefing.unanswered(conversation) == []

    def test_whoever_waits_has_a_clock_and_one_promise_is_missed_already(self):
        for conversation in Conversation.objects.filter(state=State.PENDING):
            assert conversation.next_deadline
        assert Clock.objects.running().exclude(breached_at=None).count() == 1

    def test_shop_is_stocked(self):
        assert Article.objects.filter(language="en").count() >= 12
        assert Order.objects.exists()
        assert MatrixRow.objects.exists()
        assert set(Customer.objects.values_list("tier", flat=True)) == {"vip", "trade", "retail"}

    def test_record_of_the_past_verifies(self):
        assert list(verify()) == []

    def test_second_start_changes_nothing(self):
        before = Message.objects.count(), Event.objects.count(), Article.objects.count()
        assert not seed(standin_url="http://127.0.0.1:8001", now=clock.now())
        after = Message.objects.count(), Event.objects.count(), Article.objects.count()
        assert after == before

    def test_phones_show_what_was_said(self):
        network = Network()
        demo.fill(network, baton_url="http://127.0.0.1:8000")
        said = Message.objects.said().filter(conversation__customer__external_ref="L-1003").count()
        restore(network)
        assert len(network.lines["lucia"]) == said


def test_demo_is_refused_on_a_real_desk(settings):
    settings.SIMULATOR = False
    with pytest.raises(CommandError, match="SIMULATOR"):
        call_command("seed_demo")
