"""Faults a test may script: what goes wrong with a request to Graph, and what goes wrong with a webhook."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

import msgspec

AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=600_000)]
Size = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]

#: What a webhook tells of. `status` in a match means any of sent, delivered, read, played and failed.
What = Literal["message", "status", "sent", "delivered", "read", "played", "failed", "template"]
STATUSES = ("sent", "delivered", "read", "played", "failed")

#: Which requests a fault is for. `account`: every request made with the number's token, a sick account;
#: `probe`: the number's own node and the list of subscribed apps only.
Where = Literal["send", "media_node", "media_download", "media_upload", "templates", "probe", "account"]

SEND_KINDS = {
    "delay_ms",
    "status_before_answer",
    "accept_then_hang",
    "accept_then_drop",
    "accept_then_error",
    "drop_before_accept",
    "failed_status",
}
FILE_KINDS = {"wrong_hash", "wrong_mime", "too_large", "redirect"}


class SendMatch(msgspec.Struct, forbid_unknown_fields=True):
    """Which requests: of this number, and of sends those to this user (id, phone or BSUID), of this message type,
    with this text; from the count-th matching one on."""

    user: str = ""
    text: str = ""
    type: str = ""
    number: str = ""
    count: AtLeastOne = 1


class SendFault(msgspec.Struct, forbid_unknown_fields=True):
    """What goes wrong with the next `times` matching requests, or with all of them `until_cleared`.

    Of sends:
    - `delay_ms`: accepted at once, answered after `delay_ms`
    - `status_before_answer`: the statuses are delivered first, the answer follows
    - `accept_then_hang`: accepted, never answered (cut after `delay_ms`, where given)
    - `accept_then_drop`: accepted, the connection cut
    - `accept_then_error`: accepted, and answered as if it were refused with `code` and `http`
    - `drop_before_accept`: the connection cut, nothing sent
    - `failed_status`: accepted and answered; then a `failed` status with `code`

    Of any request:
    - `error`: refused with `code`, `http`, `details`, `headers`, and `is_transient` where it is said
    - `http`: the bare status `http`, an HTML page, nothing done
    - `garbage`: done, and answered 200 with a body that nobody can read
    - `slow`: answered after `delay_ms`
    - `slow_body`: done; the headers come at once, the body dribbles in over `delay_ms`
    - `drop`: the connection cut, nothing done

    Of the node of a file and of its download:
    - `wrong_hash`: the node's sha256, or a byte of the file, is another
    - `wrong_mime`: the type is `mime`
    - `too_large`: the node tells of `size` bytes; the download is that long
    - `redirect`: the node's url is `location`; the download answers 302 to it
    - `truncate` (of the download): the connection is cut halfway
    """

    kind: Literal[
        "delay_ms",
        "status_before_answer",
        "accept_then_hang",
        "accept_then_drop",
        "accept_then_error",
        "drop_before_accept",
        "error",
        "failed_status",
        "http",
        "garbage",
        "slow",
        "slow_body",
        "drop",
        "wrong_hash",
        "wrong_mime",
        "too_large",
        "redirect",
        "truncate",
    ]
    where: Where = "send"
    match: SendMatch = msgspec.field(default_factory=SendMatch)
    times: AtLeastOne = 1
    until_cleared: bool = False
    delay_ms: Milliseconds = 0
    code: int = 131000
    http: Annotated[int, msgspec.Meta(ge=400, le=599)] = 500
    details: str = "A scripted fault."
    headers: dict[str, str] = {}
    is_transient: bool | None = None
    mime: str = "text/html"
    size: Size = 101 * 1024 * 1024
    location: str = "http://169.254.169.254/"

    def __post_init__(self) -> None:
        files = self.where in ("media_node", "media_download")
        if self.kind in SEND_KINDS and self.where != "send":
            raise ValueError(f"{self.kind} is a fault of sends; where must be send")
        if (self.kind in FILE_KINDS and not files) or (self.kind == "truncate" and self.where != "media_download"):
            raise ValueError(f"{self.kind} is a fault of files; where must be media_node or media_download")


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


def take_fault(
    faults: list[SendFault], where: Where, *, number: str, names: Sequence[str] = (), text: str = "", type: str = ""
) -> SendFault | None:
    """The first fault that matches, its use counted; a used-up fault leaves the list."""
    for fault in faults:
        match = fault.match
        wanted = (match.number, [number]), (match.user, names), (match.text, [text]), (match.type, [type])
        if fault.where != where or any(wish and wish not in said for wish, said in wanted):
            continue
        if match.count > 1:
            match.count -= 1
            continue
        return fault if fault.until_cleared else _use(faults, fault)
    return None


def take_hook_fault(faults: list[HookFault], *, user: str, what: str) -> HookFault | None:
    """The first fault that matches, its use counted; a used-up fault leaves the list."""
    for fault in faults:
        told = {what, "status"} if what in STATUSES else {what}
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
