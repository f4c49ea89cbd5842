"""What a desk is set up with: tiers, topics, the numbers it answers, and whether its assistant may speak."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q


class Tier(models.Model):
    """How important a customer is to the business; the SLA matrix has a column for each."""

    code = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(max_length=64)
    rank = models.PositiveSmallIntegerField(default=100, help_text="Lower comes first")
    points = models.PositiveSmallIntegerField(default=0, help_text="Added to the priority of its conversations")

    class Meta:
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What a conversation is about; the SLA matrix has a row for each."""

    code = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(max_length=64)
    intents = models.CharField(
        max_length=300, blank=True, help_text="What the assistant calls matters of this topic, separated by spaces"
    )
    points = models.PositiveSmallIntegerField(default=0, help_text="Added to the priority of its conversations")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """One WhatsApp number at one provider. How to reach it is the `whatsapp` package's business."""

    key = models.SlugField(unique=True, max_length=64, help_text="Stands in the webhook's address")
    provider = models.SlugField(max_length=32)
    name = models.CharField(max_length=100)
    portfolio = models.CharField(
        max_length=64,
        blank=True,
        help_text="Business portfolio: channels of one portfolio share customer identities",
    )
    team = models.ForeignKey(
        Group, on_delete=models.PROTECT, related_name="+", help_text="Whose conversations these are at first"
    )
    business_name = models.CharField(
        max_length=100, blank=True, help_text="As customers know the business; a first contact must name it"
    )
    reengage_template = models.CharField(
        max_length=512,
        blank=True,
        help_text="Name of the template sent when something is due to a customer whose 24-hour window is closed",
    )
    rating_template = models.CharField(
        max_length=512,
        blank=True,
        help_text="Name of the template that asks how it was, where the 24-hour window has closed",
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def identity_scope(self) -> str:
        """Within which identities are unique (a BSUID is one person in one portfolio)."""
        return self.portfolio or f"channel:{self.key}"


class BotSwitch(models.Model):
    """The assistant's brake and its canary: one row for the whole desk, read with every message it wants to send."""

    enabled = models.BooleanField(default=True, help_text="Off: the assistant says nothing anywhere, from now on")
    canary_percent = models.PositiveSmallIntegerField(
        default=100,
        validators=[MaxValueValidator(100)],
        help_text="Share of customers whose new conversations the assistant answers; the others go to people",
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "assistant: brake and canary"
        verbose_name = "assistant: brake and canary"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="bot_switch_is_one"),
            models.CheckConstraint(condition=Q(canary_percent__lte=100), name="bot_switch_percent"),
        ]

    def __str__(self) -> str:
        return "on" if self.enabled else "stopped"

    @classmethod
    def current(cls) -> "BotSwitch":
        """The row; where nobody has touched it, as it is by default."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
