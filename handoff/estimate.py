"""How long somebody who waits will wait: their place, and the pace at which the team has accepted of late.

    pace     = time since the oldest acceptance looked at / number of acceptances looked at
    estimate = pace x place, rounded up to 2, 5, 10, 15, 20, 30, 45, 60 or 90 minutes, or "more than that"

Looked at are the acceptances of the last hour; where those are fewer than three, of the last two. The pace is counted
up to now and not up to the last acceptance: a team that has stopped accepting grows slower by the minute. Fewer than
three in two hours, or nobody of the team present: then there is no honest figure, and none is given. Whom an agent
barged in on never stood in the queue and does not count.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from conversations.models import Conversation
from conversations.states import State
from handoff import hands, people, presence
from handoff.models import Handoff, Team

STEPS = (2, 5, 10, 15, 20, 30, 45, 60, 90)
#: Longer than can be said to the minute: "more than an hour and a half".
LONGER = 91
FEWEST = 3
LOOKED_AT = (timedelta(hours=1), timedelta(hours=2))
#: Of a team that is larger, so many are asked whether their hands are free.
MOST = 50


def place_of(conversation: Conversation) -> int:
    """The place in the team's queue, 1 = next, in the order of `Conversation.objects.by_deadline`. One count."""
    waiting = Conversation.objects.filter(state=State.PENDING, team=conversation.team_id).exclude(pk=conversation.pk)
    return 1 + waiting.filter(_before(conversation)).count()


def _before(conversation: Conversation) -> Q:
    """Who comes before this one; what has no deadline comes last."""
    earlier = Q(opened_at__lt=conversation.opened_at) | Q(opened_at=conversation.opened_at, pk__lt=conversation.pk)
    pressing = Q(priority__gt=conversation.priority) | Q(priority=conversation.priority) & earlier
    if conversation.next_deadline is None:
        return Q(next_deadline__isnull=False) | Q(next_deadline=None) & pressing
    sooner = Q(next_deadline__lt=conversation.next_deadline) | pressing
    return Q(next_deadline__lte=conversation.next_deadline) & sooner  # the first is a range of the queue's index


def minutes_for(conversation: Conversation, *, now: datetime, place: int | None = None) -> int | None:
    """About how many minutes from now until somebody accepts: one of STEPS, or LONGER. None: it cannot be told
    honestly. `place`, where it is known already."""
    if not is_anybody_there(people.team_of(conversation), now=now):
        return None
    pace = _pace(conversation.team_id, now)
    return None if pace is None else rounded(pace * (place or place_of(conversation)))


def rounded(wait: timedelta) -> int:
    """Up to the next step that people think in, half a minute forgiven; LONGER beyond the last."""
    return next((step for step in STEPS if wait <= timedelta(minutes=step, seconds=30)), LONGER)


def _pace(team_id: int, now: datetime) -> timedelta | None:
    accepted = Handoff.objects.filter(team=team_id, accepted_at__gt=now - LOOKED_AT[-1], accepted_at__lte=now)
    taken = accepted.exclude(reason=Handoff.Reason.TAKE_OVER).order_by("-accepted_at")
    moments = list(taken.values_list("accepted_at", flat=True))
    for span in LOOKED_AT:
        recent = [moment for moment in moments if moment and moment > now - span]
        if len(recent) >= FEWEST:
            return (now - min(recent)) / len(recent)
    return None


def is_anybody_there(team: Team, *, now: datetime) -> bool:
    """Whether somebody of the team is online and takes new work."""
    return presence.available(people.members(team), now=now).exists()


def is_anybody_free(team: Team, *, now: datetime) -> bool:
    """Whether somebody of the team is online and has room for one more."""
    there = presence.available(people.members(team), now=now).select_related("agent_profile")[:MOST]
    return any(in_hand.free_in(team) for in_hand in hands.of_all(there).values())
