"""Whether this person may do this now. Each raises `Refused`, with its words, where they may not."""

from django.contrib.auth.models import Group, User

from audit.actors import Actor
from conversations.content import Template
from conversations.models import Conversation, Message
from conversations.states import BOT_STATES, State
from handoff import people, phone_app, refusals

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
    raise refusals.not_in_control(holder(conversation), mend=_way_in(conversation))


def _way_in(conversation: Conversation) -> str:
    """What somebody who wants to write does instead."""
    if conversation.assigned_to:
        return f"Take it over from {holder(conversation)} to write."
    return "Take it over to write." if conversation.state in BOT_STATES else "Accept it to write."


def refuse_unless_passing_on(conversation: Conversation, agent: User) -> None:
    """Who may give it to others: the holder; of a conversation that waits anybody of its team; of the bot's anybody;
    a supervisor always."""
    if conversation.state in BOT_STATES:
        return
    if conversation.state == State.PENDING:
        if not agent.has_perm("conversations.supervise") and not agent.groups.filter(pk=conversation.team_id).exists():
            words = f"This conversation waits for {conversation.team.name}: they or a supervisor can pass it on."
            raise refusals.Refused("not_in_control", words)
        return
    refuse_unless_holder(conversation, agent, or_supervisor=True)


def refuse_if_empty(team: Group) -> None:
    """Nobody is put into a queue that nobody looks at."""
    if not people.is_staffed(team):
        raise refusals.Refused("empty_team", f"Nobody is in {team.name}: nobody would come. Choose another team.")


def refuse_unless_colleague(user: User) -> None:
    """An account that is switched on and that somebody signs in with."""
    if not user.is_active or user.username == phone_app.USERNAME:
        words = f"{Actor.human(user).name} cannot be given anything: that account is not in use. Choose somebody else."
        raise refusals.Refused("no_such_agent", words)


def holder(conversation: Conversation) -> str:
    if conversation.assigned_to:
        return Actor.human(conversation.assigned_to).name
    return "the assistant" if conversation.state in BOT_STATES else "nobody"
