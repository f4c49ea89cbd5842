"""From what the desk says to the form that Twilio takes (Twilio docs, "Messages resource", "Content API").

What needs buttons goes out as a content resource. One resource serves every message of its shape: all words are
variables of it, so no customer's text is stored at Twilio, and a handful of resources serve for ever.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from conversations.content import Buttons, LinkButton, Location, Media, Menu, Text
from conversations.models import Identity
from whatsapp.adapter import File
from whatsapp.faults import Fault, FaultKind

LONGEST_BODY = 1600
LONGEST_RICH_BODY = 1024
LONGEST_BUTTON_ID = 200
LARGEST_FILE = 16 * 1024 * 1024
Form = dict[str, str]


class CannotSay(Exception):
    """This message cannot go out through Twilio; nothing was sent. `fault` says why, and the mend."""

    def __init__(self, code: str, kind: FaultKind, words: str, advice: str) -> None:
        super().__init__(words)
        self.fault = Fault(code=code, kind=kind, words=words, advice=advice)


@dataclass(frozen=True, slots=True)
class Rich:
    """A content resource's type and definition, and the values of its variables."""

    type: str
    definition: dict[str, Any]
    variables: dict[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """The same for every message of this shape."""
        return hashlib.sha256(json.dumps([self.type, self.definition], sort_keys=True).encode()).hexdigest()

    def resource(self) -> dict[str, Any]:
        """The body that creates the resource. The samples are never sent."""
        return {
            "friendly_name": f"baton_{self.digest()[:24]}",
            "language": "en",
            "variables": {name: f"sample{name}" for name in self.variables},
            "types": {self.type: self.definition},
        }


def address(to: Identity) -> str:
    """Twilio's address of this customer. Raises CannotSay for an identity that is not Twilio's."""
    match to.kind:
        case Identity.Kind.WA_ID:
            return f"whatsapp:+{to.value.removeprefix('+')}"
        case Identity.Kind.BSUID | Identity.Kind.PARENT_BSUID:
            return f"whatsapp:{to.value}"
        case Identity.Kind.TWILIO:
            return str(to.value)
    raise CannotSay(
        "no_address",
        FaultKind.UNDELIVERABLE,
        "This customer has no address on this channel.",
        "Ask the customer to write to this number once.",
    )


def text(content: Text) -> Form:
    """Raises CannotSay where it is longer than Twilio takes."""
    return {"Body": _within(content.body, LONGEST_BODY)}


def location(content: Location) -> Form:
    """A pin with its label; the place's name stands as the text."""
    at = f"{content.latitude:.6f},{content.longitude:.6f}"
    label = _within((content.address or content.name).replace("|", " "), LONGEST_BODY)
    body = content.name or content.address or at
    return {"Body": _within(body, LONGEST_BODY), "PersistentAction": f"geo:{at}" + (f"|{label}" if label else "")}


def media(content: Media, file: File | None) -> Form:
    """A link to the file; its caption as the text. Raises CannotSay where Twilio could not take it."""
    form = {"MediaUrl": public_url(file)}
    return form | ({"Body": _within(content.caption, LONGEST_BODY)} if content.caption else {})


def public_url(file: File | None) -> str:
    """Where Twilio may fetch the file. Raises CannotSay for none, a large one, or a desk without a public address."""
    if file is None:
        raise CannotSay(
            "no_file",
            FaultKind.MEDIA,
            "The file is not there any more.",
            "Attach it again and send it.",
        )
    if file.size > LARGEST_FILE:
        raise CannotSay(
            "file_too_large",
            FaultKind.MEDIA,
            "The file is larger than Twilio takes (16 MB).",
            "Send a smaller file, or a link to it.",
        )
    try:
        return file.public_url()
    except ValueError as error:
        raise CannotSay(
            "no_public_url",
            FaultKind.MEDIA,
            "Twilio fetches files from this desk, which has no public address.",
            "Ask an administrator to set PUBLIC_URL.",
        ) from error


def rich(content: Buttons | Menu | LinkButton) -> Rich:
    """The resource and the values for a message with buttons. Raises CannotSay where it is too long for Twilio."""
    values = _Values()
    body = values.add(_within(_framed(content), LONGEST_RICH_BODY))
    match content:
        case Buttons():
            actions = [
                {"type": "QUICK_REPLY", "title": values.add(button.title), "id": values.add(_id(button.id))}
                for button in content.buttons
            ]
            return Rich("twilio/quick-reply", {"body": body, "actions": actions}, values.given)
        case Menu():
            return _menu(content, body, values)
        case LinkButton():
            action = {"type": "URL", "title": values.add(content.display_text), "url": _url(content.url, values)}
            return Rich("twilio/call-to-action", {"body": body, "actions": [action]}, values.given)


def _menu(content: Menu, body: str, values: "_Values") -> Rich:
    """Twilio's list has no sections: their rows stand one after the other."""
    definition: dict[str, Any] = {"body": body, "button": values.add(content.button), "items": []}
    for row in (row for section in content.sections for row in section.rows):
        item = {"item": values.add(row.title), "id": values.add(_id(row.id))}
        if row.description:
            item["description"] = values.add(row.description)
        definition["items"].append(item)
    return Rich("twilio/list-picker", definition, values.given)


class _Values:
    """Hands out the variables {{1}}, {{2}}, … and keeps what stands for them."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def add(self, value: str) -> str:
        name = str(len(self.given) + 1)
        self.given[name] = value
        return "{{" + name + "}}"


def _url(url: str, values: _Values) -> str:
    """The page's host is fixed, what follows it varies: Twilio takes no variable as a whole address."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    rest = url[len(root) :] if url.startswith(root) else ""
    if not rest:
        return url
    return root + values.add(rest)


def _framed(content: Buttons | Menu | LinkButton) -> str:
    """Header and footer have no place of their own beside Twilio's buttons: they stand above and below the text."""
    header = f"*{content.header}*" if content.header else ""
    footer = f"_{content.footer}_" if content.footer else ""
    return "\n\n".join(part for part in (header, content.body, footer) if part)


def _id(value: str) -> str:
    if len(value) > LONGEST_BUTTON_ID:
        raise CannotSay(
            "id_too_long",
            FaultKind.BUG,
            f"A button's id has more than {LONGEST_BUTTON_ID} characters.",
            "Tell an administrator: Twilio takes shorter ids only.",
        )
    return value


def _within(words: str, longest: int) -> str:
    if len(words) > longest:
        raise CannotSay(
            "too_long",
            FaultKind.UNDELIVERABLE,
            f"Twilio takes at most {longest} characters here; this has {len(words)}.",
            "Send it in parts.",
        )
    return words


def unsupported(what: str, advice: str) -> CannotSay:
    """A kind of message that Twilio has no way to send."""
    return CannotSay("unsupported", FaultKind.UNDELIVERABLE, f"Twilio cannot send {what}.", advice)
