"""What Graph's error codes mean: one table from code to class, to words for an agent, and to what to do next.

The codes are Meta's (WhatsApp docs, "Error codes", "Groups API error codes", "Troubleshoot calling"); the same ones
come in answers and in `failed` statuses. Titles are for people only: Meta will drop them.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from whatsapp.faults import Fault, FaultKind

LONGEST_TITLE, LONGEST_DETAILS, LONGEST_REFERENCE = 300, 1000, 100
LONGEST_WAIT = timedelta(days=1)


class Meaning(NamedTuple):
    """What a code means: `words` say what happened, `advice` what to do next."""

    kind: FaultKind
    words: str
    advice: str


_WAITS = "Nothing needs to be done: the message waits and goes out by itself."
_ADMIN = "Tell an administrator. Messages wait until this is mended, and then go out by themselves."
_LATER = "Nothing needs to be done: it is tried again in a moment."
_BUG = "Tell an administrator: this is a fault of the desk, and the same message will be refused again."
_TEMPLATE = "Choose another template, and tell an administrator to look at this one."
_OTHER_WAY = "Reach the customer another way, by phone or e-mail."

_APP_LIMIT = Meaning(FaultKind.THROTTLE_APP, "The business account makes more requests than WhatsApp allows.", _WAITS)
_TRANSIENT = Meaning(FaultKind.TRANSIENT, "WhatsApp could not take the message for a moment.", _LATER)
_BAD_TOKEN = Meaning(
    FaultKind.ACCOUNT,
    "WhatsApp does not accept this channel's access token.",
    "Tell an administrator: a new access token is needed. Messages wait, and then go out by themselves.",
)
_NO_PERMISSION = Meaning(
    FaultKind.ACCOUNT,
    "This channel's access token lacks a permission, or it was taken away.",
    "Tell an administrator: the token needs whatsapp_business_messaging and whatsapp_business_management. "
    "Messages wait, and then go out by themselves.",
)
_REFUSED_SHAPE = Meaning(FaultKind.BUG, "WhatsApp refused the message as it was put together.", _BUG)
_UNREGISTERED = Meaning(FaultKind.ACCOUNT, "This channel's number is not registered at WhatsApp any more.", _ADMIN)
_PAYMENT = Meaning(
    FaultKind.ACCOUNT,
    "WhatsApp delivers nothing more for this business: its payment method is missing or was refused.",
    "Tell an administrator: the payment settings in Meta's billing hub need attention. Messages wait until then.",
)
_FLOW = Meaning(FaultKind.TEMPLATE, "The form in this template is held back by WhatsApp.", _TEMPLATE)
_PARAMETERS = Meaning(
    FaultKind.TEMPLATE,
    "What was filled into the template does not fit it.",
    "Check what was filled in: amounts, dates, links. If that is right, tell an administrator to fetch the templates "
    "anew.",
)
_GROUPS = Meaning(FaultKind.BUG, "This concerns a WhatsApp group, and the desk writes to single customers only.", _BUG)
_CALLS = Meaning(
    FaultKind.BUG, "This concerns a WhatsApp call, and the desk does not make calls.", "Write to the customer instead."
)
_USERNAMES = Meaning(FaultKind.BUG, "This concerns the business's own WhatsApp username.", _BUG)

MEANINGS: dict[int, Meaning] = {
    # Too fast.
    **dict.fromkeys((4, 17, 32, 341, 613), _APP_LIMIT),
    130429: Meaning(FaultKind.THROTTLE_NUMBER, "This channel's number sends faster than WhatsApp allows.", _WAITS),
    131056: Meaning(
        FaultKind.THROTTLE_PAIR,
        "This customer was sent too many messages in a short time.",
        f"{_WAITS} Fewer, longer messages get through sooner.",
    ),
    # Quality.
    131048: Meaning(
        FaultKind.SPAM,
        "WhatsApp limits what this number may start: too many people blocked or reported its messages.",
        "Tell an administrator: templates stop until the quality has been looked at. Customers who write can be "
        "answered as before.",
    ),
    131064: Meaning(
        FaultKind.SPAM,
        "WhatsApp limits this number's templates: some were approved as utility and used as marketing.",
        "Tell an administrator: the templates' categories need to be put right before more are sent.",
    ),
    # For a moment.
    **dict.fromkeys((1, 2, 131016, 133004), _TRANSIENT),
    131057: Meaning(
        FaultKind.TRANSIENT,
        "WhatsApp is working on this channel's account (maintenance, or a move to a higher throughput).",
        "Nothing needs to be done: it takes about a minute, then the message is tried again.",
    ),
    131000: Meaning(
        FaultKind.AMBIGUOUS,
        "WhatsApp failed while it took the message: it may have been sent all the same.",
        "Wait a minute for WhatsApp's own report. If none comes, send it again only where a second copy does no harm.",
    ),
    # The customer.
    131047: Meaning(
        FaultKind.WINDOW_CLOSED,
        "More than 24 hours have passed since the customer last wrote: WhatsApp takes no free text now.",
        "Send a template, or wait until the customer writes.",
    ),
    131050: Meaning(
        FaultKind.OPTED_OUT,
        "The customer has stopped marketing messages from this business.",
        "Send no more marketing to this customer. Answers to what they write, and utility templates, still arrive.",
    ),
    131049: Meaning(
        FaultKind.CAPPED,
        "WhatsApp held this message back: the customer has had enough marketing messages for now.",
        "Wait at least a day before you send another. If it matters now, use a utility template or another way.",
    ),
    130472: Meaning(
        FaultKind.CAPPED,
        "WhatsApp held this message back: it shows this customer no marketing messages (an experiment of Meta's).",
        "Do not send it again. If it matters, use a utility template or reach the customer another way.",
    ),
    131026: Meaning(
        FaultKind.UNDELIVERABLE,
        "The customer's phone could not be reached: the number may not be on WhatsApp, the app may be too old, or its "
        "newest terms may not have been accepted.",
        "Ask the customer, by phone or e-mail, to update WhatsApp and accept its terms. Check the number.",
    ),
    130403: Meaning(
        FaultKind.UNDELIVERABLE,
        "This business has blocked the customer on WhatsApp.",
        "Ask a supervisor to lift the block in the WhatsApp manager, if the customer is to be written to.",
    ),
    131021: Meaning(
        FaultKind.UNDELIVERABLE,
        "This is the channel's own number: WhatsApp sends nothing from a number to itself.",
        "Check the customer's number.",
    ),
    131030: Meaning(
        FaultKind.UNDELIVERABLE,
        "This channel is a test number, and the customer is not on its list of allowed recipients.",
        "Ask an administrator to put the customer on the list in Meta's app dashboard, or use a real number.",
    ),
    131062: Meaning(
        FaultKind.BSUID_UNSUPPORTED,
        "WhatsApp sends this kind of message to phone numbers only, and this customer's number is hidden.",
        "Ask the customer to share their phone number, then send it again.",
    ),
    137000: Meaning(
        FaultKind.IDENTITY_CHANGED,
        "The customer's phone or WhatsApp has changed: somebody else may hold the number now.",
        "Make sure again who it is before you write about anything personal. Then send it again.",
    ),
    # Templates.
    132000: _PARAMETERS,
    132008: _PARAMETERS,
    132012: _PARAMETERS,
    132018: _PARAMETERS,
    132001: Meaning(
        FaultKind.TEMPLATE,
        "WhatsApp has no approved template of this name in this language.",
        "Choose another template or language, and tell an administrator to fetch the templates anew.",
    ),
    132005: Meaning(
        FaultKind.TEMPLATE,
        "With what was filled in, the template is too long.",
        "Shorten what you filled in.",
    ),
    132007: Meaning(FaultKind.TEMPLATE, "The template breaks one of WhatsApp's rules.", _TEMPLATE),
    132015: Meaning(
        FaultKind.TEMPLATE,
        "WhatsApp has paused this template: too many customers disliked it.",
        "Choose another template. A pause ends by itself after some hours.",
    ),
    132016: Meaning(FaultKind.TEMPLATE, "WhatsApp has switched this template off for good.", _TEMPLATE),
    132068: _FLOW,
    132069: _FLOW,
    131058: Meaning(
        FaultKind.TEMPLATE, "This sample template can be sent from Meta's test numbers only.", "Choose another one."
    ),
    131063: Meaning(
        FaultKind.TEMPLATE,
        "Marketing templates are switched off for this business on the Cloud API.",
        "Use a utility template, or tell an administrator to allow marketing in the WhatsApp manager.",
    ),
    # Files.
    131052: Meaning(
        FaultKind.MEDIA,
        "The customer's file could not be fetched from WhatsApp, or it is larger than 100 MB.",
        "Ask the customer to send it once more, smaller, or another way.",
    ),
    131053: Meaning(
        FaultKind.MEDIA,
        "WhatsApp does not take this file: it is too large, damaged, or not of the type it says it is.",
        "Save it in another format (JPEG, PNG, PDF, MP4) or make it smaller, and attach it again.",
    ),
    # Ours.
    **dict.fromkeys((33, 100, 803, 131008, 131009, 131051, 131055, 135000), _REFUSED_SHAPE),
    **dict.fromkeys((131020, 131041, 131059), _GROUPS),
    # The account.
    **dict.fromkeys((0, 101, 102, 190, 2500), _BAD_TOKEN),
    **dict.fromkeys((3, 10, 131005), _NO_PERMISSION),
    368: Meaning(
        FaultKind.ACCOUNT, "WhatsApp has restricted this business account: it sees a breach of its policies.", _ADMIN
    ),
    131031: Meaning(
        FaultKind.ACCOUNT,
        "WhatsApp has locked this business account: a breach of its policies, or wrong data at a verification.",
        _ADMIN,
    ),
    130497: Meaning(  # about the customer's country: it must not stop the number for all others
        FaultKind.UNDELIVERABLE,
        "WhatsApp does not let this business write to customers in this country.",
        f"{_OTHER_WAY} Tell an administrator: the business's category decides which countries are allowed.",
    ),
    131042: _PAYMENT,
    131044: _PAYMENT,
    131037: Meaning(
        FaultKind.ACCOUNT,
        "The name shown for this channel's number has not been approved by WhatsApp.",
        "Tell an administrator: the display name needs approval in the WhatsApp manager. Messages wait until then.",
    ),
    131045: Meaning(
        FaultKind.ACCOUNT, "This channel's number could not be verified at WhatsApp: its certificate is wrong.", _ADMIN
    ),
    133010: _UNREGISTERED,
    133016: Meaning(
        FaultKind.ACCOUNT,
        "This channel's number was registered and taken off too often in a short time.",
        "Tell an administrator: WhatsApp takes a new registration after 72 hours. Messages wait until then.",
    ),
}

#: Families of codes, for what stands not in the table by itself.
FAMILIES: list[tuple[range, Meaning]] = [
    (range(200, 300), _NO_PERMISSION),
    (range(80000, 80100), _APP_LIMIT),
    (range(131200, 131300), _GROUPS),
    (range(132000, 133000), Meaning(FaultKind.TEMPLATE, "WhatsApp refuses this template.", _TEMPLATE)),
    (range(133000, 134000), Meaning(FaultKind.ACCOUNT, "This channel's number needs registering at WhatsApp.", _ADMIN)),
    (range(134100, 134200), Meaning(FaultKind.TEMPLATE, "WhatsApp cannot send this template now.", _TEMPLATE)),
    (range(138000, 139000), _CALLS),
    (range(147000, 147100), _USERNAMES),
]

#: A code that means something else with this subcode: the number is gone, or the token may not use it.
_SUBCODES = {
    (100, 33): Meaning(
        FaultKind.ACCOUNT,
        "WhatsApp does not know this channel's number, or the access token may not use it.",
        "Tell an administrator: the phone number id or the token is wrong. Messages wait, and then go out by "
        "themselves.",
    )
}

_FAILED = Meaning(
    FaultKind.AMBIGUOUS,
    "WhatsApp failed and did not say whether it took the message.",
    MEANINGS[131000].advice,
)
_NOT_WHATSAPP = Meaning(
    FaultKind.ACCOUNT,
    "Something other than WhatsApp's API answered at this channel's address.",
    "Tell an administrator: the API address is wrong, or a proxy or firewall stands between. Messages wait until then.",
)
_UNNAMED_REFUSAL = Meaning(FaultKind.BUG, "WhatsApp refused the message without a reason.", _BUG)
_BY_STATUS = {
    401: _BAD_TOKEN,
    **dict.fromkeys((403, 404, 405, 407, 451), _NOT_WHATSAPP),
    **dict.fromkeys((408, 425), _TRANSIENT),
    413: Meaning(FaultKind.MEDIA, "The file is larger than WhatsApp takes.", "Make it smaller, and attach it again."),
    429: _APP_LIMIT,
}


def fault_of(error: Mapping[str, Any], http_status: int | None = None) -> Fault:
    """What one error object means: of an answer, or of `statuses[].errors[]` (then without `http_status`).

    The code decides. For a code that nobody knows, the HTTP status does: 5xx may have been sent all the same. A
    status that says `failed` leaves no doubt, so what is ambiguous in an answer is transient there.
    """
    code, title = _code(error), _title(error)
    meaning = _known(code, error) or _unknown(error, title, http_status)
    kind = meaning.kind
    if kind == FaultKind.AMBIGUOUS and http_status is None:
        kind, meaning = FaultKind.TRANSIENT, _TRANSIENT
    return Fault(
        code="unknown" if code is None else str(code),
        kind=kind,
        words=meaning.words,
        advice=meaning.advice,
        title=title,
        details=_details(error),
        reference=_text(error.get("fbtrace_id"), LONGEST_REFERENCE),
    )


def fault_of_status(http_status: int) -> Fault:
    """What an answer without an error object of Graph's means."""
    meaning = _BY_STATUS.get(http_status)
    if meaning is None and http_status >= 500:
        meaning = _FAILED
    if meaning is None and 300 <= http_status < 400:
        meaning = _NOT_WHATSAPP
    return Fault(f"http_{http_status}", *(meaning or _UNNAMED_REFUSAL), title=f"HTTP {http_status}")


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer asks to wait: by `Retry-After` (seconds or a date), else by
    `X-Business-Use-Case-Usage` (minutes). At most a day; None where neither says a time to come."""
    wait = _seconds(headers.get("retry-after", ""), headers.get("date", "")) or _usage(
        headers.get("x-business-use-case-usage", "")
    )
    return timedelta(seconds=min(wait, LONGEST_WAIT.total_seconds())) if wait > 0 else None


def _known(code: int | None, error: Mapping[str, Any]) -> Meaning | None:
    if code is None:
        return None
    subcode = error.get("error_subcode")
    if isinstance(subcode, int) and (code, subcode) in _SUBCODES:
        return _SUBCODES[code, subcode]
    return MEANINGS.get(code) or next((meaning for family, meaning in FAMILIES if code in family), None)


def _unknown(error: Mapping[str, Any], title: str, http_status: int | None) -> Meaning:
    if http_status is not None and http_status >= 500:
        return _FAILED
    if error.get("is_transient") is True:
        return _TRANSIENT
    quoted = f"WhatsApp refused the message: “{title}”." if title else _UNNAMED_REFUSAL.words
    return Meaning(FaultKind.BUG, quoted, _BUG)


def _code(error: Mapping[str, Any]) -> int | None:
    code = error.get("code")
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 10:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _title(error: Mapping[str, Any]) -> str:
    """Graph's own: an answer puts it behind the code in `message`, a status gives it as `title` too."""
    said = _text(error.get("title"), LONGEST_TITLE) or _text(error.get("message"), LONGEST_TITLE)
    return re.sub(r"^\(#\d+\)\s*", "", said)


def _details(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    return _text(details, LONGEST_DETAILS) or _text(error.get("error_user_msg"), LONGEST_DETAILS)


def _text(value: Any, longest: int) -> str:
    return value.replace("\x00", "")[:longest] if isinstance(value, str) else ""


def _seconds(value: str, said_at: str) -> float:
    """`Retry-After` in seconds; a date is measured against the answer's own."""
    if re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII):
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(said_at)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _usage(value: str) -> float:
    """The longest `estimated_time_to_regain_access` of all use cases, in seconds."""
    try:
        usage = json.loads(value)
        cases = [case for cases in usage.values() for case in cases]
        return max((float(case.get("estimated_time_to_regain_access", 0)) for case in cases), default=0.0) * 60
    except (ValueError, TypeError, AttributeError, RecursionError):
        return 0.0
