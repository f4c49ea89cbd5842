"""Promises: the right row, the deadline as the moment of the breach, one running at a time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations.models import Topic
from sla import clocks
from sla.matrix import FALLBACK, promise_for
from sla.models import Clock, MatrixRow
from tests import factories

pytestmark = pytest.mark.django_db

METRIC = Clock.Metric.FIRST_RESPONSE


def row(minutes: int, tier: str | None = None, topic: str | None = None) -> MatrixRow:
    return MatrixRow.objects.create(tier_id=tier, topic_id=topic, first_response=timedelta(minutes=minutes))


def start(conversation, now):
    with transaction.atomic():
        return clocks.clock_start(factories.locked(conversation), METRIC, now=now)


def meet(conversation, now):
    with transaction.atomic():
        clocks.clock_meet(factories.locked(conversation), METRIC, actor=SYSTEM, now=now)


class TestMatrix:
    @pytest.mark.parametrize(
        ("tier", "topic", "minutes"),
        [
            ("vip", "returns", 1),
            ("vip", "orders", 3),
            ("retail", "returns", 2),
            ("retail", "orders", 4),
            ("vip", None, 3),
        ],
    )
    def test_most_specific_row_wins_topic_before_tier(self, tier, topic, minutes):
        row(4)
        row(3, tier="vip")
        row(2, topic="returns")
        row(1, tier="vip", topic="returns")
        assert promise_for(tier=tier, topic=topic).first_response == timedelta(minutes=minutes)

    def test_empty_matrix_still_promises(self):
        """A waiting customer without a clock would be forgotten (invariant 7)."""
        assert promise_for(tier="retail", topic=None).first_response == FALLBACK

    def test_two_rows_for_the_same_pair_are_refused(self):
        row(1)
        with pytest.raises(IntegrityError), transaction.atomic():
            row(2)

    def test_promise_of_nothing_is_refused(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            row(0)


class TestClock:
    @pytest.fixture(autouse=True)
    def _matrix(self):
        row(10)

    @pytest.fixture
    def conversation(self, now):
        return factories.conversation(now=now)

    def test_start_keeps_the_deadline_on_the_conversation(self, conversation, now):
        clock = start(conversation, now)
        conversation.refresh_from_db()
        assert conversation.next_deadline == clock.due_at == now + timedelta(minutes=10)

    def test_second_start_does_not_push_the_promise_back(self, conversation, now):
        first = start(conversation, now)
        assert start(conversation, now + timedelta(minutes=5)) == first

    def test_answer_in_time_is_no_breach(self, conversation, now):
        clock = start(conversation, now)
        meet(conversation, now + timedelta(minutes=10))
        clock.refresh_from_db()
        assert (clock.met_at, clock.breached_at) == (now + timedelta(minutes=10), None)
        conversation.refresh_from_db()
        assert conversation.next_deadline is None

    def test_late_answer_before_any_sweep_is_still_a_breach_at_the_deadline(self, conversation, now):
        """A late answer that landed before the tick must not count as a hit."""
        clock = start(conversation, now)
        meet(conversation, now + timedelta(minutes=11))
        clock.refresh_from_db()
        assert clock.breached_at == clock.due_at
        assert clock.met_at == now + timedelta(minutes=11)

    def test_sweep_an_hour_late_marks_the_deadline_not_the_tick(self, conversation, now):
        clock = start(conversation, now)
        assert clocks.breaches_mark(now=now + timedelta(hours=1)) == 1
        clock.refresh_from_db()
        assert clock.breached_at == now + timedelta(minutes=10)

    def test_sweep_is_safe_to_run_twice(self, conversation, now):
        start(conversation, now)
        clocks.breaches_mark(now=now + timedelta(hours=1))
        assert clocks.breaches_mark(now=now + timedelta(hours=1)) == 0
        assert Event.objects.filter(event_type="clock.breached").count() == 1

    def test_breached_clock_runs_on_until_answered(self, conversation, now):
        clock = start(conversation, now)
        clocks.breaches_mark(now=now + timedelta(hours=1))
        meet(conversation, now + timedelta(hours=2))
        clock.refresh_from_db()
        assert clock.breached_at == clock.due_at
        assert clock.met_at == now + timedelta(hours=2)

    def test_cancelled_clock_is_not_breached_later(self, conversation, now):
        clock = start(conversation, now)
        with transaction.atomic():
            clocks.clocks_cancel(factories.locked(conversation), actor=SYSTEM, why="closed", now=now)
        assert clocks.breaches_mark(now=now + timedelta(hours=1)) == 0
        clock.refresh_from_db()
        assert clock.breached_at is None

    def test_cancelling_after_the_deadline_does_not_hide_the_breach(self, conversation, now):
        clock = start(conversation, now)
        with transaction.atomic():
            clocks.clocks_cancel(
                factories.locked(conversation), actor=SYSTEM, why="closed", now=now + timedelta(minutes=11)
            )
        clock.refresh_from_db()
        assert clock.breached_at == clock.due_at

    def test_topic_of_the_conversation_chooses_the_row(self, conversation, now):
        row(2, topic="returns")
        conversation.topic = Topic.objects.get(code="returns")
        conversation.save()
        assert start(conversation, now).due_at == now + timedelta(minutes=2)

    def test_database_refuses_a_breach_at_another_moment(self, conversation, now):
        clock = start(conversation, now)
        with pytest.raises(IntegrityError, match="clock_breach_is_deadline"), transaction.atomic():
            Clock.objects.filter(pk=clock.pk).update(breached_at=now)
