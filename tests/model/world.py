"""The world outside the desk, held in one process so that a story can stop and look after every step.

Postgres is real. The broker is a list: a task runs when the story says so, or is lost with all others (a crash). The
clock moves only when the story moves it. What WhatsApp is handed over is kept with who was in control at that moment.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import time_machine
from django.contrib.auth.models import User
from django.db import connection, transaction

from config import wake
from config.celery import app
from conversations import intake, outbox
from conversations.models import Channel, Conversation, Message
from handoff import router
from handoff import tasks as handoff_tasks
from handoff.models import Presence, Team
from handoff.refusals import Refused
from sla import tasks as sla_tasks
from tests import factories

__all__ = ["World", "handoff_tasks", "sla_tasks", "world"]  # the tasks are found by their names

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AGENTS = ("ana", "ben", "cleo", "sara")
#: Tasks of this floor; those of the channel need a provider and have tests of their own.
OURS = ("handoff.", "sla.")


@dataclass(frozen=True, slots=True)
class Left:
    """A message that left the house."""

    sender: str
    epoch: int
    control: str
    control_epoch: int


@dataclass
class World:
    """One desk with two teams, four agents and a few customers."""

    now: datetime = START
    tasks: list[tuple[str, tuple[Any, ...], datetime]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def set_up(self) -> None:
        self.channel: Channel = factories.channel(now=self.now)
        self.support, self.second = factories.team("support"), factories.team("second")
        Team.objects.filter(pk=self.second.pk)
        self.second.level, self.second.assignment = Team.Level.SPECIALIST, Team.Assignment.OFFER
        self.second.capacity, self.second.return_after = 2, timedelta(minutes=40)
        self.second.save()
        self.support.overflow_to, self.support.overflow_after = self.second, timedelta(minutes=20)
        self.support.save()
        teams = {"ana": ("support",), "ben": ("support", "second"), "cleo": ("second",), "sara": ("support",)}
        self.agents = {name: factories.agent(name, teams=teams[name]) for name in AGENTS}
        from conversations.models import supervise_permission

        self.agents["sara"].user_permissions.add(supervise_permission())
        self.agents = {name: User.objects.get(pk=user.pk) for name, user in self.agents.items()}

    # -- time, broker -------------------------------------------------------

    def later(self, by: timedelta) -> None:
        self.now += by
        self.clock.move_to(self.now)

    def commit(self) -> None:
        """What a commit would send: the callbacks of this story's transaction run now, in their order."""
        while connection.run_on_commit:
            callbacks, connection.run_on_commit = connection.run_on_commit, []
            for _, call, _robust in callbacks:
                call()

    def send(self, task: str, *args: Any, countdown: float = 0) -> None:
        if task.startswith(OURS):
            self.tasks.append((task, args, self.now + timedelta(seconds=countdown)))

    def crash(self) -> None:
        """Every worker dies, and the broker forgets."""
        self.tasks.clear()

    def work(self, luck: random.Random, most: int = 50) -> None:
        """The workers take what is due, in no particular order, until nothing is due."""
        for _ in range(most):
            due = [task for task in self.tasks if task[2] <= self.now]
            if not due:
                return
            chosen = luck.choice(due)
            self.tasks.remove(chosen)
            self.run(chosen[0], *chosen[1])

    def run(self, task: str, *args: Any) -> None:
        app.tasks[task](*args)
        self.commit()

    def sweep(self) -> None:
        """All sweeps of this floor, as beat would send them."""
        from config.schedule import SCHEDULE

        for sweep in SCHEDULE:
            if sweep.task.startswith(OURS):
                self.run(sweep.task)

    # -- people -------------------------------------------------------------

    def customer_writes(self, number: int, body: str) -> Message:
        with transaction.atomic():
            said = factories.incoming(body, now=self.now, who=factories.sender(number))
            message = intake.take(self.channel, said, now=self.now).message
            router.route(message, now=self.now)
        self.commit()
        return message

    def does(self, verb: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """An agent's verb. A refusal is an answer, anything else that is raised is a fault."""
        try:
            with transaction.atomic():
                done = verb(*args, **more)
        except Refused as refused:
            self.refusals.append(refused.code)
            return None
        except ValueError as wrong:
            self.refusals.append(f"ValueError: {wrong}")
            return None
        finally:
            self.commit()
        return done

    def conversations(self) -> list[Conversation]:
        return list(Conversation.objects.order_by("opened_at", "pk").select_related("channel", "customer", "team"))

    def deliver(self, conversation: Conversation) -> None:
        """The channel takes everything this conversation has to send; WhatsApp accepts all."""
        while True:
            message = outbox.claim_next(conversation.pk, now=self.now)
            if message is None:
                return
            at = Conversation.objects.get(pk=conversation.pk)
            self.left.append(Left(message.sender, message.control_epoch, at.control, at.control_epoch))
            outbox.mark_accepted(message.pk, provider_id=f"wamid.out.{message.pk}", now=self.now)
            self.commit()

    def everybody_goes(self) -> None:
        """No sign of life from any agent any more."""
        Presence.objects.update(seen_at=self.now - timedelta(days=1))


@contextmanager
def world() -> Iterator[World]:
    """A desk that never was once the story ends."""
    made = World()
    with (
        transaction.atomic(),
        time_machine.travel(made.now, tick=False) as clock,
        mock.patch.object(wake, "send", made.send),
    ):
        made.clock = clock
        made.set_up()
        connection.run_on_commit = []
        try:
            yield made
        finally:
            connection.run_on_commit = []
            transaction.set_rollback(True)
