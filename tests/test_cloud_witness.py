"""An independent witness: what our adapter puts on the wire against what pywa's client makes of the same message.

pywa was written by others from Meta's documentation. Where the two differ, the table below says why; a difference
that it does not name fails, and so does a name that no difference uses.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, get_args

import httpx
import pytest
import pywa

from conversations.content import Content, Media
from tests.cloud import StoredFile, adapter, hello, odd_server
from tests.cloud_witness_cases import ANN_OF_PYWA, BOB_OF_PYWA, CASES, UPLOADED
from tests.standin import NUMBER, TOKEN

WAMID = "wamid.witness"


class Difference(NamedTuple):
    """`path`: a regular expression on the place in the body; `is_it`: whether our value and theirs so differ."""

    path: str
    is_it: Callable[[Any, Any], bool]
    reason: str


ABSENT = object()

DIFFERENCES = {
    "plus": Difference(
        r"/to",
        lambda ours, theirs: (ours, theirs) == (f"+{ANN_OF_PYWA}", ANN_OF_PYWA),
        "Meta puts the business's own country code before a number without a plus. pywa passes on what it is given, "
        "and its users give WhatsApp ids.",
    ),
    "reference": Difference(
        r"/biz_opaque_callback_data",
        lambda ours, theirs: ours == "41" and theirs is ABSENT,
        "Every message carries our id, so that its status finds it when the answer was lost. pywa leaves it to "
        "the caller.",
    ),
    "no empty place": Difference(
        r"/location/(name|address)",
        lambda ours, theirs: ours is ABSENT and theirs is None,
        "pywa sends null for a place without a name or an address; we leave the field out.",
    ),
    "no empty section title": Difference(
        r"/interactive/action/sections/\d+/title",
        lambda ours, theirs: ours is ABSENT and theirs == "",
        "A lone section needs no title; pywa knows no section without one.",
    ),
    "small letters": Difference(
        r"/template/components/\d+/(type|sub_type)",
        lambda ours, theirs: str(ours).upper() == theirs != ours,
        "Meta's examples of sends write header, body and url in small letters; pywa writes them as in a template's "
        "definition. Graph takes both.",
    ),
}


class Pywa:
    """pywa's client on a transport that records each request and answers as Graph would."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.requests: list[httpx.Request] = []
        session = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.client = pywa.WhatsApp(phone_id=NUMBER, token=TOKEN, session=session, api_version=26.0)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path.endswith("/media"):
            return httpx.Response(200, json={"id": UPLOADED})
        body = json.loads(request.content)
        self.bodies.append(body)
        if body.get("status") == "read":
            return httpx.Response(200, json={"success": True})
        contact = {"input": "x", "wa_id": ANN_OF_PYWA, "user_id": BOB_OF_PYWA}
        return httpx.Response(
            200, json={"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": WAMID}]}
        )


class Ours:
    """Our adapter against a server that records."""

    def __init__(self, odd: Any) -> None:
        self.odd, self.adapter = odd, adapter(odd.url)

    def send(self, outgoing: Any) -> dict[str, Any]:
        if outgoing.file is not None:
            self.odd.says({"id": UPLOADED})
        self.odd.says({"messages": [{"id": WAMID}]})
        self.adapter.send(outgoing)
        return json.loads(self.odd.bodies[-1])


@pytest.fixture
def theirs() -> Pywa:
    return Pywa()


@pytest.fixture
def ours() -> Iterator[Ours]:
    with odd_server() as odd:
        yield Ours(odd)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its place."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from flat(each, f"{path}/{name}")
    elif isinstance(value, list | tuple) and value:
        for index, each in enumerate(value):
            yield from flat(each, f"{path}/{index}")
    else:
        yield path, value


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[set[str], list[str]]:
    """The names of the known differences, and each unknown one in words."""
    left, right, known, unknown = dict(flat(ours)), dict(flat(theirs)), set(), []
    for path in sorted(left.keys() | right.keys()):
        mine, other = left.get(path, ABSENT), right.get(path, ABSENT)
        if mine is not ABSENT and other is not ABSENT and (mine, type(mine)) == (other, type(other)):
            continue
        names = [
            name for name, each in DIFFERENCES.items() if re.fullmatch(each.path, path) and each.is_it(mine, other)
        ]
        known.update(names)
        if not names:
            unknown.append(f"{path}: ours {mine!r}, theirs {other!r}")
    return known, unknown


@pytest.mark.parametrize(("outgoing", "ask_pywa"), CASES.values(), ids=CASES)
def test_our_body_is_what_an_independent_client_makes_of_the_same_message(ours, theirs, outgoing, ask_pywa):
    ask_pywa(theirs.client)
    _, unknown = differences(ours.send(outgoing), theirs.bodies[-1])
    assert unknown == []


def test_no_listed_difference_is_out_of_date(ours):
    used: set[str] = set()
    for outgoing, ask_pywa in CASES.values():
        witness = Pywa()
        ask_pywa(witness.client)
        used |= differences(ours.send(outgoing), witness.bodies[-1])[0]
    assert used == set(DIFFERENCES)


def test_every_kind_of_message_has_a_witness():
    kinds = {type(outgoing.content) for outgoing, _ in CASES.values()}
    assert kinds == set(get_args(Content))


def test_the_comparison_sees_a_wrong_field_value_and_type():
    right = {"to": "+" + ANN_OF_PYWA, "text": {"body": "Hello"}}
    assert differences(right, right | {"to": ANN_OF_PYWA}) == ({"plus"}, [])
    assert differences(right, {"to": ANN_OF_PYWA, "text": {"body": "Hallo"}})[1]
    assert differences(right | {"to": "+1"}, right | {"to": "1"})[1]
    assert differences({"index": 0}, {"index": "0"})[1]
    assert differences({"flag": 1}, {"flag": True})[1]
    assert differences({"part": {}}, {"part": []})[1]


@pytest.mark.parametrize("typing", [False, True])
def test_a_read_mark_is_the_same(ours, theirs, typing):
    ours.odd.says({"success": True})
    assert ours.adapter.mark_read("wamid.1", typing=typing)
    ask = theirs.client.indicate_typing if typing else theirs.client.mark_message_as_read
    ask("wamid.1")
    assert json.loads(ours.odd.bodies[-1]) == theirs.bodies[-1]


def test_an_upload_has_the_same_parts(ours, theirs):
    file = StoredFile("image")
    ours.send(hello(content=Media("image", 1), file=file))
    theirs.client.upload_media(file.content, mime_type=file.mime_type, filename=file.filename)
    assert parts(ours.odd.bodies[0]) == parts(theirs.requests[0].read())


def parts(body: bytes) -> dict[bytes, bytes]:
    """The parts of a multipart body by name: their headers and content."""
    boundary = body.split(b"\r\n", 1)[0]
    found = [piece.strip(b"\r\n") for piece in body.split(boundary)[1:-1]]
    return {re.search(rb'name="(\w+)"', piece)[1]: piece for piece in found}
