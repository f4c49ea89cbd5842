"""WASender's events as its documentation shows them, and what is read out of them."""

import json
from datetime import UTC, datetime

from whatsapp.models import InboundUpdate
from whatsapp.wasender.inbound import updates

Kind = InboundUpdate.Kind
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PHONE, LID = "15550100191", "98711384416410@lid"
PN_KEY = {
    "id": "3EB0X123456789", "fromMe": False, "remoteJid": f"{PHONE}@s.whatsapp.net", "addressingMode": "pn",
    "senderPn": f"{PHONE}@s.whatsapp.net", "cleanedSenderPn": PHONE, "senderLid": LID,
}  # fmt: skip
LID_KEY = PN_KEY | {"remoteJid": LID, "addressingMode": "lid"}


def event(name, data, **more):
    return json.dumps({"event": name, "timestamp": 1_763_715_600, "data": data, **more}).encode()


def found(name, data, **more):
    return updates(event(name, data, **more), "", AT)


def message(content, key=PN_KEY, **more):
    return {"key": key, "message": content, **more}


def one(content, key=PN_KEY, **more):
    (update,) = found("messages.received", {"messages": message(content, key, **more)})
    return update


def said(content):
    update = one(content)
    assert update.kind == Kind.MESSAGE, update.note
    return update.raw["message"]
