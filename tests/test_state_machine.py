"""The state machine, whole: every state × every event, against a table written out here by hand."""

import re
from pathlib import Path

import pytest
from django.db import transaction

from audit.actors import SYSTEM, Actor
from audit.models import Event as AuditEvent
from conversations import control, diagram, transcript
from conversations.models import Conversation
from conversations.states import Event, IllegalTransition, State
from tests import api_factories as make

#: Columns: authed, answer_ok, handoff, accept, take_over, requeue, return_to_bot, resolved, expire_window,
#: customer_message. A dot: illegal. BACK: the bot state held before the handoff. WAS: where it was.
EVENTS = [
    "authed", "answer_ok", "handoff", "accept", "take_over", "requeue", "return_to_bot", "resolved", "expire_window",
    "customer_message",
]  # fmt: skip
GRID = {
    "new":           "authenticated .         pending .     human .       .    closed dormant .",
    "authenticated": ".             automated pending .     human .       .    closed dormant .",
    "automated":     ".             .         pending .     human .       .    closed dormant .",
    "pending":       ".             .         .       human .     .       BACK closed dormant .",
    "human":         ".             .         .       .     .     pending BACK closed dormant .",
    "closed":        ".             .         .       .     .     .       .    .      .       BACK",
    "dormant":       ".             .         pending .     .     .       .    closed .       WAS",
}  # fmt: skip
WHO_SPEAKS = {
    "new": "bot", "authenticated": "bot", "automated": "bot", "pending": "queue", "human": "human",
    "closed": "nobody", "dormant": "nobody",
}  # fmt: skip
BOT = ("new", "authenticated", "automated")
CELLS = [
    (state, event, target) for state, row in GRID.items() for event, target in zip(EVENTS, row.split(), strict=True)
]
LEGAL = [cell for cell in CELLS if cell[2] != "."]
ILLEGAL = [cell[:2] for cell in CELLS if cell[2] == "."]

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


def put(now, ana, state: str, *, bot_state: str = "new", resume_state: str = "") -> Conversation:
    """A conversation in this state, as though it had come there long ago."""
    thread = make.conversation(now)
    with_person = "human" in (state, resume_state)
    Conversation.objects.filter(pk=thread.pk).update(
        state=state,
        bot_state=bot_state,
        resume_state=resume_state or ("new" if state == "dormant" else ""),
        assigned_to=ana if with_person else None,
        closed_at=now if state == "closed" else None,
        control_epoch=7,
    )
    return thread


def fire(thread: Conversation, event: str, now, *, agent=None) -> Conversation:
    with transaction.atomic():
        locked = transcript.lock(thread.pk)
        if agent:
            locked.assigned_to = agent
        actor = Actor.human(agent) if agent else SYSTEM
        control.transition(locked, Event(event), actor=actor, now=now)
    return Conversation.objects.get(pk=thread.pk)


def row_of(thread: Conversation) -> dict:
    return Conversation.objects.filter(pk=thread.pk).values().get()


def test_the_grid_names_every_state_and_event():
    assert set(GRID) == {state.value for state in State} == set(WHO_SPEAKS)
    assert [event.value for event in Event] == EVENTS
    assert len(CELLS) == 70


@pytest.mark.parametrize(("state", "event", "target"), LEGAL)
def test_legal_event_moves_the_conversation(now, ana, state, event, target):
    thread = put(now, ana, state, bot_state="automated", resume_state="authenticated" if state == "dormant" else "")
    after = fire(thread, event, now, agent=ana if target == "human" else None)
    expected = {"BACK": "automated", "WAS": "authenticated"}.get(target, target)
    assert after.state == expected
    assert after.control == WHO_SPEAKS[expected]


@pytest.mark.parametrize(("state", "event", "target"), LEGAL)
def test_epoch_rises_by_one_exactly_when_control_changes_hands(now, ana, state, event, target):
    """Too few rises and a stale bot message gets out; a rise too many and a good answer is thrown away."""
    thread = put(now, ana, state, bot_state="automated", resume_state="authenticated" if state == "dormant" else "")
    after = fire(thread, event, now, agent=ana if target == "human" else None)
    changed = WHO_SPEAKS[state] != WHO_SPEAKS[after.state]
    assert after.control_epoch == 7 + changed


@pytest.mark.parametrize(("state", "event", "target"), LEGAL)
def test_one_transition_is_one_record(now, ana, state, event, target):
    thread = put(now, ana, state)
    before = AuditEvent.objects.count()
    after = fire(thread, event, now, agent=ana if target == "human" else None)
    assert AuditEvent.objects.count() == before + 1
    recorded = AuditEvent.objects.about(thread.stream).last()
    assert recorded.event_type == "conversation.transition"
    assert (recorded.payload["event"], recorded.payload["from"], recorded.payload["to"]) == (event, state, after.state)
    assert recorded.payload["epoch"] == after.control_epoch
    assert recorded.payload["control_changed"] == (after.control_epoch == 8)


