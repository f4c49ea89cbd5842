"""What stands above the composer: why nothing leaves, why it leaves slowly, what the customer asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from conversations.models import Conversation, IdentityConflict, Message
from conversations.states import State
from whatsapp import channel_state, pacing


@dataclass(frozen=True, slots=True)
class Notice:
    """`link` leads to where it is mended, for those who may; `dialog` opens one of the page's."""

    level: Literal["late", "soon", "calm"]
    words: str
    link: str = ""
    link_words: str = ""
    dialog: str = ""


def notices_of(conversation: Conversation, user: User, *, now: datetime) -> list[Notice]:
    """In the order of their weight. Three queries; a closed conversation has none."""
    if conversation.state == State.CLOSED:
        return []
    said = [_channel(conversation, now), _consent(conversation), _standby(conversation), _held(conversation)]
    return [notice for notice in [*said, _conflict(conversation, user)] if notice]


def _channel(conversation: Conversation, now: datetime) -> Notice | None:
    if words := channel_state.obstacle(conversation.channel, now=now):
        said = words.rstrip(".")
        return Notice("late", f"Nothing is sent now: {said}. Your messages are kept and go out when it works again.")
    if pacing.is_slow(conversation.channel_id, conversation.pk):
        return Notice("soon", "Sending slowly: WhatsApp limits. Your messages go out in their order.")
    return None


def _consent(conversation: Conversation) -> Notice | None:
    customer = conversation.customer
    if customer.opted_out_at:
        wrote = conversation.last_customer_at
        if wrote is None or customer.opted_out_at >= wrote:
            return Notice(
                "late", "The customer asked not to be written to: what you write is withheld.", dialog="consent"
            )
        return Notice("soon", "The customer asked not to be written to, and then wrote. Answer only what they ask.")
    if customer.marketing_stopped_at:
        return Notice("calm", "The customer wants no marketing: such templates are withheld.")
    return None


def _standby(conversation: Conversation) -> Notice | None:
    if conversation.standby_since is None:
        return None
    return Notice("soon", "Meta's agent holds this thread. What you write takes it over.")


def _held(conversation: Conversation) -> Notice | None:
    """What waits for the customer. Why they were not asked is on the record of the first that waits."""
    held = list(conversation.messages.filter(status=Message.Status.HELD).order_by("seq").values_list("metadata"))
    if not held:
        return None
    one = "1 message waits until the customer writes, and then goes out by itself."
    many = f"{len(held)} messages wait until the customer writes, and then go out by themselves."
    why = next((metadata["not_reengaged"] for (metadata,) in held if metadata.get("not_reengaged")), "")
    asked = f" The customer was not asked to write: {why.rstrip('.')}." if why else ""
    return Notice("soon", (one if len(held) == 1 else many) + asked)


def _conflict(conversation: Conversation, user: User) -> Notice | None:
    """Only those who may decide hear of it: for anyone else it would be a riddle."""
    if not (user.is_staff and user.has_perm("conversations.change_identityconflict")):
        return None
    customer = conversation.customer_id
    between = Q(kept=customer) | Q(other=customer)
    conflict = IdentityConflict.objects.filter(between, resolved_at=None).select_related("kept", "other").first()
    if conflict is None:
        return None
    other = conflict.other if conflict.kept_id == customer else conflict.kept
    words = f"Perhaps the same person as {other}: a decision is waiting."
    return Notice("soon", words, link=_decision(conflict), link_words="Decide")


def _decision(conflict: IdentityConflict) -> str:
    try:
        return reverse("admin:conversations_identityconflict_change", args=[conflict.pk])
    except NoReverseMatch:
        return reverse("admin:index")
