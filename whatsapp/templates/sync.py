"""Bringing our list of templates level with the provider's. Rows are never deleted: messages sent refer to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations.models import Channel
from whatsapp import events
from whatsapp.adapter import Adapter, ProviderUnavailable
from whatsapp.models import MessageTemplate
from whatsapp.providers import adapter_for
from whatsapp.templates.accounts import account_ref_of, channels_with_templates, stream_of
from whatsapp.templates.listed import Listed, read_listed
from whatsapp.templates.refusals import TemplateRefused

#: Meta keeps 6,000 names at most for an account, each in several locales; beyond this something is wrong.
MOST_TEMPLATES = 50_000
Status = MessageTemplate.Status


@dataclass(frozen=True, slots=True)
class SyncResult:
    """How many templates are new, changed and gone. `why` says in words why the list was not read to its end."""

    created: int = 0
    changed: int = 0
    gone: int = 0
    why: str = ""

    def words(self) -> str:
        """The result for the admin."""
        counted = f"{self.created} new, {self.changed} changed, {self.gone} gone."
        if not self.why and not (self.created or self.changed or self.gone):
            counted = "Nothing has changed."
        return f"{counted} The list could not be read to its end: {self.why}" if self.why else counted


def templates_sync(channel: Channel, *, adapter: Adapter, actor: Actor, now: datetime) -> SyncResult:
    """Make our templates of the channel's account say what the provider says; `now` is when the asking begins.

    Each template in a transaction of its own, so that what was read stays when the provider breaks off; only a list
    read to its end says which templates are gone. Safe to run twice, also at once. What a webhook reported after
    `now` is left alone. Raises TemplateRefused where the channel has no account known.
    """
    desk = _Desk(channel.provider, account_ref_of(channel), actor, now)
    counts, seen, why = {"created": 0, "changed": 0, "same": 0}, set[int](), ""
    listing = _bounded(adapter.templates())
    try:
        for item in listing:
            listed = read_listed(item)
            if listed is not None:
                pk, outcome = _take(listed, desk)
                seen.add(pk)
                counts[outcome] += 1
    except ProviderUnavailable as error:
        why = str(error) or "the provider broke off."
    gone = 0 if why else _mark_gone(seen, desk)
    return SyncResult(counts["created"], counts["changed"], gone, why)


def templates_sync_all(now: datetime) -> dict[str, SyncResult]:
    """Every account once, through its oldest active channel. By the channel's key; one account's trouble is its own."""
    return {channel.key: sync_channel(channel, actor=SYSTEM, now=now) for channel in channels_with_templates()}


def sync_channel(channel: Channel, *, actor: Actor, now: datetime) -> SyncResult:
    """As `templates_sync` with the channel's own adapter; what stands in the way is said in the result's words."""
    try:
        account_ref_of(channel)
        return templates_sync(channel, adapter=adapter_for(channel), actor=actor, now=now)
    except TemplateRefused as refusal:
        return SyncResult(why=refusal.words)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What stays the same while one account is worked off."""

    provider: str
    account_ref: str
    actor: Actor
    now: datetime

    def record(self, event_type: str, row: MessageTemplate, **more: Any) -> None:
        payload = {"template": row.pk, "name": row.name, "locale": row.locale, **more}
        stream = stream_of(self.provider, self.account_ref)
        record(event_type, stream=stream, actor=self.actor, now=self.now, payload=payload)


def _bounded(listing: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for count, item in enumerate(listing):
        if count >= MOST_TEMPLATES:
            raise ProviderUnavailable(f"it did not end after {MOST_TEMPLATES} templates.")
        yield item


@transaction.atomic
def _take(listed: Listed, desk: _Desk) -> tuple[int, str]:
    """The row's id, and what became of it: created, changed or same."""
    row, created = MessageTemplate.objects.select_for_update().get_or_create(
        provider=desk.provider, account_ref=desk.account_ref, name=listed.name, locale=listed.locale,
        defaults={**listed.facts(), "synced_at": desk.now, "changed_at": desk.now},
    )  # fmt: skip
    if created:
        desk.record(events.TEMPLATE_ADDED, row, status=row.status)
        return row.pk, "created"
    newer_news = row.changed_at > desk.now and row.status != Status.DRAFT
    fields = [] if newer_news else [name for name, value in listed.facts().items() if getattr(row, name) != value]
    for name in fields:
        setattr(row, name, listed.facts()[name])
    row.synced_at = max(row.synced_at or desk.now, desk.now)
    if fields:
        row.changed_at = desk.now
        desk.record(events.TEMPLATE_CHANGED, row, fields=fields, status=row.status)
    row.save(update_fields=[*fields, "synced_at", "changed_at"])
    return row.pk, "changed" if fields else "same"


def _mark_gone(seen: set[int], desk: _Desk) -> int:
    """Mark what the provider does not list any more. Drafts were never there; newer rows it could not list yet."""
    known = MessageTemplate.objects.filter(
        provider=desk.provider, account_ref=desk.account_ref, changed_at__lte=desk.now
    ).exclude(status__in=[Status.DRAFT, Status.DELETED])
    missing = known.exclude(pk__in=seen).values_list("pk", flat=True)
    return sum(_gone(pk, desk) for pk in list(missing))


@transaction.atomic
def _gone(pk: int, desk: _Desk) -> bool:
    row = MessageTemplate.objects.select_for_update().get(pk=pk)
    if row.status in (Status.DRAFT, Status.DELETED) or row.changed_at > desk.now:
        return False
    row.status, row.changed_at, row.synced_at = Status.DELETED, desk.now, desk.now
    row.save(update_fields=["status", "changed_at", "synced_at"])
    desk.record(events.TEMPLATE_GONE, row)
    return True
