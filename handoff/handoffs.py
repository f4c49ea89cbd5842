"""The life of a handoff: requested, accepted, requeued, moved, ended. The caller holds the conversation's lock.

Whatever happens to it, `followup` is told when to look next and `assignment` is woken after the commit: nothing that
waits depends on somebody remembering it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User

from audit.actors import Actor
from audit.record import record
from conversations import control, transcript
from conversations.models import Conversation, Topic
from conversations.states import Event, State
from handoff import assignment, callback, carried, events, followup, notices, priority, routing, tickets, waits
from handoff.models import Handoff, TriggerRule
from sla.clocks import clock_start, clocks_cancel
from sla.models import Clock

#: Figures and codes of the mind's evidence.
ON_RECORD = (
    "intent", "confidence", "citations", "sentiment", "sentiments", "frustration", "error_codes", "guardrail",
)  # fmt: skip


def handoff_request(
    conversation: Conversation, *, reason: Handoff.Reason, actor: Actor, now: datetime, summary: str,
    language: str = "", explanation: str = "", evidence: Mapping[str, Any] | None = None, team: Group | None = None,
    rule: TriggerRule | None = None, inputs: Mapping[str, Any] | None = None, preferred: User | None = None,
) -> Handoff:  # fmt: skip
    """Call a person: state, team, promise, frozen context and what the customer is told, all in this transaction.

    What the customer is told carries the new epoch; anything the bot thought before is stale from here on. For a team
    that takes its work as tickets a ticket is made, and the assistant has the conversation again: look at `mode`.
    Raises IllegalTransition when the conversation is not on the bot's side.
    """
    facts = dict(evidence or {})
    _set_topic(conversation, facts)
    conversation.language = language or conversation.language
    route = routing.route_for(conversation, team=team or (rule.team if rule else None), evidence=facts, now=now)
    score = priority.score_of(
        conversation, sentiment=facts.get("sentiment"), raised=route.raises + (rule.raises_priority if rule else 0)
    )
    conversation.team_id, conversation.skills, conversation.priority = route.team_id, list(route.skills), score.value
    conversation.save(update_fields=["language", "team", "skills", "priority"])
    control.transition(conversation, Event.HANDOFF, actor=actor, now=now, why=reason.label)
    clock = clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)
    why = {"reason": str(reason), "words": reason.label, "explanation": explanation[:500],
           "rule": rule.name if rule else "", "kind": rule.kind if rule else "",
           "inputs": dict(inputs or {})}  # fmt: skip
    handoff = Handoff.objects.create(
        conversation=conversation, reason=reason, explanation=explanation[:500], summary=summary, rule=rule,
        payload=carried.freeze(conversation, evidence=facts, why=why, summary=summary, score=score,
                               due_at=clock.due_at, now=now),
        team_id=route.team_id, route_reason=route.why[:300], preferred_agent=preferred,
        requested_at=now, due_at=clock.due_at, queued_at=now,
    )  # fmt: skip
    record(
        events.REQUESTED, stream=conversation.stream, actor=actor, now=now,
        payload={**_recorded(facts), "handoff": handoff.pk, "reason": str(reason), "reason_words": reason.label,
                 "rule": why["rule"], "inputs": why["inputs"], "team": route.team_id, "route": route.why,
                 "priority": score.value, "due_at": clock.due_at.isoformat()},
    )  # fmt: skip
    if tickets.takes_tickets(conversation, now=now):
        _make_ticket(conversation, handoff, actor=actor, now=now)
        return handoff
    notices.tell_handed_over(conversation, handoff, now=now)
    _keep_watch(conversation, handoff, now=now)
    return handoff


def handoff_accept(
    conversation: Conversation, *, agent: User, now: datetime, actor: Actor | None = None, told: str | None = None
) -> Handoff:
    """The agent takes the waiting conversation; offers to others are void. `actor`: who gave it to them, where they did
    not take it themselves; `told`: what the thread says in place of "accepted". Raises IllegalTransition unless it
    waits."""
    name, by = Actor.human(agent).name, actor or Actor.human(agent)
    conversation.assigned_to = agent
    control.transition(conversation, Event.ACCEPT, actor=by, now=now, told=told)
    handoff = current_handoff(conversation)
    handoff.accepted_at, handoff.accepted_by, handoff.queued_at, handoff.nudged_at = now, agent, None, None
    handoff.team_id = conversation.team_id
    handoff.save(update_fields=["accepted_at", "accepted_by", "queued_at", "nudged_at", "team"])
    assignment.offers_end(handoff, taken_by=agent, now=now)
    callback.form_end(conversation, handoff, now=now)
    record(
        events.ACCEPTED, stream=conversation.stream, actor=by, now=now,
        payload={"handoff": handoff.pk, "agent": name, "agent_id": agent.pk, "by": by.name if actor else "",
                 "team": handoff.team_id, "waited_seconds": round((now - handoff.requested_at).total_seconds())},
    )  # fmt: skip
    followup.schedule(conversation, handoff, now=now)
    return handoff


def handoff_pass(
    conversation: Conversation, *, agent: User, now: datetime, actor: Actor | None = None, told: str | None = None
) -> Handoff:
    """From one person to another without a wait between: back into the queue and out of it, in one transaction.

    `actor`: who gave it to the agent, where they did not take it themselves. The caller sets the team, where it is to
    be another. Raises IllegalTransition unless a person holds it.
    """
    giver = conversation.assigned_to
    by = actor or Actor.human(agent)
    if told is None and giver is not None:
        told = f"{by.name} took over from {Actor.human(giver).name}"
    control.transition(conversation, Event.REQUEUE, actor=by, now=now, told="")
    handoff = handoff_accept(conversation, agent=agent, actor=actor, now=now, told=told)
    if giver is not None:
        assignment.slot_freed(giver.pk)
    return handoff


def handoff_take_over(conversation: Conversation, *, agent: User, now: datetime, summary: str) -> Handoff:
    """The agent barges in on the bot. Raises IllegalTransition unless the bot holds the conversation."""
    conversation.assigned_to = agent
    actor = Actor.human(agent)
    control.transition(conversation, Event.TAKE_OVER, actor=actor, now=now)
    clock = clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now)
    reason = Handoff.Reason.TAKE_OVER
    why = {"reason": str(reason), "words": reason.label}
    score = priority.score_of(conversation, sentiment=None, raised=0)
    handoff = Handoff.objects.create(
        conversation=conversation, reason=reason, summary=summary,
        payload=carried.freeze(conversation, evidence={}, why=why, summary=summary, score=score,
                               due_at=clock.due_at, now=now),
        team_id=conversation.team_id, requested_at=now, due_at=clock.due_at, accepted_at=now, accepted_by=agent,
    )  # fmt: skip
    record(events.ACCEPTED, stream=conversation.stream, actor=actor, now=now,
           payload={"handoff": handoff.pk, "agent": actor.name, "waited_seconds": 0})  # fmt: skip
    followup.schedule(conversation, handoff, now=now)
    return handoff


def handoff_requeue(
    conversation: Conversation, *, actor: Actor, now: datetime, why: str, team: Group | None = None,
    preferred: User | None = None, remark: str = "",
) -> Handoff:  # fmt: skip
    """From the person who holds it back to the queue, of another team where one is given. A running promise goes on;
    a customer who waited without one is promised from when they began to wait: nobody loses their place.

    Raises IllegalTransition unless a person holds it.
    """
    handoff, holder = current_handoff(conversation), conversation.assigned_to_id
    since = waits.waiting_since(conversation) or now
    if team is not None:
        conversation.team_id = team.pk
    control.transition(conversation, Event.REQUEUE, actor=actor, now=now, why=why, remark=remark)
    clock = clock_start(conversation, Clock.Metric.FIRST_RESPONSE, now=now, since=since)
    handoff.accepted_at = handoff.accepted_by = handoff.nudged_at = None
    handoff.team_id, handoff.queued_at, handoff.due_at = conversation.team_id, now, clock.due_at
    handoff.preferred_agent, handoff.requeues = preferred, handoff.requeues + 1
    handoff.save()
    record(events.REQUEUED, stream=conversation.stream, actor=actor, now=now,
           payload={"handoff": handoff.pk, "why": why, "team": handoff.team_id, "agent": holder})  # fmt: skip
    _keep_watch(conversation, handoff, now=now)
    if holder is not None:
        assignment.slot_freed(holder)
    return handoff


def handoff_move(
    conversation: Conversation, *, team: Group, actor: Actor, now: datetime, why: str,
    preferred: User | None = None, remark: str = "",
) -> Handoff:  # fmt: skip
    """From one queue to another; the promise and with it the place in line stay. The conversation must be waiting."""
    handoff = current_handoff(conversation)
    conversation.team_id, conversation.skills = team.pk, []
    transcript.touch(conversation, now=now, also=["team", "skills"])
    assignment.offers_end(handoff, taken_by=None, now=now)
    handoff.team_id, handoff.queued_at, handoff.preferred_agent = team.pk, now, preferred
    handoff.save(update_fields=["team", "queued_at", "preferred_agent"])
    record(events.MOVED, stream=conversation.stream, actor=actor, now=now,
           payload={"handoff": handoff.pk, "why": why, "team": team.pk, "team_name": team.name})  # fmt: skip
    words = ": ".join(part for part in (f"Moved to the queue of {team.name}", why, remark) if part)
    transcript.banner(conversation, words, now=now)
    _keep_watch(conversation, handoff, now=now)
    return handoff


def handoff_end(
    conversation: Conversation, *, ending: Handoff.Ending, actor: Actor, now: datetime, context: str = "",
    cooldown: int = 0,
) -> Handoff | None:  # fmt: skip
    """End the open handoff, if there is one, and call off what was promised with it. `cooldown`: turns in which the
    assistant does not hand off by itself afterwards."""
    handoff = conversation.handoffs.filter(ended_at=None).first()
    if handoff is not None:
        handoff.ended_at, handoff.ending, handoff.return_context = now, ending, context
        handoff.cooldown_left, handoff.queued_at, handoff.check_at = cooldown, None, None
        handoff.save(update_fields=["ended_at", "ending", "return_context", "cooldown_left", "queued_at", "check_at"])
        assignment.offers_end(handoff, taken_by=None, now=now)
        record(events.ENDED, stream=conversation.stream, actor=actor, now=now,
               payload={"handoff": handoff.pk, "ending": handoff.get_ending_display()})  # fmt: skip
    if conversation.state == State.HUMAN and conversation.assigned_to_id is not None:
        assignment.slot_freed(conversation.assigned_to_id)
    clocks_cancel(conversation, actor=actor, why=ending.label, now=now)
    return handoff


def current_handoff(conversation: Conversation) -> Handoff:
    """The open handoff. Raises Handoff.DoesNotExist."""
    return conversation.handoffs.get(ended_at=None)


def _recorded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of what the mind said, what may stand on the record: figures, codes, names of things. Values that a model found
    in the customer's words, and notes of tools, travel with the handoff alone (invariant 9)."""
    told = {name: facts[name] for name in ON_RECORD if name in facts}
    return {**told, "entities": sorted(facts.get("entities") or {})}


def _keep_watch(conversation: Conversation, handoff: Handoff, *, now: datetime) -> None:
    followup.schedule(conversation, handoff, now=now)
    assignment.seek_agent(conversation.pk)


def _make_ticket(conversation: Conversation, handoff: Handoff, *, actor: Actor, now: datetime) -> None:
    """The team takes its work as tickets: the matter goes on there, the thread is the assistant's again."""
    handoff.mode = Handoff.Mode.COLD
    handoff.save(update_fields=["mode"])
    tickets.ticket_open(conversation, handoff=handoff, actor=actor, now=now)
    handoff_end(conversation, ending=Handoff.Ending.TICKET, actor=actor, now=now)
    control.transition(conversation, Event.RETURN_TO_BOT, actor=actor, now=now, why="a ticket was made")


def _set_topic(conversation: Conversation, evidence: dict[str, Any]) -> None:
    """Where the bot's intent belongs to a topic of this desk, the conversation is about that."""
    intent = evidence.get("intent")
    topic = next((topic for topic in Topic.objects.all() if intent in topic.intents.split()), None)
    if topic and conversation.topic_id != topic.code:
        conversation.topic = topic
        conversation.save(update_fields=["topic"])
