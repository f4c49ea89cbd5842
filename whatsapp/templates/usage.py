"""Where a template is used: what would miss it if it went."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.models import Channel, Message
from whatsapp.models import MessageTemplate
from whatsapp.templates.accounts import channels_of

COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Usage:
    """`channels` re-engage their customers with it, `rating` ask them how it was; `sent` messages of the last 30 days
    were made from it."""

    channels: tuple[Channel, ...]
    rating: tuple[Channel, ...]
    sent: int

    def __bool__(self) -> bool:
        return bool(self.channels or self.rating or self.sent)


def usage_of(template: MessageTemplate, *, now: datetime) -> Usage:
    """Channels of the same account only: another account's template of this name is another template."""
    channels = channels_of(template.provider, template.account_ref)
    own = Message.objects.filter(type=Message.TEMPLATE, channel__in=channels, created_at__gte=now - COUNTED)
    sent = own.filter(content__name=template.name, content__locale=template.locale).exclude(
        status__in=[Message.Status.FAILED, Message.Status.DROPPED]
    )
    return Usage(
        tuple(channels.filter(reengage_template=template.name)),
        tuple(channels.filter(rating_template=template.name)),
        sent.count(),
    )
