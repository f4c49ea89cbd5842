"""The form in which a template is written. WhatsApp's rules are checked before WhatsApp is asked."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from audit.actors import Actor
from conversations.models import Channel
from whatsapp.adapter import ProviderUnavailable
from whatsapp.media.limits import OUTBOUND
from whatsapp.models import LocaleFallback, MessageTemplate
from whatsapp.templates import submitting
from whatsapp.templates.accounts import account_ref_of
from whatsapp.templates.cloud_client import ProviderRefused
from whatsapp.templates.draft import (
    BUTTON_KINDS,
    HEADER_KINDS,
    MOST_BUTTONS,
    Draft,
    DraftButton,
    components_of,
    draft_of,
)
from whatsapp.templates.locales import WHATSAPP_LOCALES
from whatsapp.templates.parts import MEDIA_FORMATS, variables
from whatsapp.templates.refusals import TemplateRefused
from whatsapp.templates.rules import faults_of

WRITTEN = ("header_kind", "header", "header_examples", "body", "body_examples", "footer")
BUTTONS = tuple(f"button_{number}" for number in range(1, MOST_BUTTONS + 1))
#: Sample files are held in memory on their way to the reviewers.
LARGEST_SAMPLE = 16 * 1024 * 1024
_LINE = "One to a line. Numbered variables: in their order. Named ones: name = example."


class ButtonWidget(forms.MultiWidget):
    """Kind, text, value and example of one button, side by side."""

    def __init__(self) -> None:
        kinds = [("", "No button"), *BUTTON_KINDS.items()]
        told = (("Text", 25), ("Address, number or code", 2000), ("Example of the whole address", 2000))
        inputs = [forms.TextInput(attrs=_named(label, longest)) for label, longest in told]
        super().__init__([forms.Select(choices=kinds, attrs={"aria-label": "What the button does"}), *inputs])

    def decompress(self, value: DraftButton | None) -> list[str]:
        return [value.kind, value.text, value.value, value.example] if value else ["", "", "", ""]


def _named(label: str, longest: int) -> dict[str, str]:
    return {"aria-label": label, "placeholder": label, "maxlength": str(longest)}


class ButtonField(forms.MultiValueField):
    """One button; None where nothing is filled in."""

    def __init__(self, **options: Any) -> None:
        fields = [forms.CharField(required=False) for _ in range(4)]
        super().__init__(fields, required=False, require_all_fields=False, widget=ButtonWidget(), **options)

    def compress(self, data_list: Sequence[str]) -> DraftButton | None:
        return DraftButton(*data_list) if any(data_list) else None


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A draft, to be kept or handed in; or a new version of a template, which WhatsApp is the last to check.

    `actor` and `now` are set by the admin. Of a template that was handed in, name, locale and format are fixed.
    """

    actor: Actor
    now: datetime

    channel = forms.ModelChoiceField(
        Channel.objects.none(), help_text="Its business account gets the template; all channels of the account share it"
    )
    locale = forms.ChoiceField(choices=[(code, code) for code in WHATSAPP_LOCALES])
    category = forms.ChoiceField(choices=[("UTILITY", "Utility"), ("MARKETING", "Marketing")])
    parameter_format = forms.ChoiceField(
        label="Variables",
        choices=[("POSITIONAL", "Numbered: {{1}}, {{2}}"), ("NAMED", "Named: {{order_id}}")],
    )
    header_kind = forms.ChoiceField(label="Header", choices=list(HEADER_KINDS.items()), required=False)
    header = forms.CharField(label="Header text", max_length=60, required=False)
    header_examples = forms.CharField(
        label="Example for the header's variable", required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    header_sample = forms.FileField(
        label="Sample file", required=False, help_text="For a header with a file: what WhatsApp's reviewers look at"
    )
    body = forms.CharField(
        label="Text", max_length=1024, widget=forms.Textarea(attrs={"rows": 8}), strip=False,
        help_text="*bold*, _italic_, ~struck~, ```monospace```",
    )  # fmt: skip
    body_examples = forms.CharField(
        label="Examples for the text's variables", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_LINE,
    )  # fmt: skip
    footer = forms.CharField(max_length=60, required=False)
    button_1 = ButtonField(label="Button 1")
    button_2 = ButtonField(label="Button 2")
    button_3 = ButtonField(label="Button 3")
    button_4 = ButtonField(label="Button 4")
    button_5 = ButtonField(label="Button 5")
    button_6 = ButtonField(label="Button 6")
    button_7 = ButtonField(label="Button 7")
    button_8 = ButtonField(label="Button 8")
    button_9 = ButtonField(label="Button 9")
    button_10 = ButtonField(label="Button 10")

    class Meta:
        model = MessageTemplate
        fields = ["name", "locale", "category", "parameter_format"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.components: list[dict[str, Any]] = []
        row = self.instance
        if row.pk:
            del self.fields["channel"]
            self.initial.update(written_in(row))
        else:
            accounts = Channel.objects.filter(provider="cloud").exclude(cloud__business_account_id="")
            self.fields["channel"].queryset = accounts.order_by("name")  # type: ignore[attr-defined]
        if row.pk and row.status != MessageTemplate.Status.DRAFT:
            for name in ("name", "locale", "parameter_format"):
                self.fields[name].disabled = True
            self.fields["category"].disabled = row.status == MessageTemplate.Status.APPROVED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._take_account(cleaned)
        draft = self.draft(self._handle(cleaned))
        for field, words in [*faults_of(draft), *self._doubled(draft)]:
            if field not in self.errors:
                self.add_error(field if field in self.fields else None, words)
        self.components = components_of(draft)
        if not self.errors and self.instance.pk and self.instance.status != MessageTemplate.Status.DRAFT:
            self._hand_in_version(draft)
        return cleaned

    def draft(self, handle: str) -> Draft:
        """What stands in the form; where a field was refused, without it."""
        told = self.cleaned_data.get
        header, body = str(told("header") or ""), str(told("body") or "").replace("\r\n", "\n").strip()
        return Draft(
            name=str(told("name") or self.instance.name),
            locale=str(told("locale") or self.instance.locale),
            category=str(told("category") or self.instance.category),
            parameter_format=str(told("parameter_format") or "POSITIONAL"),
            header_kind=str(told("header_kind") or ""),
            header=header,
            header_handle=handle,
            body=body,
            footer=str(told("footer") or ""),
            buttons=tuple(button for name in BUTTONS if (button := told(name))),
            header_examples=examples_of(str(told("header_examples") or ""), header),
            body_examples=examples_of(str(told("body_examples") or ""), body),
        )

    def _take_account(self, cleaned: Mapping[str, Any]) -> None:
        channel = cleaned.get("channel")
        if channel is not None and not self.instance.pk:
            try:
                self.instance.account_ref = account_ref_of(channel)
            except TemplateRefused as refusal:
                self.add_error("channel", refusal.words)
            self.instance.provider = channel.provider

    def _doubled(self, draft: Draft) -> list[tuple[str, str]]:
        row = self.instance
        same = MessageTemplate.objects.filter(
            provider=row.provider, account_ref=row.account_ref, name=draft.name, locale=draft.locale
        )
        there = bool(row.account_ref) and same.exclude(pk=row.pk).exists()
        return [("name", "There is a template of this name in this locale already. Change that one.")] if there else []

    def _handle(self, cleaned: Mapping[str, Any]) -> str:
        """The handle of the sample: of the file given now, else the one there was for this kind of header."""
        kind, file = str(cleaned.get("header_kind") or ""), cleaned.get("header_sample")
        before = draft_of("", "", "", "", self.instance.components)
        if not file or kind not in MEDIA_FORMATS:
            return before.header_handle if before.header_kind == kind else ""
        limit = OUTBOUND[MEDIA_FORMATS[kind]]
        if file.content_type not in limit.types or file.size > min(limit.largest, LARGEST_SAMPLE):
            self.add_error("header_sample", f"This will not do as a sample: WhatsApp takes other {limit.said} there.")
            return "refused"
        return "to be uploaded" if self.errors else self._upload(file)

    def _upload(self, file: Any) -> str:
        try:
            client = submitting.client_for(self.instance.provider, self.instance.account_ref)
            return client.upload_sample(filename=file.name, mime_type=file.content_type, data=file.read())
        except (TemplateRefused, ProviderRefused, ProviderUnavailable) as error:
            self.add_error("header_sample", str(error))
            return "refused"

    def _hand_in_version(self, draft: Draft) -> None:
        row = self.instance
        try:
            submitting.template_edit(
                row, components=self.components, category=draft.category, actor=self.actor, now=self.now,
                client=submitting.client_for(row.provider, row.account_ref),
            )  # fmt: skip
        except (TemplateRefused, ProviderRefused, ProviderUnavailable) as error:
            self.add_error(None, str(error))


class PreviewForm(TemplateForm):
    """The same form while it is being written: nothing is uploaded, nothing handed in."""

    def _upload(self, file: Any) -> str:
        return "shown only" if file else ""

    def _hand_in_version(self, draft: Draft) -> None:
        """A preview leaves everything as it is; the draft is looked at, no more."""
        self.components = components_of(draft)


def written_in(row: MessageTemplate) -> dict[str, Any]:
    """What stands in the form's own fields for this row."""
    draft = draft_of(row.name, row.locale, row.category, row.parameter_format, row.components)
    return {
        "header_kind": draft.header_kind,
        "header": draft.header,
        "header_examples": _lines(draft.header_examples),
        "body": draft.body,
        "body_examples": _lines(draft.body_examples),
        "footer": draft.footer,
        **dict(zip(BUTTONS, draft.buttons, strict=False)),
    }


def examples_of(lines: str, text: str) -> dict[str, str]:
    """Examples by variable: `name = example`, or one to a line in the variables' order."""
    names, found = variables(text), dict[str, str]()
    for place, line in enumerate(line.strip() for line in lines.splitlines() if line.strip()):
        named = re.fullmatch(r"(\w+)\s*=\s*(.*)", line)
        if named and (named[1] in names or not (place < len(names) and names[place].isdecimal())):
            found[named[1]] = named[2]
        else:
            found[names[place] if place < len(names) else str(place + 1)] = line
    return found


def _lines(examples: Mapping[str, str]) -> str:
    return "\n".join(text if name.isdecimal() else f"{name} = {text}" for name, text in examples.items())


class FallbackForm(forms.ModelForm):  # type: ignore[type-arg]
    """Codes are checked against WhatsApp's list: a misspelt one would never be found."""

    class Meta:
        model = LocaleFallback
        fields = ["customer_locale", "template_locales"]

    def clean_customer_locale(self) -> str:
        code = str(self.cleaned_data["customer_locale"])
        if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", code):
            raise forms.ValidationError("A locale is written like de or pt_BR.")
        return code

    def clean_template_locales(self) -> str:
        codes = str(self.cleaned_data["template_locales"]).split()
        wrong = [code for code in codes if code not in WHATSAPP_LOCALES]
        if wrong:
            raise forms.ValidationError(f"WhatsApp does not know {', '.join(wrong)}. Write codes such as en_US pt_BR.")
        return " ".join(dict.fromkeys(codes))
