"""Scripted faults of sends do what they say: otherwise the tests of ambiguous sends prove nothing."""

import time
from collections.abc import Iterator

import httpx
import pytest

from tests import standin
from tests.standin import Desk, graph, settle, text_to, write
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
