"""The assistant beside the agent: it drafts a reply, and finds how matters like this one were solved.

It never sends: an agent reads the draft, changes it or leaves it, and the record keeps which (`settle`).
"""

import logging
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from assistant.engine import Context
from assistant.person_request import person_request
from assistant.reply import Reply
from assistant.turn import Thought, cues_of, default_engine, think
from audit.actors import Actor
from audit.record import record
from conversations import transcript
from conversations.models import Conversation, Participant
from conversations.states import State
from handoff import briefing, events, refusals, triggers
from handoff.desk import checks
from handoff.models import Suggestion, TriggerRule
from handoff.similar import Case, similar
from handoff.suggestions import settle, suggestions_ignore

__all__ = ["Case", "settle", "similar", "suggest"]

logger = logging.getLogger(__name__)

#: People write in bursts: a draft that the customer's next line has made old is drafted once more, not for ever.
TRIES = 2
#: Rules about how good an answer is; all others are about whether a person must come, and one is here.
ABOUT_THE_ANSWER = (TriggerRule.Kind.LOW_CONFIDENCE, TriggerRule.Kind.GUARDRAIL, TriggerRule.Kind.ENGINE)


def suggest(conversation_id: UUID, *, agent: User, now: datetime) -> Suggestion | None:
    """A draft of an answer to what the customer waits for, for this agent to read; it is not sent.

    None where the assistant has nothing to say: all is answered, it cannot read it, it is not sure enough, or a person
    is what it would ask for. The holder, an invited colleague or a supervisor may. It thinks without any lock.
    Raises Refused: closed, window_closed, not_in_control.
    """
    for _ in range(TRIES):
        context, seen = _read(conversation_id, agent, now)
        reply = _draft(context)
        if reply is None:
            return None
        if suggestion := _keep(conversation_id, agent, reply, seen, now):
            return suggestion
    return None


@transaction.atomic
def _read(conversation_id: UUID, agent: User, now: datetime) -> tuple[Context, int]:
    """What the assistant may know, and the customer's last line in it."""
    conversation = transcript.lock(conversation_id)
    _refuse(conversation, agent)
    return briefing.context_of(conversation, now=now), conversation.last_customer_seq


def _refuse(conversation: Conversation, agent: User) -> None:
    invited = Participant.objects.filter(conversation=conversation, user=agent).exists()
    if conversation.state == State.HUMAN and invited:
        return
    checks.refuse_unless_holder(conversation, agent, or_supervisor=True)
    if conversation.state != State.HUMAN:
        raise refusals.not_in_control(checks.holder(conversation))


def _draft(context: Context) -> Reply | None:
    """A person is there already: that the customer asked for one is no reason to say nothing about the rest."""
    asked = tuple(line for line in context.unanswered if line.type != "text" or not person_request(line.body))
    if not asked:
        return None
    context = replace(context, unanswered=asked)
    try:
        thought = think(context, default_engine())
        unsure = _calls_a_person(context, thought)
    except Exception:  # an agent can do without a draft
        logger.exception("the assistant failed at a suggestion for conversation %s", context.conversation_id)
        return None
    reply = thought.reply
    return None if unsure or reply.handoff or not reply.answer.strip() else reply


def _calls_a_person(context: Context, thought: Thought) -> bool:
    """Whether the staff's rules would have it not say this: what it may not say to customers it does not draft."""
    rules = [rule for rule in triggers.in_force() if rule.kind in ABOUT_THE_ANSWER]
    signals = triggers.signals_of(context, cues_of(context)).with_thought(thought)
    return triggers.decide(rules, signals, in_cooldown=False) is not None


@transaction.atomic
def _keep(conversation_id: UUID, agent: User, reply: Reply, seen: int, now: datetime) -> Suggestion | None:
    """None where the customer has written since: then it is an answer to half of what they said."""
    conversation = transcript.lock(conversation_id)
    _refuse(conversation, agent)
    if conversation.last_customer_seq != seen:
        return None
    actor = Actor.human(agent)
    suggestions_ignore(conversation, actor=actor, now=now)
    suggestion = Suggestion.objects.create(
        conversation=conversation, asked_by=agent, at=now, body="\n".join([reply.answer, *reply.citations]),
        intent=reply.intent, confidence=reply.confidence, sources=list(reply.citations),
    )  # fmt: skip
    transcript.touch(conversation, now=now)
    record(events.COPILOT_SUGGESTED, stream=conversation.stream, actor=actor, now=now,
           payload={"suggestion": suggestion.pk, "agent": actor.name, "intent": reply.intent,
                    "confidence": reply.confidence, "read_seq": seen})  # fmt: skip
    return suggestion
