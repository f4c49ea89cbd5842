"""How matters ended: the tags to choose from, the resolutions with their labels, and what customers thought of it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from audit.actors import Actor
from audit.admin import ReadOnlyAdmin, RecordedAdmin
from config import clock
from handoff import feedback, resolutions
from handoff.models import Rating, Resolution, ResolutionTag, Suggestion

LABELS = ["right_team", "better_team", "bot_could", "right_intent", "better_intent"]


@admin.register(ResolutionTag)
class ResolutionTagAdmin(RecordedAdmin):
    """One that was used is switched off, not deleted: what it stands on would lose its meaning."""

    list_display = ["name", "code", "order", "is_active"]
    list_editable = ["order", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LabelForm(forms.ModelForm):  # type: ignore[type-arg]
    """The three questions; answers that contradict each other are sent back."""

    class Meta:
        model = Resolution
        fields = LABELS

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        labels = resolutions.Labels(
            right_team=given.get("right_team"), better_team=given.get("better_team"), bot_could=given.get("bot_could"),
            right_intent=given.get("right_intent"), better_intent=given.get("better_intent") or "",
        )  # fmt: skip
        try:
            labels.check()
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        answers = labels.given()
        return {**given, **{name: answers[name] for name in ("right_team", "right_intent") if name in answers}}


def _download(format: feedback.Format) -> Callable[..., HttpResponseBase]:
    """An action of the list: the chosen ones as examples."""

    @admin.action(description=f"Download as examples for the assistant ({format})", permissions=["view"])
    def download(_: Any, request: HttpRequest, queryset: QuerySet[Resolution]) -> HttpResponseBase:
        feedback.export_note(actor=Actor.human(request.user), format=format, now=clock.now())  # type: ignore[arg-type]
        chosen = Resolution.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        text = feedback.lines(feedback.examples(among=chosen), format=format)
        kind = "text/csv" if format == "csv" else "application/jsonl"
        named = {"Content-Disposition": f'attachment; filename="examples.{format}"'}
        return StreamingHttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=named)

    download.__name__ = f"download_{format}"
    return download


@admin.register(Resolution)
class ResolutionAdmin(RecordedAdmin):
    """What ended how is not typed over; what is to be learnt from it is answered here, in the list or one by one."""

    form = LabelForm
    list_display = ["at", "tag", "note", "by", *LABELS]
    list_editable = LABELS
    list_filter = ["tag", "right_team", "bot_could", "right_intent", ("labelled_at", admin.EmptyFieldListFilter), "at"]
    list_select_related = ["tag", "by"]
    list_per_page = 50
    ordering = ["-at"]
    show_full_result_count = False
    fields = ["at", "conversation_id", "tag", "note", "by", *LABELS, "labelled_by", "labelled_at"]
    readonly_fields = ["at", "conversation_id", "tag", "note", "by", "labelled_by", "labelled_at"]
    actions = [_download("jsonl"), _download("csv")]

    def stream_of(self, obj: Model) -> str:
        return obj.conversation.stream if isinstance(obj, Resolution) else super().stream_of(obj)

    def name_of(self, obj: Model) -> str:
        """Not by its note: the record holds no words of the desk's."""
        return str(obj.pk)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[LabelForm]:
        return LabelForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.labelled_by, obj.labelled_at = request.user, clock.now()
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    list_display = ["asked_at", "score", "via", "agent", "team", "rated_at", "conversation_id"]
    list_filter = ["score", "via", "team", "asked_at"]
    list_select_related = ["agent", "team"]
    ordering = ["-asked_at"]
    show_full_result_count = False
    fields = ["asked_at", "conversation_id", "agent", "team", "score", "via", "rated_at"]


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """What was drafted is read in the console, with the conversation it belongs to."""

    list_display = ["at", "asked_by", "intent", "confidence", "outcome", "settled_at", "conversation_id"]
    list_filter = ["outcome", "intent", "at"]
    list_select_related = ["asked_by"]
    ordering = ["-at"]
    show_full_result_count = False
    fields = ["at", "conversation_id", "asked_by", "intent", "confidence", "outcome", "settled_at"]
