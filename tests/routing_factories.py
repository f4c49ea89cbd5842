"""Teams that are offered their work, people who are there, and customers who wait: for the tests of assignment."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from conversations.models import Conversation
from handoff import presence
from handoff.handoffs import handoff_request
from handoff.models import AgentProfile, Handoff, Offer, Presence, Team
from tests import factories


def team(slug: str = "support", **fields: object) -> Team:
    """A team that is offered its work, unless `assignment` says otherwise."""
    made = factories.team(slug)
    for name, value in {"assignment": Team.Assignment.OFFER, **fields}.items():
        setattr(made, name, value)
    made.save()
    return made


def person(
    username: str, *, now: datetime, teams: tuple[str, ...] = ("support",), languages: str = "", skills: str = "",
    capacity: int | None = None,
) -> User:  # fmt: skip
    """Somebody who is there, with these skills."""
    user = factories.agent(username, teams=teams)
    if languages or skills or capacity is not None:
        AgentProfile.objects.create(user=user, languages=languages.split(), skills=skills.split(), capacity=capacity)
    presence.seen(user, now=now)
    return user


def stays(*users: User, now: datetime) -> None:
    """Their pages have sent a sign of life, as they do every 25 seconds."""
    for user in users:
        presence.seen(user, now=now)


def waiting(
    number: int = 1, *, now: datetime, in_team: str = "support", language: str = "", priority: int | None = None,
    skills: tuple[str, ...] = (), preferred: User | None = None, deadline: datetime | None = None,
) -> Conversation:  # fmt: skip
    """A customer who has just been handed over to this team."""
    conversation = factories.conversation(now=now, who=factories.sender(number))
    with transaction.atomic():
        handoff_request(
            factories.locked(conversation), reason=Handoff.Reason.ASKED, actor=SYSTEM, now=now, summary="help",
            team=factories.team(in_team), language=language, preferred=preferred,
        )  # fmt: skip
    conversation.refresh_from_db()
    changes: dict[str, object] = {"team_id": factories.team(in_team).pk}
    changes |= {"priority": priority} if priority is not None else {}
    changes |= {"skills": list(skills)} if skills else {}
    changes |= {"next_deadline": deadline} if deadline else {}
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    Handoff.objects.filter(conversation=conversation, ended_at=None).update(team_id=changes["team_id"])
    conversation.refresh_from_db()
    return conversation


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def handoff_of(conversation: Conversation) -> Handoff:
    return Handoff.objects.get(conversation=conversation, ended_at=None)


def offered_to(conversation: Conversation) -> str:
    """Whom it is held out to now; an empty string for nobody."""
    standing = Offer.objects.filter(handoff__conversation=conversation, ended_at=None)
    return standing.values_list("agent__username", flat=True).first() or ""


def happened(stream: str, *kinds: str) -> list[str]:
    """The kinds of events on this record, in their order; of all kinds where none is named."""
    events = Event.objects.about(stream)
    return [event.event_type for event in events if not kinds or event.event_type in kinds]


def lease_over(user: User, *, now: datetime) -> None:
    """Their laptop was closed two minutes ago."""
    Presence.objects.filter(user=user).update(seen_at=now - timedelta(minutes=2))
