"""Faults a test may script: what goes wrong with a request, and what with a webhook."""

from typing import Annotated, Literal

import msgspec

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=600_000)]

#: What is asked for: a send, a file decrypted, the file itself, the session's state, a message's id, and the rest.
Door = Literal["send", "decrypt", "file", "status", "info", "read", "presence", "phone"]


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong with the next `times` requests at this door, after the first `skip` of them.

    - `delay`: done at once, answered after `delay_ms`
    - `hang`: done, never answered (cut after `delay_ms`, where given)
    - `drop_after`: done, the connection cut; `drop_before`: the connection cut, nothing done
    - `cut`: done, the answer cut off in its middle; `dribble`: its body comes in drops, over `delay_ms`
    - `error`: refused with `http`, `message`, `errors` and, where given, `retry_after`
    - `garbage`: done, answered with what is no JSON
    - `failed`: taken; then reported as not sent (a send only)
    """

    door: Door
    kind: Literal["delay", "hang", "drop_after", "drop_before", "cut", "dribble", "error", "garbage", "failed"]
    times: AtLeastOne = 1
    skip: Annotated[int, msgspec.Meta(ge=0)] = 0
    delay_ms: Milliseconds = 0
    http: Annotated[int, msgspec.Meta(ge=200, le=599)] = 500
    message: str = "Server Error"
    errors: dict[str, list[str]] = {}
    retry_after: int | None = None


class HookFault(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong with the next `times` webhooks of this event (any, where it is empty): sent twice, never
    sent, or sent with another secret."""

    kind: Literal["duplicate", "drop", "wrong_secret"]
    event: str = ""
    times: AtLeastOne = 1


def take(faults: list[Fault], door: str) -> Fault | None:
    """The first fault scripted for this door, its use counted; a used-up fault leaves the list."""
    for fault in faults:
        if fault.door != door:
            continue
        if fault.skip:
            fault.skip -= 1
            continue
        fault.times -= 1
        if not fault.times:
            faults.remove(fault)
        return fault
    return None


def take_hook(faults: list[HookFault], event: str) -> HookFault | None:
    """As `take`, for a webhook of this event."""
    for fault in faults:
        if fault.event in ("", event):
            fault.times -= 1
            if not fault.times:
                faults.remove(fault)
            return fault
    return None
