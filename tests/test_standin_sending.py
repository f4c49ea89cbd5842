"""The stand-in refuses what Meta refuses: otherwise a send that fails in the world passes here."""

from collections.abc import Iterator

import pytest

from tests import standin
from tests.standin import Desk, graph, settle, text_to, write
from whatsapp.standin.client import StandinClient

ANN, BOB = "+15550100191", "GB.1002"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def desk(server) -> Iterator[Desk]:
    with standin.listening(server) as desk:
        write(server, "ann")
        write(server, "bob")
        yield desk


@pytest.fixture
def client(server, desk) -> StandinClient:
    return server


def test_a_send_to_a_phone_is_answered_with_its_wa_id(client):
    answer = graph(client, text_to(ANN))
    assert answer.status_code == 200
    content = answer.json()
    assert content["contacts"] == [{"input": ANN, "wa_id": "15550100191"}]
    assert content["messages"][0]["id"].startswith("wamid.")
    assert client.sent()[0]["id"] == content["messages"][0]["id"]


def test_a_send_to_a_user_id_is_answered_without_a_phone_number(client):
    assert graph(client, text_to(BOB)).json()["contacts"] == [{"input": BOB, "user_id": BOB}]


def test_to_wins_over_recipient(client):
    graph(client, text_to(ANN, recipient=BOB))
    assert [sent["user"] for sent in client.sent()] == ["ann"]


def test_type_text_is_the_default(client):
    body = text_to(ANN)
    del body["type"]
    assert graph(client, body).status_code == 200


WRONG = {
    "not an object": ([], 100),
    "no product": ({"to": ANN, "text": {"body": "x"}}, 100),
    "unknown field": (text_to(ANN, colour="red"), 100),
    "unknown field in text": (text_to(ANN) | {"text": {"body": "x", "size": 3}}, 100),
    "field of another type": (text_to(ANN, image={"id": "1"}), 100),
    "type without its object": (text_to(ANN) | {"type": "sticker"}, 100),
    "unknown type": (text_to(ANN) | {"type": "poll"}, 131051),
    "type not a string": (text_to(ANN) | {"type": ["text"]}, 100),
    "nobody": ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}, 131008),
    "no plus": (text_to(ANN) | {"to": "15550100191"}, 131009),
    "to not a string": (text_to(ANN) | {"to": 15550100191}, 131009),
    "arabic digits": (text_to(ANN) | {"to": "+١٥٥٥٠١٠٠١٩١"}, 131009),
    "user id in to": (text_to(ANN) | {"to": BOB}, 131009),
    "phone in recipient": (text_to("15550100191"), 131009),
    "no text": ({"messaging_product": "whatsapp", "to": ANN, "type": "text"}, 131008),
    "text not an object": (text_to(ANN) | {"text": "hello"}, 131009),
    "empty text": (text_to(ANN, ""), 131008),
    "text of 4097": (text_to(ANN, "x" * 4097), 100),
    "body not a string": (text_to(ANN) | {"text": {"body": 5}}, 131009),
    "preview_url not a bool": (text_to(ANN) | {"text": {"body": "x", "preview_url": "true"}}, 131009),
    "callback data of 513": (text_to(ANN, biz_opaque_callback_data="x" * 513), 100),
    "callback data not a string": (text_to(ANN, biz_opaque_callback_data={}), 131009),
    "to a group": (text_to(ANN, recipient_type="group"), 131009),
    "context without message": (text_to(ANN, context={}), 131008),
    "unknown phone": (text_to("+15550100999"), 131026),
    "to itself": (text_to("+15550100009"), 131021),
    "unknown user id": (text_to("US.999"), 131026),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_send_is_refused_and_not_taken(client, case):
    body, code = WRONG[case]
    answer = graph(client, body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, code), error
    assert error["message"].startswith(f"(#{code}) ")
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]
    assert error["fbtrace_id"]
    assert client.sent() == []


def test_the_longest_allowed_send_is_taken(client):
    body = text_to(ANN, "x" * 4096, biz_opaque_callback_data="y" * 512, recipient_type="individual")
    assert graph(client, body).status_code == 200


