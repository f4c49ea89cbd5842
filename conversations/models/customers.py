"""The people who write: what channels call them, what they said about being written to."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config import secrecy
from conversations.models.desk import Channel, Tier


class Customer(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=150, blank=True)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, default="retail")
    locale = models.CharField(max_length=16, default="en")
    external_ref = models.CharField(
        max_length=64,
        blank=True,
        help_text="The shop's own number for this customer; set, the customer is known",
    )
    username = models.CharField(max_length=100, blank=True, help_text="On WhatsApp; for display only, it changes hands")
    opted_in_at = models.DateTimeField(null=True, blank=True, help_text="Agreed to be written to first, and when")
    opted_out_at = models.DateTimeField(null=True, blank=True, help_text="Asked not to be written to, and when")
    marketing_stopped_at = models.DateTimeField(null=True, blank=True, help_text="Wants no marketing, since when")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["external_ref"], condition=~Q(external_ref=""), name="customer_external_ref_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or "Unnamed customer"


class Identity(models.Model):
    """One way by which a channel names a customer. History is kept: a superseded identity gets `valid_to`."""

    class Kind(models.TextChoices):
        BSUID = "bsuid", "business-scoped user id"
        PARENT_BSUID = "parent_bsuid", "parent business-scoped user id"
        WA_ID = "wa_id", "phone number"
        TWILIO = "twilio_address", "Twilio address"
        JID = "jid", "WhatsApp linked-device id"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=16, choices=Kind)
    scope = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    value = secrecy.EncryptedTextField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "kind", "digest"], condition=Q(valid_to=None), name="identity_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"

    @property
    def masked(self) -> str:
        """Enough to tell two apart, too little to call one."""
        return f"…{self.value[-4:]}"


class IdentityConflict(models.Model):
    """One signed update named two customers: perhaps one person. A person decides; nothing merges by itself."""

    class Resolution(models.TextChoices):
        MERGED = "merged", "one person: merged"
        DIFFERENT = "different", "two people: kept apart"

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conflicts_kept")
    other = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conflicts_other")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    noticed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=16, choices=Resolution, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kept", "other"], condition=Q(resolved_at=None), name="identity_conflict_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kept} and {self.other}"


class Consent(models.Model):
    """One word of a customer about being written to, with its evidence. Rows are only ever added."""

    class Kind(models.TextChoices):
        OPT_IN = "opt_in", "agreed to be written to"
        OPT_OUT = "opt_out", "asked not to be written to"
        MARKETING_STOP = "marketing_stop", "wants no marketing"
        MARKETING_RESUME = "marketing_resume", "takes marketing again"

    class Source(models.TextChoices):
        KEYWORD = "keyword", "a word in the chat"
        WHATSAPP = "whatsapp", "WhatsApp's own setting"
        AGENT = "agent", "told to an agent"
        FORM = "form", "a form or contract"
        PROVIDER = "provider", "the provider refused for it"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=12, choices=Source)
    text_version = models.CharField(max_length=64, blank=True, help_text="Which wording was agreed to")
    evidence = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
