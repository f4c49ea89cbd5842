"""When a customer's identifiers change: a new number, a new user id. And when two customers turn out to be one.

A new phone number gives a user a new BSUID (Meta, WhatsApp docs, "Business-scoped user IDs"); WhatsApp tells both in
a `system` message, with the identifiers before and after.
"""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from audit.actors import SYSTEM, Actor
from audit.record import record
from config import secrecy
from conversations import control, events, identity, transcript
from conversations.models import OPEN, Channel, Conversation, Customer, Identity, IdentityConflict
from conversations.states import Event, State


class CannotMerge(ValueError):
    """Why these two cannot be made one now; the words say the mend."""


def customer_moving(
    channel: Channel, *, before: Mapping[str, str], after: Mapping[str, str], name: str, at: datetime, now: datetime
) -> Customer:
    """Whose identifiers changed (`at`): the holder of the old ones; where nobody has those, the holder of the new
    ones, to whom the old ones are then linked (the news came after the customer's first words)."""
    newcomer = identity.holder_of(channel, after)
    if newcomer is None or identity.holder_of(channel, before) is not None:
        return identity.customer_of(channel, identity.Sender(before, name), now=now, said_at=at)
    for kind, value in before.items():
        if value and after.get(kind, value) != value:
            identity.link(channel, newcomer, kind, value, now)
    return newcomer


def identities_move(
    channel: Channel, customer: Customer, *, before: Mapping[str, str], after: Mapping[str, str], at: datetime,
    now: datetime,
) -> list[str]:  # fmt: skip
    """Replace the customer's identifiers by the new ones of the same kind; the old ones are kept, with their end `at`.

    A new identifier that another customer has is left there, and the conflict is queued for a person. Returns the
    kinds that changed.
    """
    changed = []
    for kind, value in after.items():
        if not value or value == before.get(kind):
            continue
        holder = _current(channel, kind, value)
        if holder and identity.final(holder.customer) != customer:
            identity.conflict_note(channel, customer, identity.final(holder.customer), now=now)
            continue
        old = _old(channel, customer, kind, before.get(kind, ""))
        new = holder or identity.link(channel, customer, kind, value, now)
        if old and old.pk != new.pk:
            old.valid_to, old.superseded_by = min(at, now), new
            old.save(update_fields=["valid_to", "superseded_by"])
            record(events.IDENTITY_MOVED, stream=f"customer:{customer.pk}", actor=SYSTEM, now=now,
                   payload={"kind": str(kind), "channel": channel.key})  # fmt: skip
        changed.append(kind)
    return changed


def _current(channel: Channel, kind: str, value: str) -> Identity | None:
    found = Identity.objects.filter(scope=channel.identity_scope, valid_to=None, kind=kind)
    return found.filter(digest=secrecy.digest(f"{kind}:{value}")).select_related("customer").first()


def _old(channel: Channel, customer: Customer, kind: str, value: str) -> Identity | None:
    """The identifier that is replaced: the one named, else the only current one of its kind."""
    mine = customer.identities.filter(scope=channel.identity_scope, valid_to=None, kind=kind).order_by("valid_from")
    if value:
        return mine.filter(digest=secrecy.digest(f"{kind}:{value}")).first()
    return mine.first() if mine.count() == 1 else None


@transaction.atomic
def customers_merge(kept: Customer, other: Customer, *, by: User, now: datetime) -> None:
    """Make `other` a part of `kept`: identities, conversations and consent go over; nothing is deleted.

    One person has one open thread per channel: where both have one, the other's is closed, unless a person holds it.
    Raises CannotMerge, saying the mend.
    """
    if kept.pk == other.pk or other.merged_into_id or kept.merged_into_id:
        raise CannotMerge("These two are one customer already.")
    if kept.external_ref and other.external_ref and kept.external_ref != other.external_ref:
        raise CannotMerge("Both have a number in the shop, and not the same: correct that first.")
    actor = Actor.human(by)
    _close_doubles(kept, other, actor, now)
    list(Customer.objects.select_for_update(no_key=True).filter(pk__in=(kept.pk, other.pk)).order_by("pk"))
    kept.refresh_from_db()
    other.refresh_from_db()
    _close_doubles(kept, other, actor, now)  # one opened while we waited for the lock
    other.identities.update(customer=kept)
    other.conversations.update(customer=kept)
    other.consents.update(customer=kept)
    _take_facts(kept, other)
    _settle_conflicts(kept, other, by, now)
    for customer in (kept, other):
        payload = {"kept": str(kept.pk), "other": str(other.pk), "actor": actor.name}
        record(events.CUSTOMERS_MERGED, stream=f"customer:{customer.pk}", actor=actor, now=now, payload=payload)


