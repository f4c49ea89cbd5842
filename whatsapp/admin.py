"""The numbers with their credentials, which go in and never come out; what came in, as a trace."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from config import clock
from conversations.models import Channel
from whatsapp import accounts
from whatsapp import template_admin as template_admin
from whatsapp.models import CloudAccount, InboundEvent, InboundUpdate

SECRETS = ("access_token", "app_secrets", "verify_token")


class CloudAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A stored secret is never sent to the browser: an empty field leaves it as it is."""

    class Meta:
        model = CloudAccount
        fields = ["phone_number_id", *SECRETS, "api_url", "api_version"]
        field_classes = dict.fromkeys((*SECRETS, "api_url"), forms.CharField)
        widgets = {name: forms.PasswordInput(attrs={"autocomplete": "off"}) for name in SECRETS}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in SECRETS:
            self.initial[name] = ""
            if self.instance.pk:
                self.fields[name].required = False
                self.fields[name].help_text = "Stored. Leave empty to keep it"
        self.fields["app_secrets"].help_text += ". Several, while rotating, with spaces between; the newest first"

    def clean_phone_number_id(self) -> str:
        return _checked(accounts.check_phone_number_id, self.cleaned_data["phone_number_id"])

    def clean_api_url(self) -> str:
        return _checked(accounts.check_api_url, self.cleaned_data["api_url"])

    def clean_access_token(self) -> str:
        return self._secret("access_token", "access token")

    def clean_verify_token(self) -> str:
        return self._secret("verify_token", "verify token")

    def clean_app_secrets(self) -> str:
        given = self.cleaned_data["app_secrets"].split()
        return "\n".join(given) if given else str(self.instance.app_secrets)

    def _secret(self, name: str, what: str) -> str:
        given = self.cleaned_data[name]
        return (
            _checked(lambda value: accounts.check_secret(value, what), given) if given else getattr(self.instance, name)
        )


def _checked(check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class CloudAccountInline(admin.StackedInline):  # type: ignore[type-arg]
    model = CloudAccount
    form = CloudAccountForm
    can_delete = False
    min_num = 1


@admin.register(Channel)
class ChannelAdmin(RecordedAdmin):
    """Key and portfolio are set once: the webhook's address and the customers' identities hang on them."""

    list_display = ["name", "key", "provider", "team", "is_active"]
    list_filter = ["provider", "team", "is_active"]
    list_select_related = ["team"]
    search_fields = ["name", "key"]
    fields = ["name", "key", "portfolio", "team", "is_active"]
    inlines = [CloudAccountInline]

    def stream_of(self, obj: Model) -> str:
        return f"channel:{obj.key}" if isinstance(obj, Channel) else super().stream_of(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["key", "portfolio"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.provider, obj.created_at = accounts.PROVIDER, clock.now()
        super().save_model(request, obj, form, change)


class _Trace(ReadOnlyAdmin):
    """Raw bodies hold phone numbers and words of customers: superusers alone see them."""

    raw_field = ""
    show_full_result_count = False
    ordering = ["-pk"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        fields = [field.name for field in self.model._meta.fields if field.name not in ("raw", "body")]
        return [*fields, self.raw_field] if request.user.is_superuser else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self.get_fields(request, obj)


@admin.register(InboundEvent)
class InboundEventAdmin(_Trace):
    list_display = ["id", "channel", "received_at", "split_at", "note"]
    list_filter = ["channel", "received_at"]
    list_select_related = ["channel"]
    raw_field = "text"

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundEvent]:
        return InboundEvent.objects.defer("body")

    @admin.display(description="body")
    def text(self, event: InboundEvent) -> str:
        return bytes(event.body).decode("utf-8", "replace")


@admin.register(InboundUpdate)
class InboundUpdateAdmin(_Trace):
    list_display = ["id", "event_id", "channel", "kind", "provider_id", "outcome", "detail", "processed_at"]
    list_filter = ["outcome", "kind", "channel"]
    list_select_related = ["channel"]
    search_fields = ["=provider_id"]
    search_help_text = "The provider's id, whole"
    raw_field = "raw_json"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[InboundUpdate], search_term: str
    ) -> tuple[QuerySet[InboundUpdate], bool]:
        term = search_term.strip()
        return (queryset.filter(provider_id=term) if term else queryset), False

    @admin.display(description="raw")
    def raw_json(self, update: InboundUpdate) -> str:
        return json.dumps(update.raw, indent=2, ensure_ascii=False)