@pytest.mark.parametrize(("state", "event"), ILLEGAL)
def test_illegal_event_raises_and_changes_nothing(now, ana, state, event):
    thread = put(now, ana, state)
    before, events, lines = row_of(thread), AuditEvent.objects.count(), thread.messages.count()
    with pytest.raises(IllegalTransition, match=f"'{event}' does not apply to a conversation that is '{state}'"):
        fire(thread, event, now)
    assert row_of(thread) == before
    assert (AuditEvent.objects.count(), thread.messages.count()) == (events, lines)


@pytest.mark.parametrize("resume_state", ["pending", "human"])
def test_dormant_conversation_of_people_is_not_the_bots_to_hand_off(now, ana, resume_state):
    thread = put(now, ana, "dormant", resume_state=resume_state)
    before, events = row_of(thread), AuditEvent.objects.count()
    with pytest.raises(IllegalTransition):
        fire(thread, "handoff", now)
    assert (row_of(thread), AuditEvent.objects.count()) == (before, events)


@pytest.mark.parametrize("resume_state", [*BOT])
def test_dormant_conversation_of_the_bot_can_be_handed_off(now, ana, resume_state):
    after = fire(put(now, ana, "dormant", resume_state=resume_state), "handoff", now)
    assert (after.state, after.resume_state) == ("pending", "")


@pytest.mark.parametrize("state", [*BOT, "pending", "human"])
def test_dormant_remembers_where_it_was(now, ana, state):
    """A customer who comes back after a day finds the same person, the same queue or the bot."""
    thread = put(now, ana, state)
    asleep = fire(thread, "expire_window", now)
    assert (asleep.state, asleep.resume_state, asleep.control) == ("dormant", state, "nobody")
    assert asleep.assigned_to == (ana if state == "human" else None)
    awake = fire(thread, "customer_message", now)
    assert (awake.state, awake.resume_state, awake.control) == (state, "", WHO_SPEAKS[state])
    assert awake.assigned_to == (ana if state == "human" else None)
    assert awake.control_epoch == 9


@pytest.mark.parametrize("bot_state", BOT)
@pytest.mark.parametrize("by_way_of", ["queue", "person", "barging in", "dormant"])
def test_return_goes_to_the_bot_state_held_before(now, ana, bot_state, by_way_of):
    thread = put(now, ana, bot_state, bot_state=bot_state)
    if by_way_of == "barging in":
        fire(thread, "take_over", now, agent=ana)
    else:
        fire(thread, "handoff", now)
    if by_way_of in ("person", "dormant"):
        fire(thread, "accept", now, agent=ana)
    if by_way_of == "dormant":
        fire(thread, "expire_window", now)
        fire(thread, "customer_message", now)
    back = fire(thread, "return_to_bot", now)
    assert (back.state, back.control, back.assigned_to) == (bot_state, "bot", None)


def test_bot_state_follows_the_bot(now, ana):
    thread = put(now, ana, "new")
    assert fire(thread, "authed", now).bot_state == "authenticated"
    assert fire(thread, "answer_ok", now).bot_state == "automated"


def test_closing_keeps_who_closed_and_requeueing_frees(now, ana):
    closed = fire(put(now, ana, "human"), "resolved", now)
    assert (closed.assigned_to, closed.closed_at) == (ana, now)
    assert fire(put(now, ana, "human"), "requeue", now).assigned_to is None


def test_reopened_it_is_open_and_nobodys(now, ana):
    """How it was closed would else stand beside a conversation that is open."""
    thread = put(now, ana, "closed", bot_state="automated")
    Conversation.objects.filter(pk=thread.pk).update(assigned_to=ana, resolution="solved")
    after = fire(thread, "customer_message", now)
    assert (after.state, after.closed_at, after.assigned_to, after.resolution) == ("automated", None, None, "")


def test_drawn_table_agrees_with_the_grid():
    """The documentation must not tell another story than the code."""
    memory = {"BACK": "the bot state held before the handoff", "WAS": "where it was"}
    drawn = {}
    for line in diagram.table().splitlines()[2:]:
        state, _, *cells = (cell.strip().strip("`") for cell in line.strip().strip("|").split("|"))
        drawn[state] = cells
    assert drawn == {
        state: ["" if cell == "." else memory.get(cell, cell) for cell in row.split()] for state, row in GRID.items()
    }


def test_diagram_has_an_arrow_for_every_legal_cell():
    node = {"BACK": "bot_state", "WAS": "resume_state"}
    arrows = set(re.findall(r"(\w+) --> (\w+): (\w+)", diagram.mermaid()))
    assert arrows == {(state, node.get(target, target), event) for state, event, target in LEGAL}


def test_documentation_is_current(settings):
    page = (Path(settings.BASE_DIR) / "docs/architecture.md").read_text(encoding="utf-8")
    assert diagram.written_into(page) == page, "Run: manage.py state_diagram --write"
