"""What follows from a customer's message, by who is in control. Called in the transaction that took it in."""

from datetime import datetime

from conversations import transcript
from conversations.intake import SILENT_TYPES
from conversations.models import Message
from conversations.states import Control, control_of
from handoff import turns


def route(message: Message, *, now: datetime) -> None:
    """The bot in control: it answers after a pause. A queue or a person in control: the page rings, no more.

    In the queue the holding message has said already that somebody will come; saying it again at each line
    would cost the customer's patience and the shop's money.
    """
    conversation = transcript.lock(message.conversation_id)
    if message.type not in SILENT_TYPES and control_of(conversation.state) == Control.BOT:
        turns.turn_schedule(conversation, now=now)
