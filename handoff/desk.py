"""What a person at the desk may do with a conversation. Each verb is one transaction under the row lock.

Whether the person may see the conversation at all is the caller's question
(`Conversation.objects.visible_to`); whether they may do this now is answered here, with `Refused`.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group, User
from django.db import transaction

from audit.actors import Actor
from audit.record import record
from conversations import control, outbox, transcript
from conversations.models import Conversation, Message
from conversations.states import BOT_STATES, Control, Event, State
from handoff import briefing, events, handoffs, refusals, turns
from handoff.models import Handoff
from sla.clocks import clock_meet
from sla.models import Clock


@transaction.atomic
def accept(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Take a waiting conversation. Of two agents at once, one wins; accepting one's own again changes nothing.

    Raises Refused: closed, already_taken, not_waiting, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.HUMAN and conversation.assigned_to_id == agent.pk:
        return conversation
    _refuse_unless_waiting(conversation)
    handoffs.handoff_accept(conversation, agent=agent, now=now)
    return conversation


@transaction.atomic
def take_over(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Barge in on the bot. Raises Refused: closed, already_handed_off, window_closed."""
    conversation = transcript.lock(conversation_id)
    _refuse_unless_bot_side(conversation)
    handoffs.handoff_take_over(conversation, agent=agent, now=now, summary=briefing.summary_of(conversation))
    return conversation


@transaction.atomic
def request_handoff(
    conversation_id: UUID, *, agent: User, explanation: str, now: datetime, team: Group | None = None
) -> Handoff:
    """A member of the staff calls a person into a conversation that the bot holds.

    Raises Refused: closed, already_handed_off, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    _refuse_unless_bot_side(conversation)
    return handoffs.handoff_request(
        conversation,
        reason=Handoff.Reason.AGENT,
        explanation=explanation,
        summary=briefing.summary_of(conversation),
        actor=Actor.human(agent),
        team=team,
        now=now,
    )


@transaction.atomic
def reply(conversation_id: UUID, *, agent: User, body: str, now: datetime) -> Message:
    """Send a text to the customer as this agent; it meets the first-response promise.

    Raises Refused: closed, not_in_control, window_closed; ValueError for a text WhatsApp would refuse.
    """
    conversation = transcript.lock(conversation_id)
    _refuse_unless_holder(conversation, agent)
    if not conversation.window_is_open(now):
        raise refusals.window_closed()
    actor = Actor.human(agent)
    message = outbox.message_queue(
        conversation, body=body, sender=Message.Sender.HUMAN, author=agent, actor=actor, now=now
    )
    clock_meet(conversation, Clock.Metric.FIRST_RESPONSE, actor=actor, now=now)
    return message


@transaction.atomic
def note(conversation_id: UUID, *, agent: User, body: str, now: datetime) -> Message:
    """Write an internal note, whoever is in control. Raises ValueError for an empty or overlong one."""
    return outbox.note_write(transcript.lock(conversation_id), body=body, author=agent, now=now)


@transaction.atomic
def release(conversation_id: UUID, *, agent: User, now: datetime, context: str = "") -> Conversation:
    """Give the conversation back to the bot, with what it should know. The holder or a supervisor may.

    What the customer wrote meanwhile is answered by the bot. Raises Refused: closed, not_waiting, not_in_control.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state in BOT_STATES:
        raise refusals.not_waiting()
    if conversation.control != Control.QUEUE:  # while it waits, nobody holds it
        _refuse_unless_holder(conversation, agent, or_supervisor=True)
    actor = Actor.human(agent)
    handoffs.handoff_end(conversation, ending=Handoff.Ending.RETURNED, actor=actor, now=now, context=context.strip())
    control.transition(conversation, Event.RETURN_TO_BOT, actor=actor, now=now, remark=context.strip())
    if briefing.unanswered(conversation):
        turns.turn_schedule(conversation, now=now)
    return conversation


@transaction.atomic
def close(conversation_id: UUID, *, agent: User, now: datetime, resolution: str = "") -> Conversation:
    """Close the conversation. The holder or a supervisor may, and anybody where no person holds it.

    Raises Refused: closed, not_in_control.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state in (State.HUMAN, State.CLOSED):
        _refuse_unless_holder(conversation, agent, or_supervisor=True)
    conversation.resolution = resolution.strip()[:200]
    actor = Actor.human(agent)
    handoffs.handoff_end(conversation, ending=Handoff.Ending.CLOSED, actor=actor, now=now)
    control.transition(conversation, Event.RESOLVED, actor=actor, now=now, remark=conversation.resolution)
    return conversation


@transaction.atomic
def note_look(conversation: Conversation, *, agent: User, now: datetime) -> None:
    """Put a look at another team's transcript on the record (invariant 10). A look at one's own is not."""
    if conversation.assigned_to_id == agent.pk or agent.groups.filter(pk=conversation.team_id).exists():
        return
    actor = Actor.human(agent)
    record(events.TRANSCRIPT_SEEN, stream=conversation.stream, actor=actor, now=now, payload={"agent": actor.name})


def _refuse_unless_waiting(conversation: Conversation) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.HUMAN:
        raise refusals.already_taken(_holder(conversation))
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.state != State.PENDING:
        raise refusals.not_waiting()


def _refuse_unless_bot_side(conversation: Conversation) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.state not in BOT_STATES:
        raise refusals.already_with_people()


def _refuse_unless_holder(conversation: Conversation, agent: User, *, or_supervisor: bool = False) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.assigned_to_id == agent.pk or (or_supervisor and agent.has_perm("conversations.supervise")):
        return
    raise refusals.not_in_control(_holder(conversation))


def _holder(conversation: Conversation) -> str:
    if conversation.assigned_to:
        return Actor.human(conversation.assigned_to).name
    return "the assistant" if conversation.state in BOT_STATES else "nobody"