def _close_doubles(kept: Customer, other: Customer, actor: Actor, now: datetime) -> None:
    for conversation in Conversation.objects.filter(OPEN, customer=other):
        _close_double(conversation, kept, actor, now)


def _close_double(conversation: Conversation, kept: Customer, actor: Actor, now: datetime) -> None:
    locked = transcript.lock(conversation.pk)
    twin = Conversation.objects.filter(OPEN, customer=kept, channel_id=locked.channel_id).first()
    if twin is None:
        return
    if {State(locked.state), locked.resume_state} & {State.HUMAN, State.PENDING}:
        raise CannotMerge("The second customer's conversation waits for or is held by a person: close it first.")
    locked.resolution = "The customer is known by another thread"
    control.transition(locked, Event.RESOLVED, actor=actor, now=now, why=locked.resolution)


def _settle_conflicts(kept: Customer, other: Customer, by: User, now: datetime) -> None:
    """What was asked about the two is answered; what was asked about the other one and a third is asked about the
    kept one, once."""
    waiting = IdentityConflict.objects.filter(resolved_at=None)
    for conflict in waiting.filter(Q(kept=other) | Q(other=other)):
        third = conflict.other if conflict.kept_id == other.pk else conflict.kept
        asked = waiting.filter(kept__in=(kept, third), other__in=(kept, third)).exclude(pk=conflict.pk)
        if third.pk == kept.pk or asked.exists():
            conflict.resolution, conflict.resolved_at = IdentityConflict.Resolution.MERGED, now
            conflict.resolved_by = by
        else:
            conflict.kept, conflict.other = kept, third
        conflict.save()


def _take_facts(kept: Customer, other: Customer) -> None:
    """What only the other knew; the stricter word about being written to wins."""
    reference, other.external_ref, other.merged_into = other.external_ref, "", kept
    other.save(update_fields=["external_ref", "merged_into"])
    kept.name, kept.username = kept.name or other.name, kept.username or other.username
    kept.external_ref = kept.external_ref or reference
    kept.opted_out_at = max(filter(None, (kept.opted_out_at, other.opted_out_at)), default=None)
    kept.marketing_stopped_at = kept.marketing_stopped_at or other.marketing_stopped_at
    kept.opted_in_at = None if kept.opted_out_at else kept.opted_in_at or other.opted_in_at
    kept.save()


@transaction.atomic
def conflict_resolve(conflict: IdentityConflict, *, merge: bool, by: User, now: datetime) -> None:
    """A person's decision about two customers that may be one. Deciding twice changes nothing. Raises CannotMerge."""
    conflict = IdentityConflict.objects.select_for_update().get(pk=conflict.pk)
    if conflict.resolved_at:
        return
    if merge:
        customers_merge(conflict.kept, conflict.other, by=by, now=now)
    else:
        actor = Actor.human(by)
        payload = {"kept": str(conflict.kept_id), "other": str(conflict.other_id), "actor": actor.name}
        stream = f"customer:{conflict.kept_id}"
        record(events.CONFLICT_DISMISSED, stream=stream, actor=actor, now=now, payload=payload)
    conflict.resolution = IdentityConflict.Resolution.MERGED if merge else IdentityConflict.Resolution.DIFFERENT
    conflict.resolved_at, conflict.resolved_by = now, by
    conflict.save(update_fields=["resolution", "resolved_at", "resolved_by"])
