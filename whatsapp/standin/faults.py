"""Faults a test may script: what goes wrong with a send, and what goes wrong with a webhook."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

import msgspec

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=600_000)]

#: What a webhook tells of. `status` in a match means any of the last four.
What = Literal["message", "status", "sent", "delivered", "read", "failed"]


class SendMatch(msgspec.Struct, forbid_unknown_fields=True):
    """Which sends: to this user (id, phone or BSUID), with this text, from the count-th matching one on."""

    user: str = ""
    text: str = ""
    count: AtLeastOne = 1


class SendFault(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong with the next `times` matching sends.

    - `delay_ms`: accepted at once, answered after `delay_ms`
    - `status_before_answer`: the statuses are delivered first, the answer follows
    - `accept_then_hang`: accepted, never answered (cut after `delay_ms`, where given)
    - `accept_then_drop`: accepted, the connection cut
    - `drop_before_accept`: the connection cut, nothing sent
    - `error`: refused with `code` and `http`
    - `failed_status`: accepted and answered; then a `failed` status with `code`
    """

    kind: Literal[
        "delay_ms",
        "status_before_answer",
        "accept_then_hang",
        "accept_then_drop",
        "drop_before_accept",
        "error",
        "failed_status",
    ]
    match: SendMatch = msgspec.field(default_factory=SendMatch)
    times: AtLeastOne = 1
    delay_ms: Milliseconds = 0
    code: int = 131000
    http: Annotated[int, msgspec.Meta(ge=400, le=599)] = 500
    details: str = "A scripted fault."


class HookMatch(msgspec.Struct, forbid_unknown_fields=True):
    """Which webhooks: about this user (id), telling of this."""

    user: str = ""
    what: What | None = None


class HookFault(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong with matching webhooks.

    - `duplicate`: the next `times` are POSTed `copies` times more
    - `delay`: the next `times` leave `delay_ms` late, overtaken by others
    - `drop_first_try`: the first `tries` tries of the next `times` are lost on the way
    - `lose_answer`: the first `tries` arrive, but their answers are lost, so they come again
    - `drop`: the next `times` never leave
    - `batch`: the next `size` travel in one POST
    - `shuffle`: the next `size`, with `copies` further copies of each, leave in an order drawn from `seed`

    `batch` and `shuffle` wait `wait_ms` at most after the first, and then go with what there is.
    """

    kind: Literal["duplicate", "delay", "drop_first_try", "lose_answer", "drop", "batch", "shuffle"]
    match: HookMatch = msgspec.field(default_factory=HookMatch)
    times: AtLeastOne = 1
    copies: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None
    delay_ms: Milliseconds = 0
    tries: AtLeastOne = 1
    size: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    wait_ms: Milliseconds = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.copies is None:
            self.copies = 1 if self.kind == "duplicate" else 0
        if self.kind in ("batch", "shuffle"):
            self.times = self.size


def take_send_fault(faults: list[SendFault], *, names: Sequence[str], text: str) -> SendFault | None:
    """The first fault that matches, its use counted; a used-up fault leaves the list."""
    for fault in faults:
        if fault.match.user and fault.match.user not in names:
            continue
        if fault.match.text and fault.match.text != text:
            continue
        if fault.match.count > 1:
            fault.match.count -= 1
            continue
        return _use(faults, fault)
    return None


def take_hook_fault(faults: list[HookFault], *, user: str, what: str) -> HookFault | None:
    """The first fault that matches, its use counted; a used-up fault leaves the list."""
    for fault in faults:
        told = {what} if what == "message" else {what, "status"}
        if (not fault.match.user or fault.match.user == user) and (
            fault.match.what is None or fault.match.what in told
        ):
            return _use(faults, fault)
    return None


Fault = TypeVar("Fault", SendFault, HookFault)


def _use(faults: list[Fault], fault: Fault) -> Fault:
    fault.times -= 1
    if fault.times == 0:
        faults.remove(fault)
    return fault
