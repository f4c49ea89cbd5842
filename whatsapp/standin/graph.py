"""The Graph side: which door a path leads to, and the door of sends, POST /{version}/{phone_number_id}/messages."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from config import clock
from whatsapp.standin import account, media, media_doors, rules, template_doors, templates
from whatsapp.standin.calls import Call, refused, scripted, suffer
from whatsapp.standin.faults import SEND_KINDS, SendFault
from whatsapp.standin.meta import Meta
from whatsapp.standin.phones import Line, Number
from whatsapp.standin.templates import Template
from whatsapp.standin.wire import Answer, Receive, Request, client_gone

PATH = re.compile(
    r"/(?!standin/)([\w.-]+)/([\w.-]+)(?:/(messages|media|message_templates|subscribed_apps|subscriptions))?"
)
DOWNLOAD = re.compile(r"/standin-media/([\w-]+)")
OLDEST_REACTION = timedelta(days=30)

Door = Callable[[Call], Awaitable[Answer]]


async def answer(meta: Meta, request: Request, receive: Receive) -> Answer | None:
    """What Graph answers, or None where the path is not Graph's. Every request is remembered with its answer."""
    download, path = DOWNLOAD.fullmatch(request.path), PATH.fullmatch(request.path)
    if download is None and path is None:
        return None
    seen: dict[str, Any] = {"at": clock.now().isoformat(), "method": request.method, "path": request.path}
    meta.network.requests.append(seen)
    try:
        if download is not None:
            seen |= {"version": "", "phone_number_id": "", "body": None, "status": None}
            given = await media_doors.download(meta, request, receive, download[1])
        else:
            given = await _through_doors(meta, request, receive, seen, *_parts(path))
    except rules.GraphError as error:
        given = refused(error)
    seen["status"] = None if given.dropped else given.status
    return given


def _parts(path: "re.Match[str] | None") -> tuple[str, str, str]:
    version, object_id, edge = path.groups("") if path else ("", "", "")
    return version, object_id, edge


async def _through_doors(
    meta: Meta, request: Request, receive: Receive, seen: dict[str, Any], version: str, object_id: str, edge: str
) -> Answer:
    seen |= {"version": version, "phone_number_id": object_id, "body": None, "status": None}
    rules.check_version(version)
    call = Call(meta, request, receive, version, object_id, seen)
    if not edge:
        return await _node(call)
    methods, door = DOORS[edge]
    if request.method not in methods:
        raise rules.no_such_object(request.method, object_id)
    return await door(call)


async def _node(call: Call) -> Answer:
    """A path that ends with an id: of a number, a business account, a file or a template."""
    if call.object_id in call.meta.network.numbers:
        return await account.number_node(call)
    kept = media.shelf(call.meta).find(call.object_id)
    if kept is not None:
        return await media_doors.node(call, kept)
    found = templates.book(call.meta).find(call.object_id)
    if found is not None:
        return await template_doors.node(call, *found)
    return await account.account_node(call)


async def messages(call: Call) -> Answer:
    """Take a send or a read mark; refuse in Graph's words; misbehave where a fault is scripted."""
    number = call.number
    call.seen["body"] = call.json()
    order = rules.read_order(call.seen["body"])
    if isinstance(order, rules.MarkRead):
        return _mark_read(call, number, order)
    fault = call.fault("send", number, names=_names(call.meta, order), text=order.words, type=order.type)
    if fault is not None and fault.kind in SEND_KINDS:
        return await _misbehave(call, number, order, fault)
    return await suffer(fault, lambda: _taken(call, number, order))


def _mark_read(call: Call, number: Number, order: rules.MarkRead) -> Answer:
    call.meta.network.mark_read_up_to(order.message_id, number, typing=order.typing)
    return Answer(200, {"success": True})


def _names(meta: Meta, order: rules.Outgoing) -> list[str]:
    try:
        return [order.given, order.phone, meta.network.recipient(order).id]
    except rules.GraphError:
        return [order.given, order.phone]


