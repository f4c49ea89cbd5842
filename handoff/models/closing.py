"""How matters end: the resolution, what staff learnt from it, what the customer thought of it."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from conversations.models import Conversation, Message
from handoff.models.handoffs import Handoff


class ResolutionTag(models.Model):
    """A way a matter can end, chosen from a list."""

    code = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(max_length=64)
    order = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Resolution(models.Model):
    """How one matter ended, and a labelled example for the assistant: one for each closing."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="resolutions")
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tag = models.ForeignKey(ResolutionTag, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    right_team = models.BooleanField(null=True, blank=True, help_text="Had it come to the right team?")
    better_team = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    bot_could = models.BooleanField(null=True, blank=True, help_text="Should the assistant have solved it?")
    right_intent = models.BooleanField(null=True, blank=True, help_text="Had the assistant understood the matter?")
    better_intent = models.CharField(max_length=64, blank=True, help_text="What the matter was")
    labelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    labelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="resolution_recent")]

    def __str__(self) -> str:
        return f"{self.tag or self.note or 'closed'}, {self.at:%Y-%m-%d %H:%M}"


class Rating(models.Model):
    """The customer was asked how it was; `score` is 1 (bad) to 5 (very good)."""

    class Via(models.TextChoices):
        BUTTON = "button"
        TEXT = "text"
        REACTION = "reaction"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="ratings")
    request = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="rating")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    team = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    via = models.CharField(max_length=8, choices=Via, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="rating_one_to_five"),
            models.CheckConstraint(condition=Q(score=None) ^ Q(rated_at__isnull=False), name="rating_score_has_time"),
        ]
        indexes = [models.Index(fields=["-asked_at"], name="rating_recent")]

    def __str__(self) -> str:
        return f"{self.score} of 5" if self.score else "not answered"
