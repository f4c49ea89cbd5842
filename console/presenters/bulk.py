"""Closing several at once: what would be closed, what would be left and why, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from console.presenters import times
from console.presenters.rows import holder_of
from conversations.models import Conversation, Message
from conversations.states import BOT_STATES, State
from handoff import waits
from handoff.desk import closing
from handoff.models import BotTurn, Handoff

_OPEN_TURN = (BotTurn.Status.SCHEDULED, BotTurn.Status.THINKING)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of those that were chosen. `why` it would be left, in words; empty where it would be closed."""

    pk: UUID
    name: str
    holder: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """`goes` would be closed, `waits` only where that is ticked, `stays` not at all; `unseen` are not this person's
    to see. What happens is decided under each row's lock, not here."""

    goes: list[Choice]
    waits: list[Choice]
    stays: list[Choice]
    unseen: int

    @property
    def is_empty(self) -> bool:
        return not (self.goes or self.waits)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it: by name, those that were left with the reason."""

    closed: list[Choice]
    left: list[Choice]
    unseen: int


def plan_for(ids: Iterable[UUID], user: User, *, now: datetime) -> Plan:
    """What would become of them, in one query however many they are."""
    wanted = list(dict.fromkeys(ids))
    found = {conversation.pk: conversation for conversation in _dressed(wanted, user)}
    goes, waiting, stays = [], [], []
    for pk in wanted:
        if pk not in found:
            continue
        conversation = found[pk]
        if why := _why_not(conversation, user):
            stays.append(_choice(conversation, user, why))
        elif why := _who_waits(conversation, now):
            waiting.append(_choice(conversation, user, why))
        else:
            goes.append(_choice(conversation, user))
    return Plan(goes, waiting, stays, len(wanted) - len(found))


def result_of(done: Iterable[closing.Closed], user: User) -> Result:
    """What became of them, in one query."""
    parts = list(done)
    words = {left.conversation_id: left.words for part in parts for left in part.left}
    ids = [pk for part in parts for pk in part.closed]
    found = {one.pk: one for one in _visible([*ids, *words], user)}
    return Result(
        closed=[_choice(found[pk], user) for pk in ids if pk in found],
        left=[_choice(found[pk], user, why) for pk, why in words.items() if pk in found],
        unseen=sum(pk not in found for pk in words),
    )


def _visible(ids: list[UUID], user: User) -> QuerySet[Conversation]:
    visible = Conversation.objects.visible_to(user).filter(pk__in=ids)
    return visible.select_related("customer", "assigned_to", "team")


def _dressed(ids: list[UUID], user: User) -> QuerySet[Conversation, Any]:
    """With whether the customer waits for a person (as `waits.waiting_since` has it) or for the assistant."""
    here = OuterRef("pk")
    handoff = Handoff.objects.filter(conversation=here, ended_at=None).values("requested_at")[:1]
    said = Message.objects.said().filter(conversation=here, created_at__gte=OuterRef("since"))
    answers = said.filter(sender=Message.Sender.HUMAN).exclude(status__in=waits.NEVER_LEFT)
    answers = answers.exclude(type=Message.REACTION).order_by("-seq")
    asked = said.filter(direction=Message.Direction.IN, asks=True, revoked_at=None, seq__gt=OuterRef("answered"))
    turns = BotTurn.objects.filter(conversation=here, status__in=_OPEN_TURN)
    return (
        _visible(ids, user)
        .annotate(since=Subquery(handoff), is_thought_about=Exists(turns))
        .annotate(answered=Subquery(answers.values("seq")[:1]))
        .annotate(is_asked=Exists(asked))
    )


def _why_not(conversation: Conversation, user: User) -> str:
    if conversation.state == State.CLOSED:
        return "It is closed already."
    if conversation.state != State.HUMAN or conversation.assigned_to_id == user.pk:
        return ""
    if user.has_perm("conversations.supervise"):
        return ""
    return f"{holder_of(conversation, user).words} has it."


def _who_waits(conversation: Any, now: datetime) -> str:
    if conversation.state == State.PENDING:
        due = times.deadline(conversation.next_deadline, started=None, now=now)
        return f"The customer waits for a person{f' ({due.words})' if due else ''}."
    if (
        conversation.state == State.HUMAN
        and conversation.since
        and (conversation.answered is None or conversation.is_asked)
    ):
        return "The customer wrote last and waits for an answer."
    if conversation.state in BOT_STATES and conversation.is_thought_about:
        return "The assistant is about to answer."
    return ""


def _choice(conversation: Conversation, user: User, why: str = "") -> Choice:
    return Choice(conversation.pk, str(conversation.customer), holder_of(conversation, user).words, why)
