"""The conversations: who may speak, when, and where the clocks stand."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Q, Value, When

from conversations.models.customers import Customer
from conversations.models.desk import Channel, Topic
from conversations.states import CONTROL, OPEN_STATES, Control, State

OPEN = Q(state__in=OPEN_STATES)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: Any) -> "ConversationQuerySet":
        """What this person may see: their teams' and their own, and where they were invited; a supervisor sees all
        (invariant 10)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("conversations.supervise"):
            return self
        invited = Participant.objects.filter(user=user).values("conversation")
        return self.filter(Q(team__in=user.groups.all()) | Q(assigned_to=user) | Q(pk__in=invited))

    def open(self) -> "ConversationQuerySet":
        return self.filter(OPEN)

    def waiting(self) -> "ConversationQuerySet":
        """Handed off, nobody has accepted; the most urgent first."""
        return self.filter(state=State.PENDING).by_deadline()

    def by_deadline(self) -> "ConversationQuerySet":
        return self.order_by(models.F("next_deadline").asc(nulls_last=True), "-priority", "opened_at", "id")


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
    language = models.CharField(max_length=8, blank=True, help_text="The customer writes it, as far as is known")
    skills = ArrayField(models.CharField(max_length=32), default=list, blank=True, help_text="Needed to answer it")

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=200, blank=True)
    reopen_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then the customer's next message opens this matter again"
    )
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
            models.Index(
                fields=["team", "next_deadline", "-priority", "opened_at", "id"],
                condition=Q(state=State.PENDING),
                name="conversation_queue",
            ),
            models.Index(fields=["assigned_to", "-last_activity_at"], name="conversation_mine"),
            models.Index(fields=["assigned_to"], condition=Q(state=State.HUMAN), name="conversation_held"),
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


class Participant(models.Model):
    """A colleague who was invited: may read along and write notes. Answering is the holder's."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="participant_once")]
        indexes = [models.Index(fields=["user", "conversation"], name="participant_of")]

    def __str__(self) -> str:
        return f"{self.user} in {self.conversation_id}"


def supervise_permission() -> Permission:
    return Permission.objects.get(codename="supervise", content_type__app_label="conversations")
