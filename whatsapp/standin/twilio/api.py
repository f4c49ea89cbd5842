"""Twilio's side: messages, media, contents, typing, the account; each refuses in Twilio's codes."""

import json
from base64 import b64decode
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from config import clock
from whatsapp.standin.twilio import webhooks
from whatsapp.standin.twilio.faults import Fault
from whatsapp.standin.twilio.memory import API, JSON, Line, Memory, new_sid
from whatsapp.standin.twilio.wire import Reply, error
from whatsapp.standin.wire import Request

LONGEST_BODY = 1600
RICH_TYPES = ("twilio/quick-reply", "twilio/list-picker", "twilio/call-to-action")


def is_authorized(memory: Memory, request: Request) -> bool:
    """Basic auth with account SID and token."""
    scheme, _, pair = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, token = b64decode(pair).decode().partition(":")
    except ValueError:
        return False
    return (scheme, user, token) == ("Basic", memory.account.sid, memory.account.auth_token)


def unauthorized() -> Reply:
    return error(401, 20003, "Authenticate")


def form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def send(memory: Memory, request: Request, fault: Fault | None) -> Reply:
    """POST Messages.json."""
    form = form_of(request)
    if refusal := _refusal(memory, form):
        return refusal
    line = Line(new_sid("SM"), "outbound-api", form["From"], form["To"], form.get("Body", ""), clock.now(), "queued",
                form=dict(form))  # fmt: skip
    memory.add(line)
    fails_with = fault.code if fault and fault.kind == "failed_status" else _window(memory, form)
    return Reply(201, line.listed(memory.account.sid), then=lambda: webhooks.start_carrying(memory, line, fails_with))


def _refusal(memory: Memory, form: dict[str, str]) -> Reply | None:
    if form.get("From") != memory.account.sender:
        return error(400, 63007, "Twilio could not find a Channel with the specified From address")
    if not form.get("To", "").startswith("whatsapp:"):
        return error(400, 21211, f"Invalid 'To' Phone Number: {form.get('To')}")
    if not (form.get("Body") or form.get("MediaUrl") or form.get("ContentSid")):
        return error(400, 21619, "A text message body or media urls must be specified.")
    if len(form.get("Body", "")) > LONGEST_BODY:
        return error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    return _content_refusal(memory, form) if form.get("ContentSid") else None


def _content_refusal(memory: Memory, form: dict[str, str]) -> Reply | None:
    content = memory.contents.get(form["ContentSid"])
    if content is None:
        return error(400, 21655, "The ContentSid is Invalid")
    try:
        given = json.loads(form.get("ContentVariables", "{}"))
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) and value for value in given.values()):
        return error(400, 21656, "The Content Variables parameter is invalid.")
    return None


def _window(memory: Memory, form: dict[str, str]) -> int:
    """Outside the 24 hours only an approved template goes through; Twilio says so afterwards."""
    approval = memory.contents.get(form.get("ContentSid", ""), {}).get("approval_requests", {})
    if memory.windows is None or form["To"] in memory.windows or approval.get("status") == "approved":
        return 0
    return 63016


def list_messages(memory: Memory, request: Request) -> Reply:
    """GET Messages.json: the newest first, by To and DateSent, in pages."""
    found = [line for line in reversed(list(memory.lines.values())) if _is_asked(line, request.query)]
    start, size = int(request.query.get("Page", "0")), min(int(request.query.get("PageSize", "50")), memory.page_limit)
    page = found[start * size : (start + 1) * size]
    more = len(found) > (start + 1) * size
    asked = "&".join(f"{name.replace('>', '%3E').replace('<', '%3C')}={value.replace('+', '%2B')}"
                     for name, value in request.query.items() if name not in ("Page", "PageSize"))  # fmt: skip
    following = f"{request.path}?{asked}&PageSize={size}&Page={start + 1}" if more else None
    listed = [line.listed(memory.account.sid) for line in page]
    return Reply(200, {"messages": listed, "next_page_uri": following, "page": start, "page_size": size})


