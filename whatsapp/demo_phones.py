"""The demo's phones remember: what Baton has on record is put back on their screens when the stand-in starts."""

from typing import cast

from config import secrecy
from conversations.models import Channel, Identity, Message
from whatsapp.models import CloudAccount
from whatsapp.standin.phones import Line, Network, Number, Status, User

#: What a phone shows of a message, by what Baton knows of it; one that never left is on no phone.
SHOWN = {
    Message.Status.RECEIVED: "delivered",
    Message.Status.ACCEPTED: "sent",
    Message.Status.SENT: "sent",
    Message.Status.DELIVERED: "delivered",
    Message.Status.READ: "read",
}


def restore(network: Network) -> int:
    """Fill the phones of everybody the network knows. Returns how many lines they show now."""
    accounts = CloudAccount.objects.filter(phone_number_id__in=network.numbers).select_related("channel")
    return sum(
        _restore_phone(network, network.number(account.phone_number_id), account.channel, user)
        for account in accounts
        for user in network.users.values()
    )


def _restore_phone(network: Network, number: Number, channel: Channel, user: User) -> int:
    digest = secrecy.digest(f"{Identity.Kind.BSUID}:{user.bsuid}")
    identity = Identity.objects.filter(scope=channel.identity_scope, digest=digest, valid_to=None).first()
    if identity is None:
        return 0
    messages = Message.objects.filter(conversation__customer=identity.customer_id, channel=channel, status__in=SHOWN)
    lines = messages.exclude(provider_id="").order_by("placed_at", "seq")
    for message in lines:
        network.add_line(_line(message, number, user))
        if message.direction == Message.Direction.IN:
            opens = message.type not in ("reaction", "system", "edit", "revoke")
            network.user_wrote(number, user, at=message.provider_ts or message.placed_at, opens_window=opens)
    return len(lines)


def _line(message: Message, number: Number, user: User) -> Line:
    return Line(
        id=message.provider_id,
        user=user,
        number=number,
        by="customer" if message.direction == Message.Direction.IN else "business",
        type=message.type,
        text=message.body,
        at=message.placed_at,
        status=cast(Status, SHOWN[Message.Status(message.status)]),
        seq=0,
        revision=0,
        callback_data="" if message.direction == Message.Direction.IN else str(message.pk),
    )
