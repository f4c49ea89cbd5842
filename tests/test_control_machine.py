"""Any story that customers, assistant, agents, sweeps, time and crashes can play leaves the desk in order.

After every step: exactly one holder of control, nobody orphaned, no word of the assistant after a handoff, everything
on the record, every waiting customer with a running clock. `EXPLORE=200` plays so many new stories.
"""

import os
import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assistant.turn import default_engine
from audit.actors import Actor
from audit.models import Event as AuditEvent
from audit.verify import verify
from conversations.models import BotSwitch, Conversation, Message
from conversations.states import BOT_STATES, Control, State, control_of
from handoff import assignment, brake, briefing, desk, presence, turns, waits
from handoff.models import BotTurn, Handoff, Offer, Presence
from sla.models import Clock
from tests.model.world import AGENTS, World, world

EXPLORE = int(os.environ.get("EXPLORE", "0"))
#: For each of the four volumes: 4 x 15 stories of up to 60 steps, the same at every run.
STORIES = EXPLORE or 15
SETTINGS = settings(
    max_examples=STORIES, stateful_step_count=60, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink] if EXPLORE else [Phase.generate],
)  # fmt: skip
SAID = (
    "Where is my order?", "I want to speak to a human", "thanks", "THIS IS USELESS", "I will call my lawyer", "ok",
    "How do I return a chair?", "¿Dónde está mi pedido?", "stop", "1", "help help help", "My order B-10234 is broken",
)  # fmt: skip
agents = st.sampled_from(AGENTS)
customers = st.integers(1, 3)
picks = st.integers(0, 5)
seeds = st.integers(0, 1_000_000)


