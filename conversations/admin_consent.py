"""A customer's words about being written to: shown as they were kept, and added to by whoever heard them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from config import clock
from conversations import consent
from conversations.models import Consent, Customer

#: What asks for evidence: to be written to first, WhatsApp wants an opt-in that can be shown.
AGREEING = (Consent.Kind.OPT_IN, Consent.Kind.MARKETING_RESUME)
BY_HAND = (Consent.Source.FORM, Consent.Source.AGENT)


class ConsentInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows are only ever added, through the form of their own."""

    model = Consent
    fields = ["kind", "source", "text_version", "evidence", "at", "recorded_by"]
    readonly_fields = ["kind", "source", "text_version", "evidence", "at", "recorded_by"]
    extra = 0
    can_delete = False
    verbose_name_plural = "consent, the latest first"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ConsentForm(forms.Form):
    """One word of the customer, heard outside the chat. `now`: nothing can be said in the future."""

    kind = forms.ChoiceField(label="What the customer said", choices=Consent.Kind.choices)
    source = forms.ChoiceField(label="Through what", choices=[(source.value, source.label) for source in BY_HAND])
    text_version = forms.CharField(
        label="Version of the wording", max_length=64, required=False, help_text="Which wording was agreed to"
    )
    evidence = forms.CharField(
        max_length=300, required=False, help_text="Where it can be looked up. No phone number, no copy of a document"
    )
    at = forms.DateTimeField(
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["at"].help_text = f"By the clock of {timezone.get_current_timezone_name()}"
        self.now, self.initial["at"] = now, now.replace(second=0, microsecond=0)

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > self.now:
            raise forms.ValidationError("This lies in the future: give the time at which the customer said it.")
        return at

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("kind") in AGREEING:
            for name, what in (("text_version", "which wording was agreed to"), ("evidence", "where it can be shown")):
                if not given.get(name):
                    self.add_error(name, f"An agreement needs evidence: say {what}.")
        return given

    def word(self) -> consent.Word:
        """What was said. Once the form is valid."""
        given = self.cleaned_data
        return consent.Word(
            Consent.Kind(given["kind"]), Consent.Source(given["source"]), given["at"], given["text_version"],
            given["evidence"],
        )  # fmt: skip


def consent_view(request: HttpRequest, customer_id: Any, site: admin.AdminSite) -> HttpResponse:
    """GET: the form; POST: keeps the word, and follows it."""
    if not request.user.has_perm("conversations.add_consent"):
        raise PermissionDenied
    customer = get_object_or_404(Customer, pk=customer_id)
    if customer.merged_into_id:
        messages.error(request, "This customer is a part of another one now: record it there.")
        return redirect("admin:conversations_customer_change", customer.merged_into_id)
    form = ConsentForm(request.POST or None, now=clock.now())
    if form.is_valid():
        _keep(request, customer, form)
        return redirect("admin:conversations_customer_change", customer.pk)
    context = {**site.each_context(request), "title": f"Add consent: {customer}", "opts": Customer._meta}
    context |= {"form": form, "customer": customer}
    return render(request, "admin/conversations/customer/consent.html", context)


def _keep(request: HttpRequest, customer: Customer, form: ConsentForm) -> None:
    with transaction.atomic():
        consent.consent_record(customer, form.word(), now=clock.now(), by=request.user)  # type: ignore[arg-type]
    messages.success(request, "The customer's word is kept and followed.")
