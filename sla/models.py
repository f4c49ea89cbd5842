from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from conversations.models import Conversation, Tier, Topic


def check_time_zone(name: str) -> None:
    """Raises ValidationError for a name that is no time zone."""
    if name not in available_timezones():
        raise ValidationError("Write a time zone as Europe/Madrid or America/Sao_Paulo.")


class Calendar(models.Model):
    """When somebody is there: opening times by weekday, days off. Without opening times: always."""

    name = models.CharField(max_length=64, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    other_ways = models.CharField(
        max_length=300,
        blank=True,
        help_text="Told to customers while closed: an e-mail address or a phone number for what cannot wait",
    )

    class Meta:
        verbose_name = "business hours"
        verbose_name_plural = "business hours"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """Open from, to, on one weekday, by the calendar's own clock. `closes` at or before `opens` is on the next day."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0
        TUESDAY = 1
        WEDNESDAY = 2
        THURSDAY = 3
        FRIDAY = 4
        SATURDAY = 5
        SUNDAY = 6

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="openings")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name = "opening time"

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M} to {self.closes:%H:%M}"


class DayOff(models.Model):
    """A day on which nobody is there, whatever weekday it is. What opened the evening before runs to its end."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days_off")
    day = models.DateField()
    name = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = "day off"
        verbose_name_plural = "days off"
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()


class MatrixRow(models.Model):
    """What is promised to a tier about a topic; an empty tier or topic stands for any."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: any tier")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: any topic")
    first_response = models.DurationField(help_text="How soon a person answers after a handoff, as hh:mm:ss")

    class Meta:
        verbose_name = "SLA matrix row"
        constraints = [
            models.UniqueConstraint(fields=["tier", "topic"], name="matrix_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(first_response__gt="0"), name="matrix_first_response_positive"),
        ]

    def __str__(self) -> str:
        tier = self.tier.name if self.tier else "any tier"
        topic = self.topic.name if self.topic else "any topic"
        return f"{tier} × {topic}"


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(met_at=None, cancelled_at=None)


class Clock(models.Model):
    """One running promise. `met_at` is when the answer came, `breached_at` the deadline if it came too late."""

    class Metric(models.TextChoices):
        FIRST_RESPONSE = "first_response", "first response"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="clocks")
    metric = models.CharField(max_length=24, choices=Metric)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, help_text="The matrix row that was chosen, in words")

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "metric"],
                condition=Q(met_at=None, cancelled_at=None),
                name="clock_one_running",
            ),
            models.CheckConstraint(
                condition=Q(breached_at=None) | Q(breached_at=F("due_at")),
                name="clock_breach_is_deadline",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(met_at=None, cancelled_at=None, breached_at=None),
                name="clock_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} by {self.due_at:%Y-%m-%d %H:%M}"
