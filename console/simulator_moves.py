"""What the phone simulator's page may do in a customer's name, read from its forms."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from whatsapp.standin.client import JSON, StandinClient
from whatsapp.standin.contents import CAPTIONED, MEDIA, WRITABLE
from whatsapp.standin.rules import MAX_TEXT

#: WhatsApp's own limit is higher for some kinds; a phone for trying things out needs no more.
MAX_FILE = 5 * 1024 * 1024
#: Kinds beside those of `whatsapp.standin.contents`: one that Baton has never heard of.
UNKNOWN = "hologram"
TEXTS = ("reply_to", "target", "emoji", "id", "title", "description", "filename", "address", "name", "of")
SWITCHES = ("remove", "broken", "referral", "voice", "animated", "accepts")
CHANGES = ("user_changed_number", "user_changed_user_id", "customer_identity_changed")


class BadMove(ValueError):
    """The form is wrong; the text says the mend."""


def write(client: StandinClient, user: str, number: str, request: HttpRequest) -> JSON:
    """One message of any kind. Raises BadMove."""
    kind, words = request.POST.get("type", "text"), request.POST.get("text", "").strip()
    if kind not in (*WRITABLE, UNKNOWN):
        raise BadMove(f"type must be one of {', '.join((*WRITABLE, UNKNOWN))}.")
    if kind in ("text", "edit") and not words:
        raise BadMove("A message needs at least one character.")
    if len(words) > MAX_TEXT:
        raise BadMove(f"A message has at most {MAX_TEXT} characters.")
    more = _circumstances(request) | _file(kind, request.FILES.get("file"))
    if kind in CAPTIONED:
        more["caption"], words = words, ""
    if kind == UNKNOWN:
        more["payload"] = {"shape": "sphere"}
    return client.write(user, phone_number_id=number, type=kind, text=words, **more)


def _circumstances(request: HttpRequest) -> dict[str, Any]:
    given: dict[str, Any] = {name: request.POST[name] for name in TEXTS if name in request.POST}
    given |= {name: request.POST[name] == "1" for name in SWITCHES if name in request.POST}
    given |= _choice(request, "forwarded", ("once", "often")) | _choice(request, "field", ("messages", "standby"))
    if "code" in request.POST:
        given["code"] = _whole("code", request.POST["code"])
    return given


def _choice(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> dict[str, str]:
    if name not in request.POST:
        return {}
    if request.POST[name] not in allowed:
        raise BadMove(f"{name} must be {' or '.join(allowed)}.")
    return {name: request.POST[name]}


def _file(kind: str, file: "UploadedFile[Any] | None") -> dict[str, Any]:
    if file is None:
        return {}
    if kind not in MEDIA:
        raise BadMove(f"A file goes with {', '.join(MEDIA)} only.")
    if not file.size or file.size > MAX_FILE:
        raise BadMove(f"A file has 1 byte to {MAX_FILE // 1024 // 1024} MB here.")
    return {"data": file.read(), "filename": file.name or "", "mime_type": file.content_type or ""}


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise BadMove(f"{name} must be a whole number.")
    return int(text)


def _call(client: StandinClient, user: str, number: str, request: HttpRequest) -> JSON:  # noqa: ARG001
    return client.call(user, phone_number_id=number)


def _hang_up(client: StandinClient, user: str, number: str, request: HttpRequest) -> JSON:
    call, seconds = request.POST.get("target", ""), _whole("seconds", request.POST.get("seconds", "0"))
    return client.hang_up(user, phone_number_id=number, call_id=call, seconds=seconds)


def _echo(client: StandinClient, user: str, number: str, request: HttpRequest) -> JSON:
    names = ("type", "text", "target")
    return client.echo(
        user, phone_number_id=number, **{name: request.POST[name] for name in names if name in request.POST}
    )


def _system(client: StandinClient, user: str, number: str, request: HttpRequest) -> JSON:
    change = _choice(request, "change", CHANGES).get("change", "")
    if not change:
        raise BadMove(f"change must be {' or '.join(CHANGES)}.")
    return client.system(user, change, phone_number_id=number)


def _preferences(client: StandinClient, user: str, number: str, request: HttpRequest) -> JSON:
    value = _choice(request, "value", ("stop", "resume")).get("value", "stop")
    return client.preferences(user, value, phone_number_id=number)


def _history(client: StandinClient, user: str, number: str, request: HttpRequest) -> JSON:  # noqa: ARG001
    return client.history(user, phone_number_id=number)


#: By the name in the page's address.
ACTS: dict[str, Callable[[StandinClient, str, str, HttpRequest], JSON]] = {
    "call": _call,
    "hang-up": _hang_up,
    "echo": _echo,
    "system": _system,
    "preferences": _preferences,
    "history": _history,
}
