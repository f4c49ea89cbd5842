"""Handoffs, the offers made of them, and the bot's turns."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from conversations.models import Conversation
from handoff.models.rules import TriggerRule


class Handoff(models.Model):
    """One passing of the baton: why, what travelled with it, who took it, how it ended."""

    class Reason(models.TextChoices):
        ASKED = "asked_for_person", "the customer asked for a person"
        KEYWORDS = "keywords", "the customer used a word that a person must see"
        TIER = "tier", "customers of this tier are served by people"
        UNREADABLE = "unreadable", "the assistant cannot read this kind of message"
        FRUSTRATION = "frustration", "the customer is frustrated"
        PREDICTED = "predicted_frustration", "the customer would soon have been frustrated"
        FAILED = "assistant_failed", "the assistant failed"
        MODEL_DOWN = "model_down", "the assistant was down or too slow"
        GUARDRAIL = "guardrail", "a guardrail of the assistant tripped"
        TOOL_FAILED = "tool_failed", "a tool of the assistant failed"
        MIXED = "mixed", "the matter is delicate and the assistant not sure, or the customer unhappy"
        LOW_CONFIDENCE = "low_confidence", "the assistant was not sure enough"
        BOT_FAILED = "bot_failed", "the assistant failed several times in a row"
        ENGINE = "assistant_decided", "the assistant asked for help"
        BOT_STOPPED = "assistant_stopped", "the assistant is switched off"
        CANARY = "canary", "this customer is served by people, the assistant by the others"
        REOPENED = "reopened", "the customer came back to a matter that was just closed"
        AGENT = "agent_request", "a member of the staff asked for it"
        TAKE_OVER = "take_over", "an agent took over"

    class Ending(models.TextChoices):
        RETURNED = "returned", "given back to the assistant"
        CLOSED = "closed", "the conversation was closed"
        TICKET = "ticket", "a ticket was made of it"

    class Mode(models.TextChoices):
        WARM = "warm", "in the same thread"
        COLD = "cold", "as a ticket"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="handoffs")
    reason = models.CharField(max_length=24, choices=Reason)
    explanation = models.CharField(max_length=500, blank=True)
    summary = models.TextField(help_text="What the agent needs to know, as of the handoff")
    payload = models.JSONField(help_text="What travelled, frozen by the database")
    rule = models.ForeignKey(TriggerRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mode = models.CharField(max_length=4, choices=Mode, default=Mode.WARM)
    team = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    route_reason = models.CharField(max_length=300, blank=True, help_text="Why this team, in words")
    preferred_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Who is to have it first: who had this customer before, or whom a colleague named",
    )  # fmt: skip
    queued_at = models.DateTimeField(null=True, blank=True, help_text="In this team's queue since")
    check_at = models.DateTimeField(null=True, blank=True, help_text="When something is due about it next")
    nudged_at = models.DateTimeField(null=True, blank=True, help_text="When its silent agent was reminded")
    requeues = models.PositiveSmallIntegerField(default=0, help_text="How often it went back to the queue")
    supervisor_since = models.DateTimeField(null=True, blank=True, help_text="A supervisor was asked to look, when")
    told = models.JSONField(default=dict, blank=True, help_text="What the customer was last told: place, minutes, when")
    tried = models.JSONField(default=list, blank=True, help_text="Ids of the waiting rules that were followed")
    cooldown_left = models.PositiveSmallIntegerField(
        default=0, help_text="After the return: turns in which the assistant does not hand off by itself"
    )
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
        indexes = [
            models.Index(fields=["check_at"], condition=Q(ended_at=None), name="handoff_check"),
            models.Index(fields=["team", "-accepted_at"], name="handoff_accepted"),
            models.Index(fields=["-requested_at"], name="handoff_recent"),
        ]

    def __str__(self) -> str:
        return f"Handoff of {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def status(self) -> str:
        if self.ended_at:
            return self.ending
        return "accepted" if self.accepted_at else "requested"


class Offer(models.Model):
    """A handoff held out to one agent, who accepts, passes, or lets it expire."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted"
        PASSED = "passed"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="offers")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offers")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    why = models.CharField(max_length=200, blank=True, help_text="Why this agent, in words")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handoff"], condition=Q(ended_at=None), name="offer_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="offer_ended_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(ended_at=None), name="offer_expiry"),
            models.Index(fields=["agent"], condition=Q(ended_at=None), name="offer_open_of"),
        ]

    def __str__(self) -> str:
        return f"Offer to {self.agent}"


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
    resumes = models.BooleanField(default=False, help_text="A person gave the conversation back: it must answer")

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
