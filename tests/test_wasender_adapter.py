"""Sending through WASenderApi over real HTTP: what is said, what every answer means, what may never be sent twice."""

import json
import time
from dataclasses import dataclass
from io import BytesIO

import pytest

from conversations import content
from tests import wasender_standin
from tests.standin import free_port, until
from tests.wasender_standin import ANN, ANN_LID, API_KEY, message, store
from whatsapp.adapter import Accepted, Ambiguous, NotSent, Refused
from whatsapp.faults import FaultKind
from whatsapp.wasender import adapter as adapter_module

pytestmark = pytest.mark.django_db
HELLO = content.Text("Hello")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with wasender_standin.running(tmp_path_factory.mktemp("standin") / "log") as standin:
        yield standin


@pytest.fixture
def standin(server, settings):
    settings.WASENDER_ENABLED = True
    server.session()
    yield server
    server.reset()


@pytest.fixture
def channel(standin, now):
    return wasender_standin.channel(now=now, url=standin.url)


@pytest.fixture
def adapter(channel):
    return wasender_standin.adapter(channel)


@dataclass
class File:
    """A stored file, as the sender sees it."""

    address: str = "https://desk.example.com/media/1"
    mime_type: str = "application/pdf"
    size: int = 3
    filename: str = "bill.pdf"

    def open(self):
        return BytesIO(b"abc")

    def public_url(self):
        if not self.address:
            raise ValueError("PUBLIC_URL is not set")
        return self.address

    def uploaded_id(self):
        return ""

    def note_upload(self, media_id, *, valid_for):
        raise AssertionError("nothing is uploaded to WASender")


def refused(result, kind, code):
    assert isinstance(result, Refused), result
    assert (result.fault.kind, result.fault.code) == (kind, code)
    assert result.fault.words
    return result


def test_accepted_message_is_named_as_its_statuses_will_name_it(standin, adapter):
    """WASender answers with a number of its own; statuses and echoes carry WhatsApp's id, and would match nothing."""
    result = adapter.send(message(HELLO))
    (sent,) = standin.sent()
    assert result == Accepted(sent["id"], 200)
    assert sent["body"] == {"to": f"+{ANN}", "text": "Hello"}


def test_unknown_id_falls_back_to_wasenders_number(standin, adapter, monkeypatch):
    monkeypatch.setattr(adapter_module, "LOOKS", (0.0,))
    standin.fault("info", "error", http=500)
    assert adapter.send(message(HELLO)) == Accepted("msgid:100000", 200)
    assert len(standin.sent()) == 1


def test_look_for_the_id_ends_with_the_claim_not_after_it(standin, adapter, settings):
    """A send is parked as unknown when its lease runs out: looking for a name must not use it up."""
    settings.PROVIDER_TIMEOUT = 0.6
    standin.fault("info", "hang", times=9)
    started = time.monotonic()
    assert adapter.send(message(HELLO)) == Accepted("msgid:100000", 200)
    assert time.monotonic() - started < 3
    assert len(standin.requests("info")) == 1


