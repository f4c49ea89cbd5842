"""Twilio's error codes: what each means for a message, in words an agent can act on.

The same codes come in an answer and in a status callback (Twilio docs, "Error and Warning Dictionary").
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from whatsapp.faults import Fault, FaultKind

LONGEST_RETRY_AFTER = timedelta(hours=4)  # as long as Twilio itself keeps a message in its queue

_Meaning = tuple[FaultKind, str, str]

_LATER = "Nothing to do: it is tried again by itself."
_ADMIN = "Tell an administrator. What is queued is kept and goes out once this is mended."
_OTHER_WAY = "Reach the customer another way, or ask them to write to this number once."
_REWORD = "Change the message and send it again."
_TEMPLATE = "Choose another template, or ask an administrator to look at this one in Twilio's console."
_FILE = "Send another file: JPEG, PNG, PDF, MP4 or OGG go through, up to 16 MB."
_REPORT = "Tell an administrator: the desk sent something Twilio does not understand."


def _each(codes: str, kind: FaultKind, words: str, advice: str) -> Iterator[tuple[int, _Meaning]]:
    return ((int(code), (kind, words, advice)) for code in codes.split())


#: The codes of one line mean the same to an agent.
MEANINGS: dict[int, _Meaning] = dict(
    meaning
    for line in (
        ("20429", FaultKind.THROTTLE_APP, "Twilio is slowing the whole account down.", _LATER),
        ("63017", FaultKind.THROTTLE_APP, "Twilio is slowing the whole account down.", _LATER),
        ("63038", FaultKind.THROTTLE_APP, "The Twilio account has used up its messages for today.", _LATER),
        ("63018", FaultKind.THROTTLE_NUMBER, "This number has reached WhatsApp's rate or messaging limit.", _LATER),
        ("21611 30001", FaultKind.THROTTLE_NUMBER, "Too many messages wait at Twilio for this number.", _LATER),
        ("63010 63012 63009", FaultKind.TRANSIENT, "WhatsApp or Twilio had a fault of its own.", _LATER),
        ("63016", FaultKind.WINDOW_CLOSED, "The customer's last message is over 24 hours old.", "Send a template."),
        ("21610", FaultKind.OPTED_OUT, "The customer asked not to be written to.", "Wait until they write again."),
        ("63032 63049", FaultKind.CAPPED, "WhatsApp limits how much this customer gets from businesses.",
         "Do not send it again today."),
        ("21211 21612 21614 63003 63024 30003 30005 30006", FaultKind.UNDELIVERABLE,
         "WhatsApp cannot reach this customer under this address.", _OTHER_WAY),
        ("21408", FaultKind.UNDELIVERABLE, "The Twilio account may not send to this country.", _ADMIN),
        ("63015", FaultKind.UNDELIVERABLE, "Twilio's sandbox reaches only people who joined it.", _OTHER_WAY),
        ("63014 63033 30004", FaultKind.UNDELIVERABLE, "The customer has blocked this number.", _OTHER_WAY),
        ("63031", FaultKind.UNDELIVERABLE, "The message was addressed to the number it comes from.", _REPORT),
        ("63005 63013 63021 30007", FaultKind.UNDELIVERABLE, "WhatsApp did not accept this content.", _REWORD),
        ("63023 30008", FaultKind.UNDELIVERABLE, "WhatsApp did not deliver it and gives no reason.",
         "Send it once more, or reach the customer another way."),
        ("21617", FaultKind.UNDELIVERABLE, "The text is longer than Twilio takes (1600 characters).",
         "Send it in parts."),
        ("21655 21656 63027 63028 63029 63040 63041 63042", FaultKind.TEMPLATE,
         "The template is not approved, or was filled in wrongly.", _TEMPLATE),
        ("21620 21623 63019 63025 63026 63034", FaultKind.MEDIA, "WhatsApp or Twilio could not take the file.", _FILE),
        ("21602 21603 21604 21609 21619 21654 35127 63006 63030 92007", FaultKind.BUG,
         "Twilio did not understand the message.", _REPORT),
        ("20003 20006", FaultKind.ACCOUNT, "Twilio does not accept the account's auth token.", _ADMIN),
        ("20005 30002", FaultKind.ACCOUNT, "The Twilio account is suspended or closed.", _ADMIN),
        ("20404", FaultKind.ACCOUNT, "Twilio does not know this account.", _ADMIN),
        ("21212 21606 21701 21703 21704 21705 63001 63002 63007 63008 63020 63022", FaultKind.ACCOUNT,
         "This number is not set up for WhatsApp at Twilio.", _ADMIN),
        ("63051 63059 63112", FaultKind.ACCOUNT, "Meta has locked, disabled or moved the WhatsApp account.", _ADMIN),
    )
    for meaning in _each(*line)
)  # fmt: skip

_CHANNEL_CODES = range(63000, 64000)


def fault(code: int, *, title: str = "", details: str = "", reference: str = "") -> Fault:
    """What this code means. None (0) and an unknown one of WhatsApp's range are undeliverable; any other is a fault of
    ours."""
    kind, words, advice = MEANINGS.get(code) or _unknown(code)
    return Fault(
        code=str(code), kind=kind, words=words, advice=advice, title=title[:300], details=details[:500],
        reference=reference[:100],
    )  # fmt: skip


def _unknown(code: int) -> _Meaning:
    if code == 0:
        return MEANINGS[63023]
    if code in _CHANNEL_CODES:
        return FaultKind.UNDELIVERABLE, "WhatsApp did not take the message.", _OTHER_WAY
    return FaultKind.BUG, "Twilio refused the message.", _REPORT


def refused(body: dict[str, Any], http_status: int, reference: str) -> Fault:
    """The fault in an answer that says no: by Twilio's code, and where there is none by the HTTP status."""
    code, title = body.get("code"), str(body.get("message") or "")
    if isinstance(code, int) and not isinstance(code, bool) and code > 0:
        return fault(code, title=title, details=str(body.get("more_info") or ""), reference=reference)
    kind, words, advice = _by_status(http_status)
    return Fault(code=f"http_{http_status}", kind=kind, words=words, advice=advice, title=title[:300],
                 reference=reference[:100])  # fmt: skip


def _by_status(http_status: int) -> _Meaning:
    match http_status:
        case 429:
            return MEANINGS[20429]
        case 401 | 403:
            return MEANINGS[20003]
        case 404:
            return MEANINGS[20404]
        case status if 300 <= status < 400:
            return FaultKind.ACCOUNT, "The channel's Twilio address leads elsewhere.", _ADMIN
    return _unknown(http_status)


def retry_after(header: str) -> timedelta | None:
    """The pause a Retry-After header names in seconds, four hours at most; None for anything else."""
    if not (header.isascii() and header.isdigit()):
        return None
    return min(timedelta(seconds=int(header[:9])), LONGEST_RETRY_AFTER)
