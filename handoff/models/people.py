"""Teams, and the people in them: what they can, whether they are there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conversations.models import Topic
from sla.models import Calendar

#: A sign of life counts for so long; pages send one every 25 seconds.
LEASE = timedelta(seconds=60)


def _codes(**more: object) -> ArrayField:  # type: ignore[type-arg]
    return ArrayField(models.CharField(max_length=32), default=list, blank=True, **more)  # type: ignore[arg-type]


class Team(Group):
    """A group of agents with a queue. It is a Django group, so membership is edited where users are.

    The thread (a floor below) knows it as the group; see docs/decisions.
    """

    class Level(models.IntegerChoices):
        FIRST_LINE = 1, "first line"
        SPECIALIST = 2, "specialists"
        VIP = 3, "VIP"

    class Assignment(models.TextChoices):
        CLAIM = "claim", "agents choose from the queue"
        OFFER = "offer", "Baton offers, one agent at a time"

    class Strategy(models.TextChoices):
        LEAST_LOADED = "least_loaded", "who holds the fewest"
        ROUND_ROBIN = "round_robin", "in turns"
        LONGEST_IDLE = "longest_idle", "who has been free the longest"

    class Mode(models.TextChoices):
        WARM = "warm", "in the same thread"
        COLD = "cold", "as a ticket"
        COLD_WHEN_CLOSED = "cold_when_closed", "as a ticket while the team is closed"

    class ReopenTo(models.TextChoices):
        AGENT = "agent", "the agent who closed it"
        BOT = "bot", "the assistant"

    slug = models.SlugField(unique=True, max_length=64)
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.FIRST_LINE)
    topics = models.ManyToManyField(Topic, blank=True, help_text="What it answers; none chosen: everything")
    languages = _codes(help_text="Codes of the languages it answers, as en,es; empty: every language")
    skills = _codes(help_text="What its people can do, as refunds,tax")
    hours = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, null=True, blank=True, help_text="Empty: there around the clock"
    )
    mode = models.CharField(max_length=16, choices=Mode, default=Mode.WARM, help_text="How it is handed conversations")
    assignment = models.CharField(max_length=8, choices=Assignment, default=Assignment.CLAIM)
    strategy = models.CharField(max_length=16, choices=Strategy, default=Strategy.LEAST_LOADED)
    capacity = models.PositiveSmallIntegerField(default=5, help_text="Conversations an agent of it holds at a time")
    offer_time = models.DurationField(default=timedelta(seconds=45), help_text="An offer stands for so long")
    grace_time = models.DurationField(
        default=timedelta(minutes=2), help_text="An agent who is gone for so long gives their waiting customers back"
    )
    answer_time = models.DurationField(
        default=timedelta(minutes=10),
        help_text="An agent who lets a customer wait for so long is nudged, after twice that it goes back to the queue",
    )
    wait_limit = models.DurationField(
        default=timedelta(minutes=5), help_text="Who waits longer comes under the waiting rules"
    )
    overflow_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    overflow_after = models.DurationField(
        null=True, blank=True, help_text="Who waits longer than this goes to the overflow team; empty: never"
    )
    return_after = models.DurationField(
        null=True, blank=True, help_text="Answered and silent for so long: back to the assistant; empty: never"
    )
    reopen_within = models.DurationField(
        default=timedelta(hours=4), help_text="A message so soon after closing opens the same matter again"
    )
    reopen_to = models.CharField(max_length=8, choices=ReopenTo, default=ReopenTo.AGENT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offer_time__gt="0") & Q(grace_time__gt="0") & Q(answer_time__gt="0"),
                name="team_times_positive",
            ),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="team_capacity_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class AgentProfile(models.Model):
    """What an agent can do. Somebody without a row speaks every language and has no special skill."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agent_profile")
    languages = _codes(help_text="Codes, as en,es; empty: every language")
    skills = _codes(help_text="As refunds,tax")
    capacity = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Conversations at a time over all teams; empty: as their teams have it"
    )

    def __str__(self) -> str:
        return str(self.user)


class Seat(models.Model):
    """How much of a team's work one agent takes, where that differs from the team's own capacity."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="seats")
    capacity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class Presence(models.Model):
    """Whether an agent is there: their own word, and a lease that ends with the signs of life.

    An agent without a row has never opened the console: nothing is known of them.
    """

    class Status(models.TextChoices):
        ONLINE = "online"
        FINISHING = "finishing", "finishing what they have"
        AWAY = "away"
        OFFLINE = "offline"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presence")
    status = models.CharField(max_length=10, choices=Status, default=Status.ONLINE)
    seen_at = models.DateTimeField(help_text="Last sign of life")
    since = models.DateTimeField(help_text="Of this status")
    assigned_at = models.DateTimeField(null=True, blank=True, help_text="When they were last offered something")
    idle_since = models.DateTimeField(null=True, blank=True, help_text="Since when they hold nothing")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="When it was noticed that they are gone")

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="presence_seen")]

    def __str__(self) -> str:
        return f"{self.user}: {self.status}"

    def status_at(self, now: datetime) -> str:
        """Their word while the lease runs, `offline` after it."""
        return str(self.status) if now < self.seen_at + LEASE else str(self.Status.OFFLINE)
