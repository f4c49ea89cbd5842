"""Whose the conversation is: accepting, taking over, calling a person, giving it back."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group, User
from django.db import transaction

from audit.actors import Actor
from conversations import control, transcript
from conversations.models import Conversation
from conversations.states import BOT_STATES, Control, Event, State
from handoff import briefing, handoffs, phone_app, refusals, turns
from handoff.desk import checks
from handoff.models import Handoff


@transaction.atomic
def accept(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Take a waiting conversation. Of two agents at once, one wins; accepting one's own again changes nothing.

    Raises Refused: closed, already_taken, not_waiting, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.HUMAN and conversation.assigned_to_id == agent.pk:
        return conversation
    checks.refuse_unless_waiting(conversation)
    handoffs.handoff_accept(conversation, agent=agent, now=now)
    return conversation


@transaction.atomic
def take_over(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Barge in on the bot, or take over from the business's own phone.

    Raises Refused: closed, already_handed_off, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    if phone_app.is_holder(conversation):
        handoffs.handoff_pass(conversation, agent=agent, now=now)
        return conversation
    checks.refuse_unless_bot_side(conversation)
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
    checks.refuse_unless_bot_side(conversation)
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
def release(conversation_id: UUID, *, agent: User, now: datetime, context: str = "") -> Conversation:
    """Give the conversation back to the bot, with what it should know. The holder or a supervisor may.

    What the customer wrote meanwhile is answered by the bot. Raises Refused: closed, not_waiting, not_in_control.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state in BOT_STATES:
        raise refusals.not_waiting()
    if conversation.control != Control.QUEUE:  # while it waits, nobody holds it
        checks.refuse_unless_holder(conversation, agent, or_supervisor=True)
    actor = Actor.human(agent)
    handoffs.handoff_end(conversation, ending=Handoff.Ending.RETURNED, actor=actor, now=now, context=context.strip())
    control.transition(conversation, Event.RETURN_TO_BOT, actor=actor, now=now, remark=context.strip())
    if briefing.unanswered(conversation):
        turns.turn_schedule(conversation, now=now)
    return conversation
