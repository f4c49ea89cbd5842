"""The life of a handoff: requested, accepted, ended. The caller holds the conversation's lock."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User

from assistant import texts
from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import control, outbox
from conversations.models import Conversation, Message, Topic
from conversations.states import Event
from handoff import events
from handoff.models import Handoff
from sla.clocks import clock_start, clocks_cancel
from sla.models import Clock


def handoff_request(
    conversation: Conversation, *, reason: Handoff.Reason, actor: Actor, now: datetime, summary: str,
    language: str = "", explanation: str = "", evidence: dict[str, Any] | None = None, team: Group | None = None,
) -> Handoff:  # fmt: skip
    """Call a person: state, promise, frozen context and the holding message, all in this transaction.

    The holding message carries the new epoch; anything the bot thought before is stale from here on.
    Raises IllegalTransition when the conversation is not on the bot's side.
    """
    conversation.team_id = team.pk if team else conversation.team_id
    _set_topic(conversation, evidence or {})
    control.transition(conversation, Event.HANDOFF, actor=actor, now=now, why=reason.label)
    clock = clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)
    handoff = Handoff.objects.create(
        conversation=conversation, reason=reason, explanation=explanation[:500], summary=summary,
        payload={**(evidence or {}), "messages": last_messages(conversation)}, team_id=conversation.team_id,
        requested_at=now, due_at=clock.due_at,
    )  # fmt: skip
    record(
        events.REQUESTED, stream=conversation.stream, actor=actor, now=now,
        payload={"handoff": handoff.pk, "reason": str(reason), "reason_words": reason.label,
                 "team": conversation.team_id, "due_at": clock.due_at.isoformat(), **(evidence or {})},
    )  # fmt: skip
    if conversation.window_is_open(now):
        text = texts.text("holding", language or conversation.customer.locale)
        outbox.message_queue(conversation, body=text, sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now)
    return handoff


def handoff_accept(conversation: Conversation, *, agent: User, now: datetime) -> Handoff:
    """The agent takes the waiting conversation. Raises IllegalTransition unless it is waiting."""
    conversation.assigned_to = agent
    actor = Actor.human(agent)
    control.transition(conversation, Event.ACCEPT, actor=actor, now=now)
    handoff = current_handoff(conversation)
    handoff.accepted_at, handoff.accepted_by = now, agent
    handoff.save(update_fields=["accepted_at", "accepted_by"])
    record(
        events.ACCEPTED, stream=conversation.stream, actor=actor, now=now,
        payload={"handoff": handoff.pk, "agent": actor.name,
                 "waited_seconds": round((now - handoff.requested_at).total_seconds())},
    )  # fmt: skip
    return handoff


def handoff_pass(conversation: Conversation, *, agent: User, now: datetime) -> None:
    """From one person to another without a wait between: back into the queue and out of it, in one transaction."""
    control.transition(conversation, Event.REQUEUE, actor=Actor.human(agent), now=now)
    handoff_accept(conversation, agent=agent, now=now)


def handoff_take_over(conversation: Conversation, *, agent: User, now: datetime, summary: str) -> Handoff:
    """The agent barges in on the bot. Raises IllegalTransition unless the bot holds the conversation."""
    conversation.assigned_to = agent
    actor = Actor.human(agent)
    control.transition(conversation, Event.TAKE_OVER, actor=actor, now=now)
    clock = clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)
    handoff = Handoff.objects.create(
        conversation=conversation, reason=Handoff.Reason.TAKE_OVER, summary=summary,
        payload={"messages": last_messages(conversation)}, team_id=conversation.team_id, requested_at=now,
        due_at=clock.due_at, accepted_at=now, accepted_by=agent,
    )  # fmt: skip
    record(events.ACCEPTED, stream=conversation.stream, actor=actor, now=now,
           payload={"handoff": handoff.pk, "agent": actor.name, "waited_seconds": 0})  # fmt: skip
    return handoff


def handoff_end(
    conversation: Conversation, *, ending: Handoff.Ending, actor: Actor, now: datetime, context: str = ""
) -> None:
    """End the open handoff, if there is one, and call off what was promised with it."""
    handoff = conversation.handoffs.filter(ended_at=None).first()
    if handoff is not None:
        handoff.ended_at, handoff.ending, handoff.return_context = now, ending, context
        handoff.save(update_fields=["ended_at", "ending", "return_context"])
        record(events.ENDED, stream=conversation.stream, actor=actor, now=now,
               payload={"handoff": handoff.pk, "ending": ending.label})  # fmt: skip
    clocks_cancel(conversation, actor=actor, why=ending.label, now=now)


def current_handoff(conversation: Conversation) -> Handoff:
    """The open handoff. Raises Handoff.DoesNotExist."""
    return conversation.handoffs.get(ended_at=None)


def last_messages(conversation: Conversation) -> list[dict[str, Any]]:
    """What was said last, as an agent will see it, oldest first; as many as HANDOFF_MESSAGES says."""
    lines = conversation.messages.said().order_by("-placed_at", "-seq")[: settings.HANDOFF_MESSAGES]
    return [
        {"seq": line.seq, "sender": line.sender, "type": line.type, "body": line.body, "at": line.placed_at.isoformat()}
        for line in reversed(lines)
    ]


def _set_topic(conversation: Conversation, evidence: dict[str, Any]) -> None:
    """Where the bot's intent belongs to a topic of this desk, the conversation is about that."""
    intent = evidence.get("intent")
    topic = next((topic for topic in Topic.objects.all() if intent in topic.intents.split()), None)
    if topic and conversation.topic_id != topic.code:
        conversation.topic = topic
        conversation.save(update_fields=["topic"])
