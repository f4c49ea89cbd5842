from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from config.secrecy import EncryptedTextField
from conversations.models import Channel, Message

DEFAULT_API_URL = "https://graph.facebook.com"
DEFAULT_API_VERSION = "v26.0"


class CloudAccount(models.Model):
    """How to reach one number through Meta's Cloud API, and how to know Meta when it calls."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="cloud")
    phone_number_id = models.CharField(max_length=64, unique=True)
    access_token = EncryptedTextField()
    app_secrets = EncryptedTextField(help_text="One to a line; the newest first. More than one while rotating")
    verify_token = EncryptedTextField()
    api_url = models.URLField(default=DEFAULT_API_URL)
    api_version = models.CharField(max_length=8, default=DEFAULT_API_VERSION)

    def __str__(self) -> str:
        return f"Cloud API number {self.phone_number_id}"


class InboundEvent(models.Model):
    """One webhook body as it came, byte for byte. It is on disk before the provider hears 200.

    Written by `whatsapp.webhook` with plain SQL: a change of columns is a change there too.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    body = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now())
    split_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, db_default="", help_text="Why nothing could be read from it")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(split_at=None), name="inbound_event_unsplit")]

    def __str__(self) -> str:
        return f"Webhook {self.pk}"


class InboundUpdate(models.Model):
    """One update out of a webhook body, and what became of it."""

    class Kind(models.TextChoices):
        MESSAGE = "message"
        STATUS = "status"
        OTHER = "other"

    class Outcome(models.TextChoices):
        PENDING = "pending"
        RECEIVED = "received", "became a message"
        DUPLICATE = "duplicate", "was there already"
        APPLIED = "applied", "changed a message's status"
        IGNORED = "ignored", "said nothing new"
        UNMATCHED = "unmatched", "about a message not known (yet)"
        KEPT = "kept", "kept, not understood"
        FAILED = "failed"

    event = models.ForeignKey(InboundEvent, on_delete=models.PROTECT, related_name="updates")
    position = models.PositiveIntegerField(help_text="Its place in the body")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    sender_digest = models.CharField(max_length=64, help_text="Updates of one sender are worked off in order")
    provider_id = models.CharField(max_length=255, blank=True, db_index=True)
    provider_ts = models.DateTimeField(null=True)
    raw = models.JSONField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    detail = models.CharField(max_length=300, blank=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "position"], name="inbound_update_once")]
        indexes = [
            models.Index(
                fields=["channel", "sender_digest", "provider_ts"],
                condition=Q(outcome="pending"),
                name="inbound_update_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.provider_id}"


class DeliveryAttempt(models.Model):
    """One request to a provider for one message, and its answer."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        NOT_SENT = "not_sent", "did not leave"
        AMBIGUOUS = "ambiguous", "left, no clear answer"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="delivery_attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    http_status = models.PositiveSmallIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="delivery_attempt_once")]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.message_id}"
