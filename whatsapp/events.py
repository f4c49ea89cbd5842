"""What this floor puts on the record, in plain words."""

from collections.abc import Mapping
from typing import Any

from audit.registry import register

CHANNEL_ADDED = register("channel.added", "The number {name} was added ({provider})")
UPDATE_FAILED = register("update.failed", "An update could not be taken in and was kept: {why}")


def _stored(payload: Mapping[str, Any]) -> str:
    of = f" of message {payload['seq']}" if payload.get("seq") else ""
    return f"The {payload.get('kind')}{of} was stored ({payload.get('mime_type')}, {payload.get('size')} bytes)"


MEDIA_STORED = register("media.stored", _stored)
MEDIA_FAILED = register("media.failed", "The {kind} of message {seq} could not be kept: {why}")
MEDIA_BLOCKED = register("media.blocked", "The {kind} of message {seq} was held back: {why}")
MEDIA_REQUESTED_AGAIN = register("media.requested_again", "{agent} asked for the {kind} of message {seq} once more")


def _template_changed(payload: Mapping[str, Any]) -> str:
    what = ", ".join(str(name) for name in payload.get("fields") or []) or "details"
    status = f"; now {payload['status'].lower()}" if isinstance(payload.get("status"), str) else ""
    return f"The template {payload.get('name', '?')} ({payload.get('locale', '?')}) changed: {what}{status}"


TEMPLATE_ADDED = register("template.added", "The template {name} ({locale}) became known; its status is {status}")
TEMPLATE_CHANGED = register("template.changed", _template_changed)
TEMPLATE_GONE = register("template.gone", "The template {name} ({locale}) is gone at the provider")
TEMPLATE_HANDED_IN = register("template.handed_in", "The template {name} ({locale}) was handed in for approval")
TEMPLATE_EDITED = register("template.edited", "A new version of the template {name} ({locale}) was handed in")
TEMPLATE_DELETED = register("template.deleted", "The template {name} ({locale}) was deleted at the provider")


def _maintenance_notice(payload: Mapping[str, Any]) -> str:
    if payload.get("outcome") == "sent":
        return "While the database was away, a waiting customer was told so"
    return f"While the database was away, a waiting customer may not have been told so: {payload.get('why') or '?'}"


MAINTENANCE_NOTICE = register("channel.maintenance_notice", _maintenance_notice)
UPDATE_RETRIED = register("update.retried", "A failed update was taken up once more")
CHANNEL_STOPPED = register("channel.stopped", "The channel stopped sending and keeps its queue: {words}")
CHANNEL_RESUMED = register("channel.resumed", "The channel works again and sends what has waited")
CHANNEL_PAUSED = register("channel.paused", "The channel pauses for {seconds} s: {words}")
CHANNEL_NOTICE = register("channel.notice", "The provider says about the account: {words}")
TEMPLATES_STOPPED = register("channel.templates_stopped", "The channel sends no templates any more: {words}")
TEMPLATES_ALLOWED = register("channel.templates_allowed", "{actor} allowed templates on this channel again")
FIELDS_MISSING = register("channel.fields_missing", "Webhook fields are not subscribed: {fields}")
CHARGED = register("message.charged", "Message {seq} is charged as {category} ({type})")
DEAD_LETTER = register("message.dead_letter", "WhatsApp refuses message {seq} for a fault of ours (code {code})")
REENGAGED = register(
    "conversation.reengaged", "A template asks the customer to write, because something waits for them"
)
NOT_REENGAGED = register("conversation.not_reengaged", "The customer was not asked to write: {why}")
