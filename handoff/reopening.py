"""A customer who comes back to a matter that was just closed: the person who had it has it again."""

from datetime import datetime

from django.contrib.auth.models import User

from assistant.small_talk import small_talk
from audit.actors import SYSTEM, Actor
from conversations.models import Conversation, Message
from conversations.states import State
from handoff import briefing, handoffs, people, phone_app, presence
from handoff.models import Handoff, Team

#: What wants a friendly word and no person.
PLEASANTRIES = ("thanks", "goodbye")


def goes_to_people(conversation: Conversation, message: Message, *, now: datetime) -> bool:
    """Whether this line, in a (locked) conversation that is on the bot's side, belongs to a matter of people that was
    just closed; then they have it again, by the team's setting. `reopen_until` says that nobody has decided yet.

    Thanks and goodbyes are the assistant's to answer; whoever says more after them is still in time.
    """
    until, said_at = conversation.reopen_until, min(message.provider_ts or now, now)
    if until is None or is_pleasantry(conversation, message):
        return False
    conversation.reopen_until = None
    conversation.save(update_fields=["reopen_until"])
    closed = conversation.handoffs.order_by("-requested_at", "-pk").first()
    if said_at >= until or closed is None or closed.ending != Handoff.Ending.CLOSED:
        return False
    if people.team_of(conversation).reopen_to != Team.ReopenTo.AGENT:
        return False
    _reopen(conversation, closed.accepted_by, now)
    return True


def is_pleasantry(conversation: Conversation, message: Message) -> bool:
    """Whether it is thanks or a goodbye, and nothing else, after a matter was closed."""
    if conversation.reopen_until is None or message.type != Message.TEXT:
        return False
    return small_talk(message.body) in PLEASANTRIES


def _reopen(conversation: Conversation, holder: User | None, now: datetime) -> None:
    """Straight to whoever had it, where they are there or nothing is known of them; else they are the first asked."""
    agent = holder if holder and _may_have(conversation, holder) else None
    handoffs.handoff_request(
        conversation, reason=Handoff.Reason.REOPENED, summary=briefing.summary_of(conversation), actor=SYSTEM,
        team=conversation.team, preferred=agent, now=now,
    )  # fmt: skip
    if agent and conversation.state == State.PENDING and _is_there(agent, now):
        told = f"Back with {Actor.human(agent).name}, who had it before"
        handoffs.handoff_accept(conversation, agent=agent, actor=SYSTEM, told=told, now=now)


def _may_have(conversation: Conversation, agent: User) -> bool:
    if not agent.is_active or agent.username == phone_app.USERNAME:
        return False
    return agent.has_perm("conversations.supervise") or agent.groups.filter(pk=conversation.team_id).exists()


def _is_there(agent: User, now: datetime) -> bool:
    return presence.status_of(agent, now=now) in ("online", presence.UNKNOWN)
