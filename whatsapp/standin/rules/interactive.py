"""The rules of interactive messages: buttons, lists, links, flows and requests."""

from collections.abc import Callable, Mapping
from typing import Any

from whatsapp.standin.rules import fields
from whatsapp.standin.rules.errors import GraphError
from whatsapp.standin.rules.messages import check_media

MAX_BODY, MAX_FOOTER, MAX_HEADER = 1024, 60, 60
MAX_BUTTONS, MAX_BUTTON_TITLE, MAX_BUTTON_ID = 3, 20, 256
MAX_SECTIONS, MAX_SECTION_TITLE = 10, 24
MAX_ROWS, MAX_ROW_ID, MAX_ROW_TITLE, MAX_ROW_DESCRIPTION = 10, 200, 24, 72
MAX_FLOW_CTA = 30

ANY_HEADER = {"text", "image", "video", "document"}
ACTION = "interactive['action']"
PARAMETERS = "interactive['action']['parameters']"


def check_interactive(content: Mapping[str, Any]) -> None:
    """Raises GraphError unless the body, what stands around it and the action fit the type."""
    kind = fields.one_of(content, "type", set(ACTIONS), "interactive", code=100)
    headers, footer, check_action = ACTIONS[kind]
    known = {"type", "body", "action"} | ({"header"} if headers else set()) | ({"footer"} if footer else set())
    fields.only(content, known, "interactive")
    _check_words(content, "body", MAX_BODY)
    if "footer" in content:
        _check_words(content, "footer", MAX_FOOTER)
    if "header" in content:
        _check_header(fields.thing(content, "header", "interactive"), headers)
    check_action(fields.thing(content, "action", "interactive"))


def _check_words(content: Mapping[str, Any], name: str, most: int) -> None:
    where = f"interactive['{name}']"
    words = fields.thing(content, name, "interactive")
    fields.only(words, {"text"}, where)
    fields.text(words, "text", where, most=most)


def _check_header(header: Mapping[str, Any], allowed: set[str]) -> None:
    where = "interactive['header']"
    kind = fields.one_of(header, "type", allowed, where)
    fields.only(header, {"type", kind}, where)
    if kind == "text":
        fields.text(header, "text", where, most=MAX_HEADER)
        return
    media = fields.thing(header, kind, where)
    if "caption" in media:
        raise GraphError(100, f'Unexpected key "caption" on param "{where}".')
    check_media(kind, media, fields.place(where, kind))


def _check_buttons(action: Mapping[str, Any]) -> None:
    fields.only(action, {"buttons"}, ACTION)
    replies = [
        _reply(button, f"{ACTION}['buttons'][{index}]")
        for index, button in enumerate(fields.things(action, "buttons", ACTION, most=MAX_BUTTONS))
    ]
    fields.unique([reply[0] for reply in replies], "button id", ACTION)
    fields.unique([reply[1] for reply in replies], "button title", ACTION)


def _reply(button: Mapping[str, Any], where: str) -> tuple[str, str]:
    fields.only(button, {"type", "reply"}, where)
    fields.one_of(button, "type", {"reply"}, where)
    reply, where = fields.thing(button, "reply", where), fields.place(where, "reply")
    fields.only(reply, {"id", "title"}, where)
    return (
        fields.text(reply, "id", where, most=MAX_BUTTON_ID),
        fields.text(reply, "title", where, most=MAX_BUTTON_TITLE),
    )


def _check_list(action: Mapping[str, Any]) -> None:
    fields.only(action, {"button", "sections"}, ACTION)
    fields.text(action, "button", ACTION, most=MAX_BUTTON_TITLE)
    sections = fields.things(action, "sections", ACTION, most=MAX_SECTIONS)
    ids: list[str] = []
    for index, section in enumerate(sections):
        ids += _row_ids(section, f"{ACTION}['sections'][{index}]", needs_title=len(sections) > 1)
    if len(ids) > MAX_ROWS:
        raise GraphError(131009, f"Total row count exceeds the maximum allowed count: {MAX_ROWS}.")
    fields.unique(ids, "row id", ACTION)


