"""A contact card as WhatsApp sends it, as far as the desk shows it: the name, and the telephone numbers."""

import re
from typing import Any

from whatsapp.wasender.keys import digits
from whatsapp.wasender.message_parts import as_text

MOST_PHONES = 20
_PHONE = re.compile(r"^(?:item\d+\.)?TEL((?:;[^:\r\n]*)?):([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"^FN(?:;[^:\r\n]*)?:([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(r"TYPE=\"?([A-Za-z]+)", re.IGNORECASE)
_WA_ID = re.compile(r"WAID=(\d+)", re.IGNORECASE)


def contact(display_name: Any, vcard: Any) -> dict[str, Any]:
    """The card in Graph's shape: `name.formatted_name`, `phones`, and the card itself as `vcard`."""
    card = as_text(vcard)
    found = _NAME.search(card)
    name = as_text(display_name) or (found[1].strip() if found else "")
    phones = [_phone(line[1], line[2]) for line in _PHONE.finditer(card)][:MOST_PHONES]
    return {"name": {"formatted_name": name}, "phones": phones, "vcard": card}


def _phone(parameters: str, number: str) -> dict[str, str]:
    phone = {"phone": number.strip()}
    if kind := _TYPE.search(parameters):
        phone["type"] = kind[1].upper()
    if (wa_id := _WA_ID.search(parameters)) and digits(wa_id[1]):
        phone["wa_id"] = wa_id[1]
    return phone
