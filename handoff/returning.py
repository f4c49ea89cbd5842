"""Back to the assistant: it learns what was agreed, it answers where anybody waits for a word, and it is kept from
calling a person again at once."""

from datetime import datetime, timedelta

from audit.actors import Actor
from conversations import control
from conversations.models import BotSwitch, Conversation, Message
from conversations.states import Event
from handoff import briefing, handoffs, refusals, turns
from handoff.models import Handoff, HandoffPolicy
from handoff.waits import NEVER_LEFT


def return_to_bot(
    conversation: Conversation, *, actor: Actor, now: datetime, context: str = "", resume: bool = True
) -> Handoff | None:
    """Give the (locked) conversation, waiting or held by a person, back to the bot. `context`: what it is to know.

    It answers with its next turn where it was told something, where the customer said something that nobody answered,
    and where they were promised a person and none ever wrote: nobody is left with silence. Otherwise, and where
    `resume` is False, it waits for the customer. Returns the handoff that ended. Raises IllegalTransition.
    """
    context = context.strip()
    handoff = handoffs.handoff_end(
        conversation, ending=Handoff.Ending.RETURNED, actor=actor, now=now, context=context,
        cooldown=HandoffPolicy.current().cooldown_turns,
    )  # fmt: skip
    control.transition(conversation, Event.RETURN_TO_BOT, actor=actor, now=now, remark=context)
    if resume and (context or briefing.unanswered(conversation) or _is_owed_a_word(conversation, handoff)):
        turns.turn_schedule(conversation, now=now, resumes=True)
    return handoff


def _is_owed_a_word(conversation: Conversation, handoff: Handoff | None) -> bool:
    """Whether no person wrote in the handoff, though one was promised or a question was open when one barged in."""
    said = conversation.messages.said().exclude(status__in=NEVER_LEFT).exclude(type=Message.REACTION)
    if handoff and said.filter(sender=Message.Sender.HUMAN, created_at__gte=handoff.requested_at).exists():
        return False
    if handoff and handoff.reason != Handoff.Reason.TAKE_OVER:
        return True
    answer = said.filter(sender__in=briefing.ANSWERS).order_by("-seq").values_list("seq", flat=True).first() or 0
    asked = said.filter(direction=Message.Direction.IN, asks=True, revoked_at=None, seq__gt=answer)
    return asked.exists()


def in_loop(conversation: Conversation, *, now: datetime) -> bool:
    """Whether it has gone to people so often of late that it stays with them. Taking over is no handing over."""
    policy = HandoffPolicy.current()
    lately = conversation.handoffs.filter(requested_at__gt=now - timedelta(hours=policy.loop_hours))
    return lately.exclude(reason=Handoff.Reason.TAKE_OVER).count() > policy.loop_handoffs


def obstacle(conversation: Conversation, *, now: datetime, may_break_loop: bool = False) -> refusals.Refused | None:
    """Why it must not go back to the bot now; None where it may."""
    if not BotSwitch.current().enabled:
        words = "The assistant is switched off: nobody would answer. Close the conversation, or give it to a team."
        return refusals.Refused("assistant_stopped", words)
    if in_loop(conversation, now=now) and not may_break_loop:
        words = (
            "The assistant has called a person here again and again: it stays with people. Solve it and close it, or"
            " give it to another team. A supervisor may give it back all the same."
        )
        return refusals.Refused("loop_guard", words)
    return None
