"""Scripted faults of sends do what they say: otherwise the tests of ambiguous sends prove nothing."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import standin
from tests.standin import NUMBER, TOKEN, Desk, graph, settle, text_to, write
from whatsapp.standin.client import StandinClient

ANN = "+15550100191"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def desk(server) -> Iterator[Desk]:
    with standin.listening(server) as desk:
        write(server)
        settle(server)
        yield desk


def test_dropped_before_accept_sends_nothing(server, desk):
    server.faults({"kind": "drop_before_accept"})
    with pytest.raises(httpx.TransportError):
        graph(server, text_to(ANN))
    assert server.sent() == []
    assert [request["status"] for request in server.requests()] == [None]


def test_dropped_after_accept_has_sent_and_says_so_by_status(server, desk):
    server.faults({"kind": "accept_then_drop"})
    with pytest.raises(httpx.TransportError):
        graph(server, text_to(ANN, biz_opaque_callback_data="ours"))
    settle(server)
    assert len(server.sent()) == 1
    assert [status["biz_opaque_callback_data"] for status in desk.statuses()] == ["ours", "ours"]


def test_hung_after_accept_has_sent(server, desk):
    server.faults({"kind": "accept_then_hang"})
    with pytest.raises(httpx.ReadTimeout):
        graph(server, text_to(ANN), timeout=0.5)
    settle(server)
    assert len(desk.statuses()) == 2
    assert graph(server, text_to(ANN)).status_code == 200, "the fault was for one send only"


def test_a_hanging_connection_can_be_cut_after_a_time(server, desk):
    server.faults({"kind": "accept_then_hang", "delay_ms": 100})
    with pytest.raises(httpx.TransportError):
        graph(server, text_to(ANN), timeout=10)
    assert [sent["body"]["text"]["body"] for sent in server.sent()] == ["Hello"]


def test_a_delayed_answer_comes_late(server, desk):
    server.faults({"kind": "delay_ms", "delay_ms": 300})
    started = time.monotonic()
    assert graph(server, text_to(ANN)).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_statuses_can_beat_the_answer(server, desk):
    server.faults({"kind": "status_before_answer"})
    assert graph(server, text_to(ANN)).status_code == 200
    assert [status["status"] for status in desk.statuses()] == ["sent", "delivered"]


def test_a_scripted_error_is_in_graphs_shape_and_sends_nothing(server, desk):
    server.faults({"kind": "error", "code": 130429, "http": 429, "details": "Slow down."})
    answer = graph(server, text_to(ANN))
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, 130429)
    assert answer.json()["error"]["error_data"]["details"] == "Slow down."
    assert server.sent() == []


def test_faults_are_taken_in_order_as_often_as_they_say(server, desk):
    server.faults({"kind": "error", "http": 503, "times": 2}, {"kind": "error", "http": 502})
    assert [graph(server, text_to(ANN)).status_code for _ in range(4)] == [503, 503, 502, 200]


def test_a_fault_can_wait_for_its_user_its_text_and_its_turn(server, desk):
    write(server, "bob")
    server.faults({"kind": "error", "match": {"user": "bob", "text": "boom", "count": 2}})
    codes = [
        graph(server, text_to(recipient, words)).status_code
        for recipient, words in [(ANN, "boom"), ("GB.1002", "x"), ("GB.1002", "boom"), ("GB.1002", "boom"), (ANN, "x")]
    ]
    assert codes == [200, 200, 200, 500, 200]


def test_a_fault_can_wait_for_a_type_of_message(server, desk):
    server.faults({"kind": "error", "match": {"type": "location"}})
    place = {"type": "location", "location": {"latitude": 1, "longitude": 2}}
    message = {"messaging_product": "whatsapp", "to": ANN, **place}
    assert [graph(server, body).status_code for body in (text_to(ANN), message, message)] == [200, 500, 200]


def test_the_words_of_any_message_can_be_matched(server, desk):
    server.faults({"kind": "error", "match": {"text": "A photo"}, "times": 2})
    photo = {"type": "image", "image": {"link": "https://shop.example/a.png", "caption": "A photo"}}
    card = {"type": "contacts", "contacts": [{"name": {"formatted_name": "A photo", "first_name": "A"}}]}
    statuses = [
        graph(server, {"messaging_product": "whatsapp", "to": ANN, **body}).status_code for body in (photo, card)
    ]
    assert statuses == [500, 500]


def test_an_error_carries_its_headers_and_says_whether_it_passes(server, desk):
    usage = '{"555010900000001":[{"type":"messaging","estimated_time_to_regain_access":3}]}'
    headers = {"Retry-After": "7", "X-Business-Use-Case-Usage": usage}
    server.faults({"kind": "error", "code": 4, "http": 400, "headers": headers, "is_transient": True})
    server.faults({"kind": "error", "code": 131000, "is_transient": False})
    first, second = graph(server, text_to(ANN)), graph(server, text_to(ANN))
    assert (first.headers["retry-after"], first.headers["x-business-use-case-usage"]) == ("7", usage)
    assert first.json()["error"]["is_transient"] is True
    assert second.json()["error"]["is_transient"] is False
    assert "is_transient" not in graph(server, text_to(ANN, "")).json()["error"]


def test_a_send_can_be_taken_and_answered_with_an_error(server, desk):
    server.faults({"kind": "accept_then_error", "code": 131000, "http": 500})
    answer = graph(server, text_to(ANN))
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, 131000)
    settle(server)
    assert [status["status"] for status in desk.statuses()] == ["sent", "delivered"]


def test_a_bare_status_is_a_page_and_sends_nothing(server, desk):
    server.faults({"kind": "http", "http": 502, "headers": {"Retry-After": "3"}})
    answer = graph(server, text_to(ANN))
    assert (answer.status_code, answer.headers["retry-after"]) == (502, "3")
    assert answer.headers["content-type"].startswith("text/html")
    assert server.sent() == []


def test_garbage_is_a_200_that_nobody_can_read_and_has_sent(server, desk):
    server.faults({"kind": "garbage"})
    answer = graph(server, text_to(ANN))
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="codec"):
        answer.json()
    settle(server)
    assert len(desk.statuses()) == 2


def test_a_slow_body_gives_its_headers_at_once(server, desk):
    server.faults({"kind": "slow_body", "delay_ms": 500})
    started = time.monotonic()
    url, token = f"{server.url}/v26.0/{NUMBER}/messages", {"Authorization": f"Bearer {TOKEN}"}
    with httpx.stream("POST", url, json=text_to(ANN), headers=token, trust_env=False) as answer:
        assert (answer.status_code, time.monotonic() - started < 0.4) == (200, True)
        assert b"wamid." in answer.read()
    assert time.monotonic() - started >= 0.45
    assert len(server.sent()) == 1


def test_a_refused_send_is_refused_though_its_answer_should_be_spoilt(server, desk):
    server.faults({"kind": "garbage"})
    assert graph(server, text_to("+15550100999")).json()["error"]["code"] == 131026


def probe(client: StandinClient) -> Any:
    return httpx.get(
        f"{client.url}/v26.0/{NUMBER}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10, trust_env=False
    )


def test_a_sick_account_refuses_everything_until_it_is_cleared(server, desk):
    server.faults({"where": "account", "kind": "error", "code": 190, "http": 401, "until_cleared": True})
    assert [graph(server, text_to(ANN)).status_code for _ in range(3)] == [401, 401, 401]
    assert probe(server).json()["error"]["code"] == 190
    assert httpx.delete(f"{server.url}/standin/faults", trust_env=False).json() == []
    assert (graph(server, text_to(ANN)).status_code, probe(server).status_code) == (200, 200)


def test_a_fault_of_the_probe_leaves_sends_alone(server, desk):
    server.faults({"where": "probe", "kind": "http", "http": 503, "until_cleared": True})
    assert (graph(server, text_to(ANN)).status_code, probe(server).status_code) == (200, 503)


def test_a_fault_of_another_number_leaves_this_one_alone(server, desk):
    server.faults({"where": "account", "kind": "error", "match": {"number": "another"}})
    assert (graph(server, text_to(ANN)).status_code, len(server.faults())) == (200, 1)


def test_a_dropped_request_gets_no_answer(server, desk):
    server.faults({"where": "probe", "kind": "drop"})
    with pytest.raises(httpx.TransportError):
        probe(server)
    assert probe(server).status_code == 200


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"kind": "accept_then_hang", "where": "probe"}, "where must be send"),
        ({"kind": "wrong_hash"}, "media_node"),
        ({"kind": "truncate", "where": "media_node"}, "media_download"),
        ({"kind": "error", "where": "moon"}, "where"),
    ],
)
def test_a_fault_that_cannot_be_is_told_the_mend(server, desk, fault, word):
    answer = httpx.post(f"{server.url}/standin/faults", json=fault, trust_env=False)
    assert answer.status_code == 400
    assert word in answer.json()["detail"]
