"""What the provider reports of a template by webhook: its status, quality, category, text (Meta, "Webhooks")."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actors import SYSTEM
from audit.record import record
from config import wake
from whatsapp import events, task_names
from whatsapp.models import MessageTemplate
from whatsapp.templates import listed
from whatsapp.templates.accounts import channels_of, stream_of

#: Webhooks come in crowds; one sync a moment later serves them all.
SYNC_DELAY = 5.0
Status = MessageTemplate.Status
#: What each event makes of the status. Others (FLAGGED, LOCKED, UNARCHIVED) leave it: the sync tells what it is.
STATUSES = {
    **{name: name for name in ("APPROVED", "ARCHIVED", "DELETED", "DISABLED", "IN_APPEAL", "LIMIT_EXCEEDED")},
    **{name: name for name in ("PAUSED", "PENDING", "REJECTED")},
    "REINSTATED": "APPROVED",
    "PENDING_DELETION": "DELETED",
}


def news_apply(
    field: str, value: Any, *, account_ref: str, provider: str, now: datetime, at: datetime | None = None
) -> str | None:
    """Take in one webhook about a template; returns what it did, for the trace, or None where it is about none.

    `at`: when it happened, `now` unless given; what is older than the row's last change is left out. A
    template not known yet gets its row; a sync is asked for either way. Odd values are never an error.
    """
    reader, at = _READERS.get(field), at or now
    if reader is None:
        return None
    value = value if isinstance(value, Mapping) else {}
    name = listed.plain(value.get("message_template_name"), listed.LONGEST_NAME)
    locale = listed.plain(value.get("message_template_language"), listed.LONGEST_LOCALE)
    if not name or not locale or not account_ref:
        return "Names no template"
    with transaction.atomic():
        row, created = MessageTemplate.objects.select_for_update().get_or_create(
            provider=provider, account_ref=account_ref[:64], name=name, locale=locale,
            defaults={
                "provider_id": listed.plain(value.get("message_template_id"), 64),
                "status": Status.PENDING, "category": "UNKNOWN", "changed_at": at,
            },
        )  # fmt: skip
        _ask_for_sync(provider, account_ref, now)
        if at < row.changed_at:
            return f"Older than what is known of {row}"
        facts = reader(value, row)
        return _apply(row, facts, created=created, at=at, now=now)


def _ask_for_sync(provider: str, account_ref: str, now: datetime) -> None:
    channel = channels_of(provider, account_ref).filter(is_active=True).first()
    if channel is not None:
        wake.on_commit(task_names.SYNC_TEMPLATES, channel.pk, now.isoformat(), countdown=SYNC_DELAY)


def _apply(row: MessageTemplate, facts: dict[str, Any], *, created: bool, at: datetime, now: datetime) -> str:
    changed = [name for name, fact in facts.items() if getattr(row, name) != fact]
    for name in changed:
        setattr(row, name, facts[name])
    if not (created or changed):
        return f"Nothing new about {row}"
    row.changed_at = at
    row.save()
    payload = {"template": row.pk, "name": row.name, "locale": row.locale, "status": row.status}
    kind = events.TEMPLATE_ADDED if created else events.TEMPLATE_CHANGED
    more = {} if created else {"fields": changed}
    stream = stream_of(row.provider, row.account_ref)
    record(kind, stream=stream, actor=SYSTEM, now=now, payload={**payload, **more})
    return f"{row}: {', '.join(changed) or 'became known'}"


def _status(value: Mapping[str, Any], row: MessageTemplate) -> dict[str, Any]:
    status = STATUSES.get(listed.code(value.get("event"), 32), row.status)
    facts: dict[str, Any] = {"status": status, "rejected_reason": _reason(value) if status == Status.REJECTED else ""}
    if category := listed.code(value.get("message_template_category"), 20):
        facts["category"] = category
    return facts


def _reason(value: Mapping[str, Any]) -> str:
    """Meta's own explanation where there is one, else its code."""
    told = value.get("rejection_info")
    told = told if isinstance(told, Mapping) else {}
    words = " ".join(filter(None, (listed.reason(told.get(name)) for name in ("reason", "recommendation"))))
    return (words or listed.reason(value.get("reason")))[: listed.LONGEST_REASON]


def _quality(value: Mapping[str, Any], row: MessageTemplate) -> dict[str, Any]:  # noqa: ARG001
    return {"quality": listed.quality(value.get("new_quality_score"))}


def _category(value: Mapping[str, Any], row: MessageTemplate) -> dict[str, Any]:
    """`correct_category` alone announces a change to come; the category in force is `new_category`."""
    return {"category": listed.code(value.get("new_category"), 20) or row.category}


def _components(value: Mapping[str, Any], row: MessageTemplate) -> dict[str, Any]:
    """The new words in the places the snapshot has; what the webhook does not tell stays until the sync."""
    parts = {str(part.get("type", "")).upper(): dict(part) for part in row.components if isinstance(part, dict)}
    for kind, name in (("HEADER", "title"), ("BODY", "element"), ("FOOTER", "footer")):
        if text := listed.plain(value.get(f"message_template_{name}"), 4096):
            parts[kind] = {"type": kind, **({"format": "TEXT"} if kind == "HEADER" else {})} | parts.get(kind, {})
            parts[kind]["text"] = text
    buttons = value.get("message_template_buttons")
    if isinstance(buttons, list) and buttons:
        parts["BUTTONS"] = {"type": "BUTTONS", "buttons": [_button(item) for item in buttons if isinstance(item, dict)]}
    order = {kind: place for place, kind in enumerate(("HEADER", "BODY", "FOOTER", "BUTTONS"))}
    return {"components": [parts[kind] for kind in sorted(parts, key=lambda kind: order.get(kind, 9))]}


def _button(item: Mapping[str, Any]) -> dict[str, str]:
    prefix = "message_template_button_"
    named = {str(name).removeprefix(prefix): listed.plain(told, 2000) for name, told in item.items()}
    return {name: named[name] for name in ("type", "text", "url", "phone_number") if named.get(name)}


_READERS: dict[str, Callable[[Mapping[str, Any], MessageTemplate], dict[str, Any]]] = {
    "message_template_status_update": _status,
    "message_template_quality_update": _quality,
    "template_category_update": _category,
    "message_template_components_update": _components,
}
FIELDS = tuple(_READERS)
