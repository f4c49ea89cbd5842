"""Whether this person may do this now. Each raises `Refused`, with its words, where they may not."""

from django.contrib.auth.models import User

from audit.actors import Actor
from conversations.content import Template
from conversations.models import Conversation, Message
from conversations.states import BOT_STATES, State
from handoff import phone_app, refusals

#: What stands in the thread and has told the customer nothing.
NEVER_READ = (Message.Status.FAILED, Message.Status.DROPPED, Message.Status.HELD)


def refuse_unless_waiting(conversation: Conversation) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.HUMAN:
        raise refusals.already_taken(holder(conversation))
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.state != State.PENDING:
        raise refusals.not_waiting()


def refuse_unless_bot_side(conversation: Conversation) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.state not in BOT_STATES:
        raise refusals.already_with_people()


def refuse_if_anothers(conversation: Conversation, agent: User) -> None:
    """Outside the window nobody is in control, but whoever held the conversation still does in spirit."""
    holder = conversation.assigned_to
    free = holder is None or holder == agent or holder.username == phone_app.USERNAME
    if holder is not None and not free and not agent.has_perm("conversations.supervise"):
        raise refusals.not_in_control(Actor.human(holder).name)


def refuse_nameless_first_contact(conversation: Conversation, template: Template) -> None:
    """Whoever has never heard from us must read who writes (WhatsApp Business messaging policy)."""
    name = conversation.channel.business_name or conversation.channel.name
    said = Message.objects.filter(conversation__customer=conversation.customer_id).said()
    others = said.exclude(direction=Message.Direction.OUT, status__in=NEVER_READ)
    if not others.exists() and name.casefold() not in template.text.casefold():
        raise refusals.Refused("unnamed_business", f"A first message must name the business: {name}.")


def refuse_unless_holder(conversation: Conversation, agent: User, *, or_supervisor: bool = False) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()
    if conversation.assigned_to_id == agent.pk or (or_supervisor and agent.has_perm("conversations.supervise")):
        return
    raise refusals.not_in_control(holder(conversation))


def holder(conversation: Conversation) -> str:
    if conversation.assigned_to:
        return Actor.human(conversation.assigned_to).name
    return "the assistant" if conversation.state in BOT_STATES else "nobody"
