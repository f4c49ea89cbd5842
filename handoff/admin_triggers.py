"""When the assistant calls a person, in the admin: the rules in their order, and figures that hold for the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from audit.admin import RecordedAdmin
from handoff.models import HandoffPolicy, TriggerRule
from handoff.triggers.rules import WITHOUT_INTENT

Kind = TriggerRule.Kind
#: The fields that a kind looks at, beside tiers, team, priority and cooldown, which count for all.
LOOKS_AT: dict[str, tuple[str, ...]] = {
    Kind.ASKED: (),
    Kind.KEYWORDS: ("words",),
    Kind.TIER: (),
    Kind.UNREADABLE: ("words",),
    Kind.FRUSTRATION: ("score_from",),
    Kind.PREDICTED: ("score_from",),
    Kind.MODEL_DOWN: ("seconds",),
    Kind.GUARDRAIL: ("words", "intents"),
    Kind.TOOL_FAILED: ("words", "intents"),
    Kind.MIXED: ("intents", "confidence_below", "sentiment_below"),
    Kind.LOW_CONFIDENCE: ("intents", "confidence_below"),
    Kind.BOT_FAILED: ("times", "intents"),
    Kind.ENGINE: ("intents",),
}
LIMITS = ("intents", "words", "confidence_below", "sentiment_below", "score_from", "times", "seconds")
FIELDS = ["name", "kind", "order", "is_active", "tiers", *LIMITS, "team", "raises_priority", "in_cooldown"]
#: What a kind cannot do without, and the words that say so.
NEEDS: dict[str, tuple[str, str]] = {
    Kind.KEYWORDS: ("words", "Write at least one word or phrase, one to a line: without any, this rule never fires."),
    Kind.FRUSTRATION: ("score_from", "Give a score from 0 to 1, as 0.7: the rule fires from there on."),
    Kind.PREDICTED: ("score_from", "Give a score from 0 to 1, as 0.85: the rule fires from there on."),
    Kind.LOW_CONFIDENCE: ("confidence_below", "Give a share from 0 to 1, as 0.7: the rule fires below it."),
    Kind.BOT_FAILED: ("times", "Give how many times in a row, 1 or more."),
}
_RANGES: dict[str, tuple[float, float, str]] = {
    "confidence_below": (0, 1, "Confidence goes from 0 (a guess) to 1 (certain): write 0.7 for 70 %."),
    "sentiment_below": (-1, 1, "Sentiment goes from -1 (bad) to 1 (good), as -0.3."),
    "score_from": (0, 1, "The score goes from 0 (calm) to 1 (patience is at an end), as 0.7."),
}
_HELP = {
    "kind": "What calls a person. Below it, fill in only what this kind looks at.",
    "order": "Lower is asked first; the first rule that fires decides. Kinds that need no thought of the assistant's (a"
    " person asked for, policy words, tier, unreadable, frustration) are always asked before it thinks.",
    "intents": "What the assistant took the matter for, separated by spaces, as fee_dispute; empty: whatever it is."
    " For: mixed, not sure enough, guardrail, tool failed, failed in a row, asks for help. A rule “not sure enough”"
    " with intents takes the place of the general one for them.",
    "words": "One to a line. Policy words: words or phrases in any language, * stands for any letters, as lawyer*."
    " Unreadable: kinds of message, as document; empty: whatever holds no text. Tool failed: error codes; guardrail:"
    " names; empty: any.",
    "tiers": "Only customers of these; none chosen: all. The kind “the customer's tier” needs at least one.",
    "confidence_below": "0 to 1. For: not sure enough (needed), mixed.",
    "sentiment_below": "-1 (bad) to 1 (good). For: mixed, where it or the confidence is enough to fire.",
    "score_from": "0 to 1. For: frustrated, soon frustrated (both need it).",
    "times": "For: failed several times in a row.",
    "seconds": "For: down or too slow. Slower than this is too slow; empty: only when it is down.",
}


class TriggerRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """In the list only some fields can be edited: what is not in the form counts as it is in the row."""

    class Meta:
        model = TriggerRule
        fields = FIELDS
        help_texts = _HELP

    def clean(self) -> dict[str, Any]:
        super().clean()
        for field, (lowest, highest, words) in _RANGES.items():
            value = self._value(field)
            if value is not None and not lowest <= value <= highest:
                self._refuse(field, words)
        self._check_kind(self._value("kind"))
        return self.cleaned_data

    def _check_kind(self, kind: Any) -> None:
        if kind not in LOOKS_AT:
            return
        for field in LIMITS:
            if field not in LOOKS_AT[kind] and not self._is_empty(field):
                self._refuse(field, self._not_looked_at(field, kind))
        if kind == Kind.ASKED or self._value("is_active"):  # what is switched off may be unfinished
            self._check_whole(kind)

    def _check_whole(self, kind: Any) -> None:
        field, words = NEEDS.get(kind, ("", ""))
        if field and self._is_empty(field):
            self._refuse(field, words)
        check = {Kind.ASKED: self._check_asked, Kind.TIER: self._check_tier, Kind.MIXED: self._check_mixed,
                 Kind.KEYWORDS: self._check_words, Kind.MODEL_DOWN: self._check_seconds}.get(kind)  # fmt: skip
        if check:
            check()

    def _not_looked_at(self, field: str, kind: str) -> str:
        if field == "intents" and kind in WITHOUT_INTENT:
            return "Leave it empty: this kind is decided before the assistant knows what the matter is."
        return f"Leave it empty: a rule of the kind “{Kind(kind).label}” does not look at it."

    def _check_asked(self) -> None:
        if not self._value("is_active"):
            self._refuse(
                "is_active", "A customer who asks for a person always gets one: this rule cannot be switched off."
            )
        if "tiers" in self.fields and self.cleaned_data.get("tiers"):
            self._refuse("tiers", "Choose none: whoever asks for a person gets one, whatever their tier.")

    def _check_tier(self) -> None:
        chosen = self.cleaned_data.get("tiers") if "tiers" in self.fields else self.instance.tiers.all()
        if not chosen:
            self._refuse("tiers", "Choose at least one tier: without any, this rule is about nobody.")

    def _check_mixed(self) -> None:
        if self._is_empty("confidence_below") and self._is_empty("sentiment_below"):
            words = "Give a confidence, a sentiment, or both: either is enough for the rule to fire."
            self._refuse("confidence_below", words)

    def _check_words(self) -> None:
        lines = [line.strip() for line in str(self._value("words") or "").splitlines()]
        bare = [line for line in lines if line and not any(char.isalnum() for char in line)]
        if bare:
            self._refuse("words", f"“{bare[0]}” holds no letter, so it never fires. Take it out, or write it in words.")

    def _check_seconds(self) -> None:
        seconds = self._value("seconds")
        if seconds is not None and seconds <= 0:
            self._refuse(
                "seconds", "Give more than 0 seconds, or leave it empty: then only an assistant that is down counts."
            )

    def _value(self, field: str) -> Any:
        return self.cleaned_data.get(field) if field in self.fields else getattr(self.instance, field)

    def _is_empty(self, field: str) -> bool:
        """What was refused already is not missing as well."""
        if field in self.errors:
            return False
        value = self._value(field)
        return value is None or (value == 0 and field == "times") or (isinstance(value, str) and not value.strip())

    def _refuse(self, field: str, words: str) -> None:
        """At the field; where it is not in the list, at the row."""
        if field not in self.errors:
            self.add_error(field if field in self.fields else None, words)


@admin.register(TriggerRule)
class TriggerRuleAdmin(RecordedAdmin):
    form = TriggerRuleForm
    list_display = [
        "name", "order", "is_active", "kind", "confidence_below", "sentiment_below", "score_from", "times",
        "in_cooldown", "team", "raises_priority",
    ]  # fmt: skip
    list_editable = ["order", "is_active", "confidence_below", "sentiment_below", "score_from", "times"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["team"]
    list_per_page = 200
    ordering = ["order", "pk"]
    search_fields = ["name", "intents", "words"]
    filter_horizontal = ["tiers"]
    autocomplete_fields = ["team"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "order", "is_active"]}),
        ("Fires when", {"fields": ["tiers", *LIMITS]}),
        ("And then", {"fields": ["team", "raises_priority", "in_cooldown"]}),
    ]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": TriggerRuleForm, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """The rule that gives a person to whoever asks for one stays of that kind."""
        return ["kind"] if isinstance(obj, TriggerRule) and obj.kind == Kind.ASKED else []

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if isinstance(obj, TriggerRule) and obj.kind == Kind.ASKED:
            return False
        return super().has_delete_permission(request, obj)


class HandoffPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = HandoffPolicy
        fields = ["messages", "cooldown_turns", "loop_handoffs", "loop_hours", "typing_lock"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typing = cleaned.get("typing_lock")
        if typing is not None and not 1 <= typing.total_seconds() <= 600:
            self.add_error("typing_lock", "Give between 1 second and 10 minutes, as 00:00:30.")
        for field, words in (
            ("loop_handoffs", "Give 1 or more: with 0 nothing could ever be given back to the assistant."),
            ("loop_hours", "Give 1 hour or more."),
        ):
            if cleaned.get(field) == 0:
                self.add_error(field, words)
        return cleaned


@admin.register(HandoffPolicy)
class HandoffPolicyAdmin(RecordedAdmin):
    """One row: it is made when somebody first changes a figure, and stays."""

    form = HandoffPolicyForm
    list_display = ["__str__", "messages", "cooldown_turns", "loop_handoffs", "loop_hours", "typing_lock"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not HandoffPolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
