"""What is due about a handoff: looked after under its conversation's lock, when its `check_at` has come.

No orphan can exist (invariant 7): who waits is told, moved on or offered to somebody; whoever holds a conversation
answers it, or it goes back to the queue with its place in line. The sweep is in `handoff.sweeping`.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actors import SYSTEM, Actor
from audit.models import Event
from audit.record import record
from conversations import transcript
from conversations.models import Conversation
from conversations.states import State
from handoff import (
    assignment,
    events,
    followup,
    handoffs,
    leaving,
    notices,
    people,
    presence,
    returning,
    waiting,
    waits,
)
from handoff.models import Handoff, Team

#: After so many returns to the queue a supervisor is asked to look at the next.
REQUEUES = 2


@transaction.atomic
def look_after(conversation_id: UUID | str, *, now: datetime) -> None:
    """Do what is due about the conversation's open handoff, and say when to look next. Safe to call at any time."""
    conversation = transcript.lock(conversation_id)
    handoff = _open(conversation)
    if handoff is None:
        return
    also = None
    if conversation.state == State.PENDING:
        _look_at_waiting(conversation, handoff, now)
        if conversation.state == State.PENDING:
            also = waiting.next_look(conversation, handoff, now=now)
    elif conversation.state == State.HUMAN:
        _look_at_held(conversation, handoff, now)
    if (handoff := _open(conversation)) is not None:
        followup.schedule(conversation, handoff, now=now, also=also, looked=True)


@transaction.atomic
def customer_wrote(conversation: Conversation, *, now: datetime) -> None:
    """The customer said something in the (locked) conversation. Back from rest they wait again; whose holder is gone or
    can never answer goes back to the queue at once; from anybody else an answer is due."""
    handoff = _open(conversation)
    if handoff is None:
        return
    if conversation.state == State.PENDING and handoff.check_at is None:
        wake(conversation, handoff, now=now)
    elif conversation.state == State.HUMAN and not _requeue_if_absent(conversation, now):
        followup.schedule(conversation, handoff, now=now)


def wake(conversation: Conversation, handoff: Handoff, *, now: datetime) -> None:
    """The (locked) conversation is back from rest: it is watched again, and somebody is sought if it waits."""
    followup.schedule(conversation, handoff, now=now)
    if conversation.state == State.PENDING:
        assignment.seek_agent(conversation.pk)


def _open(conversation: Conversation) -> Handoff | None:
    return conversation.handoffs.filter(ended_at=None).first()


# While it waits


def _look_at_waiting(conversation: Conversation, handoff: Handoff, now: datetime) -> None:
    assignment.offer_expire(conversation, now=now)
    team = people.team_of(conversation)
    if not people.is_staffed(team):
        supervisor_call(conversation, handoff, why=f"nobody is in {team} any more", now=now)
    if _overflow(conversation, handoff, team, now):
        return
    waited = now - (handoff.queued_at or handoff.requested_at)
    if waited >= team.wait_limit and waiting.rules_follow(conversation, handoff, now=now):
        return
    notices.tell_progress(conversation, handoff, now=now)


def _overflow(conversation: Conversation, handoff: Handoff, team: Team, now: datetime) -> bool:
    """On to the team that takes what overflows, once the wait here is too long; never back to where it came from."""
    target, after = team.overflow_to, team.overflow_after
    since = handoff.queued_at or handoff.requested_at
    if target is None or after is None or now < since + after:
        return False
    if not people.is_staffed(target) or target.pk in teams_seen(conversation, handoff):
        return False
    minutes = round(after.total_seconds() / 60)
    why = f"it waited longer than {minutes} minutes" if minutes > 1 else "it waited too long"
    handoffs.handoff_move(conversation, team=target, actor=SYSTEM, now=now, why=why)
    return True


