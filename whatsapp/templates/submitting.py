"""Handing templates in for approval, changing and deleting them at the provider. Cloud API only.

The provider is asked without any lock; what came of it and its record are one transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from audit.actors import Actor
from audit.record import record
from whatsapp import events
from whatsapp.models import CloudAccount, MessageTemplate
from whatsapp.templates.accounts import channels_of, stream_of
from whatsapp.templates.cloud_client import CloudTemplates, Created
from whatsapp.templates.refusals import TemplateRefused

Status = MessageTemplate.Status
#: What Meta lets be edited.
EDITABLE = (Status.APPROVED, Status.REJECTED, Status.PAUSED)


class Client(Protocol):
    """What is asked of a provider here; `CloudTemplates` is the one there is."""

    def create(
        self, *, name: str, locale: str, category: str, parameter_format: str, components: list[dict[str, Any]]
    ) -> Created: ...
    def edit(self, provider_id: str, *, components: list[dict[str, Any]], category: str = "") -> None: ...
    def delete(self, *, name: str, provider_id: str) -> None: ...


def client_for(provider: str, account_ref: str) -> CloudTemplates:
    """The client of the account, by its oldest channel's credentials. Raises TemplateRefused where there is none."""
    channel = channels_of(provider, account_ref).first() if provider == "cloud" else None
    account = CloudAccount.objects.filter(channel=channel).first() if channel else None
    if account is None:
        raise TemplateRefused(
            "template_unsupported", "Templates of this account are written at its provider; here they are synced only."
        )
    return CloudTemplates(account)


def template_hand_in(template: MessageTemplate, *, client: Client, actor: Actor, now: datetime) -> None:
    """Hand a draft in. Raises TemplateRefused for what is no draft; ProviderRefused, ProviderUnavailable."""
    if template.status != Status.DRAFT:
        raise TemplateRefused("template_unsupported", f"{template} was handed in already: {template.status.lower()}.")
    made = client.create(
        name=template.name, locale=template.locale, category=template.category,
        parameter_format=template.parameter_format, components=template.components,
    )  # fmt: skip
    facts = {"provider_id": made.provider_id[:64], "status": made.status[:20], "category": made.category[:20]}
    _settle(template, facts, events.TEMPLATE_HANDED_IN, actor, now)


def template_edit(
    template: MessageTemplate, *, components: Sequence[dict[str, Any]], category: str, client: Client, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Hand in a new version of a template; WhatsApp looks at it anew. Raises as `template_hand_in`."""
    if template.status not in EDITABLE:
        raise TemplateRefused(
            "template_unsupported", f"{template} cannot be edited while it is {template.get_status_display()}."
        )
    moved = category if template.status != Status.APPROVED and category != template.category else ""
    client.edit(template.provider_id, components=list(components), category=moved)
    facts = {"components": list(components), "status": Status.PENDING, "category": moved or template.category}
    _settle(template, facts, events.TEMPLATE_EDITED, actor, now)


def template_delete(template: MessageTemplate, *, client: Client, actor: Actor, now: datetime) -> None:
    """Delete a template at the provider; its row stays, for the messages sent by it. Raises as `template_hand_in`."""
    if template.status in (Status.DRAFT, Status.DELETED):
        raise TemplateRefused("template_unsupported", f"{template} is not at the provider.")
    client.delete(name=template.name, provider_id=template.provider_id)
    _settle(template, {"status": Status.DELETED}, events.TEMPLATE_DELETED, actor, now)


@transaction.atomic
def _settle(template: MessageTemplate, facts: dict[str, Any], event: str, actor: Actor, now: datetime) -> None:
    for name, value in facts.items():
        setattr(template, name, value)
    template.changed_at = now
    template.save(update_fields=[*facts, "changed_at"])
    payload = {"template": template.pk, "name": template.name, "locale": template.locale, "status": template.status}
    stream = stream_of(template.provider, template.account_ref)
    record(event, stream=stream, actor=actor, now=now, payload=payload)
