"""Twilio's content templates in Graph's shape, and the way back: what stands for their variables.

Twilio numbers the variables of a template throughout; Graph numbers them anew in every component. So each component
here carries `variables`: Twilio's names in the order in which Graph counts them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from conversations.content import Template
from whatsapp.adapter import File
from whatsapp.faults import FaultKind
from whatsapp.twilio.bodies import CannotSay, public_url

VARIABLE = re.compile(r"\{\{\s*(\w{1,16})\s*\}\}")
STATUSES = {
    "approved": "APPROVED", "received": "PENDING", "pending": "PENDING", "rejected": "REJECTED", "paused": "PAUSED",
    "disabled": "DISABLED",
}  # fmt: skip
#: Of two templates of one name and language, the better one counts.
_BEST = ("APPROVED", "PENDING", "PAUSED", "REJECTED", "DISABLED")
_FILLABLE = (
    "twilio/text",
    "twilio/media",
    "twilio/quick-reply",
    "twilio/call-to-action",
    "twilio/card",
    "whatsapp/card",
)
_BUTTONS = {"QUICK_REPLY": "QUICK_REPLY", "URL": "URL", "PHONE_NUMBER": "PHONE_NUMBER", "COPY_CODE": "COPY_CODE",
            "VOICE_CALL": "VOICE_CALL"}  # fmt: skip
_FORMATS = {
    "VIDEO": (".mp4", ".3gp", ".3gpp"),
    "DOCUMENT": (".pdf", ".doc", ".docx", ".ppt", ".pptx", ".xls", ".xlsx", ".txt"),
}


def graph_templates(contents: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The templates among Twilio's contents, each name and language once. Contents never handed in are left out."""
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for content in contents:
        template = graph_template(content)
        if template is None:
            continue
        key = (template["name"], template["language"])
        if key not in best or _rank(template) < _rank(best[key]):
            best[key] = template
    yield from best.values()


def _rank(template: dict[str, Any]) -> int:
    return _BEST.index(template["status"])