def _taken(call: Call, number: Number, order: rules.Outgoing) -> Answer:
    line = _take(call, number, order)
    return Answer(200, _accepted(line, order), then=lambda: _carry(call.meta, line))


def _take(call: Call, number: Number, order: rules.Outgoing) -> Line:
    """Accept a send whose files are there and whose template fits. Raises GraphError."""
    if order.phone == number.digits:
        raise rules.GraphError(131021, "A message cannot be sent to the number that sends it.")
    call.meta.network.recipient(order)
    template = None
    if order.type == "template":
        template = templates.check_sent(call.meta, order, number.business_account_id)
    media.check_sent_media(media.shelf(call.meta), order, number.phone_number_id)
    line = call.meta.accept(number, order, call.version, call.seen["body"])
    if template is not None:
        _print(line, template)
    return line


def _print(line: Line, template: Template) -> None:
    """What the customer reads of a template, and what it costs, belong to the line."""
    shown = templates.rendered(template, line.content)
    line.text, line.category = shown["body"], template.category.lower()
    line.content = {**line.content, "rendered": shown}


async def _misbehave(call: Call, number: Number, order: rules.Outgoing, fault: SendFault) -> Answer:
    if fault.kind == "drop_before_accept":
        return Answer(0, None, dropped=True)
    line = _take(call, number, order)
    given = Answer(200, _accepted(line, order))
    if fault.kind == "failed_status":
        error = rules.GraphError(fault.code, fault.details)
        return Answer(200, given.content, then=lambda: _carry(call.meta, line, error))
    carried = call.meta.carry(line, fails_with=_late_refusal(call.meta, line))
    if fault.kind == "delay_ms":
        await asyncio.sleep(fault.delay_ms / 1000)
    elif fault.kind == "status_before_answer":
        await asyncio.wait([carried])
    elif fault.kind == "accept_then_hang":
        return await _hang(fault, call.receive)
    elif fault.kind == "accept_then_drop":
        return Answer(0, None, dropped=True)
    elif fault.kind == "accept_then_error":
        return refused(scripted(fault))
    return given


async def _hang(fault: SendFault, receive: Receive) -> Answer:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(client_gone(receive), fault.delay_ms / 1000 or None)
    return Answer(0, None, dropped=True)


def _carry(meta: Meta, line: Line, error: rules.GraphError | None = None) -> None:
    meta.carry(line, fails_with=error or _late_refusal(meta, line))


def _late_refusal(meta: Meta, line: Line) -> rules.GraphError | None:
    """A reaction is accepted at once and fails later where its message is not in the chat, or is too old."""
    if line.type != "reaction":
        return None
    target = meta.network.by_id.get(line.content["message_id"])
    same_chat = target is not None and target.user is line.user and target.number is line.number
    if target is not None and same_chat and line.at - target.at <= OLDEST_REACTION and target.type != "reaction":
        return None
    return rules.GraphError(
        131009, "The message reacted to is not in this chat, was deleted, is itself a reaction, or is over 30 days old."
    )


def _accepted(line: Line, order: rules.Outgoing) -> dict[str, Any]:
    contact = {"input": order.given}
    contact |= {"wa_id": line.user.wa_id} if order.phone else {"user_id": line.user.bsuid}
    message = {"id": line.id} | ({"message_status": "accepted"} if order.type == "template" else {})
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}


#: What may stand after an id, with the methods it takes.
DOORS: dict[str, tuple[set[str], Door]] = {
    "messages": ({"POST"}, messages),
    "media": ({"POST"}, media_doors.upload),
    "message_templates": ({"GET", "POST", "DELETE"}, template_doors.message_templates),
    "subscribed_apps": ({"GET", "POST", "DELETE"}, account.subscribed_apps),
    "subscriptions": ({"GET"}, account.subscriptions),
}