class Desk(RuleBasedStateMachine):
    """Each rule is something that can happen at any moment; what the desk must not allow it refuses."""

    @initialize()
    def opens(self) -> None:
        self.entered = world()
        self.world: World = self.entered.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.ends_well()
            finally:
                self.entered.__exit__(None, None, None)

    # -- what customers do --------------------------------------------------

    @rule(who=customers, body=st.sampled_from(SAID))
    def customer_writes(self, who: int, body: str) -> None:
        self.world.customer_writes(who, body)

    # -- what the machinery does --------------------------------------------

    @rule(seconds=st.sampled_from([1, 3, 20, 45, 90]))
    def time_passes(self, seconds: int) -> None:
        self.world.later(timedelta(seconds=seconds))

    @rule(minutes=st.sampled_from([5, 11, 25, 60, 300, 25 * 60]))
    def much_time_passes(self, minutes: int) -> None:
        self.world.later(timedelta(minutes=minutes))

    @rule(seed=seeds)
    def workers_work(self, seed: int) -> None:
        self.world.work(random.Random(seed))

    @rule()
    def workers_crash(self) -> None:
        self.world.crash()

    @rule()
    def sweeps_run(self) -> None:
        self.world.sweep()

    @rule(pick=picks)
    def channel_delivers(self, pick: int) -> None:
        if conversation := self.chosen(pick):
            self.world.deliver(conversation)

    @rule(pick=picks, meanwhile=st.sampled_from(["nothing", "takes_over", "customer", "brake", "typing", "closed"]))
    def assistant_thinks(self, pick: int, meanwhile: str) -> None:
        """A turn whose thought takes so long that something happens before it is committed."""
        conversation = self.chosen(pick)
        if conversation is None:
            return
        machine = self

        class Slow:
            name = "slow"

            def reply(self, context):
                machine.meanwhile(conversation, meanwhile)
                return default_engine().reply(context)

        self.world.later(timedelta(seconds=3))
        turns.turn_take(conversation.pk, engine=Slow())
        self.world.commit()

    def meanwhile(self, conversation: Conversation, what: str) -> None:
        does, now, ana = self.world.does, self.world.now, self.world.agents["ana"]
        if what == "takes_over":
            does(desk.take_over, conversation.pk, agent=ana, now=now)
        elif what == "customer":
            self.world.customer_writes(1, "and hurry up")
        elif what == "brake":
            does(brake.switch, actor=Actor.human(ana), now=now, enabled=False)
        elif what == "typing":
            does(desk.typing, conversation.pk, agent=ana, now=now)
        elif what == "closed":
            does(desk.close, conversation.pk, agent=self.world.agents["sara"], now=now)

    @precondition(lambda self: BotTurn.objects.filter(status=BotTurn.Status.SCHEDULED).exists())
    @rule()
    def assistant_dies_thinking(self) -> None:
        """A worker was killed in the middle of a turn: the turn stands as thinking, past its time."""
        BotTurn.objects.filter(status=BotTurn.Status.SCHEDULED).update(
            status=BotTurn.Status.THINKING, due_at=self.world.now, epoch=0
        )

    # -- what agents do ------------------------------------------------------

    @rule(name=agents, pick=picks)
    def accepts(self, name: str, pick: int) -> None:
        self.acts(desk.accept, name, pick)

    @rule(name=agents, pick=picks, claims=st.booleans())
    def takes_over(self, name: str, pick: int, claims: bool) -> None:
        conversation = self.chosen(pick)
        holder = conversation.assigned_to_id if conversation and claims else None
        self.acts(desk.take_over, name, pick, holder=holder)

    @rule(name=agents, pick=picks)
    def replies(self, name: str, pick: int) -> None:
        self.acts(desk.reply, name, pick, body="I am looking into it.")

    @rule(name=agents, pick=picks, on=st.booleans())
    def types(self, name: str, pick: int, on: bool) -> None:
        self.acts(desk.typing, name, pick, typing=on)

    @rule(name=agents, pick=picks, context=st.sampled_from(["", "Permission granted. Please re-run the export."]))
    def gives_back(self, name: str, pick: int, context: str) -> None:
        self.acts(desk.release, name, pick, context=context)

    @rule(name=agents, pick=picks)
    def calls_a_person(self, name: str, pick: int) -> None:
        self.acts(desk.request_handoff, name, pick, explanation="please look")

    @rule(name=agents, pick=picks, to=agents)
    def transfers_to_a_person(self, name: str, pick: int, to: str) -> None:
        self.acts(desk.transfer, name, pick, to=self.world.agents[to], note="yours")

    @rule(name=agents, pick=picks, second=st.booleans())
    def transfers_to_a_team(self, name: str, pick: int, second: bool) -> None:
        self.acts(desk.transfer, name, pick, team=self.world.second if second else self.world.support)

    @rule(name=agents, pick=picks)
    def escalates(self, name: str, pick: int) -> None:
        self.acts(desk.escalate, name, pick)

    @rule(name=agents, pick=picks, rating=st.booleans())
    def closes(self, name: str, pick: int, rating: bool) -> None:
        self.acts(desk.close, name, pick, resolution="done", ask_rating=rating)

    @rule(name=agents, pick=picks)
    def passes_an_offer(self, name: str, pick: int) -> None:
        self.acts(assignment.offer_pass, name, pick)

    @rule(name=agents, status=st.sampled_from([str(status) for status in Presence.Status]))
    def says_where_they_are(self, name: str, status: str) -> None:
        self.world.does(presence.status_set, self.world.agents[name], status=status, now=self.world.now)

    @rule(name=agents)
    def shows_a_sign_of_life(self, name: str) -> None:
        self.world.does(presence.seen, self.world.agents[name], now=self.world.now)

    @rule()
    def everybody_goes(self) -> None:
        self.world.everybody_goes()

    @rule(on=st.booleans())
    def brake(self, on: bool) -> None:
        actor = Actor.human(self.world.agents["sara"])
        self.world.does(brake.switch, actor=actor, now=self.world.now, enabled=on)

    @precondition(lambda self: hasattr(self, "world") and self.world.agents["cleo"].is_active)
    @rule()
    def an_agent_is_deactivated(self) -> None:
        cleo = self.world.agents["cleo"]
        cleo.is_active = False
        cleo.save(update_fields=["is_active"])  # as somebody might by hand: the sweep must notice

    # -- what must hold after every step -------------------------------------

    @invariant()
    def one_holder_of_control(self) -> None:
        for one in self.all():
            assert one.control == control_of(one.state), one.state
            assert (one.assigned_to_id is not None) >= (one.state == State.HUMAN)
            with_people = one.state in (State.PENDING, State.HUMAN) or (
                one.state == State.DORMANT and one.resume_state in (State.PENDING, State.HUMAN)
            )
            assert one.handoffs.filter(ended_at=None).count() == int(with_people), one.state

    @invariant()
    def who_waits_has_a_clock(self) -> None:
        for one in self.all():
            if one.state == State.PENDING and one.window_is_open(self.world.now):
                assert Clock.objects.running().filter(conversation=one).exists()
                assert one.next_deadline is not None
                assert one.handoffs.get(ended_at=None).check_at is not None

    @invariant()
    def the_assistant_is_silent_after_a_handoff(self) -> None:
        for left in self.seen_leaving():
            if left.sender == Message.Sender.BOT:
                assert left.control == Control.BOT
                assert left.epoch == left.control_epoch

    @invariant()
    def the_assistant_never_forgets(self) -> None:
        """Who wrote to the assistant and has no answer has a turn that will come, or a rested window."""
        for one in self.all():
            if one.state not in BOT_STATES or not briefing.unanswered(one):
                continue
            coming = one.bot_turns.filter(status__in=[BotTurn.Status.SCHEDULED, BotTurn.Status.THINKING])
            assert coming.exists() or not brake_is_off(), f"{one.state}: nobody will answer"

    @invariant()
    def one_offer_at_a_time(self) -> None:
        if not hasattr(self, "world"):
            return
        for offer in Offer.objects.filter(ended_at=None).select_related("handoff__conversation"):
            assert offer.handoff.ended_at is None
            assert offer.handoff.accepted_at is None

    @invariant()
    def everything_is_on_the_record(self) -> None:
        for one in self.all():
            told = AuditEvent.objects.filter(stream=one.stream, event_type="conversation.transition").order_by("seq")
            assert sum(event.payload["control_changed"] for event in told) == one.control_epoch
            if last := told.last():
                assert last.payload["to"] == one.state

    # -- how every story ends -------------------------------------------------

    def ends_well(self) -> None:
        """The agents are gone, the broker forgot, only sweeps are left: nobody who waits hangs on an absent agent."""
        self.world.crash()
        self.world.everybody_goes()
        for _ in range(3):
            self.world.later(timedelta(minutes=15))
            self.world.sweep()
            self.world.sweep()
        for handoff in Handoff.objects.filter(ended_at=None, conversation__state=State.HUMAN):
            waiting = waits.waiting_since(handoff.conversation)
            holder = handoff.conversation.assigned_to
            assert waiting is None or waiting > self.world.now - timedelta(hours=1), f"left with {holder}"
            assert holder is not None
            assert holder.is_active
        self.one_holder_of_control()
        self.who_waits_has_a_clock()
        self.everything_is_on_the_record()
        assert list(verify()) == []

    def all(self) -> list[Conversation]:
        return self.world.conversations() if hasattr(self, "world") else []

    def seen_leaving(self):
        return self.world.left if hasattr(self, "world") else []

    def chosen(self, pick: int) -> Conversation | None:
        found = self.all()
        return found[pick % len(found)] if found else None

    def acts(self, verb, name: str, pick: int, **more) -> None:
        conversation = self.chosen(pick)
        if conversation is not None:
            self.world.does(verb, conversation.pk, agent=self.world.agents[name], now=self.world.now, **more)


def brake_is_off() -> bool:
    return BotSwitch.current().enabled


@pytest.mark.django_db
@pytest.mark.timeout(900)
@pytest.mark.parametrize("volume", range(4))
def test_no_story_leaves_the_desk_out_of_order(volume):
    told = Desk if EXPLORE else seed(volume)(type(f"Desk{volume}", (Desk,), {}))
    run_state_machine_as_test(told, settings=SETTINGS)