def _is_asked(line: Line, query: dict[str, str]) -> bool:
    after, before = query.get("DateSent>"), query.get("DateSent<")
    return (
        query.get("To", line.to) == line.to
        and (after is None or line.created_at >= datetime.fromisoformat(after))
        and (before is None or line.created_at <= datetime.fromisoformat(before))
    )


def list_media(memory: Memory, request: Request, message_sid: str) -> Reply:
    """GET Messages/…/Media.json."""
    line = memory.lines.get(message_sid)
    if line is None:
        return error(404, 20404, "The requested resource was not found")
    listed = [
        {"sid": file.sid, "parent_sid": line.sid, "content_type": file.mime_type,
         "date_created": file.created_at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
         "uri": request.path.removesuffix(".json") + f"/{file.sid}.json"}
        for file in line.files
    ]  # fmt: skip
    return Reply(200, {"media_list": listed, "next_page_uri": None})


def media(memory: Memory, request: Request, file_sid: str) -> Reply:  # noqa: ARG001 - all of the API is called alike
    """GET Messages/…/Media/…: the file, or where it lies."""
    file = memory.file(file_sid)
    if file is None:
        return error(404, 20404, "The requested resource was not found")
    if memory.account.media_origin:
        return Reply(307, None, {"Location": f"{memory.account.media_origin}/cdn/{file.sid}"})
    return Reply(200, file.content, {"Content-Type": file.mime_type})


def stored_file(memory: Memory, request: Request, file_sid: str) -> Reply:
    """The content network: it must never see the token."""
    file = memory.file(file_sid)
    if "authorization" in request.headers:
        return Reply(400, b"Only one auth mechanism allowed", {"Content-Type": "text/plain"})
    return Reply(200, file.content, {"Content-Type": file.mime_type}) if file else Reply(403, b"")


def create_content(memory: Memory, request: Request) -> Reply:
    """POST v1/Content."""
    try:
        asked = json.loads(request.body)
        types = asked["types"]
        ((kind, definition),) = types.items()
    except (ValueError, KeyError, TypeError, AttributeError):
        return error(400, 92000, "The content could not be read")
    if kind in RICH_TYPES and not (isinstance(definition, dict) and definition.get("body")):
        return error(400, 92001, "A body is required")
    return Reply(201, add_content(memory, asked))


def add_content(memory: Memory, content: JSON) -> JSON:
    """Keep a content, with its approval where it has one."""
    kept = {"sid": new_sid("HX"), "account_sid": memory.account.sid, **content}
    memory.contents[kept["sid"]] = kept
    return kept


def list_templates(memory: Memory, request: Request) -> Reply:
    """GET v1/ContentAndApprovals, in pages; the address of the next one is whole, as Twilio gives it."""
    start, size = int(request.query.get("Page", "0")), min(int(request.query.get("PageSize", "50")), memory.page_limit)
    contents: list[Any] = list(memory.contents.values())
    more = len(contents) > (start + 1) * size
    following = f"https://content.twilio.com{request.path}?PageSize={size}&Page={start + 1}" if more else None
    page = contents[start * size : (start + 1) * size]
    return Reply(200, {"contents": page, "meta": {"next_page_url": following, "key": "contents", "page": start}})


def typing(memory: Memory, request: Request) -> Reply:
    """POST v2/Indicators/Typing.json: shows typing, and marks the message read."""
    form = form_of(request)
    line = memory.lines.get(form.get("messageId", ""))
    if form.get("channel") != "whatsapp" or line is None or line.direction != "inbound":
        return error(400, 60200, "Invalid parameter")
    memory.typing.append(line.sid)
    return Reply(200, {"success": True})


def account(memory: Memory, request: Request) -> Reply:  # noqa: ARG001 - all of the API is called alike
    """GET Accounts/….json."""
    return Reply(200, {"sid": memory.account.sid, "status": memory.account.status, "type": "Full", "api_version": API})
