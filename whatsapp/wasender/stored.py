"""The stored event behind a message: WASender wants parts of it back, to decrypt a file and to mark a message read."""

from typing import Any

from conversations.models import Channel
from whatsapp.cloud.shapes import as_dict
from whatsapp.models import InboundUpdate
from whatsapp.wasender import keys
from whatsapp.wasender.message_parts import media_part

#: The same message may come in two events; a status names it too, and holds nothing.
WRITTEN = (InboundUpdate.Kind.MESSAGE, InboundUpdate.Kind.ECHO)


def elements(channel: Channel, provider_id: str) -> list[dict[str, Any]]:
    """The message with this id as WASender sent it, once for every event that brought it; the newest first."""
    found = InboundUpdate.objects.filter(channel=channel, provider_id=provider_id, kind__in=WRITTEN)
    raws = found.order_by("-id").values_list("raw", flat=True)[:4]
    originals = (as_dict(as_dict(raw).get("original")) for raw in raws)
    held = (as_dict(as_dict(original.get("data")).get("messages")) for original in originals)
    return [element for element in held if element]


def key(channel: Channel, provider_id: str) -> dict[str, Any]:
    """The message's key, as WASender sent it; empty where it is not kept."""
    return next((found for element in elements(channel, provider_id) if (found := keys.key_of(element))), {})


def file(channel: Channel, media_id: str) -> tuple[str, dict[str, Any]]:
    """The name and the value of the file in this message; ("", {}) where none is kept."""
    found = (_file_of(element) for element in elements(channel, media_id))
    return next((file for file in found if file[0]), ("", {}))


def _file_of(element: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Of an edited message the file is that of the new text."""
    name, value = media_part(element.get("message"))
    if not name:
        protocol = as_dict(as_dict(element.get("message")).get("protocolMessage"))
        change = as_dict(element.get("update"))
        name, value = next(
            (
                found
                for given in (protocol.get("editedMessage"), change.get("message"))
                if (found := media_part(given))[0]
            ),
            ("", {}),
        )
    return ("videoMessage", value) if name == "ptvMessage" else (name, value)


def local_number(channel: Channel, provider_id: str) -> int | None:
    """WASender's own number for a message, by which alone it can be quoted; None where it never told it."""
    if not provider_id:
        return None
    if provider_id.startswith(keys.LOCAL_PREFIX):
        return int(provider_id.removeprefix(keys.LOCAL_PREFIX))
    numbers = (element.get("msgId") for element in elements(channel, provider_id))
    return next((number for number in numbers if keys.local_id(number)), None)
