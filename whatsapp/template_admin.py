"""Templates in the admin: written, previewed, handed in, synced; and which locale stands in for which."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from audit.actors import Actor
from audit.admin import RecordedAdmin
from config import clock
from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import LocaleFallback, MessageTemplate
from whatsapp.templates import submitting
from whatsapp.templates.accounts import channels_with_templates, stream_of
from whatsapp.templates.cloud_client import ProviderRefused
from whatsapp.templates.draft import is_writable
from whatsapp.templates.form import BUTTONS, WRITTEN, FallbackForm, PreviewForm, TemplateForm
from whatsapp.templates.locales import WHATSAPP_LOCALES
from whatsapp.templates.refusals import TemplateRefused
from whatsapp.templates.rendering import preview
from whatsapp.templates.rules import CATEGORIES
from whatsapp.templates.sync import sync_channel
from whatsapp.templates.usage import usage_of

Status = MessageTemplate.Status
FACTS = ["status", "quality", "rejected_reason", "synced_at", "changed_at"]
#: How alarming a status or quality is; the words say the same, colour alone never does.
TONES = {
    "APPROVED": "good", "GREEN": "good", "PENDING": "waits", "IN_APPEAL": "waits", "YELLOW": "waits",
    "REJECTED": "bad", "PAUSED": "bad", "DISABLED": "bad", "LIMIT_EXCEEDED": "bad", "RED": "bad",
}  # fmt: skip
QUALITIES = {"GREEN": "high", "YELLOW": "medium", "RED": "low", "": "not rated"}
REFUSED = (TemplateRefused, ProviderRefused, ProviderUnavailable)


def _toned(code: str, words: str) -> str:
    return format_html('<span class="tone tone-{}">{}</span>', TONES.get(code, "quiet"), words)


@admin.register(MessageTemplate)
class MessageTemplateAdmin(RecordedAdmin):
    """Drafts are written freely; what WhatsApp has is edited through WhatsApp; the rest is looked at."""

    form = TemplateForm
    list_display = ["name", "locale", "shown_status", "shown_quality", "category", "account_ref", "changed_at"]
    list_filter = ["status", "quality", "category", "locale", "account_ref"]
    search_fields = ["name"]
    search_help_text = "Part of a name"
    actions = None

    class Media:
        css = {"all": ["whatsapp/templates.css"]}

    def stream_of(self, obj: Model) -> str:
        return stream_of(obj.provider, obj.account_ref) if isinstance(obj, MessageTemplate) else super().stream_of(obj)

    @admin.display(description="status", ordering="status")
    def shown_status(self, row: MessageTemplate) -> str:
        return _toned(row.status, row.get_status_display())

    @admin.display(description="quality", ordering="quality")
    def shown_quality(self, row: MessageTemplate) -> str:
        return _toned(row.quality, QUALITIES.get(row.quality, row.quality.lower()))

    # What may be done

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (not isinstance(obj, MessageTemplate) or _is_open(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows stay for the messages sent by them; a draft was never sent."""
        is_draft = isinstance(obj, MessageTemplate) and obj.status == Status.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, **{**options, "form": forms.ModelForm})
        form = super().get_form(request, obj, change, **{**options, "fields": TemplateForm.Meta.fields})
        form.actor, form.now = _actor(request), clock.now()  # type: ignore[attr-defined]
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = ["name", "locale", "category", "parameter_format"]
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": [*names, *FACTS]})]
        first = ["channel", *names] if obj is None else [*names, *FACTS]
        written = [*WRITTEN[:3], "header_sample", *WRITTEN[3:]]
        return [(None, {"fields": first}), ("Message", {"fields": written}), ("Buttons", {"fields": list(BUTTONS)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return FACTS if obj is not None else []

    # Saving and handing in

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new version of what WhatsApp has was settled when WhatsApp took it; drafts are kept here."""
        if change and obj.status != Status.DRAFT:
            return
        obj.components, obj.changed_at, obj.status = form.components, clock.now(), Status.DRAFT
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._handed_in(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._handed_in(request, obj) or super().response_change(request, obj)

    def _handed_in(self, request: HttpRequest, row: MessageTemplate) -> HttpResponse | None:
        """The draft was kept; now it goes to WhatsApp, whose refusal loses nothing of it."""
        if "_hand_in" not in request.POST or row.status != Status.DRAFT:
            return None
        try:
            client = submitting.client_for(row.provider, row.account_ref)
            submitting.template_hand_in(row, client=client, actor=_actor(request), now=clock.now())
        except REFUSED as error:
            messages.error(request, f"The draft is kept, but was not handed in. {error}")
        else:
            messages.success(request, f"{row} was handed in. WhatsApp usually answers within a day.")
        return redirect(_page(row))

    # The pages

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if object_id else None
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **_beside(row)})

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "whatsapp_messagetemplate"
        own = [
            path("sync/", wrap(require_POST(self.sync_view)), name=f"{name}_sync"),
            path("preview/", wrap(require_POST(self.preview_view)), name=f"{name}_preview"),
            path("<int:pk>/withdraw/", wrap(self.withdraw_view), name=f"{name}_withdraw"),
        ]
        return [*own, *super().get_urls()]

    def sync_view(self, request: HttpRequest) -> HttpResponse:
        """Every account's list, now; says what changed."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        channels = channels_with_templates()
        for channel in channels:
            result = sync_channel(channel, actor=_actor(request), now=clock.now())
            tell = messages.warning if result.why else messages.success
            tell(request, f"{channel.name}: {result.words()}")
        if not channels:
            messages.warning(request, "No active channel has a business account. Enter one under Channels.")
        return redirect("admin:whatsapp_messagetemplate_changelist")

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What stands in the form, as the customer would see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PreviewForm(request.POST)
        form.is_valid()
        return render(request, "admin/whatsapp/_preview.html", {"preview": preview(form.components)})

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks, then deletes the template at WhatsApp."""
        row = get_object_or_404(MessageTemplate, pk=pk)
        if not super().has_delete_permission(request, row):
            raise PermissionDenied
        if request.method != "POST":
            context = {**self.admin_site.each_context(request), "title": f"Delete {row} at WhatsApp?", "row": row}
            context |= {"opts": self.opts, "usage": usage_of(row, now=clock.now())}
            return render(request, "admin/whatsapp/messagetemplate/withdraw.html", context)
        try:
            client = submitting.client_for(row.provider, row.account_ref)
            submitting.template_delete(row, client=client, actor=_actor(request), now=clock.now())
        except REFUSED as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{row} was deleted at WhatsApp.")
        return redirect(_page(row))


@admin.register(LocaleFallback)
class LocaleFallbackAdmin(RecordedAdmin):
    form = FallbackForm
    list_display = ["customer_locale", "template_locales"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["customer_locale"] if obj else []


def _is_open(row: MessageTemplate) -> bool:
    """Whether the form here may change it: a draft, or one at the Cloud API that Meta lets be edited."""
    if row.status == Status.DRAFT:
        return True
    fits = row.category in CATEGORIES and row.locale in WHATSAPP_LOCALES and is_writable(row.components)
    return fits and row.provider == "cloud" and row.status in submitting.EDITABLE


def _beside(row: MessageTemplate | None) -> dict[str, Any]:
    """What stands beside the form: the preview, and where the template is used."""
    beside: dict[str, Any] = {"preview": preview(row.components if row else []), "template": row}
    if row is None or row.status == Status.DRAFT:
        return {**beside, "can_hand_in": True}
    at_provider = row.provider == "cloud" and row.status != Status.DELETED
    beside |= {"usage": usage_of(row, now=clock.now()), "can_withdraw": at_provider, "is_version": _is_open(row)}
    if beside["is_version"]:
        beside |= dict.fromkeys(["show_save", "show_save_and_continue", "show_save_and_add_another"], False)
    return beside


def _actor(request: HttpRequest) -> Actor:
    return Actor.human(request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous through


def _page(row: MessageTemplate) -> str:
    return reverse("admin:whatsapp_messagetemplate_change", args=[row.pk])
