"""The thread's data. Rules that must never break stand here as constraints; the code says them again in words."""

from conversations.models.customers import Consent, Customer, Identity, IdentityConflict
from conversations.models.desk import BotSwitch, Channel, Tier, Topic
from conversations.models.messages import Message, MessageQuerySet, MessageReaction
from conversations.models.threads import OPEN, Conversation, ConversationQuerySet, Participant, supervise_permission

__all__ = [
    "OPEN",
    "BotSwitch",
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
    "Participant",
    "Tier",
    "Topic",
    "supervise_permission",
]
