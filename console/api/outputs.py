"""Messages as the API shows them, with all that the serializer reads, in a fixed number of queries."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from console.api.serializers import MessageSerializer
from conversations.models import Message
from whatsapp.models import Attachment


def with_extras(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With author, quoted line, files, reactions and price."""
    files = Attachment.objects.order_by("pk")
    return messages.select_related("author", "reply_to", "charge").prefetch_related(
        "reactions", Prefetch("attachments", queryset=files)
    )


def message_data(message: Message) -> Any:
    """The message as it is now."""
    return MessageSerializer(with_extras(Message.objects.filter(pk=message.pk)).get()).data