def test_a_wrong_token_is_refused_with_190(client):
    answer = graph(client, text_to(ANN), token="another")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


@pytest.mark.parametrize(("version", "code"), [("v20.0", 2635), ("v27.0", 2500), ("26", 2500)])
def test_a_dead_or_unborn_version_is_refused(client, version, code):
    assert graph(client, text_to(ANN), version=version).json()["error"]["code"] == code


def test_nobody_who_never_wrote_can_be_written_to(client):
    client.put_user("new", name="New", bsuid="US.1003", wa_id="15550100193")
    assert graph(client, text_to("+15550100193")).json()["error"]["code"] == 131047


def test_the_window_closes_after_24_hours_and_a_message_opens_it_again(client):
    client.jump_clock(24 * 3600 - 60)
    assert graph(client, text_to(ANN)).status_code == 200, "it closed too early, or our own message moved it"
    client.jump_clock(60)
    assert graph(client, text_to(ANN)).json()["error"]["code"] == 131047
    write(client, "bob")
    assert graph(client, text_to(ANN)).json()["error"]["code"] == 131047, "another person's message opened it"
    write(client, "ann")
    assert graph(client, text_to(ANN)).status_code == 200


def test_a_reaction_does_not_open_the_window(client):
    graph(client, text_to(ANN))
    client.jump_clock(25 * 3600)
    write(client, "ann", text="", type="reaction")
    assert graph(client, text_to(ANN)).json()["error"]["code"] == 131047


def test_a_read_mark_turns_the_customers_ticks_with_all_before(client):
    first, second = client.screen("ann")["lines"][0], write(client, "ann", "and?")
    third = write(client, "ann", "hello?")
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": second["id"]}
    answer = graph(client, body | {"typing_indicator": {"type": "text"}})
    assert answer.json() == {"success": True}
    status = {line["id"]: line["status"] for line in client.screen("ann")["lines"]}
    assert (status[first["id"]], status[second["id"]]) == ("read", "read")
    assert status[third["id"]] != "read"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"message_id": "wamid.x"}, 131009), ({"status": "seen"}, 100), ({"typing_indicator": {"type": "voice"}}, 131009)],
)
def test_a_wrong_read_mark_is_refused(client, change, code):
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": client.screen("ann")["lines"][0]["id"]}
    assert graph(client, body | change).json()["error"]["code"] == code


def react(client: StandinClient, message_id: str, emoji: str = "\N{THUMBS UP SIGN}") -> str:
    body = {"messaging_product": "whatsapp", "to": ANN, "type": "reaction"}
    answer = graph(client, body | {"reaction": {"message_id": message_id, "emoji": emoji}})
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"][0]["id"]


def test_a_reaction_to_what_is_not_in_the_chat_is_taken_and_fails_later(client, desk):
    bobs = client.screen("bob")["lines"][0]["id"]
    failing = {react(client, "wamid.unknown"), react(client, bobs)}
    failing.add(react(client, react(client, client.screen("ann")["lines"][0]["id"])))
    settle(client)
    failed = [status for status in desk.statuses() if status["status"] == "failed"]
    assert {status["id"] for status in failed} == failing
    assert {status["errors"][0]["code"] for status in failed} == {131009}


def test_a_reaction_to_a_message_of_over_thirty_days_fails(client, desk):
    old = client.screen("ann")["lines"][0]["id"]
    client.jump_clock(30 * 24 * 3600 - 60)
    write(client, "ann")
    in_time = react(client, old)
    client.jump_clock(120)
    late = react(client, old)
    settle(client)
    outcomes = {status["id"]: status["status"] for status in desk.statuses()}
    assert outcomes[late] == "failed"
    assert outcomes[in_time] != "failed"


def test_every_request_is_on_record_with_its_answer(client):
    graph(client, text_to(ANN))
    graph(client, text_to(ANN, ""))
    assert [(request["method"], request["status"]) for request in client.requests()] == [("POST", 200), ("POST", 400)]
    assert client.requests()[0]["path"] == f"/v26.0/{standin.NUMBER}/messages"
