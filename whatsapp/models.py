from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from config.secrecy import EncryptedTextField
from conversations.models import Channel, Message
from whatsapp.faults import FaultKind

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
    messages_per_second = models.PositiveSmallIntegerField(
        default=80, help_text="What WhatsApp allows this number: 80, 1,000 once upgraded, 20 beside the phone app"
    )
    business_account_id = models.CharField(
        max_length=64, blank=True, help_text="WhatsApp business account (WABA); templates belong to it"
    )

    def __str__(self) -> str:
        return f"Cloud API number {self.phone_number_id}"


class TwilioAccount(models.Model):
    """How to reach one WhatsApp sender through Twilio, and how to know Twilio when it calls."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="twilio")
    account_sid = models.CharField(max_length=34)
    auth_tokens = EncryptedTextField(help_text="One to a line; the newest first. More than one while rotating")
    sender = models.CharField(max_length=64, unique=True, help_text="whatsapp:+ and the number")
    messaging_service_sid = models.CharField(max_length=34, blank=True)
    api_url = models.URLField(default="https://api.twilio.com")
    content_api_url = models.URLField(default="https://content.twilio.com")
    messaging_api_url = models.URLField(default="https://messaging.twilio.com")
    listed_until = models.DateTimeField(null=True, blank=True, help_text="Up to when lost messages were looked for")

    def __str__(self) -> str:
        return f"Twilio sender {self.sender[-4:]}"


class WasenderAccount(models.Model):
    """A phone paired with WASenderApi. Unofficial: not authorised by Meta, bans are the operator's risk."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="wasender")
    session_id = models.CharField(max_length=64, unique=True)
    api_key = EncryptedTextField()
    webhook_secrets = EncryptedTextField(help_text="One to a line; the newest first. More than one while rotating")
    api_url = models.URLField(default="https://www.wasenderapi.com/api")
    account_protection = models.BooleanField(default=True, help_text="One message per five seconds, as WASender asks")

    def __str__(self) -> str:
        return f"WASender session {self.session_id}"


