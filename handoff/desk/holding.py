"""Whose the conversation is: accepting, taking over, calling a person, giving it back."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group, User
from django.db import transaction

from audit.actors import Actor
from conversations import transcript
from conversations.models import Conversation
from conversations.states import BOT_STATES, Control, State
from handoff import assignment, briefing, handoffs, phone_app, refusals, returning
from handoff.desk import checks
from handoff.models import Handoff


@transaction.atomic
def accept(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Take a waiting conversation. Of two agents at once, one wins; accepting one's own again changes nothing.

    Raises Refused: closed, already_taken, not_waiting, window_closed, and where it is offered to somebody else.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.HUMAN and conversation.assigned_to_id == agent.pk:
        return conversation
    checks.refuse_unless_waiting(conversation)
    assignment.refuse_if_offered(conversation, agent, now=now)
    handoffs.handoff_accept(conversation, agent=agent, now=now)
    return conversation


@transaction.atomic
def take_over(conversation_id: UUID, *, agent: User, now: datetime, holder: int | None = None) -> Conversation:
    """Barge in: on the bot, on the business's own phone, or on a colleague. From a colleague only with their id as
    `holder`: of two who barge in at once, one wins, and who holds it now is never overrun unseen.

    One's own is returned unchanged. Raises Refused: closed, already_taken, already_handed_off, window_closed.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.PENDING:
        raise refusals.accept_it()
    if conversation.state != State.HUMAN:
        checks.refuse_unless_bot_side(conversation)
        handoffs.handoff_take_over(conversation, agent=agent, now=now, summary=briefing.summary_of(conversation))
    elif conversation.assigned_to_id != agent.pk:
        if conversation.assigned_to_id != holder and not phone_app.is_holder(conversation):
            raise refusals.held_by(checks.holder(conversation))
        handoffs.handoff_pass(conversation, agent=agent, now=now)
    return conversation


@transaction.atomic
def request_handoff(
    conversation_id: UUID, *, agent: User, explanation: str, now: datetime, team: Group | None = None
) -> Handoff:
    """A member of the staff calls a person into a conversation that the bot holds.

    Raises Refused: closed, already_handed_off, window_closed, empty_team.
    """
    conversation = transcript.lock(conversation_id)
    checks.refuse_unless_bot_side(conversation)
    if team is not None:
        checks.refuse_if_empty(team)
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
    """Give the conversation back to the bot, with what it should know. The holder or a supervisor may; while it waits,
    anybody. The bot answers what nobody has answered, and whatever it was told.

    Raises Refused: closed, not_waiting, not_in_control, assistant_stopped, loop_guard (a supervisor may all the same).
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state in BOT_STATES:
        raise refusals.not_waiting()
    if conversation.control != Control.QUEUE:  # while it waits, nobody holds it
        checks.refuse_unless_holder(conversation, agent, or_supervisor=True)
    supervises = agent.has_perm("conversations.supervise")
    if refusal := returning.obstacle(conversation, now=now, may_break_loop=supervises):
        raise refusal
    returning.return_to_bot(conversation, actor=Actor.human(agent), now=now, context=context)
    return conversation
