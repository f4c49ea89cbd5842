"""Ending a matter, or many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import Actor
from conversations import control, transcript
from conversations.models import Conversation
from conversations.states import BOT_STATES, Event, State
from handoff import handoffs, people, ratings, resolutions, suggestions, waits
from handoff.desk import checks
from handoff.models import BotTurn, CallbackForm, Handoff, ResolutionTag
from handoff.refusals import Refused
from handoff.resolutions import Labels

MOST_AT_ONCE = 200
_OVER = (CallbackForm.Step.DONE, CallbackForm.Step.LEFT)
_OPEN_TURN = (BotTurn.Status.SCHEDULED, BotTurn.Status.THINKING)


@dataclass(frozen=True, slots=True)
class Left:
    """A conversation that was not closed; `code` for programs, `words` for people."""

    conversation_id: UUID
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of each conversation that was to be closed, in the order in which they were named."""

    closed: tuple[UUID, ...]
    left: tuple[Left, ...]


@transaction.atomic
def close(
    conversation_id: UUID, *, agent: User, now: datetime, resolution: str = "", tag: str = "",
    ask_rating: bool = False, labels: Labels | None = None,
) -> Conversation:  # fmt: skip
    """Close the conversation. The holder or a supervisor may, and anybody where no person holds it.

    `resolution` is a note in own words, `tag` the code of a ResolutionTag, `labels` what the assistant is to learn from
    it. With `ask_rating` the customer is asked how it was, where that is possible. For the team's time of reopening
    the customer's next message opens the same matter again, where a person had it.
    Raises Refused: closed, not_in_control; ValueError for an unknown tag or labels that contradict.
    """
    chosen = resolutions.tag_named(tag)
    conversation = transcript.lock(conversation_id)
    _refuse(conversation, agent)
    _close(conversation, agent=agent, now=now, note=resolution, tag=chosen, labels=labels)
    if ask_rating:
        ratings.ask(conversation, agent=conversation.assigned_to or agent, now=now)
    return conversation


def close_many(
    ids: Iterable[UUID], *, agent: User, now: datetime, resolution: str = "", tag: str = "",
    including_waiting: bool = False,
) -> Closed:  # fmt: skip
    """Close those of them that the agent may see and may close, each in a transaction and on a record of its own.

    Where a customer waits for an answer the conversation is left as it is, unless that is asked for. Nobody is asked
    how it was. Raises ValueError for an unknown tag, and for more than MOST_AT_ONCE.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_AT_ONCE:
        raise ValueError(f"{MOST_AT_ONCE} conversations can be closed at once; these are {len(wanted)}. Choose fewer.")
    chosen = resolutions.tag_named(tag)
    visible = set(Conversation.objects.visible_to(agent).filter(pk__in=wanted).values_list("pk", flat=True))
    left = []
    for pk in wanted:
        try:
            if pk not in visible:
                raise Refused("not_found", "There is no such conversation among those you can see.")
            _close_one(pk, agent=agent, now=now, note=resolution, tag=chosen, including_waiting=including_waiting)
        except Refused as refused:
            left.append(Left(pk, refused.code, refused.words))
    passed_over = {one.conversation_id for one in left}
    return Closed(tuple(pk for pk in wanted if pk not in passed_over), tuple(left))


@transaction.atomic
def _close_one(
    pk: UUID, *, agent: User, now: datetime, note: str, tag: ResolutionTag | None, including_waiting: bool
) -> None:
    conversation = transcript.lock(pk)
    _refuse(conversation, agent)
    if not including_waiting and (words := _who_waits(conversation)):
        raise Refused("customer_waits", words)
    _close(conversation, agent=agent, now=now, note=note, tag=tag, labels=None)


def _refuse(conversation: Conversation, agent: User) -> None:
    if conversation.state in (State.HUMAN, State.CLOSED):
        checks.refuse_unless_holder(conversation, agent, or_supervisor=True)


def _who_waits(conversation: Conversation) -> str:
    """Why a customer would be left without the answer they wait for, in words; empty where none is waited for."""
    if conversation.state == State.PENDING:
        return "The customer waits in the queue: accept the conversation and answer, then close it."
    if conversation.state == State.HUMAN and waits.waiting_since(conversation):
        return "The customer wrote last and waits for an answer: answer, then close it."
    if conversation.state in BOT_STATES and conversation.bot_turns.filter(status__in=_OPEN_TURN).exists():
        return "The assistant is about to answer the customer: close it once it has."
    return ""


def _close(
    conversation: Conversation, *, agent: User, now: datetime, note: str, tag: ResolutionTag | None,
    labels: Labels | None,
) -> None:  # fmt: skip
    actor = Actor.human(agent)
    conversation.resolution = note.strip()[: resolutions.LONGEST_NOTE]
    conversation.reopen_until = _reopen_until(conversation, now)
    conversation.save(update_fields=["reopen_until"])
    CallbackForm.objects.filter(handoff__conversation=conversation).exclude(step__in=_OVER).update(step="left")
    handoff = handoffs.handoff_end(conversation, ending=Handoff.Ending.CLOSED, actor=actor, now=now)
    suggestions.suggestions_ignore(conversation, actor=actor, now=now)
    control.transition(conversation, Event.RESOLVED, actor=actor, now=now, remark=conversation.resolution)
    resolutions.resolution_add(
        conversation, handoff=handoff or _last_unresolved(conversation), by=agent, actor=actor, now=now, tag=tag,
        note=conversation.resolution, labels=labels,
    )  # fmt: skip


def _last_unresolved(conversation: Conversation) -> Handoff | None:
    """The one that was given back before this closing; after a reopening, not that of the closing before."""
    last = conversation.handoffs.order_by("-requested_at").first()
    return None if last and conversation.resolutions.filter(handoff=last).exists() else last


def _reopen_until(conversation: Conversation, now: datetime) -> datetime | None:
    """Where a person had it, the team's time from now on; whoever had only the assistant starts anew anyway."""
    within = people.team_of(conversation).reopen_within
    return now + within if conversation.assigned_to_id is not None and within > timedelta() else None
