"""The thread's data. Rules that must never break stand here as constraints; the code says them again in words."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import Case, Q, Value, When

from config import secrecy
from conversations.states import CONTROL, OPEN_STATES, Control, State

OPEN = Q(state__in=OPEN_STATES)


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


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: Any) -> "ConversationQuerySet":
        """What this person may see: their teams' and their own; a supervisor sees all (invariant 10)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("conversations.supervise"):
            return self
        return self.filter(Q(team__in=user.groups.all()) | Q(assigned_to=user))

    def open(self) -> "ConversationQuerySet":
        return self.filter(OPEN)

    def waiting(self) -> "ConversationQuerySet":
        """Handed off, nobody has accepted; the most urgent first."""
        return self.filter(state=State.PENDING).by_deadline()

    def by_deadline(self) -> "ConversationQuerySet":
        return self.order_by(models.F("next_deadline").asc(nulls_last=True), "opened_at", "id")


class Conversation(models.Model):
    """One matter with one customer on one channel. `control` says who may speak."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="conversations")

    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    control = models.GeneratedField(
        expression=Case(
            *[When(state=state.value, then=Value(control.value)) for state, control in CONTROL.items()],
            default=Value(Control.NOBODY.value),
        ),
        output_field=models.CharField(max_length=8, choices=Control),
        db_persist=True,
    )
    control_epoch = models.PositiveIntegerField(default=0, help_text="Raised with every change of control")
    bot_state = models.CharField(max_length=16, choices=State, default=State.NEW)
    resume_state = models.CharField(max_length=16, choices=State, blank=True)

    team = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="conversations")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=0, help_text="Higher is more urgent")

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=200, blank=True)
    last_customer_at = models.DateTimeField(null=True, blank=True, help_text="The customer's own clock")
    last_customer_seq = models.PositiveIntegerField(default=0)
    last_activity_at = models.DateTimeField()
    window_expires_at = models.DateTimeField(null=True, blank=True)
    standby_since = models.DateTimeField(null=True, blank=True, help_text="Meta's own agent holds the thread, since")
    next_deadline = models.DateTimeField(null=True, blank=True, help_text="Kept by `sla`")
    last_seq = models.PositiveIntegerField(default=0, help_text="Number of messages so far")
    revision = models.PositiveIntegerField(default=0, help_text="Raised with every change a page would show")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        permissions = [("supervise", "Can see every team's conversations")]
        constraints = [
            models.UniqueConstraint(fields=["customer", "channel"], condition=OPEN, name="conversation_one_open"),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED) ^ Q(closed_at=None), name="conversation_closed_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HUMAN) | Q(assigned_to__isnull=False),
                name="conversation_human_has_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "next_deadline"], condition=Q(state=State.PENDING), name="conversation_queue"),
            models.Index(fields=["assigned_to", "-last_activity_at"], name="conversation_mine"),
            models.Index(fields=["-last_activity_at"], name="conversation_recent"),
            models.Index(fields=["window_expires_at"], condition=OPEN, name="conversation_window"),
        ]

    def __str__(self) -> str:
        return f"Conversation {self.pk}"

    @property
    def stream(self) -> str:
        """Its chain in the audit trail."""
        return f"conversation:{self.pk}"

    def window_is_open(self, now: datetime) -> bool:
        return self.window_expires_at is not None and now < self.window_expires_at


class MessageQuerySet(models.QuerySet["Message"]):
    def transcript(self) -> "MessageQuerySet":
        """In the order of the conversation: a message that arrived late stands where it was said."""
        return self.order_by("placed_at", "seq")

    def said(self) -> "MessageQuerySet":
        """What customer and desk said to each other: no notes, no banners."""
        return self.exclude(type__in=[Message.NOTE, Message.BANNER])


class Message(models.Model):
    """One line of a thread, in or out, or internal: a note, a banner. Outgoing rows are the outbox."""

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    class Sender(models.TextChoices):
        USER = "user", "customer"
        BOT = "bot", "assistant"
        HUMAN = "human", "agent"
        SYSTEM = "system"

    class Status(models.TextChoices):
        RECEIVED = "received"
        INTERNAL = "internal"
        QUEUED = "queued"
        HELD = "held", "waits until the customer writes"
        SENDING = "sending"
        ACCEPTED = "accepted"
        SENT = "sent"
        DELIVERED = "delivered"
        READ = "read"
        FAILED = "failed"
        UNKNOWN = "unknown", "not known whether it was sent"
        DROPPED = "dropped", "withheld"

    #: Types that are ours; all others are the channel's names (text, image, …).
    TEXT, NOTE, BANNER, REACTION, TEMPLATE = "text", "note", "banner", "reaction", "template"

    class Urgency(models.IntegerChoices):
        """Who goes first when WhatsApp's limits make them queue."""

        HUMAN = 0
        BOT = 1
        BULK = 2

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField(help_text="Order of arrival within the conversation, without gaps")
    revision = models.PositiveIntegerField(help_text="The conversation's revision at its last change")
    direction = models.CharField(max_length=3, choices=Direction)
    sender = models.CharField(max_length=8, choices=Sender)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    type = models.CharField(max_length=32, default=TEXT)
    body = models.TextField(blank=True, help_text="In words, whatever the type")
    content = models.JSONField(default=dict, blank=True, help_text="What the type holds beside words")
    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies", help_text="Which it quotes"
    )
    waits_for = models.CharField(
        max_length=255, blank=True, help_text="Provider id of a message not known yet that it changes or quotes"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="Deleted by who wrote it; kept here")
    played_at = models.DateTimeField(null=True, blank=True)
    asks = models.BooleanField(default=False, help_text="The customer wants an answer to it")
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.HUMAN)
    status = models.CharField(max_length=10, choices=Status)
    control_epoch = models.PositiveIntegerField(help_text="The epoch it was thought in")
    provider_id = models.CharField(max_length=255, blank=True)
    provider_ts = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    placed_at = models.DateTimeField(help_text="Its place in the transcript")
    late = models.BooleanField(default=False, help_text="Arrived after something said later")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="Not sent before; or, being sent, given up after")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.JSONField(null=True, blank=True)
    metadata = models.JSONField(default=dict, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq_once"),
            models.UniqueConstraint(
                fields=["channel", "provider_id"],
                condition=~Q(provider_id=""),
                name="message_provider_id_once",
            ),
            models.UniqueConstraint(fields=["conversation"], condition=Q(status="sending"), name="message_one_sending"),
            models.CheckConstraint(
                condition=Q(type__in=["note", "banner"], status="internal")
                | (~Q(type__in=["note", "banner"]) & ~Q(status="internal")),
                name="message_internal_never_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "placed_at", "seq"], name="message_transcript"),
            models.Index(fields=["conversation", "revision"], name="message_revision"),
            models.Index(fields=["created_at"], condition=Q(type="template"), name="message_template_recent"),
            models.Index(fields=["-created_at"], condition=Q(status="failed"), name="message_failed"),
            models.Index(fields=["channel", "waits_for"], condition=~Q(waits_for=""), name="message_waiting"),
            models.Index(
                fields=["status", "channel"],
                condition=Q(status__in=["queued", "held", "sending", "unknown"]),
                name="message_unsettled",
            ),
            models.Index(
                fields=["due_at", "conversation"],
                condition=Q(status__in=["queued", "sending"]),
                name="message_outbox",
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.seq} of {self.conversation_id}"

    @property
    def is_internal(self) -> bool:
        return self.status == self.Status.INTERNAL


class MessageReaction(models.Model):
    """An emoji under a message: one from the customer, one from the desk. Taken back, the row goes empty."""

    class By(models.TextChoices):
        CUSTOMER = "customer"
        DESK = "desk"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reactions")
    by = models.CharField(max_length=8, choices=By)
    emoji = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "by"], name="message_reaction_once")]

    def __str__(self) -> str:
        return self.emoji


def supervise_permission() -> Permission:
    return Permission.objects.get(codename="supervise", content_type__app_label="conversations")
