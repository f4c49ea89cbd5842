"""What a desk is set up with: tiers, topics, and the numbers it answers."""

from django.contrib.auth.models import Group
from django.db import models


class Tier(models.Model):
    """How important a customer is to the business; the SLA matrix has a column for each."""

    code = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(max_length=64)
    rank = models.PositiveSmallIntegerField(default=100, help_text="Lower comes first")

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
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def identity_scope(self) -> str:
        """Within which identities are unique (a BSUID is one person in one portfolio)."""
        return self.portfolio or f"channel:{self.key}"
