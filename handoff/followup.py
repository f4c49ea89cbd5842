"""When something is due about a handoff next. The moment is kept with it (`check_at`); `watch` does what is due.

Pure timing: nothing is changed here but that moment. A handoff whose conversation waits, or is held, always has one.
"""

from datetime import datetime, timedelta

from audit.models import Event
from conversations.events import TRANSITION
from conversations.models import Conversation, Message
from conversations.states import Event as StateEvent
from conversations.states import State
from handoff import offers, people, presence, waits
from handoff.models import Handoff, Team

#: How often somebody who waits is looked after anyhow (their place may have changed, their team may have emptied):
#: after a quarter of the time they have waited, but not more often than the first, nor more rarely than the second.
OFTEN, RARELY = timedelta(seconds=30), timedelta(minutes=5)
#: A conversation that is held and calm is looked at so often, whatever else is missed.
CALM = timedelta(hours=1)


def schedule(
    conversation: Conversation, handoff: Handoff, *, now: datetime, also: datetime | None = None, looked: bool = False
) -> None:
    """Work out anew when something is due about the (locked) conversation's open handoff, and keep it.

    `also`: a moment that somebody else knows of. `looked`: what has been due until now was just looked at.
    """
    if conversation.state == State.PENDING:
        moments = [*_while_it_waits(conversation, handoff), now + _pace(handoff, now)]
    elif conversation.state == State.HUMAN and handoff.ended_at is None:
        moments = [*_while_it_is_held(conversation, handoff, now), now + CALM]
    else:
        moments = []
    due = [moment if moment > now else now for moment in (*moments, also) if moment and (moment > now or not looked)]
    handoff.check_at = min(due, default=None)
    handoff.save(update_fields=["check_at"])


def _while_it_waits(conversation: Conversation, handoff: Handoff) -> list[datetime]:
    team, since = people.team_of(conversation), handoff.queued_at or handoff.requested_at
    offer = offers.open_offer(handoff)
    moments = [since + team.wait_limit]
    if team.overflow_to_id and team.overflow_after:
        moments.append(since + team.overflow_after)
    if offer is not None:
        moments.append(offer.expires_at)
    return moments


def _pace(handoff: Handoff, now: datetime) -> timedelta:
    return min(max((now - (handoff.queued_at or handoff.requested_at)) / 4, OFTEN), RARELY)


def _while_it_is_held(conversation: Conversation, handoff: Handoff, now: datetime) -> list[datetime]:
    team, silent = people.team_of(conversation), silent_since(conversation, handoff)
    if silent is None:
        rests = team.return_after and answered_at(conversation, handoff)
        return [rests + team.return_after] if rests and team.return_after else []
    moments = [silent + answer_due(handoff, team, silent)]
    gone = presence.gone_since(conversation.assigned_to, now=now) if conversation.assigned_to else None
    return [*moments, gone + team.grace_time] if gone else moments


def answer_due(handoff: Handoff, team: Team, silent: datetime) -> timedelta:
    """How long after the holder fell silent something is due: a reminder, and after it the queue."""
    return team.answer_time * (2 if is_nudged(handoff, silent) else 1)


def is_nudged(handoff: Handoff, silent: datetime) -> bool:
    """Whether the holder was reminded of what they have not answered since then."""
    return handoff.nudged_at is not None and handoff.nudged_at >= silent


def silent_since(conversation: Conversation, handoff: Handoff) -> datetime | None:
    """Since when the holder owes the customer an answer: since they asked, since it is theirs to answer, or since it
    woke from rest, for nobody could answer meanwhile. None where all is answered."""
    waiting = waits.waiting_since(conversation)
    if waiting is None:
        return None
    return max(moment for moment in (waiting, handoff.accepted_at, _woken_at(conversation)) if moment)


def _woken_at(conversation: Conversation) -> datetime | None:
    woken = Event.objects.about(conversation.stream).filter(
        event_type=TRANSITION, payload__event=str(StateEvent.CUSTOMER_MESSAGE)
    )
    return woken.order_by("-seq").values_list("ts", flat=True).first()


def answered_at(conversation: Conversation, handoff: Handoff) -> datetime | None:
    """When anything was last said in this handoff, by whichever side."""
    said = (
        conversation.messages.said().filter(created_at__gte=handoff.requested_at).exclude(status__in=waits.NEVER_LEFT)
    )
    by_people = said.filter(sender__in=[Message.Sender.USER, Message.Sender.HUMAN])
    return by_people.order_by("-seq").values_list("created_at", flat=True).first()
