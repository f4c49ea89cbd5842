"""One request on the Graph side: who asks, and what goes wrong on the way where a fault is scripted."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from whatsapp.standin import rules
from whatsapp.standin.faults import SendFault, Where, take_fault
from whatsapp.standin.meta import Meta
from whatsapp.standin.phones import Number
from whatsapp.standin.rules import fields
from whatsapp.standin.wire import Answer, Receive, Request

ERROR_PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry, something went wrong.</body></html>"
GARBAGE = b'{"messaging_product":"whatsapp","contacts":[{"inp\xff\xfe'


@dataclass(frozen=True)
class Call:
    """A request to `/{version}/{object_id}…`. `seen` is what the list of requests will tell of it."""

    meta: Meta
    request: Request
    receive: Receive
    version: str
    object_id: str
    seen: dict[str, Any]

    @property
    def number(self) -> Number:
        """The number that the path names, its token checked. Raises GraphError."""
        return self.asked_by(filter(None, [self.meta.network.numbers.get(self.object_id)]))

    @property
    def account(self) -> Number:
        """A number of the business account that the path names, its token checked. Raises GraphError."""
        return self.asked_by(numbers_of(self.meta, self.object_id))

    def asked_by(self, numbers: Iterable[Number]) -> Number:
        """The one of these whose token came with the request. Raises GraphError 100 without any, 190 for another."""
        known = list(numbers)
        if not known:
            raise rules.no_such_object(self.request.method, self.object_id)
        given = self.request.headers.get("authorization", "")
        rules.check_token(given, *[number.access_token for number in known])
        return next(number for number in known if rules.fits(given, number.access_token))

    def json(self) -> Any:
        """The body. Raises GraphError 100."""
        try:
            return msgspec.json.decode(self.request.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise rules.GraphError(100, "The body is not JSON.") from error

    def form(self) -> dict[str, Any]:
        """The body as a JSON object. Raises GraphError 100."""
        body = fields.without_nulls(self.json())
        if not isinstance(body, dict):
            raise rules.GraphError(100, "The body must be a JSON object.")
        return body

    async def through(self, where: Where, number: Number, work: Callable[[], Answer]) -> Answer:
        """The answer of `work`, or what a scripted fault makes of it."""
        return await suffer(self.fault(where, number), work)

    def fault(self, where: Where, number: Number, **more: Any) -> SendFault | None:
        """The fault scripted for this request, a sick account first."""
        sick = take_fault(self.meta.faults, "account", number=number.phone_number_id)
        return sick or take_fault(self.meta.faults, where, number=number.phone_number_id, **more)


def numbers_of(meta: Meta, business_account_id: str) -> list[Number]:
    """The numbers of a business account."""
    return [number for number in meta.network.numbers.values() if number.business_account_id == business_account_id]


async def suffer(fault: SendFault | None, work: Callable[[], Answer]) -> Answer:
    """The answer of `work` with the fault's effect. Raises GraphError where the fault is an error."""
    if fault is None:
        return work()
    if fault.kind == "error":
        raise scripted(fault)
    if fault.kind == "http":
        return Answer(fault.http, ERROR_PAGE, headers=fault.headers, content_type="text/html; charset=utf-8")
    if fault.kind == "drop":
        return Answer(0, None, dropped=True)
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_ms / 1000)
        return work()
    answer = work()
    return spoil(answer, fault) if answer.status == 200 else answer


def spoil(answer: Answer, fault: SendFault) -> Answer:
    """A good answer, made bad as the fault says."""
    changes: dict[str, Any] = {"headers": {**answer.headers, **fault.headers}}
    if fault.kind == "garbage":
        changes["content"] = GARBAGE
    elif fault.kind == "slow_body":
        changes["dribble"] = fault.delay_ms / 1000
    elif fault.kind == "truncate":
        changes["cut"] = True
    elif isinstance(answer.content, bytes):
        changes |= _spoiled_file(answer.content, fault)
    else:
        changes["content"] = answer.content | _spoiled_node(fault)
    return dataclasses.replace(answer, **changes)


def _spoiled_node(fault: SendFault) -> dict[str, Any]:
    wrong: dict[str, dict[str, Any]] = {
        "wrong_hash": {"sha256": "0" * 64},
        "wrong_mime": {"mime_type": fault.mime},
        "too_large": {"file_size": fault.size},
        "redirect": {"url": fault.location},
    }
    return wrong.get(fault.kind, {})


def _spoiled_file(content: bytes, fault: SendFault) -> dict[str, Any]:
    wrong: dict[str, dict[str, Any]] = {
        "wrong_hash": {"content": content[:-1] + bytes([content[-1] ^ 1])},
        "wrong_mime": {"content_type": fault.mime},
        "too_large": {"padding": max(0, fault.size - len(content))},
        "redirect": {"status": 302, "content": b"", "headers": {**fault.headers, "location": fault.location}},
    }
    return wrong.get(fault.kind, {})


def scripted(fault: SendFault) -> rules.GraphError:
    """The error that a fault asks for."""
    return rules.GraphError(
        fault.code, fault.details, http=fault.http, transient=fault.is_transient, headers=fault.headers
    )


def refused(error: rules.GraphError) -> Answer:
    """An error as it goes over the wire."""
    return Answer(error.http, error.body(), headers=error.headers)
