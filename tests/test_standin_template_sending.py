"""Sending a template at the stand-in: it must be approved, in that language, and its parameters must fit."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests import standin
from tests.standin import Desk, settle, write
from tests.standin_templates import BOB, code, part, review, send, text
from whatsapp.standin.client import StandinClient

PHOTO = {"type": "image", "image": {"link": "https://shop.example/a.png"}}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def desk(server) -> Iterator[Desk]:
    with standin.listening(server) as desk:
        yield desk


@pytest.fixture
def client(server, desk) -> StandinClient:
    return server


NAMES = part("body", text("Ann", parameter_name="customer_name"), text("A-1", parameter_name="order_number"))
ORDER = (part("header", text("A-1")), part("body", text("Ann"), text("Monday")))
TRACK = (part("body", text("Ann")), part("button", text("A-1"), sub_type="url", index="0"))
REPLY = part("button", {"type": "payload", "payload": "person"}, sub_type="quick_reply", index=1)

#: The length of spring_offer without its parameter.
OFFER = len("Hello , spring has come: ten per cent off all garden tools this week.")

SENDABLE: dict[str, tuple[str, tuple[Any, ...]]] = {
    "without parameters": ("reengage_update", ()),
    "named": ("reengage_update_named", (NAMES,)),
    "named in another order": ("reengage_update_named", (part("body", *reversed(NAMES["parameters"])),)),
    "positional": ("order_update", ORDER),
    "date": (
        "order_update",
        (ORDER[0], part("body", text("Ann"), {"type": "date_time", "date_time": {"fallback_value": "Monday"}})),
    ),
    "image header": ("order_photo", (part("header", PHOTO), part("body", text("Ann")))),
    "link and reply": ("delivery_tracking", (*TRACK, REPLY)),
    "link only": ("delivery_tracking", TRACK),
    "marketing": ("spring_offer", (part("body", text("Ann")),)),
    "exactly 1024": ("spring_offer", (part("body", text("x" * (1024 - OFFER))),)),
}


@pytest.mark.parametrize("case", SENDABLE)
def test_a_template_that_fits_is_taken_though_nobody_wrote(client, case):
    name, parts = SENDABLE[case]
    answer = send(client, name, *parts)
    assert answer.status_code == 200, answer.text
    assert answer.json()["messages"][0]["message_status"] == "accepted"


def swapped(parts: tuple[Any, ...], index: int, new: Any) -> tuple[Any, ...]:
    return (*parts[:index], new, *parts[index + 1 :])


NOT_SENDABLE: dict[str, tuple[str, tuple[Any, ...], int]] = {
    "unknown name": ("nothing_such", (), 132001),
    "rejected": ("refund_offer", (), 132001),
    "paused": ("late_delivery", (), 132015),
    "no parameters": ("order_update", (), 132000),
    "one too few": ("order_update", swapped(ORDER, 1, part("body", text("Ann"))), 132000),
    "one too many": ("order_update", swapped(ORDER, 1, part("body", text("a"), text("b"), text("c"))), 132000),
    "parameters where there are none": ("reengage_update", (part("body", text("x")),), 132000),
    "header where there is none": ("reengage_update", (part("header", text("x")),), 132000),
    "no header parameter": ("order_update", ORDER[1:], 132000),
    "names for positions": ("order_update", swapped(ORDER, 1, NAMES), 132012),
    "positions for names": ("reengage_update_named", (part("body", text("Ann"), text("A-1")),), 132012),
    "another name": (
        "reengage_update_named",
        (part("body", text("Ann", parameter_name="first_name"), NAMES["parameters"][1]),),
        132012,
    ),
    "image in the body": ("spring_offer", (part("body", PHOTO),), 132012),
    "no image": ("order_photo", (part("body", text("Ann")),), 132012),
    "text for the image": ("order_photo", (part("header", text("x")), part("body", text("Ann"))), 132012),
    "video for the image": (
        "order_photo",
        (part("header", {"type": "video", "video": {"link": "https://shop.example/a.mp4"}}), part("body", text("Ann"))),
        132012,
    ),
    "image without its object": ("order_photo", (part("header", {"type": "image"}), part("body", text("Ann"))), 131008),
    "image that is not there": (
        "order_photo",
        (part("header", {"type": "image", "image": {"id": "1"}}), part("body", text("Ann"))),
        131053,
    ),
    "no link parameter": ("delivery_tracking", TRACK[:1], 131008),
    "empty link parameter": ("delivery_tracking", (TRACK[0], part("button", sub_type="url", index="0")), 131008),
    "payload for the link": (
        "delivery_tracking",
        (TRACK[0], part("button", {"type": "payload", "payload": "x"}, sub_type="url", index="0")),
        132012,
    ),
    "reply at the link's place": ("delivery_tracking", (*TRACK[:1], {**REPLY, "index": 0}), 132012),
    "button that is not there": ("delivery_tracking", (*TRACK, {**REPLY, "index": 2}), 132000),
    "button without a place": ("delivery_tracking", (TRACK[0], part("button", text("x"), sub_type="url")), 131009),
    "button of another kind": (
        "delivery_tracking",
        (TRACK[0], part("button", text("x"), sub_type="link", index=0)),
        100,
    ),
    "the same part twice": ("order_update", (*ORDER, ORDER[1]), 131009),
    "part of another kind": ("reengage_update", (part("footer", text("x")),), 100),
    "empty text": ("spring_offer", (part("body", text("")),), 131008),
    "over 1024": ("spring_offer", (part("body", text("x" * (1025 - OFFER))),), 132005),
    "new line": ("spring_offer", (part("body", text("a\nb")),), 132018),
    "five spaces": ("spring_offer", (part("body", text("a     b")),), 132018),
}


@pytest.mark.parametrize("case", NOT_SENDABLE)
def test_a_template_that_does_not_fit_is_refused(client, case):
    name, parts, expected = NOT_SENDABLE[case]
    answer = send(client, name, *copy.deepcopy(parts))
    assert code(answer) == expected, answer.text
    assert answer.status_code == (404 if expected == 132001 else 400)
    assert client.sent() == []


def test_a_template_is_not_there_in_another_language(client):
    assert code(send(client, "order_update", *ORDER, language="de")) == 132001
    assert code(send(client, "order_update", *ORDER, language="en")) == 132001
    assert send(client, "reengage_update", language="de").status_code == 200


def test_a_disabled_template_is_refused(client):
    review(client, "reengage_update", status="DISABLED")
    assert code(send(client, "reengage_update")) == 132016


def test_a_sign_in_code_cannot_go_to_a_user_id(client):
    parts = (part("body", text("123456")), part("button", text("123456"), sub_type="url", index=0))
    assert code(send(client, "sign_in_code", *parts, to=BOB)) == 131062
    assert send(client, "sign_in_code", *parts).status_code == 200


def test_the_phone_shows_the_template_filled_in(client, desk):
    send(client, "delivery_tracking", *TRACK, REPLY)
    settle(client)
    (line,) = client.screen("ann")["lines"]
    assert line["text"] == "Hello Ann, your parcel is on its way."
    shown = line["content"]["rendered"]
    assert [one["text"] for one in shown["buttons"]] == ["Track it", "Talk to a person"]
    assert shown["buttons"][0]["url"] == "https://shop.example/track/A-1"
    assert shown["buttons"][1]["payload"] == "person"
    assert desk.statuses()[0]["pricing"]["category"] == "utility"


def test_inside_the_window_a_template_may_be_sent_too(client):
    write(client, "ann")
    assert send(client, "reengage_update").status_code == 200
    assert [sent["user"] for sent in client.sent()] == ["ann"]
