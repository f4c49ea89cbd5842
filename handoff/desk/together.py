"""Working on it together: passing it on, calling a higher team, asking colleagues in, saying that one types."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import Actor
from audit.record import record
from conversations import outbox, transcript
from conversations.models import Conversation, Message
from conversations.states import BOT_STATES, State
from handoff import attendance, briefing, events, handoffs, invitations, mentions, people, presence, refusals
from handoff.desk import checks
from handoff.models import Handoff, Presence, Team

_ABSENT = {
    Presence.Status.AWAY: "away",
    Presence.Status.OFFLINE: "offline",
    Presence.Status.FINISHING: "finishing what they have",
}


@transaction.atomic
def transfer(
    conversation_id: UUID, *, agent: User, now: datetime, team: Team | None = None, to: User | None = None,
    note: str = "",
) -> Conversation:  # fmt: skip
    """Give it to a team's queue, or straight to a colleague; the `note` is for them, the customer never reads it. The
    promise and the place in line stay.

    The holder or a supervisor may; of a conversation that waits anybody of its team. A colleague of another team has
    it as that team's, so that they see it. Raises Refused: closed, window_closed, not_in_control, not_waiting,
    empty_team, already_there, no_such_agent, agent_away; ValueError unless it is either a team or a colleague.
    """
    if (team is None) == (to is None):
        raise ValueError("Say to whom: a team, or a colleague.")
    conversation = transcript.lock(conversation_id)
    _refuse_asleep(conversation)
    checks.refuse_unless_passing_on(conversation, agent)
    if team is not None:
        _give_to_team(conversation, team, agent, "passed it on", note, now)
    elif to is not None:
        _give_to_colleague(conversation, to, agent, now)
    _write(conversation, note, agent, now)
    return conversation


@transaction.atomic
def escalate(conversation_id: UUID, *, agent: User, now: datetime, note: str = "") -> Conversation:
    """Give it to the next higher level: the lowest team above this one that answers its topic and has people.

    Who may transfer may escalate; a conversation of the bot's is handed over to that team. Raises Refused: closed,
    window_closed, not_in_control, no_higher_team.
    """
    conversation = transcript.lock(conversation_id)
    _refuse_asleep(conversation)
    checks.refuse_unless_passing_on(conversation, agent)
    _give_to_team(conversation, _higher_team(conversation), agent, "escalated it", note, now)
    _write(conversation, note, agent, now)
    return conversation


@transaction.atomic
def invite(conversation_id: UUID, *, agent: User, colleague: User, now: datetime, note: str = "") -> Conversation:
    """Ask a colleague in: they may read along and write notes, and are told of it by a mention. Twice is once.

    Raises Refused: closed, no_such_agent, already_there (oneself).
    """
    conversation = transcript.lock(conversation_id)
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    checks.refuse_unless_colleague(colleague)
    if colleague == agent:
        raise refusals.Refused("already_there", "That is you: you are here already.")
    is_new = invitations.participant_add(conversation, colleague, by=agent, now=now)
    line = _write(conversation, _addressed(note, colleague), agent, now) if note.strip() else None
    if is_new and line is None:
        banner = conversation.messages.get(seq=conversation.last_seq)
        mentions.mention(conversation, banner, colleague, by=agent, now=now)
    return conversation


@transaction.atomic
def leave(conversation_id: UUID, *, agent: User, now: datetime) -> Conversation:
    """Who was invited leaves. For anybody else nothing changes."""
    conversation = transcript.lock(conversation_id)
    invitations.participant_remove(conversation, agent, now=now)
    return conversation


@transaction.atomic
def typing(conversation_id: UUID, *, agent: User, now: datetime, typing: bool = True) -> bool:
    """This agent types there, or has stopped. Returns whether the bot is paused by it: only where the bot holds the
    conversation, for as long as the handoff policy says; what it was thinking is not said meanwhile."""
    conversation = transcript.lock(conversation_id)
    has_begun = attendance.typing(conversation.pk, agent, now=now, on=typing)
    pauses = typing and conversation.state in BOT_STATES
    if pauses and has_begun:
        actor = Actor.human(agent)
        record(events.PAUSED, stream=conversation.stream, actor=actor, now=now,
               payload={"agent": actor.name, "agent_id": agent.pk})  # fmt: skip
    return pauses


def _refuse_asleep(conversation: Conversation) -> None:
    if conversation.state == State.CLOSED:
        raise refusals.closed()
    if conversation.state == State.DORMANT:
        raise refusals.window_closed()


def _give_to_team(conversation: Conversation, team: Team, agent: User, done: str, note: str, now: datetime) -> None:
    """`done`: what the agent did, in words."""
    checks.refuse_if_empty(team)
    actor = Actor.human(agent)
    why = f"{actor.name} {done}"
    if conversation.state in BOT_STATES:
        handoffs.handoff_request(
            conversation, reason=Handoff.Reason.AGENT, explanation=note.strip(),
            summary=briefing.summary_of(conversation), actor=actor, team=team, now=now,
        )  # fmt: skip
    elif conversation.state == State.HUMAN:
        conversation.skills = conversation.skills if team.pk == conversation.team_id else []
        conversation.save(update_fields=["skills"])
        handoffs.handoff_requeue(conversation, actor=actor, now=now, why=why, team=team)
    elif team.pk == conversation.team_id:
        raise refusals.Refused("already_there", f"It waits in the queue of {team.name} already.")
    else:
        handoffs.handoff_move(conversation, team=team, actor=actor, now=now, why=why)


def _give_to_colleague(conversation: Conversation, to: User, agent: User, now: datetime) -> None:
    checks.refuse_unless_colleague(to)
    _refuse_if_theirs(conversation, to, agent)
    _refuse_if_absent(to, now)
    _move_to_team_of(conversation, to)
    actor, name = Actor.human(agent), Actor.human(to).name
    told = f"{actor.name} gave it to {name}"
    if conversation.state == State.HUMAN:
        handoffs.handoff_pass(conversation, agent=to, actor=actor, told=told, now=now)
    else:
        handoffs.handoff_accept(conversation, agent=to, actor=actor, told=told, now=now)


def _refuse_if_theirs(conversation: Conversation, to: User, agent: User) -> None:
    if conversation.state in BOT_STATES:
        words = "The assistant holds this conversation. Hand it over to a team, or take it over first."
        raise refusals.Refused("not_waiting", words)
    if conversation.assigned_to_id == to.pk:
        whose = "You hold" if to == agent else f"{Actor.human(to).name} holds"
        raise refusals.Refused("already_there", f"{whose} this conversation already.")
    if to == agent:
        raise refusals.Refused("already_there", "That is you: accept it, or take it over.")


def _refuse_if_absent(to: User, now: datetime) -> None:
    """Somebody who has never opened the console may be anywhere; of the others we know."""
    status = presence.status_of(to, now=now)
    if status in _ABSENT:
        name = Actor.human(to).name
        words = f"{name} is {_ABSENT[Presence.Status(status)]}. Give it to a team, or leave a note."
        raise refusals.Refused("agent_away", words)


def _move_to_team_of(conversation: Conversation, to: User) -> None:
    """An agent sees their teams' conversations (invariant 10): one that is theirs is of a team of theirs. The team is
    saved with the change of state."""
    if to.groups.filter(pk=conversation.team_id).exists():
        return
    theirs = list(people.teams_of(to).order_by("level", "name"))
    if not theirs and not to.has_perm("conversations.supervise"):
        words = f"{Actor.human(to).name} is in no team: they cannot be given conversations. Choose somebody else."
        raise refusals.Refused("no_such_agent", words)
    if theirs:
        fitting = [team for team in theirs if _answers(team, conversation)]
        conversation.team = (fitting or theirs)[0]
        conversation.skills = []
        conversation.save(update_fields=["skills"])


def _higher_team(conversation: Conversation) -> Team:
    here = people.team_of(conversation)
    above = people.teams().filter(level__gt=here.level).exclude(pk=here.pk).order_by("level", "name")
    fitting = [team for team in above if _answers(team, conversation) and people.is_staffed(team)]
    if not fitting:
        words = f"No team above {here.name} answers this. Transfer it to a team of your choice, or ask a supervisor."
        raise refusals.Refused("no_higher_team", words)
    speaks = [team for team in fitting if not team.languages or conversation.language in ("", *team.languages)]
    lowest = fitting[0].level
    return next((team for team in speaks if team.level == lowest), fitting[0])


def _answers(team: Team, conversation: Conversation) -> bool:
    """A matter of no topic is anybody's."""
    return people.answers(team, topic=conversation.topic_id, language="") or conversation.topic_id is None


def _write(conversation: Conversation, note: str, agent: User, now: datetime) -> Message | None:
    """The note for whoever has it next, with whom it mentions."""
    if not note.strip():
        return None
    line = outbox.note_write(conversation, body=note, author=agent, now=now)
    mentions.mentions_note(conversation, line, by=agent, now=now)
    return line


def _addressed(note: str, colleague: User) -> str:
    if colleague in mentions.named_in(note):
        return note
    return f"@{colleague.username} {note.strip()}"
