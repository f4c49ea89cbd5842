"""Interactive messages as Graph writes them, for those who know that shape: into the house's own content."""

from collections.abc import Mapping
from typing import Any

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
)
from whatsapp.cloud.shapes import as_dict, as_list, text

KINDS = ("button", "list", "cta_url", "location_request_message", "request_contact_info")


def content_of(interactive: Mapping[str, Any]) -> Content:
    """The content of Graph's `interactive` object (types KINDS). Raises Unsendable; limits are `content.check`'s."""
    body = text(as_dict(interactive.get("body")).get("text"))
    action = as_dict(interactive.get("action"))
    header = text(as_dict(interactive.get("header")).get("text"))
    footer = text(as_dict(interactive.get("footer")).get("text"))
    match interactive.get("type"):
        case "button":
            return Buttons(body, tuple(_button(item) for item in as_list(action.get("buttons"))), header, footer)
        case "list":
            sections = tuple(_section(item) for item in as_list(action.get("sections")))
            return Menu(body, text(action.get("button")), sections, header, footer)
        case "cta_url":
            link = as_dict(action.get("parameters"))
            return LinkButton(body, text(link.get("display_text")), text(link.get("url")), header, footer)
        case "location_request_message":
            return LocationRequest(body)
        case "request_contact_info":
            return ContactRequest(body)
    raise Unsendable(f"The type of an interactive message is one of: {', '.join(KINDS)}.")


def _button(item: Any) -> Button:
    reply = as_dict(as_dict(item).get("reply"))
    return Button(text(reply.get("id")), text(reply.get("title")))


def _section(item: Any) -> Section:
    section = as_dict(item)
    rows = tuple(_row(as_dict(row)) for row in as_list(section.get("rows")))
    return Section(rows, text(section.get("title")))


def _row(row: dict[str, Any]) -> Row:
    return Row(text(row.get("id")), text(row.get("title")), text(row.get("description")))
