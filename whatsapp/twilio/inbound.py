"""Twilio's webhooks in Graph's shape, so that everything after has one reader (`whatsapp.cloud.envelope`).

One request brings one message or one status, as a form (Twilio docs, "Messaging webhooks"). Twilio adds parameters
without notice: the whole form is kept beside the translation. Nothing here raises for what Twilio may send, but
Unreadable for a body that is no form.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from audit.chain import storable
from whatsapp.cloud import envelope
from whatsapp.cloud.envelope import Unreadable, Update
from whatsapp.models import InboundEvent, InboundUpdate, TwilioAccount
from whatsapp.twilio import errors

MOST_FIELDS = 1000
MOST_MEDIA = 10
BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
PARENT_BSUID = re.compile(r"[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}")
#: Twilio's words for a status in WhatsApp's.
STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed",
            "canceled": "failed"}  # fmt: skip
#: In the query of a recovered message's event: when it was sent, in Unix seconds (`whatsapp.twilio.recovery`).
SENT_AT = "sent_at"
_FILENAME = re.compile(r"[^\n/\\]{1,200}\.[A-Za-z0-9]{1,5}")
_MEDIA_KINDS = ("image", "video", "audio", "document", "sticker")
Form = Mapping[str, str]
JSON = dict[str, Any]


def parse(event: InboundEvent) -> list[Update]:
    """The updates of one stored webhook. Raises Unreadable."""
    account = TwilioAccount.objects.filter(channel=event.channel_id).first()
    sender = account.sender if account else ""
    return updates(bytes(event.body), event.query, event.received_at, sender=sender)


def updates(body: bytes, query: str, received_at: datetime, *, sender: str = "") -> list[Update]:
    """Every update of one webhook body: a status, a message, or one message for each of several files.

    `sender`: our own address (`whatsapp:+…`); what is meant for another is kept and not taken in. Raises Unreadable.
    """
    form = _form(body)
    asked = dict(parse_qsl(query, max_num_fields=MOST_FIELDS)) if query.count("&") < MOST_FIELDS else {}
    if form.get("MessageStatus", "received") not in ("received", "receiving"):
        return [_status(form, asked, received_at, sender)]
    if sender and form.get("To") != sender:
        return [_other(form, "addressed to a sender that is not this channel's")]
    if not form.get("MessageSid"):
        return [_other(form, "neither a message nor a status")]
    sent_at = asked.get(SENT_AT) or str(int(received_at.timestamp()))
    return _through_graph({"contacts": [_contact(form)], "messages": _messages(form, sent_at)}, form)


def _form(body: bytes) -> dict[str, str]:
    """The form's fields; of a repeated one the first. Raises Unreadable."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Unreadable("the form has too many fields") from error
    if not pairs or body.lstrip()[:1] in (b"{", b"[", b"<"):
        raise Unreadable("the body is no form")
    form: dict[str, str] = storable(dict(reversed(pairs)))
    return form


def _through_graph(value: JSON, form: Form) -> list[Update]:
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).encode()
    return [replace(update, raw={**update.raw, "form": dict(form)}) for update in envelope.updates(body)]


def _other(form: Form, note: str) -> Update:
    return Update(InboundUpdate.Kind.OTHER, {"form": dict(form)}, provider_id=form.get("MessageSid", ""), note=note)


def _status(form: Form, asked: Mapping[str, str], received_at: datetime, sender: str) -> Update:
    """Twilio gives a status no time: it is as old as its arrival."""
    word = form["MessageStatus"]
    if sender and form.get("From", sender) != sender:
        return _other(form, "about a message of a sender that is not this channel's")
    if word not in STATUSES:
        return _other(form, f"the status {word[:40]!r} says nothing new")
    status = {
        "id": form.get("MessageSid", ""),
        "status": STATUSES[word],
        "timestamp": str(int(received_at.timestamp())),
        "biz_opaque_callback_data": asked.get("ref"),
        "recipient_id": _phone(form.get("To", "")),
        "recipient_user_id": _bsuid(form.get("To", "")),
        "errors": _errors(form, word),
    }
    return _through_graph({"statuses": [_without_blanks(status)]}, form)[0]


def _errors(form: Form, word: str) -> list[JSON]:
    """Why it failed, as Graph says it: Twilio's code, in the words an agent reads."""
    code = form.get("ErrorCode", "")
    if STATUSES[word] != "failed":
        return []
    if not (code.isascii() and code.isdigit() and 0 < len(code) <= 9):
        return [{"code": 0, "title": "Withdrawn before it left" if word == "canceled" else "Not delivered"}]
    fault = errors.fault(int(code))
    return [{"code": int(code), "title": fault.words, "error_data": {"details": form.get("ErrorMessage", "")}}]


def _contact(form: Form) -> JSON:
    return _without_blanks(
        {
            "profile": _without_blanks(
                {"name": form.get("ProfileName"), "username": form.get("ProfileUsername") or form.get("Username")}
            ),
            **_identifiers(form, phone="wa_id", bsuid="user_id", parent="parent_user_id"),
        }
    )


