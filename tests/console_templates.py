"""Approved templates for the console's tests."""

from typing import Any

from config import clock
from conversations.models import Channel
from tests import template_factories
from whatsapp.models import CloudAccount, MessageTemplate

COMPONENTS: list[dict[str, Any]] = [
    {"type": "HEADER", "format": "TEXT", "text": "Shop line"},
    {
        "type": "BODY",
        "text": "Hello {{1}}, news of your *order* {{2}}. Reply to continue.",
        "example": {"body_text": [["Bo", "A-1"]]},
    },
    {"type": "FOOTER", "text": "Shop line Ltd"},
    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Tell me"}]},
]


def with_account(channel: Channel) -> Channel:
    """The channel, its business account known."""
    CloudAccount.objects.create(
        channel=channel, phone_number_id=f"55501{channel.pk}", access_token="t", app_secrets="s", verify_token="v",
        business_account_id=template_factories.WABA,
    )  # fmt: skip
    return channel


def approved(name: str = "order_update", **more: Any) -> MessageTemplate:
    return template_factories.template(now=clock.now(), name=name, **{"components": COMPONENTS, **more})
