"""Numbers in the admin: added with their account, looked at with their health, asked about at their provider."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from audit.actors import Actor
from audit.admin import RecordedAdmin
from config import clock
from conversations.models import Channel
from whatsapp import channel_state, health, pacing, wasender_accounts
from whatsapp.adapter import ProviderUnavailable
from whatsapp.admin_accounts import PROVIDERS, UNOFFICIAL
from whatsapp.models import MessageTemplate
from whatsapp.templates.accounts import templates_of
from whatsapp.templates.refusals import TemplateRefused
from whatsapp.wasender.adapter import is_enabled

STATES = {"ok": "Works", "slow": "Sends slowly", "paused": "Pauses", "stopped": "Has stopped", "off": "Switched off"}
TONES = {"ok": "good", "slow": "waits", "paused": "waits", "stopped": "bad", "off": "quiet"}
#: What a provider tells of an account that an admin wants to hear; the number itself is not among it.
FACTS = ("status", "quality_rating", "throughput", "can_send_message", "type")
REENGAGE = (
    "Sent when something is due to a customer whose 24-hour window is closed; what waits leaves once they answer. "
    "Choose one such as: We have an update on your order. Reply to continue."
)


RATING = (
    "Sent where a closed matter is to be rated and the customer's 24-hour window is closed. "
    "Choose one such as: How did we do? Answer with a number from 1 (very bad) to 5 (very good)."
)
#: Fields that name a template: the words beside the choice, and what choosing none means.
CHOSEN = {
    "reengage_template": (REENGAGE, "None: nobody is asked to write"),
    "rating_template": (RATING, "None: nobody is asked outside the window"),
}


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A channel; the templates it sends by itself are its account's own."""

    class Meta:
        model = Channel
        fields = ["key", "name", "business_name", "portfolio", "team", *CHOSEN, "is_active"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in CHOSEN.keys() & self.fields.keys():
            choices, words = _choice(self.instance, field)
            self.fields[field] = forms.ChoiceField(choices=choices, required=False, help_text=words)


def _choice(channel: Channel, field: str) -> tuple[list[tuple[str, str]], str]:
    """The names to choose from, with what is known of each, and the words beside them."""
    chosen, (meaning, none) = getattr(channel, field), CHOSEN[field]
    try:
        rows = templates_of(channel).exclude(status__in=[MessageTemplate.Status.DRAFT, MessageTemplate.Status.DELETED])
        known: dict[str, list[str]] = {}
        for row in rows:
            known.setdefault(row.name, []).append(f"{row.locale} {row.get_status_display()}")
        words = meaning if known else f"{meaning} No template of this account is known yet: sync them under Templates."
    except TemplateRefused:
        known, words = {}, f"{meaning} Its templates are not known yet: enter the business account below."
    named = [(name, f"{name} ({', '.join(locales)})") for name, locales in known.items()]
    if chosen and chosen not in known:
        named.append((chosen, f"{chosen} (not known at the provider)"))
    return [("", none), *named], words


@admin.register(Channel)
class ChannelAdmin(RecordedAdmin):
    """Key, portfolio and provider are set once: the webhook's address and the customers' identities hang on them."""

    form = ChannelForm
    list_display = ["name", "key", "shown_provider", "team", "shown_state", "is_active"]
    list_filter = ["provider", "team", "is_active"]
    list_select_related = ["team", "health"]
    list_per_page = 50
    search_fields = ["name", "key"]

    class Media:
        css = {"all": ["whatsapp/templates.css", "whatsapp/channels.css"]}

    def stream_of(self, obj: Model) -> str:
        return f"channel:{obj.key}" if isinstance(obj, Channel) else super().stream_of(obj)

    @admin.display(description="provider", ordering="provider")
    def shown_provider(self, channel: Channel) -> str:
        name = PROVIDERS[channel.provider][0] if channel.provider in PROVIDERS else channel.provider
        if channel.provider != wasender_accounts.PROVIDER:
            return name
        off = "" if is_enabled() else " It is switched off (WASENDER_ENABLED)."
        return format_html('{}<br><span class="tone tone-bad">{}.{}</span>', name, UNOFFICIAL, off)

    @admin.display(description="state")
    def shown_state(self, channel: Channel) -> str:
        """In words, from two short looks; the channel's page says more."""
        if obstacle := channel_state.obstacle(channel, now=clock.now()):
            tone = "bad" if channel.is_active else "quiet"
            return format_html('<span class="tone tone-{}">Sends nothing</span>: {}', tone, obstacle)
        if templates := _templates_stopped(channel):
            return format_html('<span class="tone tone-waits">Sends no templates</span>: {}', templates)
        if pacing.is_slow(channel.pk):
            return format_html('<span class="tone tone-waits">{}</span>', "Sends slowly: WhatsApp limits")
        return format_html('<span class="tone tone-good">{}</span>', STATES["ok"])

    # The form

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        if not isinstance(obj, Channel):
            return ["name", "key", "business_name", "portfolio", "team", "is_active"]
        chosen = [] if obj.provider == wasender_accounts.PROVIDER else [*CHOSEN]
        return ["name", "key", "shown_provider", "business_name", "portfolio", "team", *chosen, "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["key", "portfolio", "shown_provider"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        provider = obj.provider if isinstance(obj, Channel) else _asked_for(request)
        return [PROVIDERS[provider][1]] if provider in PROVIDERS else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.provider, obj.created_at = _asked_for(request), clock.now()
        super().save_model(request, obj, form, change)

    # The pages

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """First the provider, then its form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        provider = _asked_for(request)
        if provider in _offered():
            title = f"Add a channel: {PROVIDERS[provider][0]}"
            unofficial = UNOFFICIAL if provider == wasender_accounts.PROVIDER else ""
            return super().add_view(
                request, form_url, {**(extra_context or {}), "title": title, "unofficial": unofficial}
            )
        if provider == wasender_accounts.PROVIDER:
            messages.error(request, wasender_accounts.SWITCHED_OFF)
        return render(request, "admin/conversations/channel/choose_provider.html", self._choice(request))

    def _choice(self, request: HttpRequest) -> dict[str, Any]:
        offered = [
            {"code": code, "name": PROVIDERS[code][0], "risk": UNOFFICIAL if code == wasender_accounts.PROVIDER else ""}
            for code in _offered()
        ]
        context = {**self.admin_site.each_context(request), "opts": self.opts, "offered": offered}
        return context | {"title": "Add a channel: through which provider?"}

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        channel = self.get_object(request, object_id) if object_id else None
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **_beside(channel)})

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "conversations_channel"
        own: list[URLPattern] = [
            path(f"<int:pk>/{verb}/", wrap(require_POST(self._verb(does))), name=f"{name}_{verb}")
            for verb, does in (("probe", _probe), ("templates", _allow_templates), ("fields", _check_fields))
        ]
        return [*own, *super().get_urls()]

    def _verb(self, does: Callable[[HttpRequest, Channel], None]) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            channel = get_object_or_404(Channel, pk=pk)
            if not self.has_change_permission(request, channel):
                raise PermissionDenied
            try:
                does(request, channel)
            except ProviderUnavailable as error:
                messages.error(request, f"The provider could not be asked: {error or 'no answer'}")
            except ObjectDoesNotExist:
                messages.error(request, "This channel has no account yet: enter its credentials below.")
            return redirect(reverse("admin:conversations_channel_change", args=[pk]))

        return view


def _offered() -> list[str]:
    return [code for code in PROVIDERS if code != wasender_accounts.PROVIDER or is_enabled()]


def _asked_for(request: HttpRequest) -> str:
    return str(request.GET.get("provider", ""))


def _templates_stopped(channel: Channel) -> str:
    """From the health row fetched with the channel."""
    row = getattr(channel, "health", None)
    return (row.templates_stop_words or "an admin must allow them") if row and row.templates_stopped_at else ""


def _beside(channel: Channel | None) -> dict[str, Any]:
    """What stands above the form: how the channel does."""
    if channel is None:
        return {}
    line = health.line_of(channel, now=clock.now())
    return {
        "line": line, "line_state": STATES[line.state], "line_tone": TONES[line.state], "channel": channel,
        "has_fields": channel.provider == "cloud", "templates_stopped": _templates_stopped(channel),
        "unofficial": UNOFFICIAL if channel.provider == wasender_accounts.PROVIDER else "",
        "webhook": f"{settings.PUBLIC_URL}/webhooks/{channel.provider}/{channel.key}/",
        "state_row": getattr(channel, "health", None),
    }  # fmt: skip


def _probe(request: HttpRequest, channel: Channel) -> None:
    probe = channel_state.channel_probe(channel, now=clock.now())
    facts = [f"{name.replace('_', ' ')} {probe.facts[name]}" for name in FACTS if probe.facts.get(name)]
    told = " ".join([probe.words, f"({', '.join(facts)})" if facts else ""]).strip()
    if probe.healthy:
        messages.success(request, f"The provider says that this account works. {told}".strip())
    else:
        messages.warning(request, f"The provider says that this account does not work. {told}".strip())


def _allow_templates(request: HttpRequest, channel: Channel) -> None:
    actor = Actor.human(request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous through
    if channel_state.templates_allow(channel, by=actor, now=clock.now()):
        messages.success(request, "Templates are sent on this channel again.")
    else:
        messages.info(request, "Templates were allowed on this channel already.")


def _check_fields(request: HttpRequest, channel: Channel) -> None:
    missing = channel_state.channel_fields_check(channel, now=clock.now())
    if missing:
        mend = "Subscribe them in Meta's app dashboard, under WhatsApp, Configuration."
        messages.warning(request, f"Not subscribed: {', '.join(missing)}. {mend}")
    else:
        messages.success(request, "Every webhook field that is needed is subscribed.")
