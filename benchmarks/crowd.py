"""Thousands of customers who wait, in seconds: rows made in bulk, as the product's own functions would leave them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

_numbers = count(1)
LANGUAGES = ("en", "es", "pt", "")


def _customers(many: int, now: datetime) -> list[Any]:
    from conversations.models import Customer

    made = [Customer(name=f"Customer {next(_numbers)}", created_at=now) for _ in range(many)]
    return Customer.objects.bulk_create(made, batch_size=2000)


def closed(many: int, *, agents: list[Any], teams: list[Any], channel: Any, now: datetime) -> None:
    """So many conversations that these agents have had and closed: what a desk has after a while."""
    from conversations.models import Conversation
    from conversations.states import State

    customers = _customers(max(1, many // 10), now)
    Conversation.objects.bulk_create(
        [
            Conversation(
                customer=customers[number % len(customers)], channel=channel, team_id=teams[number % len(teams)].pk,
                state=State.CLOSED, assigned_to=agents[number % len(agents)], closed_at=now, opened_at=now,
                last_activity_at=now - timedelta(minutes=number),
            )
            for number in range(many)
        ],
        batch_size=2000,
    )  # fmt: skip


def waiting(many: int, *, teams: list[Any], channel: Any, now: datetime, languages: Iterable[str] = LANGUAGES) -> None:
    """So many customers in the queues of these teams, with deadlines, priorities and languages that differ."""
    from conversations.models import Conversation
    from conversations.states import State
    from handoff.models import Handoff
    from sla.models import Clock

    spoken = list(languages)
    customers = _customers(many, now)
    conversations = Conversation.objects.bulk_create(
        [
            Conversation(
                customer=customer, channel=channel, team_id=teams[number % len(teams)].pk, state=State.PENDING,
                control_epoch=1, language=spoken[number % len(spoken)], priority=number * 7 % 100,
                opened_at=now - timedelta(seconds=number % 3600), last_activity_at=now, last_customer_at=now,
                window_expires_at=now + timedelta(hours=20),
                next_deadline=now + timedelta(minutes=number * 13 % 240),
            )
            for number, customer in enumerate(customers)
        ],
        batch_size=2000,
    )  # fmt: skip
    Handoff.objects.bulk_create(
        [
            Handoff(
                conversation=conversation, reason=Handoff.Reason.ASKED, summary="help", payload={},
                team_id=conversation.team_id, requested_at=now, queued_at=now, due_at=conversation.next_deadline,
                check_at=now + timedelta(minutes=5),
            )
            for conversation in conversations
        ],
        batch_size=2000,
    )  # fmt: skip
    Clock.objects.bulk_create(
        [
            Clock(
                conversation=conversation, metric=Clock.Metric.FIRST_RESPONSE, started_at=now,
                due_at=conversation.next_deadline or now,
            )
            for conversation in conversations
        ],
        batch_size=2000,
    )  # fmt: skip
