from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from conversations.models import Conversation


class Team(Group):
    """A group of agents with a queue. It is a Django group, so membership is edited where users are.

    The thread (a floor below) knows it as the group; see docs/decisions.
    """

    slug = models.SlugField(unique=True, max_length=64)

    def __str__(self) -> str:
        return self.name


class Handoff(models.Model):
    """One passing of the baton: why, what travelled with it, who took it, how it ended."""

    class Reason(models.TextChoices):
        ASKED = "asked_for_person", "the customer asked for a person"
        LOW_CONFIDENCE = "low_confidence", "the assistant was not sure enough"
        ENGINE = "assistant_decided", "the assistant asked for help"
        UNREADABLE = "unreadable", "the assistant cannot read this kind of message"
        FAILED = "assistant_failed", "the assistant failed"
        AGENT = "agent_request", "a member of the staff asked for it"
        TAKE_OVER = "take_over", "an agent took over"

    class Ending(models.TextChoices):
        RETURNED = "returned", "given back to the assistant"
        CLOSED = "closed", "the conversation was closed"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="handoffs")
    reason = models.CharField(max_length=24, choices=Reason)
    explanation = models.CharField(max_length=500, blank=True)
    summary = models.TextField(help_text="What the agent needs to know, as of the handoff")
    payload = models.JSONField(help_text="What travelled, frozen: intent, confidence, last messages")
    team = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When a person must have answered, by the SLA")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=16, choices=Ending, blank=True)
    return_context = models.TextField(blank=True, help_text="What the assistant is to know after the return")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="handoff_one_open"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="handoff_accepted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Handoff of {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def status(self) -> str:
        if self.ended_at:
            return self.ending
        return "accepted" if self.accepted_at else "requested"


class BotTurn(models.Model):
    """One thought of the bot, from the pause before it to what became of it."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled"
        THINKING = "thinking"
        REPLIED = "replied"
        HANDED_OFF = "handed_off"
        DISCARDED = "discarded"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="bot_turns")
    status = models.CharField(max_length=12, choices=Status, default=Status.SCHEDULED)
    due_at = models.DateTimeField(help_text="Thinking starts; while thinking: given up")
    epoch = models.PositiveIntegerField(null=True, help_text="The conversation's epoch when thinking began")
    read_seq = models.PositiveIntegerField(null=True, help_text="The customer's last message it knew")
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status="scheduled"), name="bot_turn_one_scheduled"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status__in=["scheduled", "thinking"]), name="bot_turn_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} turn of {self.conversation_id}"
