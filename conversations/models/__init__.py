"""The thread's data. Rules that must never break stand here as constraints; the code says them again in words."""

from conversations.models.customers import Consent, Customer, Identity, IdentityConflict
from conversations.models.desk import Channel, Tier, Topic
from conversations.models.messages import Message, MessageQuerySet, MessageReaction
from conversations.models.threads import OPEN, Conversation, ConversationQuerySet, supervise_permission

__all__ = [
    "OPEN",
    "Channel",
    "Consent",
    "Conversation",
    "ConversationQuerySet",
    "Customer",
    "Identity",
    "IdentityConflict",
    "Message",
    "MessageQuerySet",
    "MessageReaction",
    "Tier",
    "Topic",
    "supervise_permission",
]