def _row_ids(section: Mapping[str, Any], where: str, *, needs_title: bool) -> list[str]:
    fields.only(section, {"title", "rows"}, where)
    title = fields.text if needs_title else fields.optional_text
    title(section, "title", where, most=MAX_SECTION_TITLE)
    return [
        _row_id(row, f"{where}['rows'][{index}]") for index, row in enumerate(fields.things(section, "rows", where))
    ]


def _row_id(row: Mapping[str, Any], where: str) -> str:
    fields.only(row, {"id", "title", "description"}, where)
    fields.text(row, "title", where, most=MAX_ROW_TITLE)
    fields.optional_text(row, "description", where, most=MAX_ROW_DESCRIPTION)
    return fields.text(row, "id", where, most=MAX_ROW_ID)


def _check_link(action: Mapping[str, Any]) -> None:
    parameters = _named(action, "cta_url", {"display_text", "url"})
    fields.text(parameters, "display_text", PARAMETERS, most=MAX_BUTTON_TITLE)
    fields.web_address(parameters, "url", PARAMETERS)


def _check_flow(action: Mapping[str, Any]) -> None:
    known = {"flow_message_version", "flow_id", "flow_name", "flow_token", "flow_cta", "flow_action", "mode"}
    parameters = _named(action, "flow", known | {"flow_action_payload"})
    fields.one_of(parameters, "flow_message_version", {"3"}, PARAMETERS)
    if ("flow_id" in parameters) == ("flow_name" in parameters):
        raise GraphError(131009, f"Param {PARAMETERS} must have one of flow_id and flow_name.")
    fields.text(parameters, "flow_id" if "flow_id" in parameters else "flow_name", PARAMETERS)
    fields.optional_text(parameters, "flow_token", PARAMETERS)
    fields.text(parameters, "flow_cta", PARAMETERS, most=MAX_FLOW_CTA)
    if "mode" in parameters:
        fields.one_of(parameters, "mode", {"draft", "published"}, PARAMETERS)
    _check_flow_action(parameters)


def _check_flow_action(parameters: Mapping[str, Any]) -> None:
    if "flow_action" in parameters:
        fields.one_of(parameters, "flow_action", {"navigate", "data_exchange"}, PARAMETERS)
    if "flow_action_payload" in parameters:
        payload, where = fields.thing(parameters, "flow_action_payload", PARAMETERS), "flow_action_payload"
        fields.only(payload, {"screen", "data"}, where)
        fields.text(payload, "screen", where)
        if "data" in payload and not fields.thing(payload, "data", where):
            raise fields.wrong(where, "data", "not be empty")


def _named(action: Mapping[str, Any], name: str, known: set[str]) -> dict[str, Any]:
    fields.only(action, {"name", "parameters"}, ACTION)
    fields.one_of(action, "name", {name}, ACTION)
    parameters = fields.thing(action, "parameters", ACTION)
    fields.only(parameters, known, PARAMETERS)
    return parameters


def _check_request(name: str) -> Callable[[Mapping[str, Any]], None]:
    def check(action: Mapping[str, Any]) -> None:
        fields.only(action, {"name"}, ACTION)
        fields.one_of(action, "name", {name}, ACTION)

    return check


#: Of each type: the headers it may have, whether it may have a footer, and how its action is checked.
ACTIONS: dict[str, tuple[set[str], bool, Callable[[Mapping[str, Any]], None]]] = {
    "button": (ANY_HEADER, True, _check_buttons),
    "list": ({"text"}, True, _check_list),
    "cta_url": (ANY_HEADER, True, _check_link),
    "flow": (ANY_HEADER, True, _check_flow),
    "location_request_message": (set(), False, _check_request("send_location")),
    "request_contact_info": (set(), False, _check_request("request_contact_info")),
}
