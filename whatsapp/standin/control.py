"""The stand-in's own doors under /standin/: who is there, what goes wrong, what happened, what a phone shows."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from config import clock
from whatsapp.standin import attachments, happenings, inbound, rules
from whatsapp.standin.contents import Written
from whatsapp.standin.faults import HookFault, SendFault
from whatsapp.standin.meta import Meta
from whatsapp.standin.phones import Number, User
from whatsapp.standin.wire import Answer, Refusal, Request


class Opened(msgspec.Struct, forbid_unknown_fields=True):
    open: bool = True


class Ahead(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float


class WroteAt(msgspec.Struct, forbid_unknown_fields=True):
    at: datetime


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    all: bool = False


def hello(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, {"what": "Baton's stand-in for WhatsApp"})


def number_put(meta: Meta, request: Request, phone_number_id: str) -> Answer:
    number = request.read(Number)
    number.baton_url = number.baton_url or meta.baton_url
    if not number.baton_url:
        raise Refusal(400, "Give baton_url, such as http://127.0.0.1:8000.")
    meta.network.add_number(phone_number_id, number)
    return Answer(200, _number(number))


def numbers_get(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, [_number(number) for number in meta.network.numbers.values()])


def _number(number: Number) -> dict[str, Any]:
    return {name: getattr(number, name) for name in ("phone_number_id", "key", "display", "name")}


def user_put(meta: Meta, request: Request, user_id: str) -> Answer:
    meta.network.add_user(user_id, request.read(User))
    return Answer(200, _user(meta, meta.network.user(user_id)))


def users_get(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, [_user(meta, user) for user in meta.network.users.values()])


def _user(meta: Meta, user: User) -> dict[str, Any]:
    on_screen = meta.network.on_screen(user)
    known: dict[str, Any] = msgspec.to_builtins(user)
    last = on_screen[-1].shown() if on_screen else None
    return known | {"unread": len(meta.network.unread(user)), "last": last}


def user_write(meta: Meta, request: Request, user_id: str) -> Answer:
    line = inbound.write(meta, meta.network.user(user_id), request.read(Written), origin=request.origin)
    return Answer(201, line.shown())


def user_call(meta: Meta, request: Request, user_id: str) -> Answer:
    line = happenings.call(meta, meta.network.user(user_id), request.read(happenings.Called))
    return Answer(201, line.shown())


def user_echo(meta: Meta, request: Request, user_id: str) -> Answer:
    line = happenings.echo(meta, meta.network.user(user_id), request.read(happenings.Echoed))
    return Answer(201, line.shown())


def user_change(meta: Meta, request: Request, user_id: str) -> Answer:
    user = happenings.change(meta, meta.network.user(user_id), request.read(happenings.Changed))
    return Answer(200, _user(meta, user))


def user_prefer(meta: Meta, request: Request, user_id: str) -> Answer:
    happenings.prefer(meta, meta.network.user(user_id), request.read(happenings.Preferred))
    return Answer(200, {"told": True})


def user_share(meta: Meta, request: Request, user_id: str) -> Answer:
    count = happenings.share(meta, meta.network.user(user_id), request.read(happenings.Shared))
    return Answer(200, {"messages": count})


def number_announce(meta: Meta, request: Request, phone_number_id: str) -> Answer:
    happenings.announce(meta, phone_number_id, request.read(happenings.Announced))
    return Answer(201, {"told": True})


def media_get(meta: Meta, request: Request, media_id: str) -> Answer:  # noqa: ARG001
    """A file for the phone's page, in base64: the doors of Graph ask for the number's token."""
    return Answer(200, attachments.fetch(meta, media_id))


def user_screen(meta: Meta, request: Request, user_id: str) -> Answer:
    """What changed on the phone after `revision`, until when each business may write freely, and who is typing."""
    user = meta.network.user(user_id)
    revision = request.whole_number("after")
    closes = {
        number: (opened + rules.WINDOW).isoformat()
        for (number, of), opened in meta.network.opened_at.items()
        if of == user_id
    }
    lines = [line.shown() for line in meta.network.lines_after(user, revision)]
    screen = {"revision": meta.network.revision, "lines": lines, "window_closes": closes}
    return Answer(200, screen | {"typing": meta.network.typing_to(user)})


def user_open(meta: Meta, request: Request, user_id: str) -> Answer:
    meta.open_phone(meta.network.user(user_id), request.read(Opened).open)
    return Answer(200, {"open": meta.network.is_open(meta.network.user(user_id))})


def window_put(meta: Meta, request: Request, phone_number_id: str, user_id: str) -> Answer:
    """As if the user had written at that moment: for conversations that were there before the stand-in."""
    number, user, at = meta.network.number(phone_number_id), meta.network.user(user_id), request.read(WroteAt).at
    if at.tzinfo is None:
        raise Refusal(400, "at needs its offset from UTC, such as 2026-11-21T09:00:00+00:00.")
    meta.network.user_wrote(number, user, at=at, opens_window=True)
    return Answer(200, {"closes": (meta.network.opened_at[phone_number_id, user_id] + rules.WINDOW).isoformat()})


def clock_get(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, {"now": clock.now().isoformat()})


def clock_jump(meta: Meta, request: Request) -> Answer:
    try:
        clock.jump(timedelta(seconds=request.read(Ahead).seconds))
    except (RuntimeError, ValueError, OverflowError) as error:
        raise Refusal(409, str(error)) from error
    return clock_get(meta, request)


def faults_post(meta: Meta, request: Request) -> Answer:
    faults = request.read(list[SendFault] | SendFault)  # type: ignore[arg-type]
    meta.faults += faults if isinstance(faults, list) else [faults]
    return Answer(201, msgspec.to_builtins(meta.faults))


def faults_get(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, msgspec.to_builtins(meta.faults))


def hook_faults_post(meta: Meta, request: Request) -> Answer:
    faults = request.read(list[HookFault] | HookFault)  # type: ignore[arg-type]
    meta.courier.faults += faults if isinstance(faults, list) else [faults]
    return Answer(201, msgspec.to_builtins(meta.courier.faults))


def sent_get(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, list(meta.network.sent))


def requests_get(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, list(meta.network.requests))


def webhooks_get(meta: Meta, request: Request) -> Answer:  # noqa: ARG001
    """`pending` is 0 only when nothing more will come of itself."""
    counts = meta.courier.counts()
    return Answer(200, counts | {"pending": counts["pending"] + len(meta.tasks)})


def reset(meta: Meta, request: Request) -> Answer:
    """Empty phones, books, queues and faults; with `all`, forget numbers and people too."""
    everything = request.read(Reset).all
    meta.reset()
    if everything:
        meta.network.numbers, meta.network.users = {}, {}
    return Answer(200, {"reset": True})
