"""The stand-in's webhooks look and behave like Meta's: otherwise Baton is tested against a friendlier world."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import standin
from tests.standin import NUMBER, Desk, graph, register, settle, text_to, until, write
from whatsapp.standin import payloads
from whatsapp.standin.client import StandinClient

ANN, BOB = "+15550100191", "GB.1002"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    log = tmp_path_factory.mktemp("log") / "standin.log"
    with standin.running(tmp_path_factory.mktemp("standin"), log=log) as client:
        yield client
    assert_log_is_discreet(log)


def assert_log_is_discreet(log: Path) -> None:
    text = log.read_text()
    for secret in ("15550100191", "447700900192", "a word that must not be logged", standin.TOKEN, standin.SECRET):
        assert secret not in text


@pytest.fixture
def desk(server) -> Iterator[Desk]:
    with standin.listening(server) as desk:
        yield desk
        assert desk.badly_signed == 0


def test_bytes_are_spelled_as_meta_spells_them():
    body = payloads.serialise({"body": "café \N{GRINNING FACE} https://x.y"})
    assert body == rb'{"body":"caf\u00e9 \ud83d\ude00 https:\/\/x.y"}'


def test_a_message_arrives_signed_over_its_raw_bytes(server, desk):
    line = write(server, text="مرحبا café https://x.y")
    settle(server)
    (value,) = desk.values()
    assert value["metadata"] == {"display_phone_number": "15550100009", "phone_number_id": NUMBER}
    assert value["contacts"] == [{"profile": {"name": "Ann"}, "wa_id": "15550100191", "user_id": "US.1001"}]
    (message,) = value["messages"]
    assert message["text"] == {"body": "مرحبا café https://x.y"}
    assert (message["id"], message["from"], message["from_user_id"]) == (line["id"], "15550100191", "US.1001")
    assert message["timestamp"].isdigit()
    assert b"\\/" in desk.bodies[0]
    assert desk.bodies[0].isascii()


def test_a_hidden_phone_number_is_nowhere(server, desk):
    write(server, "bob")
    graph(server, text_to(BOB))
    settle(server)
    assert len(desk.statuses()) == 2
    assert not any(b"447700900192" in body for body in desk.bodies)
    assert not any(word in body for body in desk.bodies for word in (b'"wa_id"', b'"from"', b'"recipient_id"'))
    assert desk.values()[0]["contacts"] == [{"profile": {"name": "Bob", "username": "bob.b"}, "user_id": "GB.1002"}]


def test_statuses_of_a_send_carry_price_and_callback_data(server, desk):
    write(server)
    graph(server, text_to(ANN, biz_opaque_callback_data="our-id"))
    settle(server)
    sent, delivered = desk.statuses()
    assert [sent["status"], delivered["status"]] == ["sent", "delivered"]
    for status in (sent, delivered):
        assert status["id"] == server.sent()[0]["id"]
        assert (status["recipient_id"], status["recipient_user_id"]) == ("15550100191", "US.1001")
        assert status["biz_opaque_callback_data"] == "our-id"
        assert status["pricing"]["type"] == "free_customer_service"
        assert "conversation" not in status, "gone from v24.0 on"


def test_an_older_version_still_says_conversation(server, desk):
    write(server)
    graph(server, text_to(ANN), version="v23.0")
    settle(server)
    assert all("conversation" in status for status in desk.statuses())


def test_read_comes_when_the_phone_is_opened_and_at_once_while_it_is(server, desk):
    write(server)
    graph(server, text_to(ANN))
    settle(server)
    assert "read" not in [status["status"] for status in desk.statuses()]
    server.open_phone("ann")
    settle(server)
    assert [status["status"] for status in desk.statuses()] == ["sent", "delivered", "read"]
    assert "pricing" not in desk.statuses()[2], "it was on delivered"
    graph(server, text_to(ANN))
    settle(server)
    assert [status["status"] for status in desk.statuses()][3:] == ["sent", "delivered", "read"]
    server.open_phone("ann", False)
    graph(server, text_to(ANN))
    settle(server)
    assert [status["status"] for status in desk.statuses()][6:] == ["sent", "delivered"]


def test_a_failed_status_has_no_contacts_and_no_user_id_for_a_phone(server, desk):
    write(server)
    write(server, "bob")
    server.faults({"kind": "failed_status", "code": 131049, "times": 2})
    assert graph(server, text_to(ANN)).status_code == graph(server, text_to(BOB)).status_code == 200
    settle(server)
    by_phone, by_user_id = [value for value in desk.values() if "statuses" in value]
    assert "contacts" not in by_phone
    assert "recipient_user_id" not in by_phone["statuses"][0]
    assert by_user_id["statuses"][0]["recipient_user_id"] == BOB
    assert by_phone["statuses"][0]["errors"][0]["code"] == 131049


@pytest.mark.parametrize("kind", ["image", "audio", "location", "sticker"])
def test_quick_types_have_their_published_shape(server, desk, kind):
    write(server, text="", type=kind)
    settle(server)
    (message,) = desk.messages()
    assert message["type"] == kind
    wanted = {"latitude", "longitude"} if kind == "location" else {"id", "mime_type", "sha256"}
    assert wanted <= set(message[kind])


def test_a_reaction_names_the_message_it_is_for(server, desk):
    write(server)
    graph(server, text_to(ANN))
    write(server, text="", type="reaction")
    settle(server)
    assert desk.messages()[-1]["reaction"]["message_id"] == server.sent()[0]["id"]


def test_any_kind_can_be_played_with_a_payload_an_id_and_a_time(server, desk):
    for _ in range(2):
        write(server, type="poll", payload={"x": 1}, message_id="wamid.same", at=1_700_000_000)
    settle(server)
    assert [(m["id"], m["poll"], m["timestamp"]) for m in desk.messages()] == [
        ("wamid.same", {"x": 1}, "1700000000")
    ] * 2


def test_nothing_is_lost_while_the_desk_is_down_and_order_is_kept(server):
    port = standin.free_port()
    register(server, f"http://127.0.0.1:{port}")
    for number in range(5):
        write(server, text=f"a word that must not be logged {number}")
    until(lambda: server.webhooks()["failures"] >= 2)
    assert [line["status"] for line in server.screen("ann")["lines"]] == ["sent"] * 5
    desk = Desk(port)
    try:
        settle(server)
        assert [message["text"]["body"][-1] for message in desk.messages()] == list("01234")
        assert [line["status"] for line in server.screen("ann")["lines"]] == ["delivered"] * 5
    finally:
        desk.close()


def test_an_answer_other_than_200_brings_the_same_bytes_again(server, desk):
    desk.answers = [503, 204, 500]
    write(server)
    settle(server)
    assert len(desk.bodies) == 1
    assert server.webhooks()["failures"] == 3


def test_duplicates_are_the_same_bytes(server, desk):
    server.webhook_faults({"kind": "duplicate", "copies": 4})
    write(server)
    write(server)
    settle(server)
    assert len(desk.bodies) == 6
    assert len(set(desk.bodies)) == 2


def test_a_lost_answer_brings_the_webhook_again(server, desk):
    server.webhook_faults({"kind": "lose_answer", "tries": 2})
    write(server)
    settle(server)
    assert len(desk.bodies) == 3
    assert len(set(desk.bodies)) == 1


def test_a_first_try_lost_on_the_way_arrives_later(server, desk):
    server.webhook_faults({"kind": "drop_first_try", "tries": 2})
    write(server)
    settle(server)
    assert len(desk.bodies) == 1


def test_a_dropped_status_never_comes(server, desk):
    server.webhook_faults({"kind": "drop", "match": {"what": "delivered"}})
    write(server)
    graph(server, text_to(ANN))
    settle(server)
    assert [status["status"] for status in desk.statuses()] == ["sent"]


def test_a_batch_travels_in_one_post_with_every_update(server, desk):
    server.webhook_faults({"kind": "batch", "size": 6})
    for number in range(3):
        write(server, "ann", f"a{number}")
        write(server, "bob", f"b{number}")
    settle(server)
    (body,) = desk.bodies
    assert {message["text"]["body"] for message in desk.messages()} == {"a0", "a1", "a2", "b0", "b1", "b2"}
    assert len(json.loads(body)["entry"][0]["changes"][0]["value"]["contacts"]) == 2


def test_a_batch_that_stays_short_goes_after_its_wait(server, desk):
    server.webhook_faults({"kind": "batch", "size": 100, "wait_ms": 50})
    write(server)
    settle(server)
    write(server)
    settle(server)
    assert len(desk.messages()) == 2


def test_a_shuffle_changes_the_order_and_loses_nothing(server, desk):
    server.webhook_faults({"kind": "shuffle", "size": 20, "copies": 2, "seed": 7})
    for number in range(20):
        write(server, text=str(number))
    settle(server)
    heard = [message["text"]["body"] for message in desk.messages()]
    assert len(heard) == 60
    assert set(heard) == {str(number) for number in range(20)}
    assert list(dict.fromkeys(heard)) != sorted(set(heard), key=int)


def test_a_delayed_webhook_is_overtaken(server, desk):
    server.webhook_faults({"kind": "delay", "delay_ms": 300})
    write(server, text="first")
    write(server, text="second")
    settle(server)
    assert [message["text"]["body"] for message in desk.messages()] == ["second", "first"]
