"""Something waits for a customer whose window is closed: a template asks them to write, and then it goes on.

The template is the channel's own choice (`Channel.reengage_template`), for instance "We have an update on your order.
Reply to continue." What waits is released by the customer's message (`conversations.outbox.held_release`).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from audit.actors import SYSTEM
from audit.record import record
from conversations import outbox, transcript
from conversations.models import Conversation, Message
from conversations.states import State
from whatsapp import events
from whatsapp.templates.choosing import Unfillable, reengagement_for

Status = Message.Status
LOST = (Status.FAILED, Status.DROPPED)


@transaction.atomic
def reengage(conversation_id: UUID | str, *, now: datetime) -> Message | None:
    """Ask the customer to write, once for what waits now. None where nothing waits, it was asked, or must not be.

    What waits in a closed conversation would wait for ever, for the customer's next words open another: it is withheld.
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.CLOSED:
        outbox.held_withhold(conversation, outbox.CLOSED, now=now)
        return None
    if conversation.window_is_open(now):
        outbox.held_release(conversation, now=now)
        return None
    waiting = conversation.messages.filter(status=Status.HELD).order_by("seq").first()
    if waiting is None or _asked(conversation, waiting).exclude(status__in=LOST).exists():
        return None
    if _asked(conversation, waiting).exists():  # not once more: whatever kept it back would keep the next one back
        _give_up(conversation, waiting, "the template did not reach them", now)
        return None
    try:
        template = reengagement_for(conversation.channel, conversation.customer)
    except Unfillable as error:
        _give_up(conversation, waiting, str(error), now)
        return None
    if reason := outbox.template_refusal(conversation, category=template.category, now=now):
        _give_up(conversation, waiting, reason.words, now)
        return None
    message = outbox.content_queue(
        conversation, content=template, sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now,
        metadata={"reengages": str(waiting.pk)}, urgency=Message.Urgency.BULK,
    )  # fmt: skip
    record(events.REENGAGED, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"message": str(message.pk), "waiting": waiting.seq})  # fmt: skip
    return message


def unasked(*, limit: int = 100) -> list[UUID]:
    """Conversations in which something waits and nobody has been asked, or that are closed: what the sweep looks at.

    The first line that waits speaks for all, as in `reengage`: else those behind it would be looked at for ever.
    """
    held = Message.objects.filter(status=Status.HELD)
    first = held.filter(conversation=OuterRef("conversation")).order_by("seq").values("pk")[:1]
    held = held.filter(pk=Subquery(first))
    templates = Message.objects.filter(conversation=OuterRef("conversation"), type=Message.TEMPLATE)
    asked = templates.filter(created_at__gte=OuterRef("created_at")).exclude(status__in=LOST)
    unasked = ~Exists(asked) & ~Q(metadata__has_key="not_reengaged")
    found = held.filter(unasked | Q(conversation__state=State.CLOSED)).order_by("created_at")
    return list(found.values_list("conversation_id", flat=True)[:limit])


def _asked(conversation: Conversation, waiting: Message) -> QuerySet[Message]:
    """Templates beside what waits: they ask already, whoever chose them."""
    return conversation.messages.filter(type=Message.TEMPLATE, created_at__gte=waiting.created_at)


def _give_up(conversation: Conversation, waiting: Message, why: str, now: datetime) -> None:
    """Say it once, where an agent sees it: they may choose another template, or the telephone."""
    if waiting.metadata.get("not_reengaged"):
        return
    transcript.amend(conversation, waiting, now=now, metadata={**waiting.metadata, "not_reengaged": why})
    transcript.banner(conversation, f"The customer was not asked to write: {why}", now=now)
    record(events.NOT_REENGAGED, stream=conversation.stream, actor=SYSTEM, now=now, payload={"why": why})
