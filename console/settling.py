"""A person decides about a message that failed or may not have arrived: once more, or what became of it.

Who may: whoever holds the conversation, a supervisor, and anybody who sees it while no person holds it.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import Actor
from conversations import outbox, transcript
from conversations.content import Unsendable
from conversations.models import Conversation, Message
from conversations.states import State
from handoff import refusals
from whatsapp.models import Attachment


@transaction.atomic
def message_again(conversation_id: UUID, message_id: UUID, *, agent: User, now: datetime) -> Message:
    """Send the message once more, as a new one, with its file. A second call is refused, not repeated.

    Raises Refused: closed, not_in_control; Unsendable where it is on its way, or is not in this conversation.
    """
    conversation = _decidable(conversation_id, agent)
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    message = _line(conversation, message_id)
    again = outbox.send_again(message.pk, agent=agent, now=now)
    _files_copy(message, again)
    return again


@transaction.atomic
def message_settle(conversation_id: UUID, message_id: UUID, *, arrived: bool, agent: User, now: datetime) -> Message:
    """Say what became of a message of which nobody knew. Raises as `message_again`."""
    conversation = _decidable(conversation_id, agent)
    return outbox.settle_unknown(_line(conversation, message_id).pk, arrived=arrived, agent=agent, now=now)


def may_decide(conversation: Conversation, user: User) -> bool:
    """Whether this person may settle what is in doubt here. They see the conversation already."""
    if conversation.state not in (State.HUMAN, State.DORMANT) or conversation.assigned_to_id in (None, user.pk):
        return True
    return user.has_perm("conversations.supervise")


def _decidable(conversation_id: UUID, agent: User) -> Conversation:
    conversation = transcript.lock(conversation_id)
    if not may_decide(conversation, agent):
        assert conversation.assigned_to is not None, "somebody holds it"  # noqa: S101 - for the type checker
        raise refusals.not_in_control(Actor.human(conversation.assigned_to).name)
    return conversation


def _line(conversation: Conversation, message_id: UUID) -> Message:
    found = conversation.messages.filter(pk=message_id, direction=Message.Direction.OUT).first()
    if found is None:
        raise Unsendable("There is no such message of ours in this conversation.")
    return found


def _files_copy(message: Message, again: Message) -> None:
    """The new message has a row of its own for each file; the bytes are shared, stored by their hash."""
    for attachment in message.attachments.filter(state=Attachment.State.STORED).order_by("pk"):
        attachment.pk, attachment.message, attachment._state.adding = None, again, True
        attachment.save()
        if "attachment" in again.content:
            again.content = {**again.content, "attachment": attachment.pk}
            again.save(update_fields=["content"])