SENT = [
    (content.Location(53.5, 9.9, "Pier", "Harbour 1"), None,
     {"location": {"latitude": 53.5, "longitude": 9.9, "name": "Pier", "address": "Harbour 1"}}),
    (content.Media("image", 1, caption="Look"), File(), {"imageUrl": File.address, "text": "Look"}),
    (content.Media("video", 1), File(), {"videoUrl": File.address}),
    (content.Media("audio", 1, voice=True), File(), {"audioUrl": File.address}),
    (content.Media("sticker", 1), File(), {"stickerUrl": File.address}),
    (content.Media("document", 1), File(), {"documentUrl": File.address, "fileName": "bill.pdf"}),
    (content.Media("document", 1, filename="Bill 7.pdf"), File(),
     {"documentUrl": File.address, "fileName": "Bill 7.pdf"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "file", "body"), SENT, ids=[type(said).__name__ + str(n) for n, (said, *_) in enumerate(SENT)]
)
def test_contents(standin, adapter, said, file, body):
    assert isinstance(adapter.send(message(said, file=file)), Accepted)
    assert standin.sent()[0]["body"] == {"to": f"+{ANN}"} | body


BUTTON = (content.Button("y", "Yes"),)
UNSUPPORTED = [
    content.Buttons("Yes or no?", BUTTON),
    content.Menu("Which?", "Choose", (content.Section((content.Row("a", "A"),)),)),
    content.LinkButton("See", "Open", "https://example.com"),
    content.LocationRequest("Where?"),
    content.ContactRequest("Your number?"),
    content.Reaction("3EB0", "👍"),
    content.Template(1, "hello", "en", "Hello"),
]


@pytest.mark.parametrize("said", UNSUPPORTED, ids=lambda said: type(said).__name__)
def test_what_a_phone_cannot_send_is_refused_before_it_leaves(standin, adapter, said):
    result = refused(adapter.send(message(said)), FaultKind.UNDELIVERABLE, "unsupported")
    assert "not Meta's own way" in result.fault.words
    assert result.fault.advice
    assert standin.requests() == []


def test_file_without_a_public_address_says_the_mend(standin, adapter):
    result = adapter.send(message(content.Media("image", 1), file=File(address="")))
    assert "PUBLIC_URL" in refused(result, FaultKind.MEDIA, "no_public_url").fault.advice
    refused(adapter.send(message(content.Media("image", 1))), FaultKind.BUG, "no_file")
    assert standin.requests() == []


def test_linked_device_id_is_written_to_by_the_phone_behind_it(standin, adapter):
    standin.ask("PUT", f"lids/{ANN_LID}", {"phone": ANN})
    assert isinstance(adapter.send(message(HELLO, to=ANN_LID, kind="jid")), Accepted)
    assert standin.sent()[0]["body"]["to"] == f"+{ANN}"


@pytest.mark.parametrize(("to", "kind"), [("12345678901@lid", "jid"), ("US.1001", "bsuid")])
def test_customer_without_a_phone_number_cannot_be_written_to(standin, adapter, to, kind):
    refused(adapter.send(message(HELLO, to=to, kind=kind)), FaultKind.UNDELIVERABLE, "no_phone")
    assert standin.sent() == []


def test_own_message_is_quoted_by_wasenders_number(standin, adapter):
    adapter.send(message(HELLO, reply_to="msgid:100042"))
    adapter.send(message(HELLO, reply_to="3EB0UNKNOWN"))
    assert [sent["body"].get("replyTo") for sent in standin.sent()] == [100_042, None]


def test_nothing_leaves_while_it_is_switched_off(standin, adapter, settings):
    """Off by default: a channel left over from a trial must not go on sending."""
    settings.WASENDER_ENABLED = False
    refused(adapter.send(message(HELLO)), FaultKind.ACCOUNT, "switched_off")
    assert not adapter.probe().healthy
    assert not adapter.mark_read("3EB0", typing=True)
    assert standin.requests() == []


@pytest.mark.parametrize("state", ["need_scan", "disconnected", "logged_out", "expired", "connecting"])
def test_unpaired_phone_stops_the_channel(standin, adapter, state):
    standin.state(state)
    refused(adapter.send(message(HELLO)), FaultKind.ACCOUNT, "session_not_connected")
    probe = adapter.probe()
    assert (probe.healthy, probe.facts) == (False, {"status": state})
    assert probe.words


def test_wrong_key_stops_the_channel(standin, adapter):
    adapter.account.api_key = "another"
    assert refused(adapter.send(message(HELLO)), FaultKind.ACCOUNT, "bad_api_key").http_status == 401
    assert "API key" in adapter.probe().words


def test_ended_subscription_stops_the_channel(standin, adapter):
    standin.session(plan="none")
    refused(adapter.send(message(HELLO)), FaultKind.ACCOUNT, "no_subscription")


ANSWERS = [
    ({"http": 422, "message": "Validation failed", "errors": {"to": ["The to field is required."]}}, FaultKind.BUG,
     "invalid"),
    ({"http": 422, "message": "Validation failed", "errors": {"imageUrl": ["Cannot be fetched."]}}, FaultKind.MEDIA,
     "file"),
    ({"http": 400, "message": "Something else"}, FaultKind.BUG, "invalid"),
    ({"http": 400, "message": "Failed to send message: Invalid number JID: +123456787"}, FaultKind.UNDELIVERABLE,
     "no_such_number"),
    ({"http": 403, "message": "Forbidden"}, FaultKind.ACCOUNT, "account"),
    ({"http": 402, "message": "Payment Required"}, FaultKind.ACCOUNT, "account"),
    ({"http": 404, "message": "Not Found"}, FaultKind.ACCOUNT, "http_404"),
    ({"http": 302, "message": "Moved"}, FaultKind.ACCOUNT, "http_302"),
    ({"http": 500, "message": "Your Whatsapp Session is not connected"}, FaultKind.ACCOUNT, "session_not_connected"),
    ({"http": 429, "message": "Too Many Attempts."}, FaultKind.THROTTLE_NUMBER, "too_fast"),
    ({"http": 200, "message": "Invalid API key"}, FaultKind.ACCOUNT, "bad_api_key"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind", "code"), ANSWERS, ids=[f"{a['http']} {c}" for a, _, c in ANSWERS])
def test_refusals(standin, adapter, answer, kind, code):
    standin.fault("send", "error", **answer)
    result = refused(adapter.send(message(HELLO)), kind, code)
    assert result.http_status == answer["http"]
    assert "123456787" not in json.dumps(result.fault.as_error()), "a phone number stands in no error"
    assert standin.sent() == []


@pytest.mark.parametrize("http", [500, 502, 503, 504, 408])
def test_failing_server_leaves_it_open(standin, adapter, http):
    """It may have been sent all the same: sent again it would arrive twice."""
    standin.fault("send", "error", http=http, message="Too many connections")
    assert isinstance(adapter.send(message(HELLO)), Ambiguous)


def test_success_that_denies_itself_leaves_it_open(standin, adapter):
    standin.fault("send", "error", http=200, message="Something else")
    assert isinstance(adapter.send(message(HELLO)), Ambiguous)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "hang", "cut", "garbage"])
def test_lost_answer_leaves_it_open_and_is_not_asked_for_twice(standin, adapter, settings, kind):
    settings.PROVIDER_TIMEOUT = 0.5
    standin.fault("send", kind)
    assert isinstance(adapter.send(message(HELLO)), Ambiguous)
    assert len(standin.requests("send")) == 1
    assert len(standin.sent()) == (0 if kind == "drop_before" else 1)


def test_body_that_drips_does_not_hold_the_worker(standin, adapter, settings):
    """Each drop would reset a time-out that only counts silence."""
    settings.PROVIDER_TIMEOUT = 0.5
    standin.fault("send", "dribble", delay_ms=8000)
    started = time.monotonic()
    assert isinstance(adapter.send(message(HELLO)), Ambiguous)
    assert time.monotonic() - started < 4


def test_late_answer_is_waited_for(standin, adapter):
    standin.fault("send", "delay", delay_ms=300)
    assert isinstance(adapter.send(message(HELLO)), Accepted)


def test_nobody_there_means_not_sent(adapter):
    adapter.account.api_url = f"http://127.0.0.1:{free_port()}/api"
    assert isinstance(adapter.send(message(HELLO)), NotSent)
    assert not adapter.probe().healthy
    assert not adapter.mark_read("3EB0", typing=False)


@pytest.mark.parametrize(
    "change", [{"api_url": "http://x:port/api"}, {"api_url": "ftp://x/api"}, {"api_key": "k\r\nX: y"}]
)
def test_unusable_account_stops_the_channel(adapter, change):
    for name, value in change.items():
        setattr(adapter.account, name, value)
    refused(adapter.send(message(HELLO)), FaultKind.ACCOUNT, "unusable_address")


def test_probe_of_a_connected_phone(adapter):
    probe = adapter.probe()
    assert (probe.healthy, probe.words, probe.facts) == (True, "", {"status": "connected"})


def test_key_is_never_in_words(standin, adapter):
    standin.fault("send", "error", http=401, message="Invalid API key")
    assert API_KEY not in repr(adapter.send(message(HELLO)))


def test_read_mark_and_typing_use_the_key_wasender_sent(standin, channel, adapter, now):
    element = standin.write(lid=ANN_LID, text="Hi", id="3EB0READ")
    store(channel, element, now)
    assert adapter.mark_read("3EB0READ", typing=True)
    (read,), (presence,) = standin.requests("read"), standin.requests("presence")
    assert json.loads(read["body"])["key"] == {"id": "3EB0READ", "remoteJid": ANN_LID, "fromMe": False}
    assert json.loads(presence["body"])["type"] == "composing"
    assert not adapter.mark_read("3EB0UNKNOWN", typing=True)


def test_customers_message_is_quoted_where_wasender_gave_it_a_number(standin, channel, adapter, now):
    element = standin.write(text="Hi", id="3EB0Q") | {"msgId": 77}
    store(channel, element, now)
    adapter.send(message(HELLO, reply_to="3EB0Q"))
    assert standin.sent()[0]["body"]["replyTo"] == 77


def test_paired_phone_has_neither_templates_nor_fields(adapter):
    assert list(adapter.templates()) == []
    assert adapter.missing_fields() is None


def test_message_that_fails_later_is_reported(standin, adapter):
    """Taken is not sent: the failure comes as an event, under WASender's number."""
    standin.fault("send", "failed")
    assert isinstance(adapter.send(message(HELLO)), Accepted)
    until(lambda: [hook for hook in standin.ask("GET", "webhooks")["hooks"] if hook["event"] == "message.sent"])
