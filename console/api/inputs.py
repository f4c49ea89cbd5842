"""What comes in: each body and query, strictly."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty
from rest_framework.settings import api_settings

from console.api.lookups import person_named, team_named
from conversations.content import LONGEST_TEXT
from handoff.models import Presence
from handoff.resolutions import LONGEST_NOTE as LONGEST_RESOLUTION
from handoff.resolutions import Labels, tag_named

#: What one colleague tells another with a transfer or an invitation.
LONGEST_NOTE = 2000


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


class TeamField(serializers.CharField):
    """A team by its slug or id, read as the team."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, **options)

    def run_validation(self, data: Any = empty) -> Any:
        name = super().run_validation(data)
        team = team_named(name) if name else None
        if name and team is None:
            raise ValidationError(f"There is no team {_printable(name)}.")
        return team


class PersonField(serializers.CharField):
    """A person of the desk by username or id, read as the person."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=150, **options)

    def run_validation(self, data: Any = empty) -> Any:
        name = super().run_validation(data)
        person = person_named(name) if name else None
        if name and person is None:
            raise ValidationError(f"There is no user {_printable(name)}.")
        return person


class YesNo(serializers.BooleanField):
    """`true` or `false` of JSON and nothing that reads like it: a brake must not guess."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


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
    team = TeamField(
        required=False, allow_null=True, help_text="A team's slug or id; unset, it is found by the routing matrix"
    )


class TakeOverInput(Input):
    """From a colleague, who is named: where somebody else has it by then, nothing happens."""

    def get_fields(self) -> Any:
        """`from` is a word of Python's, so it cannot be declared like the others."""
        words = "Username or id of the colleague who holds it; unset, it is taken from the assistant"
        return {"from": PersonField(required=False, allow_null=True, help_text=words)}


class NoteInput(Input):
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_NOTE, help_text="What a colleague should know"
    )


class TransferInput(NoteInput):
    team = TeamField(required=False, allow_null=True, help_text="A team's slug or id: into its queue")
    agent = PersonField(required=False, allow_null=True, help_text="A colleague's username or id: straight to them")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if bool(given.get("team")) == bool(given.get("agent")):
            raise ValidationError("Give either `team` or `agent`, one of the two.")
        return given


class InviteInput(NoteInput):
    agent = PersonField(help_text="A colleague's username or id")


class TypingInput(Input):
    typing = YesNo(required=False, default=True, help_text="false: stopped typing")


class LabelsInput(Input):
    """What staff say about a matter that has ended: the examples the assistant learns from. Unset: not answered."""

    right_team = YesNo(required=False, allow_null=True, help_text="Had it come to the right team?")
    better_team = TeamField(required=False, allow_null=True, help_text="A team's slug or id")
    bot_could = YesNo(required=False, allow_null=True, help_text="Should the assistant have solved it?")
    right_intent = YesNo(required=False, allow_null=True, help_text="Had the assistant understood the matter?")
    better_intent = serializers.CharField(required=False, allow_blank=True, max_length=64, help_text="As order_status")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        try:
            Labels(**given).check()
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return given


class CloseInput(Input):
    resolution = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_RESOLUTION, help_text="How it ended, in words"
    )
    tag = serializers.CharField(
        required=False, allow_blank=True, max_length=32, help_text="How it ended: the code of a resolution tag"
    )
    ask_rating = YesNo(required=False, default=False, help_text="Ask the customer how it was")
    labels = LabelsInput(required=False, allow_null=True)

    def validate_tag(self, value: str) -> str:
        try:
            tag_named(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return value


class TicketCloseInput(Input):
    resolution = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_RESOLUTION, help_text="How it ended, in words"
    )
    tell_customer = YesNo(required=False, default=False, help_text="Tell them, by its number, that it is settled")


class PresenceInput(Input):
    status = serializers.CharField(max_length=32, help_text="online, finishing (takes nothing new), away or offline")

    def validate_status(self, value: str) -> str:
        if value not in Presence.Status.values:
            raise ValidationError(f"Say one of: {', '.join(Presence.Status.values)}.")
        return value


class BotInput(Input):
    enabled = YesNo(required=False, help_text="false: the assistant says nothing anywhere, from now on")
    canary_percent = serializers.IntegerField(
        required=False, min_value=0, max_value=100, help_text="Share of new conversations the assistant answers"
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given:
            raise ValidationError("Give `enabled`, `canary_percent` or both.")
        return given


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
