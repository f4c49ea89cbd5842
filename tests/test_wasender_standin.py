"""The stand-in for WASenderApi behaves as it documents itself: otherwise what works here fails in the world."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests import wasender_standin
from tests.standin import until
from tests.wasender_standin import ANN, ANN_LID, API_KEY, SECRET
from whatsapp.models import InboundUpdate
from whatsapp.wasender.inbound import updates
from whatsapp.wasender.signature import verified

Kind = InboundUpdate.Kind
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Desk:
    """Takes webhooks as Baton would: who brings the secret is heard."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.paths: set[str] = set()
        self.forged = 0
        self.answers: list[int] = []
        desk = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = desk.take(self.path, self.headers.get("X-Webhook-Signature", ""), body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def take(self, path: str, header: str, body: bytes) -> int:
        status = self.answers.pop(0) if self.answers else 200
        if not verified(header=header, secrets=[SECRET]):
            self.forged += 1
            return 401
        if status == 200:
            self.paths.add(path)
            self.bodies.append(body)
        return status

    def updates(self):
        return [update for body in list(self.bodies) for update in updates(body, "", AT)]

    def events(self) -> list[str]:
        return [json.loads(body)["event"] for body in list(self.bodies)]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with wasender_standin.running(tmp_path_factory.mktemp("standin") / "log", pace=0.01) as standin:
        yield standin


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.close()


@pytest.fixture
def standin(server, desk):
    server.session(baton_url=desk.url)
    yield server
    server.reset()


def post(standin, body, *, key=API_KEY, path="send-message"):
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.post(f"{standin.url}/api/{path}", json=body, headers=headers, trust_env=False)


def test_customers_message_comes_in_both_events_under_one_id(standin, desk):
    standin.write(lid=ANN_LID, text="Hello", id="3EB0A")
    standin.settle()
    assert desk.events() == ["messages.received", "messages.upsert"]
    assert desk.paths == {"/webhooks/wasender/paired/"}
    first, second = desk.updates()
    assert (first.kind, first.provider_id, first.sender) == (second.kind, second.provider_id, second.sender)
    assert first.raw["message"] == second.raw["message"]
    assert first.sender.identifiers == {"wa_id": ANN, "jid": ANN_LID}


def test_message_sent_comes_back_as_an_echo_and_gets_its_ticks(standin, desk):
    answer = post(standin, {"to": f"+{ANN}", "text": "Hello"})
    assert answer.json()["data"]["status"] == "in_progress"
    until(lambda: "messages.update" in desk.events())
    standin.settle()
    (sent,) = standin.sent()
    told = [(update.kind, update.raw.get("status", {}).get("status")) for update in desk.updates()]
    assert told == [(Kind.STATUS, "sent"), (Kind.ECHO, None), (Kind.STATUS, "sent"), (Kind.STATUS, "delivered"),
                    (Kind.STATUS, "read")]  # fmt: skip
    assert {update.provider_id for update in desk.updates()} == {sent["id"]}
    assert answer.json()["data"]["msgId"] == sent["msgId"]


def test_id_is_known_only_once_the_message_has_left(standin):
    standin.session(events=())
    number = post(standin, {"to": f"+{ANN}", "text": "Hello"}).json()["data"]["msgId"]
    until(lambda: "key" in _info(standin, number))
    assert _info(standin, number)["key"]["id"] == standin.sent()[0]["id"]
    assert _info(standin, 7) == {}


def _info(standin, number):
    headers = {"Authorization": f"Bearer {API_KEY}"}
    answer = httpx.get(f"{standin.url}/api/messages/{number}/info", headers=headers, trust_env=False)
    return answer.json().get("data", {})


def test_reaction_echo_and_session_state_are_told(standin, desk):
    standin.ask(
        "POST", f"sessions/{wasender_standin.SESSION}/reactions", {"phone": ANN, "emoji": "👍", "target": "3EB0T"}
    )
    standin.settle()
    standin.write(text="On my way", from_me=True)
    standin.settle()
    standin.state("logged_out")
    standin.settle()
    reaction, echo, news = desk.updates()
    assert (reaction.kind, reaction.target_id) == (Kind.MESSAGE, "3EB0T")
    assert (echo.kind, echo.sender.identifiers) == (Kind.ECHO, {"wa_id": ANN})
    assert (news.kind, news.raw["value"]["status"]) == (Kind.ACCOUNT, "logged_out")


def test_webhook_is_tried_again_until_it_is_taken(standin, desk):
    desk.answers = [503, 500]
    standin.write(text="Hello", id="3EB0A")
    standin.settle()
    assert len(desk.bodies) == 2


def test_scripted_webhook_faults(standin, desk):
    standin.hook_fault("duplicate", event="messages.received")
    standin.hook_fault("drop", event="messages.upsert")
    standin.write(text="Hello", id="3EB0A")
    standin.settle()
    assert desk.events() == ["messages.received", "messages.received"]
    standin.hook_fault("wrong_secret", times=2)
    standin.write(text="Hello", id="3EB0B")
    standin.settle()
    assert (desk.forged, len(desk.bodies)) == (2, 2)


BAD = {
    "nobody": ({"text": "x"}, "to"),
    "a group": ({"to": "1203@g.us", "text": "x"}, "to"),
    "nothing": ({"to": f"+{ANN}"}, "text"),
    "no address": ({"to": f"+{ANN}", "imageUrl": "file:///x"}, "imageUrl"),
    "quote that is no number": ({"to": f"+{ANN}", "text": "x", "replyTo": "3EB0"}, "replyTo"),
}


@pytest.mark.parametrize(("body", "field"), BAD.values(), ids=BAD)
def test_wrong_bodies_are_refused_in_wasenders_words(standin, body, field):
    answer = post(standin, body)
    assert (answer.status_code, answer.json()["message"]) == (422, "Validation failed")
    assert field in answer.json()["errors"]
    assert standin.sent() == []


def test_only_the_sessions_key_opens(standin):
    assert post(standin, {"to": f"+{ANN}", "text": "x"}, key="another").status_code == 401


def test_file_is_of_no_use_without_its_key(standin):
    element = standin.write_file("image", b"picture", id="3EB0P")
    whole = {"data": {"messages": element}}
    assert post(standin, whole, path="decrypt-media").json()["success"] is True
    element["message"]["imageMessage"].pop("mediaKey")
    assert post(standin, whole, path="decrypt-media").status_code == 422


@pytest.mark.parametrize("headers", [{"Origin": "https://example.com"}, {"Host": "example.com"}])
def test_no_page_in_a_browser_reaches_through(standin, headers):
    answer = httpx.get(f"{standin.url}/standin/sent", headers=headers, trust_env=False)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [("GET", "nowhere", None, 404), ("DELETE", "sent", None, 405), ("POST", "faults", {"a": 1}, 400),
     ("POST", "sessions/none/messages", {}, 404)],
)  # fmt: skip
def test_mistakes_at_its_own_doors_are_said(standin, method, path, body, status):
    answer = httpx.request(method, f"{standin.url}/standin/{path}", json=body, trust_env=False)
    assert answer.status_code == status
    assert answer.json()["message"]
