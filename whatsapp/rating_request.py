"""How was it? Asked by the channel's own template, since the matter was closed when WhatsApp's window had closed."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import SYSTEM
from audit.record import record
from conversations import content, outbox, transcript
from conversations.models import Conversation, Message
from handoff import events, ratings
from handoff.models import Rating
from whatsapp import channel_state
from whatsapp.templates.choosing import Unfillable, filled_with_names


@transaction.atomic
def rating_request(conversation_id: UUID | str, *, agent_id: int | None, now: datetime) -> Rating | None:
    """Ask the customer of this closed conversation how that agent did; running it twice asks once. None where they must
    not or cannot be asked, with the reason on the record."""
    conversation = transcript.lock(conversation_id)
    agent = User.objects.filter(pk=agent_id).first() if agent_id else None
    if not ratings.may_ask(conversation):
        return None
    if conversation.window_is_open(now):  # the customer has written meanwhile: the list costs nothing
        return ratings.ask(conversation, agent=agent, now=now)
    try:
        template = _template(conversation, now)
    except Unfillable as error:
        record(events.RATING_NOT_ASKED, stream=conversation.stream, actor=SYSTEM, now=now, payload={"why": str(error)})
        return None
    message = outbox.content_queue(
        conversation, content=template, sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now,
        metadata={"asks_rating": True}, urgency=Message.Urgency.BULK,
    )  # fmt: skip
    return ratings.rating_add(conversation, message, agent=agent, now=now)


def _template(conversation: Conversation, now: datetime) -> content.Template:
    """Filled in for this customer. Raises Unfillable, with the reason, where it may not be sent."""
    channel = conversation.channel
    if words := channel_state.templates_obstacle(channel):
        raise Unfillable(f"This number sends no templates now: {words}")
    template = filled_with_names(channel.rating_template, channel, conversation.customer)
    if reason := outbox.template_refusal(conversation, category=template.category, now=now):
        raise Unfillable(reason.words)
    return template
