"""What goes out: the fields outsiders rely on. No phone number is among them."""

from typing import Any

from django.contrib.auth.models import Group
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.models import Event
from audit.registry import describe
from config import clock
from console.serving import attachment_data
from conversations.models import Conversation, Customer, Message, MessageReaction
from conversations.states import Control, State
from handoff.models import Attendance, Handoff, Offer
from whatsapp.ledger import cost_of
from whatsapp.models import DeliveryAttempt, InboundUpdate


class UserNameField(serializers.SlugRelatedField[Any]):
    """A person of the desk, by username; null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="username", read_only=True, allow_null=True, **options)


def team_name(group: Group) -> str:
    """The team's slug; the name of a group that is no team. Fetch with `team__team`."""
    return str(group.team.slug) if hasattr(group, "team") else group.name


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    tier = serializers.CharField(source="tier_id")

    class Meta:
        model = Customer
        fields = ["id", "name", "tier", "locale"]
        read_only_fields = fields


class HandoffSerializer(serializers.ModelSerializer[Handoff]):
    status = serializers.CharField(help_text="requested, accepted, returned, closed or ticket")

    class Meta:
        model = Handoff
        fields = ["id", "status", "reason", "requested_at", "accepted_at"]
        read_only_fields = fields


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    """Reads `latest_handoffs`, `at_desk` and `open_tickets`: fetch through `lookups.for_output`."""

    state = serializers.ChoiceField(choices=State.choices)
    control = serializers.ChoiceField(choices=Control.choices)
    topic = serializers.CharField(source="topic_id", allow_null=True)
    customer = CustomerSerializer()
    channel = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    team = serializers.SerializerMethodField()
    assigned_to = UserNameField()
    handoff = serializers.SerializerMethodField()
    offered_to = serializers.SerializerMethodField()
    looking = serializers.SerializerMethodField()
    typing = serializers.SerializerMethodField()
    tickets = serializers.SerializerMethodField()

    class Meta:
        model = Conversation
        fields = [
            "id", "state", "control", "topic", "language", "skills", "priority", "customer", "channel", "team",
            "assigned_to", "offered_to", "handoff", "tickets", "looking", "typing", "window_expires_at",
            "next_deadline", "opened_at", "closed_at", "last_seq",
        ]  # fmt: skip
        read_only_fields = fields

    def get_team(self, conversation: Conversation) -> str:
        """The team's slug; the name of a group that is no team."""
        return team_name(conversation.team)

    @extend_schema_field(HandoffSerializer(allow_null=True))
    def get_handoff(self, conversation: Conversation) -> dict[str, Any] | None:
        """The open handoff, else the latest; null where there was none."""
        latest: list[Handoff] = getattr(conversation, "latest_handoffs")  # noqa: B009 - set by the prefetch
        return dict(HandoffSerializer(latest[0]).data) if latest else None

    def get_offered_to(self, conversation: Conversation) -> str | None:
        """The username of who may accept or pass it now."""
        latest: list[Handoff] = getattr(conversation, "latest_handoffs")  # noqa: B009 - set by the prefetch
        offers: list[Offer] = getattr(latest[0], "open_offers") if latest else []  # noqa: B009 - the same
        return offers[0].agent.get_username() if offers else None

    def get_looking(self, conversation: Conversation) -> list[str]:
        """Usernames of who has it open now."""
        return [row.user.get_username() for row in _at_desk(conversation)]

    def get_typing(self, conversation: Conversation) -> list[str]:
        """Usernames of who of them is typing."""
        moment = clock.now()
        return [row.user.get_username() for row in _at_desk(conversation) if moment < (row.typing_until or moment)]

    def get_tickets(self, conversation: Conversation) -> list[int]:
        """The numbers of its tickets that are not closed."""
        return [ticket.number for ticket in getattr(conversation, "open_tickets")]  # noqa: B009 - set by the prefetch


def _at_desk(conversation: Conversation) -> list[Attendance]:
    rows: list[Attendance] = getattr(conversation, "at_desk")  # noqa: B009 - set by the prefetch
    return rows


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

    author = UserNameField()
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
