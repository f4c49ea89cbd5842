"""What staff tune in the admin: when the assistant hands off, to whom, and what becomes of those who wait."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from conversations.models import Tier, Topic
from handoff.models.people import Team


class TriggerRule(models.Model):
    """One reason to call a person. Rules are asked in their order; the first that fires decides."""

    class Kind(models.TextChoices):
        ASKED = "asked_for_person", "the customer asks for a person"
        KEYWORDS = "keywords", "policy words"
        TIER = "tier", "the customer's tier"
        UNREADABLE = "unreadable", "a kind of message the assistant cannot read"
        FRUSTRATION = "frustration", "the customer is frustrated"
        PREDICTED = "predicted_frustration", "the customer will soon be frustrated"
        MODEL_DOWN = "model_down", "the assistant is down or too slow"
        GUARDRAIL = "guardrail", "a guardrail tripped"
        TOOL_FAILED = "tool_failed", "a tool failed"
        MIXED = "mixed", "intent with confidence or sentiment"
        LOW_CONFIDENCE = "low_confidence", "the assistant is not sure enough"
        BOT_FAILED = "bot_failed", "the assistant failed several times in a row"
        ENGINE = "assistant_decided", "the assistant asks for help"

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=24, choices=Kind)
    order = models.PositiveSmallIntegerField(default=100, help_text="Lower is asked first")
    is_active = models.BooleanField(default=True)
    intents = models.CharField(max_length=300, blank=True, help_text="Only these, separated by spaces; empty: all")
    words = models.TextField(blank=True, help_text="Words or phrases that fire it, one to a line")
    tiers = models.ManyToManyField(Tier, blank=True, help_text="Only these; none chosen: all")
    confidence_below = models.FloatField(null=True, blank=True, help_text="0 to 1")
    sentiment_below = models.FloatField(null=True, blank=True, help_text="-1 (bad) to 1 (good)")
    score_from = models.FloatField(null=True, blank=True, help_text="0 to 1")
    times = models.PositiveSmallIntegerField(null=True, blank=True, help_text="So many in a row")
    seconds = models.FloatField(null=True, blank=True, help_text="Slower than this is too slow")
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, help_text="Straight to this team; empty: as routed"
    )
    raises_priority = models.PositiveSmallIntegerField(default=0, help_text="Added to the priority")
    in_cooldown = models.BooleanField(
        default=False, help_text="Also in the turns after a person gave the conversation back"
    )

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "handoff trigger"
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence_below=None) | Q(confidence_below__gte=0, confidence_below__lte=1),
                name="trigger_confidence_share",
            ),
            models.CheckConstraint(
                condition=Q(sentiment_below=None) | Q(sentiment_below__gte=-1, sentiment_below__lte=1),
                name="trigger_sentiment_range",
            ),
            models.CheckConstraint(
                condition=Q(score_from=None) | Q(score_from__gte=0, score_from__lte=1), name="trigger_score_share"
            ),
            models.CheckConstraint(
                condition=~Q(kind="asked_for_person") | Q(is_active=True), name="trigger_asked_always_on"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """One row of the routing matrix; what is left empty fits anything. The first that fits decides."""

    class Mood(models.TextChoices):
        ANY = "", "any"
        FRUSTRATED = "frustrated", "frustrated only"
        CALM = "calm", "not frustrated only"

    order = models.PositiveSmallIntegerField(default=100, help_text="Lower is looked at first")
    is_active = models.BooleanField(default=True)
    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, null=True, blank=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, blank=True)
    language = models.CharField(max_length=8, blank=True, help_text="A code, as es; empty: any")
    mood = models.CharField(max_length=12, choices=Mood, default=Mood.ANY, blank=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    skills = models.CharField(max_length=200, blank=True, help_text="The agent must have them, separated by spaces")
    raises_priority = models.PositiveSmallIntegerField(default=0, help_text="Added to the priority")

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "routing rule"

    def __str__(self) -> str:
        parts = [str(self.tier or ""), str(self.topic or ""), self.language, self.mood]
        return f"{' × '.join(part for part in parts if part) or 'everything'} → {self.team}"


class WaitingRule(models.Model):
    """What to do for a customer who waits longer than their team's limit. The first that fits and was not tried."""

    class Action(models.TextChoices):
        REROUTE = "reroute", "give it to another team"
        CALL_BACK = "call_back", "ask for contact details, make a ticket for a call-back"
        BOT = "bot", "offer the assistant's help meanwhile"
        CLOSE = "close", "close it, where the customer has gone silent"

    order = models.PositiveSmallIntegerField(default=100, help_text="Lower is looked at first")
    is_active = models.BooleanField(default=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: every team")
    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: any")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: any")
    after = models.DurationField(null=True, blank=True, help_text="Waited for so long; empty: the team's limit")
    priority_below = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Only matters less urgent")
    action = models.CharField(max_length=12, choices=Action)
    to_team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    silent_for = models.DurationField(
        null=True, blank=True, help_text="To close: the customer wrote nothing for so long"
    )

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "waiting rule"
        constraints = [
            models.CheckConstraint(
                condition=~Q(action="reroute") | Q(to_team__isnull=False), name="waiting_reroute_has_team"
            ),
            models.CheckConstraint(
                condition=~Q(action="close") | Q(silent_for__isnull=False), name="waiting_close_has_silence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team or 'every team'}: {self.get_action_display()}"


class HandoffPolicy(models.Model):
    """Figures that hold for the whole desk: one row."""

    class Carried(models.IntegerChoices):
        TEN = 10, "the last 10"
        FIFTEEN = 15, "the last 15"
        TWENTY = 20, "the last 20"
        ALL = 0, "all"

    messages = models.PositiveSmallIntegerField(
        choices=Carried, default=Carried.TWENTY, help_text="How many messages travel with a handoff"
    )
    cooldown_turns = models.PositiveSmallIntegerField(
        default=3, help_text="After a return the assistant hands off by itself only after so many of its turns"
    )
    loop_handoffs = models.PositiveSmallIntegerField(default=4, help_text="More handoffs than this …")
    loop_hours = models.PositiveSmallIntegerField(default=24, help_text="… in so many hours, and it stays with people")
    typing_lock = models.DurationField(
        default=timedelta(seconds=30),
        help_text="An agent who types in a conversation of the assistant's pauses it for so long",
    )

    class Meta:
        verbose_name = "handoff policy"
        verbose_name_plural = "handoff policy"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="handoff_policy_is_one")]

    def __str__(self) -> str:
        return "Handoff policy"

    @classmethod
    def current(cls) -> "HandoffPolicy":
        """The row; where nobody has touched it, as it is by default."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
