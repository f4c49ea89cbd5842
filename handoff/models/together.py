"""Working on one conversation together: who looks, who types, who is called by name, what the assistant suggests."""

from django.conf import settings
from django.db import models

from conversations.models import Conversation, Message


class Attendance(models.Model):
    """An agent at an open conversation: two leases that end by themselves, one for looking, one for typing."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="attendance")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    looking_until = models.DateTimeField()
    typing_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="attendance_once")]
        indexes = [models.Index(fields=["looking_until"], name="attendance_until")]

    def __str__(self) -> str:
        return f"{self.user} at {self.conversation_id}"


class Mention(models.Model):
    """A colleague named in a note."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user"], condition=models.Q(seen_at=None), name="mention_unseen")]

    def __str__(self) -> str:
        return f"{self.user} in line {self.message_id}"


class Suggestion(models.Model):
    """A reply the assistant drafted for an agent, and what the agent made of it. Never sent by itself."""

    class Outcome(models.TextChoices):
        OPEN = "open", "shown"
        USED = "used", "sent as it was"
        EDITED = "edited", "sent with changes"
        IGNORED = "ignored", "not used"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="suggestions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    body = models.TextField()
    intent = models.CharField(max_length=64, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    sources = models.JSONField(default=list, blank=True, help_text="What it rests on: addresses, titles")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["conversation"], condition=models.Q(outcome="open"), name="suggestion_open")]

    def __str__(self) -> str:
        return f"Suggestion for {self.conversation_id}"
