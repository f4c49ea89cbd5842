"""The three providers, and all that differs between them above their adapters: which is whose."""

from typing import Any

from conversations.models import Channel
from whatsapp.adapter import Adapter
from whatsapp.cloud.adapter import CloudAdapter
from whatsapp.cloud.errors import fault_of as cloud_fault
from whatsapp.faults import Fault
from whatsapp.twilio.adapter import TwilioAdapter
from whatsapp.twilio.errors import fault as twilio_fault
from whatsapp.wasender.adapter import WasenderAdapter
from whatsapp.wasender.errors import reported as wasender_fault

#: Messages a second where the account does not say.
DEFAULT_RATE = 80.0


def adapter_for(channel: Channel) -> Adapter:
    """The provider's adapter with this channel's credentials. Raises ObjectDoesNotExist without an account."""
    match channel.provider:
        case "twilio":
            return TwilioAdapter(channel.twilio)
        case "wasender":
            return WasenderAdapter(channel.wasender)
        case _:
            return CloudAdapter(channel.cloud)


def rate_of(channel: Channel) -> float:
    """How many messages a second this number may send."""
    if channel.provider == "cloud":
        return float(channel.cloud.messages_per_second)
    if channel.provider == "wasender":
        return WasenderAdapter(channel.wasender).sends_per_second
    return DEFAULT_RATE


def account_of(channel: Channel) -> str:
    """The business account at the provider, to which templates and limits of the app belong; empty where unknown."""
    match channel.provider:
        case "cloud":
            return str(channel.cloud.business_account_id)
        case "twilio":
            return str(channel.twilio.account_sid)
        case _:
            return ""


def fault_of(channel: Channel, error: dict[str, Any]) -> Fault:
    """What an error inside a status means."""
    if channel.provider == "wasender":
        return wasender_fault(error)
    if channel.provider == "twilio":
        code = error.get("code")
        return twilio_fault(code if isinstance(code, int) else 0, title=str(error.get("title") or ""))
    return cloud_fault(error)
