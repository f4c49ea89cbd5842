"""The message templates of the stand-in: what each business account has, and what a customer reads of one."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from whatsapp.standin import rules
from whatsapp.standin.rules import GraphError
from whatsapp.standin.rules.definitions import VARIABLE
from whatsapp.standin.rules.template import word_of
from whatsapp.standin.seeds import SEEDS

if TYPE_CHECKING:
    from whatsapp.standin.meta import Meta

FIRST_ID = 701_000_000_000_001
DEFAULT_FIELDS = ("name", "parameter_format", "components", "language", "status", "category", "id")


@dataclass(eq=False)
class Template:
    """One template in one language. `edited`: when, for the pace of editing."""

    id: str
    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    parameter_format: str = "POSITIONAL"
    status: str = "APPROVED"
    quality: str = "UNKNOWN"
    rejected_reason: str = "NONE"
    previous_category: str = ""
    correct_category: str = ""
    edited: list[datetime] = field(default_factory=list)

    def part(self, kind: str) -> dict[str, Any]:
        """The HEADER, BODY, FOOTER or BUTTONS, empty where it has none."""
        return next((part for part in self.components if part["type"] == kind), {})

    def known(self) -> dict[str, Any]:
        """Every field that Graph tells of it."""
        told: dict[str, Any] = {name: getattr(self, name) for name in DEFAULT_FIELDS}
        told |= {"rejected_reason": self.rejected_reason, "quality_score": {"score": self.quality}}
        if self.previous_category:
            told["previous_category"] = self.previous_category
        if self.correct_category:
            told["correct_category"] = self.correct_category
        return told


#: May be asked for, and is left out where there is none.
OPTIONAL_FIELDS = {"previous_category", "correct_category"}


@dataclass(eq=False)
class Book:
    """The templates of every business account; each starts with the seeds."""

    of_account: dict[str, list[Template]] = field(default_factory=dict)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(FIRST_ID))

    def of(self, account_id: str) -> list[Template]:
        """An account's templates, the oldest first."""
        if account_id not in self.of_account:
            self.of_account[account_id] = []
            for seed in SEEDS:
                self.add(account_id, seed)
        return self.of_account[account_id]

    def add(self, account_id: str, definition: Mapping[str, Any]) -> Template:
        """A new template. Raises GraphError 100 where there is one of that name and language."""
        templates = self.of(account_id)
        if any((one.name, one.language) == (definition["name"], definition["language"]) for one in templates):
            raise GraphError(
                100, f"There is already {definition['language']} content for this template.", subcode=2388024
            )
        template = Template(str(next(self.ids)), **definition)
        templates.append(template)
        return template

    def find(self, template_id: str) -> tuple[str, Template] | None:
        """The account and the template with this id."""
        for account_id, templates in self.of_account.items():
            for template in templates:
                if template.id == template_id:
                    return account_id, template
        return None

    def sendable(self, account_id: str, name: str, language: str) -> Template:
        """The template that may be sent. Raises GraphError 132001, 132015 or 132016."""
        for template in self.of(account_id):
            if (template.name, template.language) == (name, language):
                check_status(template)
                return template
        raise _not_there(name, language)

    def clear(self) -> None:
        """Every account starts with the seeds again."""
        self.of_account = {}
        self.ids = itertools.count(FIRST_ID)


def check_status(template: Template) -> None:
    """Raises GraphError unless it is approved: 132015 for paused, 132016 for disabled, 132001 for all else."""
    if template.status == "PAUSED":
        raise GraphError(132015, "The template is paused due to low quality and cannot be sent.")
    if template.status == "DISABLED":
        raise GraphError(132016, "The template was paused too many times and is now disabled for good.")
    if template.status != "APPROVED":
        raise _not_there(template.name, template.language)


def _not_there(name: str, language: str) -> GraphError:
    return GraphError(132001, f"template name ({name}) does not exist in {language}", http=404)


_BOOKS: "WeakKeyDictionary[Meta, Book]" = WeakKeyDictionary()


def book(meta: "Meta") -> Book:
    """The templates of this stand-in."""
    return _BOOKS.setdefault(meta, Book())


def check_sent(meta: "Meta", order: rules.Outgoing, account_id: str) -> Template:
    """The template of a send that fits it. Raises GraphError 1320xx or 131008."""
    template = book(meta).sendable(account_id, order.content["name"], order.content["language"]["code"])
    rules.check_template(order.content, template.known(), by_bsuid=bool(order.bsuid))
    return template


def rendered(template: Template, content: Mapping[str, Any]) -> dict[str, Any]:
    """What the customer sees: `header` (a text, or the file's own object by its kind), `body`, `footer`, and
    `buttons` with their type, text, and url, phone_number or payload."""
    given = {part["type"]: part["parameters"] for part in content.get("components", []) if part["type"] != "button"}
    header = template.part("HEADER")
    return {
        "header": _header(header, given.get("header", [])),
        "body": _filled(template.part("BODY")["text"], given.get("body", [])),
        "footer": template.part("FOOTER").get("text", ""),
        "buttons": _buttons(template.part("BUTTONS").get("buttons", []), content.get("components", [])),
    }


def _header(header: Mapping[str, Any], given: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not header:
        return None
    if header["format"] == "TEXT":
        return {"type": "text", "text": _filled(header["text"], given)}
    return dict(given[0])


def _filled(text: str, given: list[dict[str, Any]]) -> str:
    """The text with its parameters in place: by name where they have one, else in their order."""
    words = {
        parameter.get("parameter_name", str(place)): word_of(parameter) for place, parameter in enumerate(given, 1)
    }
    return VARIABLE.sub(lambda match: words[match[1].strip()], text)


def _buttons(defined: list[dict[str, Any]], parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    given = {int(part["index"]): part["parameters"] for part in parts if part["type"] == "button"}
    return [_button(button, given.get(index, [])) for index, button in enumerate(defined)]


def _button(button: dict[str, Any], given: list[dict[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = {name: button[name] for name in ("type", "text", "phone_number") if name in button}
    if button["type"] == "URL":
        shown["url"] = _filled(button["url"], given)
    elif button["type"] == "QUICK_REPLY":
        shown["payload"] = given[0]["payload"] if given else button["text"]
    elif button["type"] == "COPY_CODE":
        shown |= {"text": "Copy code", "code": given[0]["coupon_code"]}
    return shown
