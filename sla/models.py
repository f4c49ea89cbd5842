from django.db import models
from django.db.models import Q

from conversations.models import Conversation, Tier, Topic


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
                condition=Q(breached_at=None) | Q(breached_at=models.F("due_at")),
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
