"""Sending over real HTTP: whatever the line does, nothing is sent twice, and nothing is lost without a word."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from conversations.content import (
    Button,
    Buttons,
    ContactRequest,
    LinkButton,
    Location,
    LocationRequest,
    Media,
    Menu,
    Reaction,
    Row,
    Section,
    Template,
    Text,
)
from tests import standin
from tests.cloud import ANN, BOB, StoredFile, adapter, hello, odd_server
from tests.standin import free_port, write
from whatsapp.adapter import Accepted, Adapter, Ambiguous, NotSent, Refused
from whatsapp.cloud import http
from whatsapp.cloud.adapter import CloudAdapter
from whatsapp.faults import FaultKind as Kind
from whatsapp.standin.client import StandinClient


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def client(server, settings) -> Iterator[StandinClient]:
    settings.PROVIDER_TIMEOUT = 5.0
    with standin.listening(server):
        write(server, "ann")
        write(server, "bob")
        yield server


@pytest.fixture
def cloud(client) -> Adapter:
    return adapter(client.url)


def template(name: str, *components: dict) -> Template:
    return Template(template=1, name=name, locale="en_US", text="Hello", components=components)


def says(*words: str) -> list[dict]:
    return [{"type": "text", "text": word} for word in words]


KINDS = {
    "text": Text("Hello"),
    "location": Location(52.5, 13.4, "Shop", "Main Street 1"),
    "buttons": Buttons("Which?", (Button("a", "This"),), header="Choice", footer="Baton"),
    "menu": Menu("Which?", "Open", (Section((Row("a", "This", "Cheap"),), "All"),)),
    "link": LinkButton("Track it", "Track", "https://shop.example/t"),
    "location request": LocationRequest("Where?"),
    "contact request": ContactRequest("Your number?"),
    "template": template("reengage_update"),
    "template with words": template(
        "order_update",
        {"type": "header", "parameters": says("A-1")},
        {"type": "body", "parameters": says("Ann", "Monday")},
    ),
    "template with a button": template(
        "delivery_tracking",
        {"type": "body", "parameters": says("Ann")},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": says("A-1")},
    ),
}


@pytest.mark.parametrize("content", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("to", [ANN, BOB], ids=["phone", "bsuid"])
def test_whatsapp_takes_every_kind_for_either_address(client, cloud, content, to):
    result = cloud.send(hello(to, content))
    assert isinstance(result, Accepted), result
    assert [sent["id"] for sent in client.sent()] == [result.provider_id]


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_a_file_is_uploaded_and_sent_by_its_id(client, cloud, kind):
    file = StoredFile(kind)
    result = cloud.send(hello(content=Media(kind, 1), file=file))
    assert isinstance(result, Accepted), result
    assert client.sent()[0]["body"][kind]["id"] == file.media_id
    assert client.media(file.media_id)[0] == file.content
    assert file.valid_for == timedelta(days=29)


def test_a_file_that_is_at_whatsapp_is_not_uploaded_again(client, cloud):
    file = StoredFile("image")
    cloud.send(hello(content=Media("image", 1), file=file))
    cloud.send(hello(BOB, Media("image", 1), file=file))
    uploads = [request for request in client.requests() if request["path"].endswith("/media")]
    assert (len(uploads), len(client.sent())) == (1, 2)


def test_a_templates_header_gets_its_file(client, cloud):
    content = template("order_photo", {"type": "body", "parameters": says("Ann")})
    assert isinstance(cloud.send(hello(content=content, file=StoredFile("image"))), Accepted)


def test_a_reply_and_a_reaction_name_their_message(client, cloud):
    target = write(client, "ann", "hi")["id"]
    cloud.send(hello(reply_to=target))
    cloud.send(hello(content=Reaction(target, "👍"), reply_to=target))
    first, second = (sent["body"] for sent in client.sent())
    assert first["context"] == {"message_id": target}
    assert second["reaction"]["message_id"] == target


def test_a_message_after_the_window_says_so(client, cloud):
    client.put_user("cleo", name="Cleo", bsuid="US.1003", wa_id="15550100193")
    to = type(ANN)(kind=ANN.kind, value="15550100193")
    result = cloud.send(hello(to))
    assert isinstance(result, Refused)
    assert result.fault.kind == Kind.WINDOW_CLOSED
    assert "template" in result.fault.advice


CLASSES = {
    4: Kind.THROTTLE_APP,
    80007: Kind.THROTTLE_APP,
    130429: Kind.THROTTLE_NUMBER,
    131056: Kind.THROTTLE_PAIR,
    131048: Kind.SPAM,
    131016: Kind.TRANSIENT,
    131047: Kind.WINDOW_CLOSED,
    131050: Kind.OPTED_OUT,
    131049: Kind.CAPPED,
    131026: Kind.UNDELIVERABLE,
    131062: Kind.BSUID_UNSUPPORTED,
    137000: Kind.IDENTITY_CHANGED,
    132001: Kind.TEMPLATE,
    131053: Kind.MEDIA,
    131009: Kind.BUG,
    190: Kind.ACCOUNT,
    131042: Kind.ACCOUNT,
}


@pytest.mark.parametrize(("code", "kind"), CLASSES.items())
@pytest.mark.parametrize("http", [400, 500])
def test_a_refusal_is_of_its_class_and_nothing_was_sent(client, cloud, code, kind, http):
    client.faults({"kind": "error", "code": code, "http": http, "details": "Because."})
    result = cloud.send(hello())
    assert isinstance(result, Refused), result
    assert (result.fault.kind, result.fault.details, result.http_status) == (kind, "Because.", http)
    assert result.fault.reference
    assert client.sent() == []


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "17"}, timedelta(seconds=17)),
        ({"X-Business-Use-Case-Usage": '{"1":[{"estimated_time_to_regain_access":3}]}'}, timedelta(minutes=3)),
        ({}, None),
    ],
)
def test_a_throttled_number_waits_as_long_as_whatsapp_asks(client, cloud, headers, wait):
    client.faults({"kind": "error", "code": 130429, "http": 429, "headers": headers})
    result = cloud.send(hello())
    assert isinstance(result, Refused)
    assert result.retry_after == wait


MAYBE_SENT = {
    "an unnamed failure": {"kind": "http", "http": 503},
    "something went wrong": {"kind": "error", "code": 131000, "http": 500},
    "accepted, then an error": {"kind": "accept_then_error", "code": 131000, "http": 500},
    "garbage": {"kind": "garbage"},
    "no answer in time": {"kind": "slow", "delay_ms": 1500},
    "accepted, no answer in time": {"kind": "delay_ms", "delay_ms": 1500},
    "accepted, never answered": {"kind": "accept_then_hang"},
    "a body that dribbles": {"kind": "slow_body", "delay_ms": 3000},
    "accepted, then cut": {"kind": "accept_then_drop"},
    "cut before": {"kind": "drop_before_accept"},
}


@pytest.mark.parametrize("fault", MAYBE_SENT.values(), ids=MAYBE_SENT)
def test_what_may_have_been_sent_is_never_called_unsent_nor_tried_twice(client, cloud, settings, fault):
    settings.PROVIDER_TIMEOUT = 0.4
    client.faults(fault)
    result = cloud.send(hello())
    assert isinstance(result, Ambiguous), result
    settings.PROVIDER_TIMEOUT = 5.0
    assert len([request for request in client.requests() if request["path"].endswith("/messages")]) == 1


def test_a_late_answer_within_its_time_is_an_answer(client, cloud):
    client.faults({"kind": "slow_body", "delay_ms": 300})
    assert isinstance(cloud.send(hello()), Accepted)


def test_nobody_at_the_address_means_surely_not_sent():
    result = adapter(f"http://127.0.0.1:{free_port()}").send(hello())
    assert isinstance(result, NotSent)
    assert "cannot be reached" in result.why


@pytest.mark.parametrize(
    "account",
    [{"api_url": "graph.example"}, {"api_url": "http://[::1"}, {"access_token": "tök"}, {"access_token": "a\nb"}],
)
def test_an_unusable_address_or_token_stops_the_channel_and_not_the_worker(account):
    with odd_server() as odd:
        broken = adapter(account.pop("api_url", odd.url), **account)
        result = broken.send(hello())
        assert isinstance(result, Refused)
        assert result.fault.kind == Kind.ACCOUNT
        assert not broken.probe().healthy
        assert broken.mark_read("wamid.1", typing=True) is False
        assert odd.paths == []


NOT_UPLOADED = {
    "cut": ({"kind": "drop"}, None),
    "an unnamed failure": ({"kind": "http", "http": 500}, None),
    "something went wrong": ({"kind": "error", "code": 131000, "http": 500}, None),
    "garbage": ({"kind": "garbage"}, None),
    "no answer in time": ({"kind": "slow", "delay_ms": 1500}, None),
    "not a file WhatsApp takes": ({"kind": "error", "code": 131053, "http": 400}, Kind.MEDIA),
    "a type it does not know": ({"kind": "error", "code": 100, "http": 400}, Kind.MEDIA),
    "too large": ({"kind": "http", "http": 413}, Kind.MEDIA),
    "for a moment": ({"kind": "error", "code": 131016, "http": 503}, Kind.TRANSIENT),
    "throttled": ({"kind": "error", "code": 130429, "http": 429}, Kind.THROTTLE_NUMBER),
    "no token": ({"kind": "error", "code": 190, "http": 401}, Kind.ACCOUNT),
}


@pytest.mark.parametrize(("fault", "kind"), NOT_UPLOADED.values(), ids=NOT_UPLOADED)
def test_a_failed_upload_is_never_ambiguous_and_sends_nothing(client, cloud, settings, fault, kind):
    settings.PROVIDER_TIMEOUT = 0.4
    client.faults(fault | {"where": "media_upload"})
    file = StoredFile("image")
    result = cloud.send(hello(content=Media("image", 1), file=file))
    if kind is None:
        assert isinstance(result, NotSent), result
    else:
        assert isinstance(result, Refused), result
        assert result.fault.kind == kind
    assert (client.sent(), file.media_id) == ([], "")


def test_a_file_of_a_type_whatsapp_refuses_says_what_to_do(cloud):
    file = StoredFile("image", content=b"GIF89a...", mime_type="image/gif")
    result = cloud.send(hello(content=Media("image", 1), file=file))
    assert isinstance(result, Refused)
    assert result.fault.kind == Kind.MEDIA
    assert "another format" in result.fault.advice
    assert "image/gif" in result.fault.details


def test_a_stored_file_that_is_gone_is_refused_and_not_tried_for_ever(cloud, monkeypatch):
    file = StoredFile("image")
    monkeypatch.setattr(file, "open", lambda: open("/nowhere/to/be/found", "rb"))  # noqa: SIM115
    result = cloud.send(hello(content=Media("image", 1), file=file))
    assert isinstance(result, Refused)
    assert result.fault.kind == Kind.MEDIA


def test_a_message_without_its_file_is_not_sent(client, cloud):
    result = cloud.send(hello(content=Media("image", 1)))
    assert isinstance(result, Refused)
    assert "Attach it" in result.fault.words
    assert client.requests() == []


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else():
    with odd_server() as here, odd_server() as elsewhere:
        here.says(b"", 307, Location=f"{elsewhere.url}/v26.0/messages")
        result = adapter(here.url).send(hello())
        assert isinstance(result, Refused)
        assert result.fault.kind == Kind.ACCOUNT
        assert elsewhere.paths == []


@pytest.mark.parametrize("body", [[], {}, {"messages": []}, {"messages": [{"id": ""}]}, {"messages": [7]}, b"\xff{"])
def test_a_yes_without_an_id_is_ambiguous(body):
    with odd_server() as odd:
        odd.says(body)
        assert isinstance(adapter(odd.url).send(hello()), Ambiguous)


def test_a_yes_that_carries_an_error_is_a_refusal():
    with odd_server() as odd:
        odd.says({"error": {"code": 131047, "message": "(#131047) Re-engagement message"}})
        result = adapter(odd.url).send(hello())
    assert isinstance(result, Refused)
    assert result.fault.kind == Kind.WINDOW_CLOSED


@pytest.mark.parametrize(("status", "outcome"), [(200, Ambiguous), (400, NotSent), (500, Ambiguous)])
def test_an_answer_cut_off_counts_by_its_status_alone(status, outcome):
    with odd_server() as odd:
        odd.says(b'{"messages":[{"id":"wamid.', status, Content_Length="5000")
        assert isinstance(adapter(odd.url).send(hello()), outcome)


def test_an_answer_without_an_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("whatsapp.cloud.http.LARGEST_ANSWER", 1000)
    with odd_server() as odd:
        odd.says(b'{"messages":[{"id":"wamid.1"}]}' + b" " * 5000)
        assert isinstance(adapter(odd.url).send(hello()), Ambiguous)


def test_a_proxy_out_of_the_environment_is_not_used(client, cloud, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    http._client_of.cache_clear()
    assert isinstance(cloud.send(hello()), Accepted)


def test_each_process_has_connections_of_its_own(monkeypatch):
    """A worker that forks must not write into its parent's connections."""
    ours = http._client()
    assert http._client() is ours
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert http._client() is not ours


def test_a_file_with_any_name_is_uploaded(client, cloud):
    file = StoredFile("document")
    file.filename = 'Rechnung "März"; \n\u202efdp.pdf'
    assert isinstance(cloud.send(hello(content=Media("document", 1, filename="März.pdf"), file=file)), Accepted)
    file.media_id = ""
    file.filename = ""
    assert isinstance(cloud.send(hello(content=Media("document", 1, filename="März.pdf"), file=file)), Accepted)


def test_the_adapter_keeps_the_protocol():
    made: Adapter = adapter("http://127.0.0.1:9")
    assert isinstance(made, CloudAdapter)
