"""Who is writing: from the identifiers in one signed update to one customer.

Since 2026 an update always carries a business-scoped user id, and a phone number only at times (Meta, WhatsApp docs,
"Business-scoped user IDs").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from audit.actors import SYSTEM
from audit.record import record
from config import secrecy
from conversations import events
from conversations.models import Channel, Customer, Identity, IdentityConflict

#: A BSUID is the most reliable name, a phone number the least.
RESOLUTION_ORDER = (
    Identity.Kind.BSUID, Identity.Kind.PARENT_BSUID, Identity.Kind.WA_ID, Identity.Kind.TWILIO, Identity.Kind.JID,
)  # fmt: skip

#: Given to one person once and for all; a phone number changes hands.
USER_IDS = (Identity.Kind.BSUID, Identity.Kind.PARENT_BSUID)


@dataclass(frozen=True, slots=True)
class Sender:
    """The identifiers one update carries for its sender; any may be missing, not all."""

    identifiers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    def digest(self) -> str:
        """A key under which updates of one sender are worked off one after the other."""
        for kind in RESOLUTION_ORDER:
            if value := self.identifiers.get(kind):
                return secrecy.digest(f"{kind}:{value}")
        return ""


def customer_of(channel: Channel, sender: Sender, *, now: datetime, said_at: datetime | None = None) -> Customer:
    """The customer these identifiers belong to, made if none does; new identifiers are linked to them.

    One signed update that carries a known and an unknown identifier is evidence that both are one person's.
    Two known customers in one update are never merged: the more reliable identifier wins, and the conflict
    goes on the record for a person to settle. What was said (`said_at`) before an identifier was replaced is its
    former holder's, however late it arrives.
    """
    said_at = min(said_at or now, now)
    known = _current(channel, sender)
    former = _former(channel, sender, said_at, without=known)
    holders = {**former, **known}
    customers = list(dict.fromkeys(final(holders[kind].customer) for kind in RESOLUTION_ORDER if kind in holders))
    customer = customers[0] if customers else _create(sender, now)
    for other in customers[1:]:
        conflict_note(channel, customer, other, now=now)
    for kind in RESOLUTION_ORDER:
        if kind not in known and not _was_replaced_since(former.get(kind), said_at) and sender.identifiers.get(kind):
            link(channel, customer, kind, sender.identifiers[kind], now)
    if sender.name and not customer.name:
        customer.name = sender.name[:150]
        customer.save(update_fields=["name"])
    return customer


def holder_of(channel: Channel, identifiers: Mapping[str, str]) -> Customer | None:
    """Who has one of these identifiers now, the most reliable first; None where nobody does."""
    known = _current(channel, Sender(identifiers))
    return next((final(known[kind].customer) for kind in RESOLUTION_ORDER if kind in known), None)


def final(customer: Customer) -> Customer:
    """The customer whom this one was made a part of; itself for most."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer


def settled(customer: Customer) -> Customer:
    """The customer as a merge left them, their row locked against one until the transaction ends."""
    return final(Customer.objects.select_for_update(no_key=True).get(pk=customer.pk))


def address_of(customer: Customer, channel: Channel, kinds: Iterable[str] = RESOLUTION_ORDER) -> Identity | None:
    """The identity to write to: the first current one of these kinds."""
    current = {
        identity.kind: identity
        for identity in customer.identities.filter(scope=channel.identity_scope, valid_to=None).order_by("valid_from")
    }
    return next((current[kind] for kind in kinds if kind in current), None)


def _current(channel: Channel, sender: Sender) -> dict[str, Identity]:
    digests = {kind: secrecy.digest(f"{kind}:{value}") for kind, value in sender.identifiers.items() if value}
    found = Identity.objects.filter(
        scope=channel.identity_scope, valid_to=None, digest__in=digests.values()
    ).select_related("customer")
    return {identity.kind: identity for identity in found if digests.get(identity.kind) == identity.digest}


def _former(
    channel: Channel, sender: Sender, said_at: datetime, *, without: Mapping[str, Identity]
) -> dict[str, Identity]:
    """Whose these identifiers were. A user id is never another person's; a phone number is, once it was given up."""
    digests = {
        kind: secrecy.digest(f"{kind}:{value}")
        for kind, value in sender.identifiers.items()
        if value and kind not in without
    }
    past = Identity.objects.filter(scope=channel.identity_scope, valid_to__isnull=False, digest__in=digests.values())
    return {
        identity.kind: identity
        for identity in past.select_related("customer").order_by("valid_to")
        if digests.get(identity.kind) == identity.digest
        and (identity.kind in USER_IDS or _was_replaced_since(identity, said_at))
    }


def _was_replaced_since(former: Identity | None, said_at: datetime) -> bool:
    return former is not None and former.valid_to is not None and said_at <= former.valid_to


def _create(sender: Sender, now: datetime) -> Customer:
    customer = Customer.objects.create(name=sender.name[:150], created_at=now)
    record(events.CUSTOMER_CREATED, stream=f"customer:{customer.pk}", actor=SYSTEM, now=now)
    return customer


def link(channel: Channel, customer: Customer, kind: str, value: str, now: datetime) -> Identity:
    """Note that this identifier, which nobody has, is the customer's."""
    linked = Identity.objects.create(
        customer=customer,
        kind=kind,
        scope=channel.identity_scope,
        digest=secrecy.digest(f"{kind}:{value}"),
        value=value,
        valid_from=now,
    )
    record(
        events.IDENTITY_LINKED,
        stream=f"customer:{customer.pk}",
        actor=SYSTEM,
        now=now,
        payload={"kind": str(kind), "channel": channel.key},
    )
    return linked


def conflict_note(channel: Channel, customer: Customer, other: Customer, *, now: datetime) -> None:
    """Queue the two for a person who decides whether they are one; once, whatever was decided."""
    if IdentityConflict.objects.filter(kept__in=(customer, other), other__in=(customer, other)).exists():
        return
    IdentityConflict.objects.create(kept=customer, other=other, channel=channel, noticed_at=now)
    record(events.IDENTITY_CONFLICT, stream=f"customer:{customer.pk}", actor=SYSTEM, now=now,
           payload={"others": [str(other.pk)]})  # fmt: skip
