"""Faults a test may script on the stand-in's Twilio side."""

from typing import Annotated, Literal

import msgspec

Where = Literal["send", "list", "content", "templates", "typing", "account", "media", "media_list"]
Kind = Literal["error", "cut", "hang", "accept_then_hang", "drop", "accept_then_drop", "drip", "garbage",
               "failed_status"]  # fmt: skip


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong with the next `times` requests of this sort, after `after` of them have gone well.

    - `error`: refused with `http`, Twilio's `code` (0: a body that is no JSON) and `retry_after` seconds, if any
    - `cut`: refused likewise, the answer's body cut short
    - `hang`: nothing taken, never answered; `accept_then_hang`: taken, never answered
    - `drop`: nothing taken, the connection cut; `accept_then_drop`: taken, the connection cut
    - `drip`: taken; the answer comes a byte each `pause_ms`
    - `garbage`: taken; the answer is no JSON
    - `failed_status`: taken; a `failed` status with `code` follows
    """

    where: Where
    kind: Kind
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    http: Annotated[int, msgspec.Meta(ge=300, le=599)] = 400
    code: int = 0
    message: str = "A scripted fault."
    retry_after: str = ""
    pause_ms: Annotated[int, msgspec.Meta(ge=1, le=60_000)] = 100

    @property
    def takes(self) -> bool:
        """Whether the request takes effect all the same."""
        return self.kind not in ("error", "cut", "hang", "drop")


def take_fault(faults: list[Fault], where: Where) -> Fault | None:
    """The first fault for this sort of request, its use counted; a used-up fault leaves the list."""
    for fault in faults:
        if fault.where != where:
            continue
        if fault.after:
            fault.after -= 1
            return None
        fault.times -= 1
        if not fault.times:
            faults.remove(fault)
        return fault
    return None