def _identifiers(form: Form, *, phone: str, bsuid: str, parent: str) -> JSON:
    """Who wrote. Twilio's From holds a number or, where WhatsApp hides it, a business-scoped user id."""
    sender = form.get("From", "")
    return {
        phone: _phone(sender) or _phone(form.get("WaId", "")),
        bsuid: _bsuid(form.get("ExternalUserId", "")) or _bsuid(sender),
        parent: _parent_bsuid(form.get("ParentExternalUserId", "")) or _parent_bsuid(sender),
    }


def _phone(address: str) -> str:
    digits = address.removeprefix("whatsapp:").removeprefix("+")
    return digits if digits.isascii() and digits.isdigit() else ""


def _bsuid(address: str) -> str:
    value = address.removeprefix("whatsapp:")
    return value if BSUID.fullmatch(value) else ""


def _parent_bsuid(address: str) -> str:
    value = address.removeprefix("whatsapp:")
    return value if PARENT_BSUID.fullmatch(value) else ""


def _messages(form: Form, sent_at: str) -> list[JSON]:
    """One message, or one for each file: their ids are the message's own, then with -1, -2, …"""
    common = _without_blanks(
        {
            "timestamp": sent_at,
            **_identifiers(form, phone="from", bsuid="from_user_id", parent="from_parent_user_id"),
            "context": _context(form),
            "referral": _referral(form),
        }
    )
    sid = form["MessageSid"]
    said = _media(form) or [_said(form)]
    return [{"id": f"{sid}-{place}" if place else sid, **common, **part} for place, part in enumerate(said)]


def _said(form: Form) -> JSON:
    """What a message without files says."""
    body, latitude, longitude = form.get("Body", ""), _number(form, "Latitude"), _number(form, "Longitude")
    if form.get("MessageType") == "reaction":
        target = form.get("OriginalRepliedMessageSid", "")
        return {"type": "reaction", "reaction": {"message_id": target, "emoji": body}}
    if latitude is not None and longitude is not None:
        place = {
            "latitude": latitude,
            "longitude": longitude,
            "name": form.get("Label"),
            "address": form.get("Address"),
        }
        return {"type": "location", "location": _without_blanks(place)}
    if form.get("InteractiveData"):
        answer = {"name": "flow", "body": body, "response_json": form["InteractiveData"]}
        return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": answer}}
    if form.get("ListId") or form.get("ListTitle"):
        row = {
            "id": form.get("ListId"),
            "title": form.get("ListTitle") or body,
            "description": form.get("ListDescription"),
        }
        return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": _without_blanks(row)}}
    if form.get("ButtonPayload") or form.get("ButtonText"):
        return _tapped(form.get("ButtonPayload", ""), form.get("ButtonText") or body, form.get("MessageType", ""))
    if body:
        return {"type": "text", "text": {"body": body}}
    return {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown"}]}


def _tapped(payload: str, title: str, kind: str) -> JSON:
    if kind == "interactive":
        reply = {"id": payload, "title": title}
        return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}
    return {"type": "button", "button": {"payload": payload, "text": title}}


def _media(form: Form) -> list[JSON]:
    """A part for each file; the words go with the first."""
    return [_file(form, place) for place in range(MOST_MEDIA) if form.get(f"MediaUrl{place}")]


def _file(form: Form, place: int) -> JSON:
    url, mime = form[f"MediaUrl{place}"], form.get(f"MediaContentType{place}", "")
    kind = _kind(mime, form.get("MessageType", ""))
    words = form.get("Body", "") if place == 0 else ""
    file: JSON = {"id": url, "url": url, "mime_type": mime}
    if kind == "document" and _FILENAME.fullmatch(words):
        file["filename"] = words  # a document's name comes as the text
    elif words:
        file["caption"] = words
    if kind == "audio" and mime.startswith("audio/ogg"):
        file["voice"] = True  # WhatsApp records voice messages so; Twilio does not tell them from other audio
    return {"type": kind, kind: file}


def _kind(mime: str, stated: str) -> str:
    if stated in _MEDIA_KINDS:
        return stated
    family = mime.partition("/")[0]
    if mime == "image/webp":
        return "sticker"
    return family if family in ("image", "video", "audio") else "document"


def _context(form: Form) -> JSON:
    return _without_blanks(
        {
            "id": form.get("OriginalRepliedMessageSid"),
            "from": _phone(form.get("OriginalRepliedMessageSender", "")),
            "forwarded": form.get("Forwarded", "").lower() == "true",
            "frequently_forwarded": form.get("FrequentlyForwarded", "").lower() == "true",
        }
    )


def _referral(form: Form) -> JSON:
    """The advertisement the customer came from."""
    family = form.get("ReferralMediaContentType", "").partition("/")[0]
    given = {
        "source_url": form.get("ReferralSourceUrl"),
        "source_id": form.get("ReferralSourceId"),
        "source_type": form.get("ReferralSourceType"),
        "headline": form.get("ReferralHeadline"),
        "body": form.get("ReferralBody"),
        "media_type": family if family in ("image", "video") else None,
        "video_url" if family == "video" else "image_url": form.get("ReferralMediaUrl"),
        "ctwa_clid": form.get("ReferralCtwaClid"),
    }
    return _without_blanks(given)


def _number(form: Form, name: str) -> float | None:
    try:
        value = float(form.get(name, ""))
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None


def _without_blanks(values: JSON) -> JSON:
    return {name: value for name, value in values.items() if value or (value == 0 and value is not False)}
