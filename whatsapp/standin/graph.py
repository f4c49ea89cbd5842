"""The Graph side: POST /{version}/{phone_number_id}/messages."""

import asyncio
import contextlib
from typing import Any

import msgspec

from config import clock
from whatsapp.standin import rules
from whatsapp.standin.faults import SendFault, take_send_fault
from whatsapp.standin.meta import Meta
from whatsapp.standin.phones import Line, Number
from whatsapp.standin.wire import Answer, Receive, Request, client_gone


async def messages(meta: Meta, request: Request, receive: Receive, version: str, phone_number_id: str) -> Answer:
    """Take a send or a read mark; refuse in Graph's words; misbehave where a fault is scripted."""
    seen: dict[str, Any] = {"at": clock.now().isoformat(), "version": version, "phone_number_id": phone_number_id}
    seen |= {"body": None, "status": None}
    meta.network.requests.append(seen)
    try:
        rules.check_version(version)
        number = _number(meta, phone_number_id)
        rules.check_token(request.headers.get("authorization", ""), number.access_token)
        seen["body"] = _json(request.body)
        order = rules.read_order(seen["body"])
        if isinstance(order, rules.MarkRead):
            meta.network.mark_read_up_to(order.message_id, number)
            answer = Answer(200, {"success": True})
        else:
            answer = await _send(meta, number, order, seen, receive)
    except rules.GraphError as error:
        answer = Answer(error.http, error.body())
    seen["status"] = None if answer.dropped else answer.status
    return answer


def _number(meta: Meta, phone_number_id: str) -> Number:
    if phone_number_id not in meta.network.numbers:
        title = (
            f"Unsupported post request. Object with ID '{phone_number_id}' does not exist, cannot be loaded due to "
            "missing permissions, or does not support this operation"
        )
        raise rules.GraphError(100, title, title=title)
    return meta.network.numbers[phone_number_id]


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise rules.GraphError(100, "The body is not JSON.") from error


async def _send(meta: Meta, number: Number, order: rules.Outgoing, seen: dict[str, Any], receive: Receive) -> Answer:
    fault = take_send_fault(meta.faults, names=_names(meta, order), text=order.content.get("body", ""))
    if fault is not None and fault.kind == "drop_before_accept":
        return Answer(0, None, dropped=True)
    if fault is not None and fault.kind == "error":
        raise rules.GraphError(fault.code, fault.details, http=fault.http)
    line = meta.accept(number, order, seen["version"], seen["body"])
    if fault is None:
        return Answer(200, _accepted(line, order), then=lambda: _carry(meta, line))
    return await _misbehave(meta, fault, line, order, receive)


def _names(meta: Meta, order: rules.Outgoing) -> list[str]:
    try:
        return [order.given, order.phone, meta.network.recipient(order).id]
    except rules.GraphError:
        return [order.given, order.phone]


async def _misbehave(meta: Meta, fault: SendFault, line: Line, order: rules.Outgoing, receive: Receive) -> Answer:
    answer = Answer(200, _accepted(line, order))
    if fault.kind == "failed_status":
        error = rules.GraphError(fault.code, fault.details)
        return Answer(200, answer.content, then=lambda: _carry(meta, line, error))
    carried = meta.carry(line)
    if fault.kind == "delay_ms":
        await asyncio.sleep(fault.delay_ms / 1000)
    elif fault.kind == "status_before_answer":
        await asyncio.wait([carried])
    elif fault.kind == "accept_then_hang":
        return await _hang(fault, receive)
    elif fault.kind == "accept_then_drop":
        return Answer(0, None, dropped=True)
    return answer


async def _hang(fault: SendFault, receive: Receive) -> Answer:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(client_gone(receive), fault.delay_ms / 1000 or None)
    return Answer(0, None, dropped=True)


def _carry(meta: Meta, line: Line, error: rules.GraphError | None = None) -> None:
    meta.carry(line, fails_with=error)


def _accepted(line: Line, order: rules.Outgoing) -> dict[str, Any]:
    contact = {"input": order.given}
    contact |= {"wa_id": line.user.wa_id} if order.phone else {"user_id": line.user.bsuid}
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": line.id}]}
