"""Messages of ours that come back as if written on the phone, before WhatsApp's id of them is known here.

WASender answers a send with a number of its own and reports the message under WhatsApp's id. Without this look the
desk's own message would stand twice in the thread, the second time as a person's who took over.
"""

from datetime import timedelta
from uuid import UUID

from config import secrecy
from conversations.models import Identity, Message
from whatsapp.cloud.content import read
from whatsapp.cloud.shapes import as_dict, text
from whatsapp.models import InboundUpdate
from whatsapp.wasender import keys

#: A send is settled long before; a person who types the same words later is heard as a person.
LONGEST = timedelta(minutes=10)
Status = Message.Status
#: On its way, or taken under WASender's number alone.
UNNAMED = (Status.SENDING, Status.UNKNOWN, Status.ACCEPTED, Status.SENT)


def own_message(update: InboundUpdate) -> Message | None:
    """The message of this desk that an echo reports, where its id does not tell: of the same kind and words, to the
    same customer, on its way at that time. None for what a person wrote on the phone."""
    said = read(as_dict(update.raw.get("message")))
    if said.target:
        return None
    at = update.provider_ts or update.event.received_at
    sent = Message.objects.filter(
        channel=update.channel, direction=Message.Direction.OUT, status__in=UNNAMED, type=said.type,
        created_at__gte=at - LONGEST, conversation__customer__in=_customers(update),
    )  # fmt: skip
    for message in sent.order_by("created_at")[:50]:
        is_unnamed = not message.provider_id or message.provider_id.startswith(keys.LOCAL_PREFIX)
        if is_unnamed and (said.type == "audio" or message.body.strip() == said.body):  # a recording has no words
            return message
    return None


def _customers(update: InboundUpdate) -> set[UUID]:
    """Whom the echo was written to, as far as they are known."""
    contact = as_dict(update.raw.get("contact"))
    named = {Identity.Kind.WA_ID: text(contact.get("wa_id")), Identity.Kind.JID: text(contact.get("jid"))}
    digests = [secrecy.digest(f"{kind}:{value}") for kind, value in named.items() if value]
    found = Identity.objects.filter(scope=update.channel.identity_scope, valid_to=None, digest__in=digests)
    return set(found.values_list("customer_id", flat=True))
