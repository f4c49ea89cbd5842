"""From the fields of the console's small dialogs to a message: buttons, a list, a link button, the two requests."""

from collections.abc import Callable

from django.http import QueryDict

from conversations.content import (
    Button,
    Buttons,
    ContactRequest,
    Content,
    LinkButton,
    LocationRequest,
    Menu,
    Row,
    Section,
    Unsendable,
    check,
)


def interactive_of(data: QueryDict) -> Content:
    """The message. `kind` is one of buttons, menu, link, location_request, contact_request.

    Raises Unsendable, saying the mend, for what WhatsApp would refuse.
    """
    builder = _BUILDERS.get(data.get("kind", ""))
    if builder is None:
        raise Unsendable(f"`kind` is one of: {', '.join(_BUILDERS)}.")
    content = builder(data)
    check(content)
    return content


def _buttons(data: QueryDict) -> Content:
    titles = [title for title in _lines(data, "title") if title]
    buttons = tuple(Button(f"button-{n}", title) for n, title in enumerate(titles, 1))
    return Buttons(_line(data, "body"), buttons, _line(data, "header"), _line(data, "footer"))


def _menu(data: QueryDict) -> Content:
    """One section: its rows need no heading. A row without a title is one that was not filled in."""
    titles, descriptions = _lines(data, "title"), _lines(data, "description")
    descriptions += [""] * (len(titles) - len(descriptions))
    filled = [(title, more) for title, more in zip(titles, descriptions, strict=False) if title or more]
    rows = tuple(Row(f"row-{n}", title, more) for n, (title, more) in enumerate(filled, 1))
    frame = _line(data, "header"), _line(data, "footer")
    return Menu(_line(data, "body"), _line(data, "button"), (Section(rows),), *frame)


def _link(data: QueryDict) -> Content:
    return LinkButton(
        _line(data, "body"), _line(data, "display_text"), _line(data, "url"), _line(data, "header"),
        _line(data, "footer"),
    )  # fmt: skip


def _line(data: QueryDict, name: str) -> str:
    return _clean(data.get(name, ""))


def _lines(data: QueryDict, name: str) -> list[str]:
    return [_clean(value) for value in data.getlist(name)]


def _clean(value: object) -> str:
    return str(value).replace("\x00", "").replace("\r\n", "\n").strip()


_BUILDERS: dict[str, Callable[[QueryDict], Content]] = {
    "buttons": _buttons,
    "menu": _menu,
    "link": _link,
    "location_request": lambda data: LocationRequest(_line(data, "body")),
    "contact_request": lambda data: ContactRequest(_line(data, "body")),
}