class ChannelHealth(models.Model):
    """What is known of a channel's state at its provider. Stopped: nothing is sent, the queue is kept."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="health")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_code = models.CharField(max_length=32, blank=True)
    stop_words = models.CharField(max_length=300, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    pause_words = models.CharField(max_length=300, blank=True)
    pauses_in_row = models.PositiveSmallIntegerField(default=0)
    templates_stopped_at = models.DateTimeField(null=True, blank=True)
    templates_stop_words = models.CharField(max_length=300, blank=True)
    fields_checked_at = models.DateTimeField(null=True, blank=True)
    templates_asked_at = models.DateTimeField(null=True, blank=True)
    missing_fields = models.JSONField(default=list, blank=True)
    quality = models.CharField(max_length=16, blank=True)
    notice = models.CharField(max_length=300, blank=True, help_text="The provider's last word about the account")
    notice_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "channel health"

    def __str__(self) -> str:
        return f"Health of {self.channel}"


class InboundEvent(models.Model):
    """One webhook body as it came, byte for byte. It is on disk before the provider hears 200.

    Written by `whatsapp.webhook` with plain SQL: a change of columns is a change there too.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    body = models.BinaryField()
    query = models.CharField(max_length=1000, blank=True, db_default="", help_text="The address's query, as it came")
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
        ECHO = "echo", "written on the business's own phone"
        STANDBY = "standby", "message while Meta's agent holds the thread"
        CALL = "call"
        HISTORY = "history"
        PREFERENCE = "preference", "the customer's word about marketing"
        TEMPLATE = "template", "news of a template"
        ACCOUNT = "account", "news of the account"
        OTHER = "other"

    class Outcome(models.TextChoices):
        PENDING = "pending"
        RECEIVED = "received", "became a message"
        DUPLICATE = "duplicate", "was there already"
        APPLIED = "applied", "changed something"
        IGNORED = "ignored", "said nothing new"
        UNMATCHED = "unmatched", "about a message not known (yet)"
        KEPT = "kept", "kept, not understood"
        FAILED = "failed"

    event = models.ForeignKey(InboundEvent, on_delete=models.PROTECT, related_name="updates")
    position = models.PositiveIntegerField(help_text="Its place in the body")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    sender_digest = models.CharField(max_length=64, help_text="Updates of one sender are worked off in order")
    provider_id = models.CharField(max_length=255, blank=True, db_index=True)
    target_id = models.CharField(max_length=255, blank=True, help_text="The provider's id of the message it is about")
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
            ),
            models.Index(fields=["kind", "id"], condition=Q(outcome="pending"), name="inbound_update_waiting"),
            models.Index(
                fields=["channel", "target_id"], condition=Q(outcome="unmatched"), name="inbound_update_unmatched"
            ),
            models.Index(fields=["-processed_at"], condition=Q(outcome="failed"), name="inbound_update_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.provider_id}"


class DeliveryAttempt(models.Model):
    """One request to a provider for one message, and its answer."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted"
        REFUSED = "refused"
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


class Attachment(models.Model):
    """A file of a message: on its way from the provider, stored, or why not. Stored by its content's hash."""

    class State(models.TextChoices):
        FETCHING = "fetching", "being fetched"
        STORED = "stored"
        FAILED = "failed", "could not be fetched"
        TOO_LARGE = "too_large", "larger than is kept"
        BLOCKED = "blocked", "held back: not what it claims to be"

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="attachments", null=True, blank=True,
        help_text="None until an uploaded file has been sent",
    )  # fmt: skip
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, help_text="image, video, audio, document, sticker")
    state = models.CharField(max_length=10, choices=State, default=State.FETCHING)
    provider_media_id = models.CharField(max_length=255, blank=True)
    media_id_expires_at = models.DateTimeField(null=True, blank=True)
    source_url = EncryptedTextField(blank=True, default="", help_text="Where the provider offers it, if it said so")
    claimed_mime = models.CharField(max_length=128, blank=True)
    claimed_sha256 = models.CharField(max_length=128, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    is_voice = models.BooleanField(default=False)
    mime_type = models.CharField(max_length=128, blank=True, help_text="As the bytes show")
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    file = models.FileField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True, help_text="Why it is not stored, in words")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="fetching"), name="attachment_to_fetch"),
            models.Index(fields=["state"], condition=~Q(state="stored"), name="attachment_not_stored"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MessageTemplate(models.Model):
    """A WhatsApp-approved message, as the provider has it. Sendable by (name, locale), and only when approved."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "draft, not handed in"
        PENDING = "PENDING", "waits for approval"
        APPROVED = "APPROVED", "approved"
        REJECTED = "REJECTED", "rejected"
        PAUSED = "PAUSED", "paused for low quality"
        DISABLED = "DISABLED", "disabled"
        IN_APPEAL = "IN_APPEAL", "in appeal"
        ARCHIVED = "ARCHIVED", "archived"
        LIMIT_EXCEEDED = "LIMIT_EXCEEDED", "over the limit"
        DELETED = "DELETED", "gone at the provider"

    class Category(models.TextChoices):
        MARKETING = "MARKETING", "marketing"
        UTILITY = "UTILITY", "utility"
        AUTHENTICATION = "AUTHENTICATION", "authentication"

    provider = models.CharField(max_length=32)
    account_ref = models.CharField(max_length=64, help_text="Business account at the provider")
    provider_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=512)
    locale = models.CharField(max_length=16, help_text="WhatsApp's code, such as en_US")
    category = models.CharField(max_length=20, choices=Category, default=Category.UTILITY)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    quality = models.CharField(max_length=16, blank=True)
    parameter_format = models.CharField(max_length=12, default="POSITIONAL")
    components = models.JSONField(default=list)
    rejected_reason = models.CharField(max_length=300, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "locale"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "account_ref", "name", "locale"], name="message_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.locale})"


class LocaleFallback(models.Model):
    """Which template locales serve a customer's language, in order. Nothing is guessed beyond this list."""

    customer_locale = models.CharField(max_length=16, primary_key=True, help_text="As on the customer, such as de")
    template_locales = models.CharField(max_length=200, help_text="WhatsApp's codes in order, separated by spaces")

    class Meta:
        ordering = ["customer_locale"]

    def __str__(self) -> str:
        return f"{self.customer_locale}: {self.template_locales}"


class Charge(models.Model):
    """What WhatsApp says one delivered message costs: type and category (Meta, "Pricing"); never an amount of money."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="charge")
    conversation_id = models.UUIDField(db_index=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="First day of the month it was delivered in (UTC)")
    type = models.CharField(max_length=32, help_text="regular, free_customer_service, free_entry_point")
    category = models.CharField(max_length=40)
    at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="Only what was delivered is charged")

    class Meta:
        indexes = [models.Index(fields=["channel", "month", "category"], name="charge_by_month")]

    def __str__(self) -> str:
        return f"{self.category} {self.type}"


class DeadLetterManager(models.Manager["DeadLetter"]):
    def get_queryset(self) -> "models.QuerySet[DeadLetter]":
        failed = super().get_queryset().filter(direction=Message.Direction.OUT, status=Message.Status.FAILED)
        return failed.filter(error__kind=str(FaultKind.BUG))


class DeadLetter(Message):
    """An outgoing message that the provider refused for a fault of ours: to be looked at by whoever mends it."""

    objects = DeadLetterManager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True

    def __str__(self) -> str:
        return f"Message {self.seq} of {self.conversation_id}"
