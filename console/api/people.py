"""Teams and the people in them: what they can, whether they are there, how much they hold."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.actors import Actor
from config import clock
from console.api.base import ApiView
from console.api.filters import AgentFilter, refuse_unknown
from console.api.inputs import PresenceInput
from console.api.lookups import agent_of
from console.api.schema import read, written
from conversations.models import Conversation
from conversations.states import State
from handoff import people, presence
from handoff.models import Presence, Team
from handoff.models.people import LEASE
from sla import hours

#: Who is at the desk, whether or not they take something new.
PRESENT = ["online", "finishing"]


class TeamSerializer(serializers.ModelSerializer[Team]):
    """Reads `waiting`, `agents_total` and `agents_present`: fetch through `_teams`."""

    level = serializers.IntegerField(help_text="1: first line, 2: specialists, 3: VIP")
    topics = serializers.SerializerMethodField()
    assignment = serializers.CharField(help_text="claim: agents choose from the queue; offer: one agent at a time")
    mode = serializers.CharField(help_text="warm, cold (as a ticket) or cold_when_closed")
    is_open = serializers.SerializerMethodField()
    next_opening = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(help_text="Customers in its queue")
    agents_present = serializers.IntegerField()
    agents_total = serializers.IntegerField()

    class Meta:
        model = Team
        fields = [
            "id", "slug", "name", "level", "topics", "languages", "skills", "assignment", "mode", "is_open",
            "next_opening", "waiting", "agents_present", "agents_total",
        ]  # fmt: skip
        read_only_fields = fields

    def get_topics(self, team: Team) -> list[str]:
        """Codes of what it answers; none: everything."""
        return sorted(topic.code for topic in team.topics.all())

    def get_is_open(self, team: Team) -> bool:
        """By its business hours; always, where it has none."""
        return hours.is_open(team.hours, clock.now())

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_opening(self, team: Team) -> Any:
        """When it opens next; null while it is open, and where no opening is in sight."""
        now = clock.now()
        at: Any = None if hours.is_open(team.hours, now) else hours.next_opening(team.hours, now)
        return serializers.DateTimeField().to_representation(at)


class TeamList(ApiView):
    """All teams: whoever may pass a conversation on must know to whom."""

    queryset = people.teams().none()
    serializer_class = TeamSerializer
    filter_backends: list[Any] = []

    @extend_schema(operation_id="teams_list", responses=read(TeamSerializer(many=True)))
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, set())
        return self.page_of(_teams().order_by("level", "name", "pk"))


class AgentSerializer(serializers.ModelSerializer[User]):
    """Reads `supervises` and `load`: fetch through `_agents`."""

    name = serializers.SerializerMethodField()
    role = serializers.SerializerMethodField()
    teams = serializers.SerializerMethodField()
    languages = serializers.SerializerMethodField()
    skills = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    capacity = serializers.SerializerMethodField()
    load = serializers.IntegerField(help_text="Conversations held now")

    class Meta:
        model = User
        fields = ["id", "username", "name", "role", "teams", "languages", "skills", "status", "capacity", "load"]
        read_only_fields = fields

    def get_name(self, user: User) -> str:
        """As colleagues read it."""
        return Actor.human(user).name

    def get_role(self, user: User) -> str:
        """agent, supervisor or admin."""
        if user.is_superuser:
            return "admin"
        return "supervisor" if getattr(user, "supervises") else "agent"  # noqa: B009 - annotated

    def get_teams(self, user: User) -> list[str]:
        """Slugs of the teams they answer in."""
        return sorted(group.team.slug for group in user.groups.all() if hasattr(group, "team"))

    def get_languages(self, user: User) -> list[str]:
        """Codes; none: every language."""
        return list(user.agent_profile.languages) if hasattr(user, "agent_profile") else []

    def get_skills(self, user: User) -> list[str]:
        """What they can do beyond answering."""
        return list(user.agent_profile.skills) if hasattr(user, "agent_profile") else []

    def get_status(self, user: User) -> str:
        """online, finishing, away or offline; unknown for who never opened the console."""
        return user.presence.status_at(clock.now()) if hasattr(user, "presence") else presence.UNKNOWN

    def get_capacity(self, user: User) -> int:
        """Conversations they take at a time, over all their teams."""
        seats = {seat.team_id: seat.capacity for seat in user.seats.all()}
        teams = [group.team for group in user.groups.all() if hasattr(group, "team")]
        of_teams = sum(seats.get(team.pk, team.capacity) for team in teams)
        own = user.agent_profile.capacity if hasattr(user, "agent_profile") else None
        return of_teams if own is None else min(own, of_teams)


class AgentList(ApiView):
    """Your colleagues: who shares a team with you; for supervisors everybody."""

    queryset = User.objects.none()
    serializer_class = AgentSerializer
    filterset_class = AgentFilter

    @extend_schema(operation_id="agents_list", responses=read(AgentSerializer(many=True)))
    def get(self, request: Request) -> Response:
        return self.page_of(self.filter_queryset(_agents(agent_of(request))).order_by("username"))


class PresenceSerializer(serializers.Serializer[Any]):
    status = serializers.CharField(help_text="online, finishing, away or offline; unknown without any sign so far")
    seen_at = serializers.DateTimeField(allow_null=True, help_text="Your last sign of life")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Offline from then on, without another sign")


class MyPresence(ApiView):
    """Whether you are there. Say it again every 25 seconds: each time is a sign of life."""

    serializer_class = PresenceInput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="presence_retrieve", responses=read(PresenceSerializer))
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, set())
        return Response(_presence_data(agent_of(request)))

    @extend_schema(operation_id="presence_update", request=PresenceInput, responses=written(PresenceSerializer))
    def put(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        _say(agent_of(request), body.validated_data["status"], clock.now())
        return Response(_presence_data(agent_of(request)))


def _say(agent: User, status: str, now: datetime) -> None:
    """Saying the same again is a sign of life; that one is gone is none."""
    if status != Presence.Status.OFFLINE and status == presence.status_of(agent, now=now):
        presence.seen(agent, now=now)
    else:
        presence.status_set(agent, status=status, now=now)


def _presence_data(agent: User) -> Any:
    row, now = Presence.objects.filter(user=agent).first(), clock.now()
    status = row.status_at(now) if row else presence.UNKNOWN
    expires = row.seen_at + LEASE if row and status != Presence.Status.OFFLINE else None
    return PresenceSerializer({"status": status, "seen_at": row and row.seen_at, "expires_at": expires}).data


def _teams() -> QuerySet[Team]:
    """With what the serializer reads, in a fixed number of queries."""
    now = clock.now()
    waiting = Conversation.objects.filter(team=OuterRef("pk"), state=State.PENDING)
    members = User.objects.filter(is_active=True, groups=OuterRef("pk"))
    here = members.filter(presence__status__in=PRESENT, presence__seen_at__gt=now - LEASE)
    return (
        people.teams()
        .select_related("hours")
        .prefetch_related("topics", "hours__openings", "hours__days_off")
        .annotate(waiting=_count(waiting, "team"), agents_total=_count(members), agents_present=_count(here))
    )


def _count(rows: QuerySet[Any], by: str = "groups") -> Coalesce:
    counted = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _agents(asking: User) -> QuerySet[User]:
    """Whom this person may know about, with what the serializer reads."""
    supervise = Permission.objects.filter(codename="supervise", content_type__app_label="conversations")
    rights = supervise.filter(Q(user=OuterRef("pk")) | Q(group__user=OuterRef("pk")))
    held = Conversation.objects.filter(assigned_to=OuterRef("pk"), state=State.HUMAN)
    found = User.objects.filter(is_active=True)
    if not asking.has_perm("conversations.supervise"):
        shared = User.groups.through.objects.filter(group__in=asking.groups.all())
        found = found.filter(Q(pk=asking.pk) | Q(pk__in=shared.values("user")))
    return (
        found.select_related("presence", "agent_profile")
        .prefetch_related(Prefetch("groups", queryset=Group.objects.select_related("team")), "seats")
        .annotate(supervises=Exists(rights), load=_count(held, "assigned_to"))
    )
