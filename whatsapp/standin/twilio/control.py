"""The stand-in's own doors: a customer writes, a fault is scripted, what happened is looked at."""

import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from whatsapp.standin.twilio import api, webhooks
from whatsapp.standin.twilio.faults import Fault
from whatsapp.standin.twilio.memory import Account, Memory
from whatsapp.standin.twilio.wire import Reply
from whatsapp.standin.wire import Refusal, Request

PREFIX = "/standin/twilio/"


class AccountPut(msgspec.Struct, forbid_unknown_fields=True):
    """The account, anew."""

    account_sid: str
    auth_token: str
    sender: str
    webhook_url: str = ""
    shared_key: str = ""
    media_origin: str = ""
    enforce_windows: bool = False


class WrittenFile(msgspec.Struct, forbid_unknown_fields=True):
    mime_type: str
    base64: str


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A customer's message. `parameters` join the webhook's own; `lost`: the webhook never leaves."""

    address: str
    body: str = ""
    files: list[WrittenFile] = []
    parameters: dict[str, str] = {}
    lost: bool = False
    copies: int = 1


async def answer(memory: Memory, request: Request) -> Reply:
    """Raises Refusal for a wrong body or an unknown door."""
    door = _DOORS.get((request.method, request.path.removeprefix(PREFIX)))
    if door is None:
        raise Refusal(404, f"Nothing at {request.method} {request.path}.")
    return await door(memory, request)


async def _hello(memory: Memory, request: Request) -> Reply:  # noqa: ARG001 - all doors are called alike
    return Reply(200, {"account_sid": memory.account.sid, "sender": memory.account.sender})


async def _account(memory: Memory, request: Request) -> Reply:
    given = request.read(AccountPut)
    memory.account = Account(
        sid=given.account_sid,
        auth_token=given.auth_token,
        sender=given.sender,
        webhook_url=given.webhook_url,
        shared_key=given.shared_key,
        media_origin=given.media_origin,
    )
    memory.windows = {} if given.enforce_windows else None
    return Reply(200, {})


async def _write(memory: Memory, request: Request) -> Reply:
    """Answers once the desk has, so that whoever asks knows what it said."""
    given = request.read(Written)
    if not re.fullmatch(r"whatsapp:(\+\d+|[A-Z]{2}\.[A-Za-z0-9.]+)", given.address):
        raise Refusal(400, "The address is whatsapp:+ and a number, or whatsapp: and a business-scoped user id.")
    files = [(b64decode(file.base64), file.mime_type) for file in given.files]
    line = memory.write(given.address, given.body, files)
    base_url = f"http://{request.headers['host']}"
    form = webhooks.message_form(memory.account, line, base_url, dict(given.parameters))
    answers: list[int] = []
    if memory.account.webhook_url and not given.lost:
        answers = [await webhooks.post(memory, memory.account.webhook_url, form) for _ in range(given.copies)]
    return Reply(200, {"sid": line.sid, "form": form, "answers": answers})


async def _faults(memory: Memory, request: Request) -> Reply:
    memory.faults.append(request.read(Fault))
    return Reply(200, {"waiting": len(memory.faults)})


async def _template(memory: Memory, request: Request) -> Reply:
    return Reply(200, api.add_content(memory, request.read(dict[str, Any])))


async def _sent(memory: Memory, request: Request) -> Reply:  # noqa: ARG001
    return Reply(200, [line.listed(memory.account.sid) | {"form": line.form} for line in memory.sent()])


async def _requests(memory: Memory, request: Request) -> Reply:  # noqa: ARG001
    return Reply(200, memory.requests)


async def _webhooks(memory: Memory, request: Request) -> Reply:  # noqa: ARG001
    return Reply(200, memory.webhooks)


async def _reset(memory: Memory, request: Request) -> Reply:  # noqa: ARG001
    memory.lines, memory.contents, memory.faults = {}, {}, []
    memory.requests, memory.webhooks, memory.typing = [], [], []
    return Reply(200, {})


_DOORS: dict[tuple[str, str], Callable[[Memory, Request], Awaitable[Reply]]] = {
    ("GET", ""): _hello,
    ("PUT", "account"): _account,
    ("POST", "messages"): _write,
    ("POST", "faults"): _faults,
    ("POST", "templates"): _template,
    ("GET", "sent"): _sent,
    ("GET", "requests"): _requests,
    ("GET", "webhooks"): _webhooks,
    ("POST", "reset"): _reset,
}
