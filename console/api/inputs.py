"""What comes in: each body and query, strictly."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.settings import api_settings

from console.api.lookups import team_named
from conversations.content import LONGEST_TEXT
from handoff.models import Team


class Input(serializers.Serializer[Any]):
    """Refuses fields it does not know, by name: a misspelt one would be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        known = set(self.fields)
        unknown = sorted(str(name) for name in data if name not in known) if isinstance(data, dict) else []
        if unknown:
            takes = f"This takes: {', '.join(self.fields)}." if known else "This takes no fields."
            words = f"Unknown field {_printable(unknown[0])}. {takes}"
            raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [words]})
        return super().to_internal_value(data)


class NothingInput(Input):
    """An empty body, or `{}`."""


class TextInput(Input):
    body = serializers.CharField(help_text=f"At most {LONGEST_TEXT} characters, the most WhatsApp takes")


class ReplyInput(TextInput):
    reply_to = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**31 - 1, help_text="The seq of the message it quotes"
    )


class TemplateInput(Input):
    name = serializers.CharField(max_length=512, help_text="The template's name at WhatsApp")
    locale = serializers.CharField(
        required=False, allow_blank=True, max_length=16,
        help_text="WhatsApp's code, such as en_US; unset, the customer's language by the desk's list of fallbacks",
    )  # fmt: skip
    params = serializers.JSONField(
        required=False, help_text="A list with one value for each place, or an object by the places' names"
    )
    follow_up = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_TEXT,
        help_text="A text that waits until the customer answers and goes out then",
    )  # fmt: skip


class ReactionInput(Input):
    seq = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The message reacted to")
    emoji = serializers.CharField(allow_blank=True, max_length=32, help_text="One emoji; empty takes it back")


class InteractiveInput(serializers.Serializer[Any]):
    """Either in the house's words, `{"kind": "buttons", "body": …, "buttons": [{"id", "title"}]}` (kinds: buttons,
    menu, link, location_request, contact_request, location), or as WhatsApp writes an `interactive` object."""

    reply_to = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: ["Give an object with `kind` or `type`."]})
        known = super().to_internal_value({name: data[name] for name in ("reply_to",) if name in data})
        return {**{name: value for name, value in data.items() if name != "reply_to"}, **known}


class ReleaseInput(Input):
    context = serializers.CharField(  # type: ignore[assignment]  # DRF keeps declared fields aside
        required=False, allow_blank=True, max_length=2000, help_text="What the assistant is to know from now on"
    )


class HandoffInput(Input):
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Why a person is needed, in words"
    )
    team = serializers.CharField(
        required=False, allow_null=True, max_length=64, help_text="A team's slug or id; unset, it stays where it is"
    )

    def validate_team(self, value: str | None) -> Team | None:
        team = team_named(value) if value else None
        if value and team is None:
            raise ValidationError(f"There is no team {_printable(value)}.")
        return team


class CloseInput(Input):
    resolution = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="How it ended, in words"
    )


class AfterQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=2**31 - 1, help_text="Only what has a higher seq"
    )


class TraceQuery(serializers.Serializer[Any]):
    provider_id = serializers.CharField(max_length=255, help_text="The provider's id of a message")


class IdempotencyKey(serializers.Serializer[Any]):
    key = serializers.RegexField(
        r"\A[!-~]{1,200}\Z", error_messages={"invalid": "Use 1 to 200 printable ASCII characters, without spaces."}
    )


def _printable(name: str) -> str:
    """Quoted and short, without lone surrogates, which no answer could carry."""
    return repr(name[:60].encode("utf-8", "replace").decode())
