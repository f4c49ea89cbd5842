"""The forms in which a number's credentials are entered. They go in and never come out."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from whatsapp import accounts, twilio_accounts, wasender_accounts
from whatsapp.models import CloudAccount, TwilioAccount, WasenderAccount

UNOFFICIAL = "Unofficial: not authorised by Meta, bans are your own risk"
SEVERAL = "Several, while rotating, with spaces between; the newest first"
#: What Meta allows at most, once it has upgraded a number.
FASTEST = 1000


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A stored secret is never sent to the browser: an empty field leaves it as it is.

    Only what was changed is written: webhooks and tasks write into the same row meanwhile.
    """

    #: Secrets by field: what the person calls it. Of `several`, more than one may be in force.
    secrets: ClassVar[dict[str, str]] = {}
    several: ClassVar[str] = ""
    checks: ClassVar[dict[str, Callable[[str], str]]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.secrets:
            self.initial[name] = ""
            if self.instance.pk:
                self.fields[name].required = False
                self.fields[name].help_text = "Stored. Leave empty to keep it"
        told = self.fields[self.several].help_text
        self.fields[self.several].help_text = f"{told}. {SEVERAL}" if self.instance.pk else SEVERAL

    def clean(self) -> dict[str, Any]:
        """Every rule of the account's module, told at its field."""
        given = super().clean() or self.cleaned_data
        for name, check in self.checks.items():
            self._replace(name, check)
        for name in self.secrets:
            self._replace(name, self._secret(name))
        return given

    def _replace(self, name: str, check: Callable[[str], str]) -> None:
        if name not in self.cleaned_data:
            return
        try:
            self.cleaned_data[name] = check(self.cleaned_data[name])
        except ValueError as error:
            self.add_error(name, ValidationError(str(error)))

    def _secret(self, name: str) -> Callable[[str], str]:
        def checked(value: str) -> str:
            given = value.split() if name == self.several else [value] if value else []
            kept = "\n".join(accounts.check_secret(secret, self.secrets[name]) for secret in given)
            return kept or str(getattr(self.instance, name))

        return checked

    def save(self, commit: bool = True) -> Any:
        """As a ModelForm, but a stored row is written by its changed fields alone."""
        if self.instance.pk is None or not commit:
            return super().save(commit)
        if changed := [name for name in self.changed_data if name in self._meta.fields]:  # type: ignore[operator]
            self.instance.save(update_fields=changed)
        return self.instance


def _password(*names: str) -> dict[str, forms.Widget]:
    return {name: forms.PasswordInput(attrs={"autocomplete": "off"}) for name in names}


class CloudAccountForm(AccountForm):
    secrets = {"access_token": "access token", "app_secrets": "app secret", "verify_token": "verify token"}
    several = "app_secrets"
    checks = {"phone_number_id": accounts.check_phone_number_id, "api_url": accounts.check_api_url}

    class Meta:
        model = CloudAccount
        fields = [
            "phone_number_id", "access_token", "app_secrets", "verify_token", "business_account_id",
            "messages_per_second", "api_url", "api_version",
        ]  # fmt: skip
        field_classes = dict.fromkeys(("access_token", "app_secrets", "verify_token", "api_url"), forms.CharField)
        widgets = _password("access_token", "app_secrets", "verify_token")
        help_texts = {
            "phone_number_id": "Stands in Meta's WhatsApp manager beside the number, and is not the number itself",
            "business_account_id": "WhatsApp business account (WABA), to which templates belong. "
            "Leave empty: it is learned from the first webhook",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["messages_per_second"].validators += [MinValueValidator(1), MaxValueValidator(FASTEST)]

    def clean_business_account_id(self) -> str:
        """Left empty, it stays: a webhook may have told it since the page was opened."""
        given = self.cleaned_data["business_account_id"]
        try:
            return accounts.check_business_account_id(given) if given else str(self.instance.business_account_id)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class TwilioAccountForm(AccountForm):
    secrets = {"auth_tokens": "auth token"}
    several = "auth_tokens"
    checks = {
        "account_sid": twilio_accounts.check_account_sid,
        "sender": twilio_accounts.check_sender,
        "messaging_service_sid": twilio_accounts.check_messaging_service_sid,
        **dict.fromkeys(("api_url", "content_api_url", "messaging_api_url"), accounts.check_api_url),
    }

    class Meta:
        model = TwilioAccount
        fields = [
            "account_sid", "auth_tokens", "sender", "messaging_service_sid", "api_url", "content_api_url",
            "messaging_api_url",
        ]  # fmt: skip
        field_classes = dict.fromkeys(
            ("auth_tokens", "api_url", "content_api_url", "messaging_api_url"), forms.CharField
        )
        widgets = _password("auth_tokens")
        help_texts = {
            "account_sid": "AC and 32 characters, as in Twilio's console",
            "sender": "The WhatsApp number with its plus. A channel keeps it: another number is another channel",
            "messaging_service_sid": "MG and 32 characters; empty where messages leave by the sender itself",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sender"].disabled = bool(self.instance.pk)


class WasenderAccountForm(AccountForm):
    secrets = {"api_key": "API key", "webhook_secrets": "webhook secret"}
    several = "webhook_secrets"
    checks = {"session_id": wasender_accounts.check_session_id, "api_url": accounts.check_api_url}

    class Meta:
        model = WasenderAccount
        fields = ["session_id", "api_key", "webhook_secrets", "api_url", "account_protection"]
        field_classes = dict.fromkeys(("api_key", "webhook_secrets", "api_url"), forms.CharField)
        widgets = _password("api_key", "webhook_secrets")
        help_texts = {"session_id": "Stands in WASender's dashboard beside the session"}


class _AccountInline(admin.StackedInline):  # type: ignore[type-arg]
    can_delete = False
    min_num = 1
    max_num = 1


class CloudAccountInline(_AccountInline):
    model = CloudAccount
    form = CloudAccountForm


class TwilioAccountInline(_AccountInline):
    model = TwilioAccount
    form = TwilioAccountForm


class WasenderAccountInline(_AccountInline):
    model = WasenderAccount
    form = WasenderAccountForm
    verbose_name = f"WASender account ({UNOFFICIAL})"


#: By provider: what it is called, and the form of its account.
PROVIDERS: dict[str, tuple[str, type[_AccountInline]]] = {
    accounts.PROVIDER: ("WhatsApp Cloud API (Meta)", CloudAccountInline),
    twilio_accounts.PROVIDER: ("Twilio", TwilioAccountInline),
    wasender_accounts.PROVIDER: ("WASenderApi", WasenderAccountInline),
}
