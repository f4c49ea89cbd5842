"""Cold handoffs: tickets with a number, and the small form by which the customer leaves contact details."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from conversations.models import Conversation, Customer, Topic
from handoff.models.handoffs import Handoff


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: Any) -> "TicketQuerySet":
        """The tickets of this person's teams, their own, and those of conversations they may see; a supervisor sees all
        (invariant 10)."""
        if user.has_perm("conversations.supervise"):
            return self
        seen = Conversation.objects.visible_to(user).values("pk")
        return self.filter(Q(conversation__in=seen) | Q(team__in=user.groups.all()) | Q(assigned_to=user))


class Ticket(models.Model):
    """A matter that is followed up later. The built-in list serves; an outside help desk may mirror it."""

    class Status(models.TextChoices):
        OPEN = "open"
        PENDING = "pending", "waiting for the customer"
        CLOSED = "closed"

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", "follow-up"
        CALL_BACK = "call_back", "call-back"

    number = models.PositiveIntegerField(unique=True, help_text="Told to the customer")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FOLLOW_UP)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="tickets")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="tickets")
    handoff = models.OneToOneField(Handoff, on_delete=models.PROTECT, null=True, blank=True, related_name="ticket")
    subject = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    contact = models.JSONField(default=dict, blank=True, help_text="What the customer left for a call-back, sealed")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True)
    team = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="tickets"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    priority = models.PositiveSmallIntegerField(default=0, help_text="Higher is more urgent")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="What the customer was told, by the SLA")
    closed_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=200, blank=True)
    help_desk = models.CharField(max_length=32, default="builtin")
    external_id = models.CharField(max_length=100, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(status="closed") ^ Q(closed_at=None), name="ticket_closed_has_time"),
        ]
        indexes = [
            models.Index(fields=["team", "due_at"], condition=~Q(status="closed"), name="ticket_open"),
            models.Index(fields=["customer", "-created_at"], name="ticket_of"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As the customer is told: T-1042."""
        return f"T-{self.number}"

    @property
    def stream(self) -> str:
        """Its chain in the audit trail."""
        return f"ticket:{self.number}"


class CallbackForm(models.Model):
    """Questions asked one after the other while the customer waits; the answers go on a ticket."""

    class Step(models.TextChoices):
        NAME = "name"
        REACH = "reach", "phone number or e-mail address"
        TIME = "time", "when it suits"
        DONE = "done"
        LEFT = "left", "given up"

    handoff = models.OneToOneField(Handoff, on_delete=models.PROTECT, related_name="callback_form")
    step = models.CharField(max_length=8, choices=Step, default=Step.NAME)
    answers = models.JSONField(default=dict, blank=True, help_text="Sealed: contact details")
    asked_at = models.DateTimeField()
    asked_seq = models.PositiveIntegerField(help_text="The customer's answer comes after this line")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Answers to this step that could not be taken")

    def __str__(self) -> str:
        return f"Call-back form at {self.step}"
