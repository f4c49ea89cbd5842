"""The call-back form as data: whether one is open, what counts as an answer, and how answers lie in the database.

Contact details are sealed (invariant 9): readable for whoever calls back, never in the record, a log or a task.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import phonenumbers

from assistant.words import fold
from config import secrecy
from conversations.identity import address_of
from conversations.models import Conversation, Identity
from handoff.models import CallbackForm, Handoff

Step = CallbackForm.Step
OVER = (Step.DONE, Step.LEFT)
#: A question that nobody has answered for so long is dropped: what the customer writes then is no answer to it.
LASTS = timedelta(minutes=30)
LONGEST_NAME, LONGEST_ANSWER = 80, 200
Wrong = Literal["", "callback_name_wrong", "callback_phone_wrong", "callback_email_wrong", "callback_reach_wrong"]

_EMAIL = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\"]+\.[^\s@<>(),;:\".]{2,}")
_NUMBER = re.compile(r"[+(]?\d[\d\s().\-/]{3,}\d")
#: Nobody's name is longer than so many words, or has a question in it.
_MOST_WORDS = 8
#: The number they write from, in the six languages.
_THIS_ONE = frozenset(
    fold(words)
    for words in (
        "this", "this one", "this number", "same", "same number", "the same", "this whatsapp", "whatsapp", "here",
        "este", "este numero", "el mismo", "mismo numero", "este mismo", "este whatsapp", "aqui",
        "esse", "esse numero", "o mesmo", "mesmo numero", "este mesmo", "esse mesmo", "esse whatsapp",
        "هذا", "هذا الرقم", "نفس الرقم", "نفسه", "واتساب", "यही", "यही नंबर", "इसी नंबर पर", "इसी पर", "yahi number",
        "ini", "nomor ini", "yang ini", "nomor yang sama", "nomor wa ini", "di sini",
    )
)  # fmt: skip
_COUNTRY = re.compile(r"[A-Z]{2}(?=\.)")


def open_form(handoff: Handoff, *, now: datetime) -> CallbackForm | None:
    """The form in which the customer is being asked something, if there is one."""
    asked = CallbackForm.objects.filter(handoff=handoff, asked_at__gt=now - LASTS)
    return asked.exclude(step__in=OVER).first()


def seal(details: Mapping[str, Any]) -> dict[str, Any]:
    """As they lie in the database."""
    return {"sealed": secrecy.encrypt(json.dumps(dict(details), ensure_ascii=False))} if details else {}


def unseal(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was sealed, to be read by a person: `name`, `reach`, `reach_kind` (phone, email, other), `time`. Raises
    secrecy.Undecryptable when the DATA_KEY is another."""
    details: dict[str, Any] = json.loads(secrecy.decrypt(kept["sealed"])) if kept.get("sealed") else {}
    return details


def name_fault(said: str) -> Wrong:
    """What is wrong with it as a name; empty where nothing is."""
    letters = any(char.isalpha() for char in said)
    digits = sum(char.isdigit() for char in said)
    too_much = len(said) > LONGEST_NAME or len(said.split()) > _MOST_WORDS or any(mark in said for mark in "?؟¿!")
    return "callback_name_wrong" if not letters or digits > 2 or too_much else ""


def reach_of(said: str, *, region: str | None, own: str = "") -> tuple[dict[str, str], Wrong]:
    """The phone number (as +34612345678) or e-mail address in these words, and what is wrong with them if neither can
    be read: then the words are kept as written. `region`: the country whose numbers need no country code; `own`: the
    number that "this one" means."""
    text = " ".join(said.split())[:LONGEST_ANSWER]
    as_written = {"reach": text, "reach_kind": "other"}
    if found := _EMAIL.search(text):
        return {"reach": found[0].rstrip("."), "reach_kind": "email"}, ""
    if "@" in text:
        return as_written, "callback_email_wrong"
    if number := own if fold(text).strip(" .!,") in _THIS_ONE else _phone_in(text, region):
        return {"reach": number, "reach_kind": "phone"}, ""
    return as_written, "callback_phone_wrong" if sum(char.isdigit() for char in text) >= 4 else "callback_reach_wrong"


def _phone_in(text: str, region: str | None) -> str:
    """A number that can be called; empty where none can. Digits of every script count."""
    for found in _NUMBER.finditer(text):
        for written in (found[0], "+" + found[0].lstrip("+0(")):
            try:
                number = phonenumbers.parse(written, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def region_of(conversation: Conversation) -> str | None:
    """The customer's own country, as their number or user id tells it (WhatsApp: `ES.1349…`, +34…)."""
    kinds = (Identity.Kind.WA_ID, Identity.Kind.TWILIO, Identity.Kind.BSUID)
    for kind in kinds:
        identity = address_of(conversation.customer, conversation.channel, [kind])
        if identity and (region := _region_in(identity.value)):
            return region
    return None


def own_number(conversation: Conversation) -> str:
    """The number the customer writes from, with its country code; empty where WhatsApp does not tell it."""
    identity = address_of(conversation.customer, conversation.channel, [Identity.Kind.WA_ID, Identity.Kind.TWILIO])
    digits = _digits(identity.value) if identity else ""
    return f"+{digits}" if digits else ""


def _digits(value: str) -> str:
    """Of a phone number as an identity has it (34612345678, whatsapp:+34612345678); empty for anything else."""
    digits = value.rpartition(":")[2].lstrip("+")
    return digits if digits.isdigit() else ""


def _region_in(value: str) -> str | None:
    if country := _COUNTRY.match(value):
        return country[0]
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(f"+{_digits(value)}"))
    except phonenumbers.NumberParseException:
        return None