def graph_template(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """One content with its approval as Graph would list it; None where it was never handed in for approval."""
    approval = content.get("approval_requests")
    approval = approval if isinstance(approval, dict) else {}
    status = STATUSES.get(str(approval.get("status")).lower())
    name, sid = approval.get("name"), content.get("sid")
    if not status or not isinstance(name, str) or not name or not isinstance(sid, str):
        return None
    return {
        "id": sid,
        "name": name,
        "language": str(content.get("language") or ""),
        "status": status,
        "category": str(approval.get("category") or "UTILITY").upper(),
        "components": list(_components(content.get("types"))),
        "parameter_format": "POSITIONAL",
        "quality_score": {},
        "rejected_reason": str(approval.get("rejection_reason") or ""),
    }


def _components(types: Any) -> Iterator[dict[str, Any]]:
    """The parts of the richest type, which is the one WhatsApp shows."""
    kinds = {kind: given for kind, given in types.items() if isinstance(given, dict)} if isinstance(types, dict) else {}
    if not kinds:
        return
    kind = max(kinds, key=lambda name: (name.startswith("whatsapp/"), name != "twilio/text"))
    if kind == "whatsapp/authentication":
        yield from _code(kinds[kind])
        return
    yield from _parts(kinds[kind], is_card=kind.endswith("/card"))
    if kind not in _FILLABLE:
        yield {"type": kind.partition("/")[2].upper()}  # a part that nobody here can fill in


def _code(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A one-time code: WhatsApp words it, Twilio's only variable is the code."""
    yield _numbered({"type": "BODY"}, "text", "*{{1}}* is your verification code.")
    actions = given.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    label = str(first.get("copy_code_text") or "Copy code")
    yield {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": label}]}


def _parts(given: dict[str, Any], *, is_card: bool) -> Iterator[dict[str, Any]]:
    media = given.get("media")
    link = media[0] if isinstance(media, list) and media else media
    if isinstance(link, str) and VARIABLE.search(link):  # a fixed file asks for nothing
        yield _numbered({"type": "HEADER", "format": _format(link)}, "twilio_media", link)
    elif isinstance(header := given.get("header_text"), str) and header:
        yield _numbered({"type": "HEADER", "format": "TEXT"}, "text", header)
    body = given.get("body") or (given.get("title") if is_card else "")
    yield _numbered({"type": "BODY"}, "text", str(body or ""))
    footer = given.get("footer") or (given.get("subtitle") if is_card else "")
    if footer:
        yield {"type": "FOOTER", "text": str(footer)}
    actions = given.get("actions")
    buttons = [_button(action) for action in actions if isinstance(action, dict)] if isinstance(actions, list) else []
    if buttons:
        yield {"type": "BUTTONS", "buttons": buttons}


def _button(action: dict[str, Any]) -> dict[str, Any]:
    kind = _BUTTONS.get(str(action.get("type") or "QUICK_REPLY").upper(), "OTHER")
    button = {"type": kind, "text": str(action.get("title") or "")}
    field, source = {"URL": ("url", "url"), "COPY_CODE": ("example", "code"), "PHONE_NUMBER": ("phone_number", "phone")
                     }.get(kind, ("payload", "id"))  # fmt: skip
    return _numbered(button, field, str(action.get(source) or ""))


def _numbered(component: dict[str, Any], field: str, words: str) -> dict[str, Any]:
    """The words with their variables counted from 1, and Twilio's names for them beside."""
    names = list(dict.fromkeys(VARIABLE.findall(words)))
    counted = VARIABLE.sub(lambda found: "{{" + str(names.index(found[1]) + 1) + "}}", words)
    return component | {field: counted} | ({"variables": names} if names else {})


def _format(link: str) -> str:
    path = link.partition("?")[0].lower()
    return next((kind for kind, endings in _FORMATS.items() if path.endswith(endings)), "IMAGE")


def variables(template: Template, stored: Sequence[Any], file: File | None) -> dict[str, str]:
    """Twilio's variables of this template, filled in with what the message says.

    `stored`: the template's components as `graph_template` gave them. Raises CannotSay where a value is missing.
    """
    found: dict[str, str] = {}
    sent = [component for component in template.components if isinstance(component, dict)]
    for component in (component for component in stored if isinstance(component, dict)):
        kind = str(component.get("type", "")).lower()
        if kind == "buttons":
            for index, button in enumerate(component.get("buttons", [])):
                found |= _filled(button, _values(sent, "button", index) or _usual(button))
        elif "twilio_media" in component:
            found |= _media_filled(component, _values(sent, kind), file)
        else:
            found |= _filled(component, _values(sent, kind))
    return found


def _values(sent: list[dict[str, Any]], kind: str, index: int | None = None) -> list[str]:
    """What the message gives for one component, in order."""
    for component in sent:
        if str(component.get("type", "")).lower() == kind and (
            index is None or str(component.get("index")) == str(index)
        ):
            return [_value(parameter) for parameter in component.get("parameters", [])]
    return []


def _usual(button: dict[str, Any]) -> list[str]:
    """What an answer to tap says back where the message names nothing: its own words."""
    names = button.get("variables", [])
    return [str(button.get("text"))] * len(names) if button.get("type") == "QUICK_REPLY" else []


def _value(parameter: Any) -> str:
    """A parameter's words: text, payload, code; for money and dates the words that stand for them; a file's link."""
    if not isinstance(parameter, dict):
        return ""
    kind = str(parameter.get("type", "text"))
    inner = parameter.get(kind)
    if isinstance(inner, dict):
        return str(inner.get("fallback_value") or inner.get("link") or "")
    return str(inner if inner is not None else "")


def _filled(component: dict[str, Any], values: list[str]) -> dict[str, str]:
    names = component.get("variables", [])
    if len(values) < len(names) or not all(values[: len(names)]):
        raise CannotSay(
            "template_values", FaultKind.TEMPLATE, "A blank of the template was not filled in.",
            "Fill in every blank and send it again.",
        )  # fmt: skip
    return dict(zip(names, values, strict=False))


def _media_filled(component: dict[str, Any], values: list[str], file: File | None) -> dict[str, str]:
    """The header's file: its variable stands at the end of a fixed address, or for all of it."""
    names = component.get("variables", [])
    if not names:
        return {}
    link = public_url(file) if file is not None else next(iter(values), "")
    root = str(component["twilio_media"]).partition("{{")[0]
    if not link or not link.startswith(root):
        raise CannotSay(
            "template_file", FaultKind.TEMPLATE, f"The template takes a file from {root or 'a link'} only.",
            "Choose a template without a file, or have this one changed in Twilio's console.",
        )  # fmt: skip
    return {names[0]: link[len(root) :]}
