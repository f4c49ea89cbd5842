"""Templates for tests: rows, Graph's own listings, and a provider that lists what it is told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from conversations.models import Channel
from tests import factories as make
from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import CloudAccount, MessageTemplate

WABA = "102290129340398"
BODY = {"type": "BODY", "text": "Your order is on its way."}


def channel(*, now: datetime, key: str = "main", **more: Any) -> Channel:
    """A Cloud API number whose business account is known."""
    made = make.channel(key, now=now)
    CloudAccount.objects.filter(channel=made).update(business_account_id=WABA, **more)
    return Channel.objects.get(pk=made.pk)


def template(
    *, now: datetime, name: str = "order_update", locale: str = "en_US", status: str = "APPROVED",
    components: list[dict[str, Any]] | None = None, account_ref: str = WABA, **more: Any,
) -> MessageTemplate:  # fmt: skip
    return MessageTemplate.objects.create(
        provider="cloud", account_ref=account_ref, name=name, locale=locale, status=status, changed_at=now,
        components=[BODY] if components is None else components, **{"provider_id": f"9{name[:5]}", **more},
    )  # fmt: skip


def unsaved(*components: dict[str, Any], named: bool = False, **more: Any) -> MessageTemplate:
    """A row that is not in the database, for what needs none."""
    return MessageTemplate(
        pk=7, provider="cloud", account_ref=WABA, name="order_update", locale="en_US", status="APPROVED",
        category="UTILITY", components=list(components), parameter_format="NAMED" if named else "POSITIONAL", **more,
    )  # fmt: skip


def body(text: str) -> dict[str, Any]:
    return {"type": "BODY", "text": text}


def buttons(*given: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(given)}


def listed(name: str = "order_update", language: str = "en_US", **more: Any) -> dict[str, Any]:
    """One template as Graph lists it."""
    return {
        "id": f"id-{name}-{language}", "name": name, "language": language, "status": "APPROVED",
        "category": "UTILITY", "components": [BODY], "parameter_format": "POSITIONAL",
        "quality_score": {"score": "UNKNOWN"}, "rejected_reason": "NONE", **more,
    }  # fmt: skip


class Catalogue:
    """A provider's list of templates; with `breaks_after` it breaks off there."""

    def __init__(self, *items: Any, breaks_after: int | None = None) -> None:
        self.items = list(items)
        self.breaks_after = breaks_after

    def templates(self) -> Iterator[dict[str, Any]]:
        for count, item in enumerate(self.items):
            if count == self.breaks_after:
                raise ProviderUnavailable("the connection broke.")
            yield item
        if self.breaks_after == len(self.items):
            raise ProviderUnavailable("the connection broke.")
