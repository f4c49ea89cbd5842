"""The lines of a thread, in, out and internal. Outgoing rows are the outbox."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.desk import Channel
from conversations.models.threads import Conversation


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
