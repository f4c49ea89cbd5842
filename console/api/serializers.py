"""What goes out: the fields outsiders rely on. No phone number is among them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.models import Event
from audit.registry import describe
from console.serving import attachment_data
from conversations.models import Conversation, Customer, Message, MessageReaction
from conversations.states import Control, State
from handoff.models import Handoff
from whatsapp.ledger import cost_of
from whatsapp.models import DeliveryAttempt, InboundUpdate


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    tier = serializers.CharField(source="tier_id")

    class Meta:
        model = Customer
        fields = ["id", "name", "tier", "locale"]
        read_only_fields = fields


class HandoffSerializer(serializers.ModelSerializer[Handoff]):
    status = serializers.CharField(help_text="requested, accepted, returned or closed")

    class Meta:
        model = Handoff
        fields = ["id", "status", "reason", "requested_at", "accepted_at"]
        read_only_fields = fields


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    """Reads `latest_handoffs`: fetch through `lookups.for_output`."""

    state = serializers.ChoiceField(choices=State.choices)
    control = serializers.ChoiceField(choices=Control.choices)
    topic = serializers.CharField(source="topic_id", allow_null=True)
    customer = CustomerSerializer()
    channel = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    team = serializers.SerializerMethodField()
    assigned_to = serializers.SlugRelatedField[Any](slug_field="username", read_only=True, allow_null=True)
    handoff = serializers.SerializerMethodField()

    class Meta:
        model = Conversation
        fields = [
            "id", "state", "control", "topic", "priority", "customer", "channel", "team", "assigned_to", "handoff",
            "window_expires_at", "next_deadline", "opened_at", "closed_at", "last_seq",
        ]  # fmt: skip
        read_only_fields = fields

    def get_team(self, conversation: Conversation) -> str:
        """The team's slug; the name of a group that is no team."""
        group = conversation.team
        return group.team.slug if hasattr(group, "team") else group.name

    @extend_schema_field(HandoffSerializer(allow_null=True))
    def get_handoff(self, conversation: Conversation) -> dict[str, Any] | None:
        """The open handoff, else the latest; null where there was none."""
        latest: list[Handoff] = getattr(conversation, "latest_handoffs")  # noqa: B009 - set by the prefetch
        return dict(HandoffSerializer(latest[0]).data) if latest else None


class AttachmentSerializer(serializers.Serializer[Any]):
    mime = serializers.CharField(help_text="As the bytes show; what the sender claims while it is being fetched")
    filename = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    state = serializers.CharField(help_text="fetching, stored, failed, too_large or blocked")
    url = serializers.CharField(allow_null=True, help_text="Where to fetch it, by permission; null unless stored")


class ReactionSerializer(serializers.ModelSerializer[MessageReaction]):
    class Meta:
        model = MessageReaction
        fields = ["by", "emoji", "at"]
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer[Message]):
    """Fetch through `outputs.with_extras`."""

    author = serializers.SlugRelatedField[Any](slug_field="username", read_only=True, allow_null=True)
    attachments = serializers.SerializerMethodField()
    reactions = serializers.SerializerMethodField()
    reply_to = serializers.IntegerField(source="reply_to.seq", default=None, allow_null=True, help_text="A seq")
    edited = serializers.SerializerMethodField()
    revoked = serializers.SerializerMethodField()
    cost = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = [
            "seq", "id", "direction", "sender", "author", "type", "body", "content", "status", "provider_id",
            "provider_ts", "received_at", "late", "reply_to", "attachments", "reactions", "edited", "revoked", "cost",
            "error", "metadata",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments(self, message: Message) -> list[dict[str, Any]]:
        """The files it brings, in order."""
        return [attachment_data(attachment, n=n) for n, attachment in enumerate(message.attachments.all())]

    @extend_schema_field(ReactionSerializer(many=True))
    def get_reactions(self, message: Message) -> list[dict[str, Any]]:
        """What stands under it now; an emoji taken back is gone."""
        return [dict(ReactionSerializer(reaction).data) for reaction in message.reactions.all() if reaction.emoji]

    def get_edited(self, message: Message) -> bool:
        """Whether its words are no longer the first ones (those are in `metadata.versions`)."""
        return message.edited_at is not None

    def get_revoked(self, message: Message) -> bool:
        """Whether who wrote it deleted it; it is kept here all the same."""
        return message.revoked_at is not None

    @extend_schema_field({"type": "object", "nullable": True, "properties": {
        "category": {"type": "string"}, "type": {"type": "string"}}})  # fmt: skip
    def get_cost(self, message: Message) -> dict[str, str] | None:
        """What WhatsApp says it is charged as; null until it says so."""
        return cost_of(message)


class ActorSerializer(serializers.Serializer[Event]):
    kind = serializers.CharField(source="actor_kind", help_text="user, bot, human or system")
    id = serializers.CharField(source="actor_id")
    name = serializers.CharField(source="actor_name")


class EventSerializer(serializers.ModelSerializer[Event]):
    actor = ActorSerializer(source="*")
    description = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = ["seq", "ts", "actor", "event_type", "description", "payload", "hash"]
        read_only_fields = fields

    def get_description(self, event: Event) -> str:
        """The event in plain words."""
        return describe(event.event_type, event.payload)


class UpdateTraceSerializer(serializers.ModelSerializer[InboundUpdate]):
    event = serializers.IntegerField(source="event_id", help_text="The webhook it came in")
    received_at = serializers.DateTimeField(source="event.received_at")
    conversation = serializers.UUIDField(source="message.conversation_id", default=None, allow_null=True)
    seq = serializers.IntegerField(source="message.seq", default=None, allow_null=True)

    class Meta:
        model = InboundUpdate
        fields = [
            "event",
            "position",
            "kind",
            "outcome",
            "detail",
            "received_at",
            "processed_at",
            "conversation",
            "seq",
        ]
        read_only_fields = fields


class AttemptSerializer(serializers.ModelSerializer[DeliveryAttempt]):
    """Without the provider's answer, which repeats the customer's number."""

    result = serializers.CharField(source="outcome", help_text="accepted, refused, not_sent or ambiguous")

    class Meta:
        model = DeliveryAttempt
        fields = ["number", "started_at", "finished_at", "result", "http_status"]
        read_only_fields = fields


class MessageTraceSerializer(serializers.ModelSerializer[Message]):
    conversation = serializers.UUIDField(source="conversation_id")
    attempts = AttemptSerializer(source="delivery_attempts", many=True)

    class Meta:
        model = Message
        fields = ["conversation", "seq", "id", "status", "error", "attempts"]
        read_only_fields = fields
