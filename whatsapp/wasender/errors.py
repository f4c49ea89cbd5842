"""What WASender's refusals mean (WASender, "Error responses" and "Understanding rate limits").

It has no codes: the HTTP status decides, and before it the words, where they are known.
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from whatsapp.adapter import Ambiguous, Refused, SendResult
from whatsapp.cloud.http import Answer
from whatsapp.cloud.shapes import as_dict, text
from whatsapp.faults import Fault, FaultKind

#: With Account Protection one message may go every five seconds; else 256 a minute.
PROTECTED_PAUSE = timedelta(seconds=5)
PLAIN_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(days=1)
#: A rate limit's reset comes as seconds from now or as a moment: WASender documents both.
SMALLEST_MOMENT = 1_000_000_000

#: Codes of ours, for what WASender's events report without any.
SESSION_LOST = "session_not_connected"
FAILED = "wasender_failed"

#: Words in the answer that tell more than its status, in order.
KNOWN_WORDS: list[tuple[str, str, FaultKind, str, str]] = [
    ("session.{0,40}not connected|not connected.{0,40}session", SESSION_LOST, FaultKind.ACCOUNT,
     "The phone is not connected at WASender", "An administrator opens the session at WASender and connects it again."),
    ("api key|unauthenticated|unauthorized", "bad_api_key", FaultKind.ACCOUNT,
     "WASender does not accept the API key", "An administrator copies the session's API key once more."),
    ("subscription|trial is required|trial plan", "no_subscription", FaultKind.ACCOUNT,
     "WASender asks for an active subscription", "An administrator looks at the plan at WASender."),
    ("account protection|rate limit|free trial|too many|concurrent", "too_fast", FaultKind.THROTTLE_NUMBER,
     "WASender slows this number down", "It is sent again by itself."),
    ("invalid number|invalid jid|number jid|not on whatsapp|does not exist on whatsapp", "no_such_number",
     FaultKind.UNDELIVERABLE, "This phone number is not on WhatsApp", "Check the number with the customer."),
]  # fmt: skip
_LONG_NUMBER = re.compile(r"\+?\d[\d\s()-]{5,}\d")


def refusal(answer: Answer, *, protected: bool) -> SendResult:
    """What an answer that is no success means for a message. `protected`: Account Protection is on."""
    fault = fault_of(answer)
    if fault is None:
        return Ambiguous(f"WASender failed (HTTP {answer.status})", answer.status)
    if fault.kind == FaultKind.THROTTLE_NUMBER:
        return Refused(fault, answer.status, retry_after(answer, default=PROTECTED_PAUSE if protected else PLAIN_PAUSE))
    return Refused(fault, answer.status)


def fault_of(answer: Answer) -> Fault | None:
    """The fault an answer tells of; None where it may have been done all the same."""
    said = words_of(answer)
    for pattern, code, kind, words, advice in KNOWN_WORDS:
        fails = answer.status >= 500 or answer.status == 408  # a server that fails may have sent all the same
        surely = kind == FaultKind.ACCOUNT or not fails
        if surely and re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            return _fault(answer, code, kind, words, advice)
    return BY_STATUS.get(answer.status, _other_status)(answer)


def words_of(answer: Answer) -> str:
    """What WASender says, without phone numbers: its words end up in logs and records."""
    errors = as_dict(answer.body.get("errors"))
    details = [text(word) for words in errors.values() for word in (words if isinstance(words, list) else [words])]
    return _masked(" ".join([text(answer.body.get("message")), text(answer.body.get("error")), *details]))


def reported(error: Mapping[str, Any]) -> Fault:
    """What an error inside an event means: of a message that failed after it was taken, or of the session."""
    title, details = text(error.get("title")), text(as_dict(error.get("error_data")).get("details"))
    said = _masked(f"{title} {details}")
    if text(error.get("code")) == SESSION_LOST:
        return Fault(SESSION_LOST, FaultKind.ACCOUNT, "The phone is not connected at WASender", _masked(details), said)
    for pattern, code, kind, words, advice in KNOWN_WORDS:
        if re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            return Fault(code, kind, words, advice, title=title[:300], details=said)
    words, advice = "WASender could not send the message", "Send it again, or write to the customer another way."
    return Fault(FAILED, FaultKind.UNDELIVERABLE, words, advice, title=title[:300], details=said)


def _masked(words: str) -> str:
    return _LONG_NUMBER.sub("…", words).strip()[:500]


def retry_after(answer: Answer, *, default: timedelta) -> timedelta:
    """When to try again, as WASender says it: in the body, else in the headers."""
    given = (answer.body.get("retry_after"), answer.headers.get("retry-after"), answer.headers.get("x-ratelimit-reset"))
    seconds = next((found for value in given if (found := _seconds(value)) is not None), None)
    return default if seconds is None else max(timedelta(seconds=1), min(timedelta(seconds=seconds), LONGEST_PAUSE))


def _seconds(value: Any) -> float | None:
    try:
        number = float(value) if not isinstance(value, bool) else -1.0
    except (TypeError, ValueError):
        return None
    if not 0 < number < float("inf"):
        return None
    # A moment is one of WASender's clock: ours in the demo may be ahead, so the machine's own is asked.
    return max(number - time.time(), 1.0) if number >= SMALLEST_MOMENT else number


def _fault(answer: Answer, code: str, kind: FaultKind, words: str, advice: str) -> Fault:
    said = words_of(answer)
    return Fault(code, kind, words, advice, title=said[:300], details=said, reference=answer.headers.get("cf-ray", ""))


def _key(answer: Answer) -> Fault:
    words = "WASender does not accept the API key"
    advice = "An administrator copies the session's API key once more."
    return _fault(answer, "bad_api_key", FaultKind.ACCOUNT, words, advice)


def _plan(answer: Answer) -> Fault:
    words, advice = "WASender refuses this account", "An administrator looks at the plan and the session at WASender."
    return _fault(answer, "account", FaultKind.ACCOUNT, words, advice)


def _address(answer: Answer) -> Fault:
    words = "What answers at the channel's address is not WASender's API"
    advice = "An administrator sets the channel's API address to the one WASender documents."
    return _fault(answer, f"http_{answer.status}", FaultKind.ACCOUNT, words, advice)


def _throttle(answer: Answer) -> Fault:
    words = "WASender slows this number down"
    return _fault(answer, "too_fast", FaultKind.THROTTLE_NUMBER, words, "It is sent again by itself.")


def _invalid(answer: Answer) -> Fault:
    """A wrong body is our fault, but for a file that WASender could not take."""
    fields = as_dict(answer.body.get("errors"))
    if any(name.endswith("Url") for name in fields):
        words, advice = "WASender could not take the file", "Send another file, or the words without it."
        return _fault(answer, "file", FaultKind.MEDIA, words, advice)
    words, advice = "WASender found the message malformed", "This is a fault of the desk: tell its administrator."
    return _fault(answer, "invalid", FaultKind.BUG, words, advice)


def _other_status(answer: Answer) -> Fault | None:
    if answer.status >= 500 or answer.status < 300:
        return None
    if answer.status < 400:
        return _address(answer)
    return _invalid(answer)


def _unclear(_answer: Answer) -> None:
    return None


BY_STATUS: dict[int, Callable[[Answer], Fault | None]] = {
    401: _key,
    402: _plan,
    403: _plan,
    404: _address,
    405: _address,
    408: _unclear,
    422: _invalid,
    429: _throttle,
}