def teams_seen(conversation: Conversation, handoff: Handoff) -> set[int]:
    """The teams in whose queue this handoff has been, as the record has it."""
    about = Event.objects.about(conversation.stream).filter(payload__handoff=handoff.pk)
    queued = about.filter(event_type__in=[events.REQUESTED, events.MOVED, events.REQUEUED])
    return {conversation.team_id, *(event.payload.get("team") for event in queued)}


def supervisor_call(conversation: Conversation, handoff: Handoff, *, why: str, now: datetime) -> None:
    """Ask the supervisors to look at the (locked) conversation, once in a handoff."""
    if handoff.supervisor_since is not None:
        return
    handoff.supervisor_since = now
    handoff.save(update_fields=["supervisor_since"])
    transcript.banner(conversation, f"A supervisor is asked to look: {why}", now=now)
    record(events.SUPERVISOR_CALLED, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"handoff": handoff.pk, "why": why})  # fmt: skip


# While somebody holds it


def _look_at_held(conversation: Conversation, handoff: Handoff, now: datetime) -> None:
    if not conversation.window_is_open(now):  # nobody can answer: it comes to rest, with its agent (`handoff.resting`)
        return
    if _requeue_if_absent(conversation, now):
        return
    team, silent = people.team_of(conversation), followup.silent_since(conversation, handoff)
    if silent is None:
        _return_if_calm(conversation, handoff, team, now)
    elif now >= silent + 2 * team.answer_time:
        _requeue_silent(conversation, handoff, now)
    elif now >= silent + team.answer_time and not followup.is_nudged(handoff, silent):
        _nudge(conversation, handoff, now)


def _requeue_if_absent(conversation: Conversation, now: datetime) -> bool:
    """Back to the queue if the holder can never answer, or if the customer waits and they are gone for too long."""
    holder = conversation.assigned_to
    if holder is None or leaving.requeue_if_left(conversation, actor=SYSTEM, now=now):
        return holder is not None
    gone = presence.is_gone(holder, now, people.team_of(conversation).grace_time)
    if not gone or waits.waiting_since(conversation) is None:
        return False
    why = f"{Actor.human(holder).name} is gone"
    handoffs.handoff_requeue(conversation, actor=SYSTEM, now=now, why=why)
    return True


def _nudge(conversation: Conversation, handoff: Handoff, now: datetime) -> None:
    name, waited = _holder(conversation), _waited(conversation, now)
    handoff.nudged_at = now
    handoff.save(update_fields=["nudged_at"])
    words = f"{name}, the customer has waited {round(waited / 60)} minutes for an answer"
    transcript.banner(conversation, words, now=now)
    record(events.NUDGED, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"handoff": handoff.pk, "agent": name, "waited_seconds": waited})  # fmt: skip


def _requeue_silent(conversation: Conversation, handoff: Handoff, now: datetime) -> None:
    """Nobody takes a customer from queue to agent and back for ever: a supervisor sees the third time."""
    name, minutes = _holder(conversation), round(_waited(conversation, now) / 60)
    again = handoff.requeues >= REQUEUES
    why = f"{name} has not answered for {minutes} minutes"
    handoff = handoffs.handoff_requeue(conversation, actor=SYSTEM, now=now, why=why)
    if again:
        words = f"back in the queue for the {handoff.requeues}. time, and still nobody has answered"
        supervisor_call(conversation, handoff, why=words, now=now)


def _return_if_calm(conversation: Conversation, handoff: Handoff, team: Team, now: datetime) -> None:
    """Answered, and nothing was said for so long: the assistant may have it again, if it would not call at once."""
    said = followup.answered_at(conversation, handoff)
    if team.return_after is None or said is None or now < said + team.return_after:
        return
    if returning.obstacle(conversation, now=now) is None:
        returning.return_to_bot(conversation, actor=SYSTEM, now=now)


def _holder(conversation: Conversation) -> str:
    return Actor.human(conversation.assigned_to).name if conversation.assigned_to else "nobody"


def _waited(conversation: Conversation, now: datetime) -> int:
    return round((now - (waits.waiting_since(conversation) or now)).total_seconds())
