"""Every published limit of every kind of message: taken at the limit, refused one step beyond.

Otherwise Baton makes a message that passes here and is refused by WhatsApp, in front of a customer.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests import standin
from tests.standin import graph, write
from whatsapp.standin.client import StandinClient

ANN = "+15550100191"
PHOTO = "https://shop.example/photo.png"
Body = dict[str, Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client, standin.listening(client):
        write(client, "ann")
        yield client


def send(client: StandinClient, message: Body) -> Any:
    return graph(client, {"messaging_product": "whatsapp", "to": ANN, **message})


def message(kind: str, **content: Any) -> Body:
    return {"type": kind, kind: content}


def at(body: Body, path: str, value: Any) -> Body:
    """A copy of the body with the value at the path; `...` takes the field away."""
    changed = copy.deepcopy(body)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = changed
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return changed


def interactive(kind: str, action: Body, **more: Any) -> Body:
    return message("interactive", type=kind, body={"text": "Which one?"}, action=action, **more)


def reply(number: int) -> Body:
    return {"type": "reply", "reply": {"id": f"id-{number}", "title": f"Title {number}"}}


def row(number: int) -> Body:
    return {"id": f"row-{number}", "title": f"Row {number}", "description": "More of it"}


def section(number: int, *rows: Body) -> Body:
    return {"title": f"Section {number}", "rows": list(rows) or [row(number)]}


TEXT = message("text", body="Hello", preview_url=True)
IMAGE = message("image", link=PHOTO, caption="A photo")
DOCUMENT = message("document", link="https://shop.example/a.pdf", caption="A bill", filename="bill.pdf")
AUDIO = message("audio", link="https://shop.example/a.ogg", voice=True)
STICKER = message("sticker", link="https://shop.example/a.webp")
LOCATION = message("location", latitude=51.4779, longitude=-0.0015, name="Observatory", address="The hill")
CONTACT = {
    "name": {"formatted_name": "Ann Lee", "first_name": "Ann"},
    "phones": [{"phone": "+1 555 010 0191", "type": "WORK", "wa_id": "15550100191"}],
    "emails": [{"email": "ann@shop.example", "type": "WORK"}],
    "urls": [{"url": "https://shop.example", "type": "WORK"}],
    "addresses": [{"street": "The hill 1", "city": "Greenwich", "country_code": "gb", "type": "WORK"}],
    "org": {"company": "Demo shop", "title": "Baker"},
    "birthday": "1990-02-28",
}
CONTACTS = {"type": "contacts", "contacts": [CONTACT]}
REACTION = message("reaction", message_id="wamid.any", emoji="👍")
BUTTONS = interactive(
    "button",
    {"buttons": [reply(1), reply(2), reply(3)]},
    header={"type": "text", "text": "Choose"},
    footer={"text": "Soon"},
)
LIST = interactive("list", {"button": "Open", "sections": [section(1), section(2)]}, footer={"text": "Soon"})
LINK = interactive(
    "cta_url",
    {"name": "cta_url", "parameters": {"display_text": "Track it", "url": "https://shop.example/track?order=A-1042"}},
)
FLOW = interactive(
    "flow",
    {
        "name": "flow",
        "parameters": {
            "flow_message_version": "3",
            "flow_id": "1000000001",
            "flow_token": "token",
            "flow_cta": "Book",
            "flow_action": "navigate",
            "flow_action_payload": {"screen": "FIRST", "data": {"day": "Monday"}},
        },
    },
)
WHERE = interactive("location_request_message", {"name": "send_location"})
NUMBER = interactive("request_contact_info", {"name": "request_contact_info"})

GOOD = {
    "text": TEXT,
    "image": IMAGE,
    "video": message("video", link="https://shop.example/a.mp4", caption="A film"),
    "document": DOCUMENT,
    "audio": AUDIO,
    "sticker": STICKER,
    "location": LOCATION,
    "contacts": CONTACTS,
    "reaction": REACTION,
    "buttons": BUTTONS,
    "list": LIST,
    "link": LINK,
    "flow": FLOW,
    "location request": WHERE,
    "contact request": NUMBER,
}


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_of_message_is_taken(client, kind):
    answer = send(client, GOOD[kind])
    assert answer.status_code == 200, answer.text


LONG_LIST = {"button": "Open", "sections": [section(1, *map(row, range(5))), section(2, *map(row, range(5, 10)))]}
CARD = "contacts.0"
ACTION, PARAMETERS = "interactive.action", "interactive.action.parameters"
FIRST_REPLY, FIRST_ROW = f"{ACTION}.buttons.0.reply", f"{ACTION}.sections.0.rows.0"

#: What is limited: a body, the way to the field, the most that is taken, the least that is refused, and the code.
LIMITS: dict[str, tuple[Body, str, Any, Any, int]] = {
    "text of 4096": (TEXT, "text.body", "x" * 4096, "x" * 4097, 100),
    "caption of 1024": (IMAGE, "image.caption", "x" * 1024, "x" * 1025, 100),
    "caption of a document": (DOCUMENT, "document.caption", "x" * 1024, "x" * 1025, 100),
    "file name of 240": (DOCUMENT, "document.filename", "x" * 240, "x" * 241, 100),
    "link http or https": (IMAGE, "image.link", "http://shop.example/a.png", "ftp://shop.example/a.png", 131009),
    "latitude to 90": (LOCATION, "location.latitude", 90, 90.01, 131009),
    "latitude as text": (LOCATION, "location.latitude", "-90", "north", 131009),
    "longitude to 180": (LOCATION, "location.longitude", -180, -180.01, 131009),
    "birthday": (CONTACTS, f"{CARD}.birthday", "2000-12-31", "31.12.2000", 131009),
    "number of contacts": (CONTACTS, "contacts", [CONTACT] * 257, [CONTACT] * 258, 131009),
    "reaction is one emoji": (REACTION, "reaction.emoji", "👩🏽‍🚀", "👍👍", 131009),
    "reaction is a flag": (REACTION, "reaction.emoji", "🇬🇧", "ok", 131009),
    "reaction may be empty": (REACTION, "reaction.emoji", "", 5, 131009),
    "reaction heart": (REACTION, "reaction.emoji", "❤️", "❤️!", 131009),
    "interactive body of 1024": (BUTTONS, "interactive.body.text", "x" * 1024, "x" * 1025, 131009),
    "footer of 60": (BUTTONS, "interactive.footer.text", "x" * 60, "x" * 61, 131009),
    "header of 60": (BUTTONS, "interactive.header.text", "x" * 60, "x" * 61, 131009),
    "three buttons": (BUTTONS, f"{ACTION}.buttons", [reply(1), reply(2), reply(3)], list(map(reply, range(4))), 131009),
    "one button": (BUTTONS, f"{ACTION}.buttons", [reply(1)], [], 131009),
    "button title of 20": (BUTTONS, f"{FIRST_REPLY}.title", "x" * 20, "x" * 21, 131009),
    "button id of 256": (BUTTONS, f"{FIRST_REPLY}.id", "x" * 256, "x" * 257, 131009),
    "unique button ids": (BUTTONS, f"{FIRST_REPLY}.id", "id-4", "id-2", 131009),
    "unique button titles": (BUTTONS, f"{FIRST_REPLY}.title", "Title 4", "Title 2", 131009),
    "list button of 20": (LIST, f"{ACTION}.button", "x" * 20, "x" * 21, 131009),
    "ten sections": (
        LIST,
        f"{ACTION}.sections",
        [section(number) for number in range(10)],
        [section(number) for number in range(11)],
        131009,
    ),
    "one section": (LIST, f"{ACTION}.sections", [section(1)], [], 131009),
    "section title of 24": (LIST, f"{ACTION}.sections.0.title", "x" * 24, "x" * 25, 131009),
    "a title for one of two sections": (LIST, f"{ACTION}.sections.0.title", "One", "", 131008),
    "no title for one section": (LIST, f"{ACTION}.sections", [{"rows": [row(1)]}], [{"title": "One"}], 131008),
    "ten rows in all": (
        LIST,
        ACTION,
        LONG_LIST,
        {**LONG_LIST, "sections": [*LONG_LIST["sections"], section(11)]},
        131009,
    ),
    "a row in each section": (LIST, f"{ACTION}.sections.0.rows", [row(5)], [], 131009),
    "row id of 200": (LIST, f"{FIRST_ROW}.id", "x" * 200, "x" * 201, 131009),
    "unique row ids": (LIST, f"{FIRST_ROW}.id", "row-3", "row-2", 131009),
    "row title of 24": (LIST, f"{FIRST_ROW}.title", "x" * 24, "x" * 25, 131009),
    "row description of 72": (LIST, f"{FIRST_ROW}.description", "x" * 72, "x" * 73, 131009),
    "link text of 20": (LINK, f"{PARAMETERS}.display_text", "x" * 20, "x" * 21, 131009),
    "link of a button": (LINK, f"{PARAMETERS}.url", "http://shop.example", "shop.example", 131009),
    "flow button of 30": (FLOW, f"{PARAMETERS}.flow_cta", "x" * 30, "x" * 31, 131009),
    "flow version 3": (FLOW, f"{PARAMETERS}.flow_message_version", "3", "4", 131009),
    "flow action": (FLOW, f"{PARAMETERS}.flow_action", "data_exchange", "jump", 131009),
    "flow data not empty": (FLOW, f"{PARAMETERS}.flow_action_payload.data", {"day": "Friday"}, {}, 131009),
}  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_taken_and_one_step_beyond_is_refused(client, limit):
    body, path, most, beyond, code = LIMITS[limit]
    taken = send(client, at(body, path, most))
    assert taken.status_code == 200, taken.text
    refused = send(client, at(body, path, beyond))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code), refused.text
    assert refused.json()["error"]["error_data"]["details"]


HEADER = "interactive.header"
WRONG: dict[str, tuple[Body, str, Any, int]] = {
    "preview_url not a bool": (TEXT, "text.preview_url", 1, 131009),
    "id and link": (IMAGE, "image.id", "1", 131009),
    "neither id nor link": (IMAGE, "image.link", ..., 131008),
    "link without a host": (IMAGE, "image.link", "https://", 131009),
    "link with a space": (IMAGE, "image.link", "https://shop.example/a b", 131009),
    "id not a string": (IMAGE, "image", {"id": 5}, 131009),
    "media not an object": (IMAGE, "image", "https://shop.example/a.png", 131009),
    "caption of an audio": (AUDIO, "audio.caption", "x", 100),
    "caption of a sticker": (STICKER, "sticker.caption", "x", 100),
    "file name of an image": (IMAGE, "image.filename", "a.png", 100),
    "voice of an image": (IMAGE, "image.voice", True, 100),
    "voice not a bool": (AUDIO, "audio.voice", "true", 131009),
    "no latitude": (LOCATION, "location.latitude", ..., 131008),
    "latitude true": (LOCATION, "location.latitude", True, 131009),
    "no longitude": (LOCATION, "location.longitude", ..., 131008),
    "unknown field of a location": (LOCATION, "location.height", 3, 100),
    "contacts not a list": (CONTACTS, "contacts", CONTACT, 131009),
    "no contacts": (CONTACTS, "contacts", [], 131009),
    "contact without a name": (CONTACTS, f"{CARD}.name", ..., 131008),
    "contact without a full name": (CONTACTS, f"{CARD}.name.formatted_name", ..., 131008),
    "contact with a full name only": (CONTACTS, f"{CARD}.name.first_name", ..., 131008),
    "phones not a list": (CONTACTS, f"{CARD}.phones", "+1 555 010 0191", 131009),
    "unknown field of a phone": (CONTACTS, f"{CARD}.phones.0.colour", "red", 100),
    "phone not a string": (CONTACTS, f"{CARD}.phones.0.phone", 1555, 131009),
    "unknown field of a contact": (CONTACTS, f"{CARD}.shoe_size", 42, 100),
    "reaction to nothing": (REACTION, "reaction.message_id", ..., 131008),
    "reaction without an emoji": (REACTION, "reaction.emoji", ..., 131008),
    "interactive of another type": (BUTTONS, "interactive.type", "poll", 100),
    "interactive without a body": (BUTTONS, "interactive.body", ..., 131008),
    "interactive with an empty body": (BUTTONS, "interactive.body.text", "", 131008),
    "interactive without an action": (BUTTONS, "interactive.action", ..., 131008),
    "header of another type": (BUTTONS, f"{HEADER}.type", "sticker", 131009),
    "header without its text": (BUTTONS, f"{HEADER}.text", ..., 131008),
    "header with a file and a text": (BUTTONS, HEADER, {"type": "image", "image": {"link": PHOTO}, "text": "x"}, 100),
    "header file with a caption": (BUTTONS, HEADER, {"type": "image", "image": {"link": PHOTO, "caption": "x"}}, 100),
    "list with an image header": (LIST, HEADER, {"type": "image", "image": {"link": PHOTO}}, 131009),
    "button of another type": (BUTTONS, f"{ACTION}.buttons.0.type", "url", 131009),
    "button without a title": (BUTTONS, f"{FIRST_REPLY}.title", "", 131008),
    "button without an id": (BUTTONS, f"{FIRST_REPLY}.id", ..., 131008),
    "list without its button": (LIST, f"{ACTION}.button", ..., 131008),
    "row without a title": (LIST, f"{FIRST_ROW}.title", ..., 131008),
    "row without an id": (LIST, f"{FIRST_ROW}.id", ..., 131008),
    "buttons in a list": (LIST, f"{ACTION}.buttons", [reply(1)], 100),
    "link with another name": (LINK, f"{ACTION}.name", "url", 131009),
    "link without its text": (LINK, f"{PARAMETERS}.display_text", ..., 131008),
    "link that is a script": (LINK, f"{PARAMETERS}.url", "javascript:alert(1)", 131009),
    "flow by id and name": (FLOW, f"{PARAMETERS}.flow_name", "booking", 131009),
    "flow by neither": (FLOW, f"{PARAMETERS}.flow_id", ..., 131009),
    "flow without its button": (FLOW, f"{PARAMETERS}.flow_cta", ..., 131008),
    "flow without its screen": (FLOW, f"{PARAMETERS}.flow_action_payload", {}, 131008),
    "location request with another action": (WHERE, f"{ACTION}.name", "send_home", 131009),
    "location request with a footer": (WHERE, "interactive.footer", {"text": "x"}, 100),
    "contact request with a header": (NUMBER, HEADER, {"type": "text", "text": "x"}, 100),
    "contact request with another action": (NUMBER, f"{ACTION}.name", "send_location", 131009),
    "a type that is none": (TEXT, "type", "poll", 131051),
    "context not an object": (TEXT, "context", "wamid.x", 131009),
    "context with more": (TEXT, "context", {"message_id": "wamid.x", "from": "me"}, 100),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_message_is_refused_with_its_code(client, case):
    body, path, value, code = WRONG[case]
    answer = send(client, at(body, path, value))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), answer.text
    assert answer.json()["error"]["error_data"]["details"]


@pytest.mark.parametrize("kind", ["image", "video", "document"])
def test_a_header_may_be_a_file(client, kind):
    header = {"type": kind, kind: {"link": f"https://shop.example/{kind}"}}
    assert send(client, at(BUTTONS, "interactive.header", header)).status_code == 200
    assert send(client, at(LINK, "interactive.header", header)).status_code == 200


@pytest.mark.parametrize("emoji", ["👍", "❤", "❤️", "👍🏿", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇯🇵", "1️⃣", "☺️", "🫡", "🧑🏽‍🤝‍🧑🏿"])
def test_every_way_to_write_one_emoji_is_taken(client, emoji):
    assert send(client, at(REACTION, "reaction.emoji", emoji)).status_code == 200


def test_a_quote_of_any_message_is_taken(client):
    first = client.screen("ann")["lines"][0]["id"]
    assert send(client, {**TEXT, "context": {"message_id": first}}).status_code == 200
    assert send(client, {**TEXT, "context": {"message_id": "wamid.gone"}}).status_code == 200


def test_no_kind_but_a_template_leaves_with_the_window_closed(client):
    client.put_user("new", name="New", bsuid="US.1003", wa_id="15550100193")
    for kind, body in GOOD.items():
        answer = graph(client, {"messaging_product": "whatsapp", "to": "+15550100193", **body})
        assert answer.json()["error"]["code"] == 131047, kind
    template = message("template", name="reengage_update", language={"code": "en_US"})
    answer = graph(client, {"messaging_product": "whatsapp", "to": "+15550100193", **template})
    assert answer.status_code == 200, answer.text


def test_null_means_that_a_field_is_not_there(client):
    assert send(client, at(CONTACTS, f"{CARD}.name.last_name", None)).status_code == 200
    assert send(client, at(IMAGE, "image.caption", None)).status_code == 200
    assert send(client, at(TEXT, "text.body", None)).json()["error"]["code"] == 131008
