"""Files at the stand-in live, die and are guarded as at WhatsApp: otherwise the fetching of media proves nothing."""

import base64
import hashlib
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import standin
from tests.standin import NUMBER, TOKEN, graph, write
from whatsapp.standin import media
from whatsapp.standin.client import StandinClient
from whatsapp.standin.rules import GraphError

ANN = "+15550100191"
OTHER = "555010000000010"
MB = 1024 * 1024
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def client(server) -> Iterator[StandinClient]:
    with standin.listening(server):
        write(server, "ann")
        yield server


def ask(client: StandinClient, method: str, path: str, **options: Any) -> httpx.Response:
    url = path if path.startswith("http") else client.url + path
    return httpx.request(method, url, trust_env=False, **{"headers": BEARER, "timeout": 30, **options})


def upload(client: StandinClient, content: bytes, mime: str, *, number: str = NUMBER, **more: Any) -> httpx.Response:
    form = {"messaging_product": "whatsapp", "type": mime, **more}
    data = {name: value for name, value in form.items() if value is not None}
    return ask(
        client, "POST", f"/v26.0/{number}/media", data=data, files={"file": ("a.bin", content, mime.partition(";")[0])}
    )


def uploaded(client: StandinClient, kind: str) -> str:
    sample = media.make_sample(kind)
    return upload(client, sample.content, sample.mime_type).json()["id"]


def node(client: StandinClient, media_id: str, **options: Any) -> httpx.Response:
    return ask(client, "GET", f"/v26.0/{media_id}", **options)


def code(answer: httpx.Response) -> int:
    return answer.json()["error"]["code"]


def send(client: StandinClient, kind: str, **content: Any) -> httpx.Response:
    return graph(client, {"messaging_product": "whatsapp", "to": ANN, "type": kind, kind: content})


@pytest.mark.parametrize("kind", media.KINDS)
def test_a_file_of_each_kind_is_uploaded_sent_and_fetched_again(client, kind):
    sample = media.make_sample(kind)
    answer = upload(client, sample.content, sample.mime_type)
    assert answer.status_code == 200, answer.text
    media_id = answer.json()["id"]
    assert send(client, kind, id=media_id).status_code == 200
    told = node(client, media_id, params={"phone_number_id": NUMBER}).json()
    assert told["messaging_product"] == "whatsapp"
    assert (told["id"], told["mime_type"], told["file_size"]) == (media_id, sample.mime_type, len(sample.content))
    assert told["sha256"] == hashlib.sha256(sample.content).hexdigest()
    fetched = ask(client, "GET", told["url"])
    assert (fetched.status_code, fetched.content) == (200, sample.content)
    assert fetched.headers["content-type"] == sample.mime_type
    assert fetched.headers["content-length"] == str(len(sample.content))


@pytest.mark.parametrize(
    ("mime", "content"),
    [
        ("image/jpeg", b"\xff\xd8\xff\xe0 jpeg"),
        ("audio/aac", b"\xff\xf1 aac"),
        ("audio/amr", b"#!AMR\n"),
        ("audio/mpeg", b"ID3 mp3"),
        ("audio/mp4", b"\0\0\0\x20ftypM4A "),
        ("audio/ogg; codecs=opus", b"OggS"),
        ("video/3gpp", b"\0\0\0\x20ftyp3gp4"),
        ("text/plain", "Grüße".encode()),
        ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ],
)
def test_the_types_that_whatsapp_takes_are_taken(client, mime, content):
    answer = upload(client, content, mime)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("mime", "start", "most"),
    [
        ("image/png", PNG, 5 * MB),
        ("audio/ogg", b"OggS", 16 * MB),
        ("video/mp4", b"\0\0\0\x20ftypisom", 16 * MB),
        ("image/webp", b"RIFF\0\0\0\0WEBPVP8L", 100 * 1024),
        ("image/webp", b"RIFF\0\0\0\0WEBPVP8X" + bytes(14) + b"ANIM", 500 * 1024),
    ],
)
def test_a_file_is_taken_at_its_limit_and_refused_one_byte_beyond(client, mime, start, most):
    assert upload(client, start.ljust(most, b"\0"), mime).status_code == 200
    assert code(upload(client, start.ljust(most + 1, b"\0"), mime)) == 131053


def test_a_document_may_have_100_megabytes():
    largest = b"%PDF-1.4".ljust(100 * MB, b"\0")
    media.check_upload(largest, "application/pdf")
    with pytest.raises(GraphError) as refusal:
        media.check_upload(largest + b"\0", "application/pdf")
    assert refusal.value.code == 131053


@pytest.mark.parametrize(
    ("content", "mime", "more", "expected"),
    [
        (PNG, "image/gif", {}, 100),
        (PNG, "application/octet-stream", {}, 100),
        (b"", "image/png", {}, 131053),
        (b"<html>", "image/png", {}, 131053),
        (b"\xff\xfe\0", "text/plain", {}, 131053),
        (PNG, "image/png", {"messaging_product": None}, 100),
        (PNG, "image/png", {"type": None}, 131008),
        (PNG, "image/png", {"type": "image/jpeg"}, 131053),
    ],
)
def test_a_wrong_upload_is_refused(client, content, mime, more, expected):
    answer = upload(client, content, mime, **more)
    assert (answer.status_code, code(answer)) == (400, expected), answer.text


def test_an_upload_without_a_file_is_refused(client):
    form = {"messaging_product": (None, "whatsapp"), "type": (None, "image/png")}
    assert code(ask(client, "POST", f"/v26.0/{NUMBER}/media", files=form)) == 131008
    assert code(ask(client, "POST", f"/v26.0/{NUMBER}/media", json={"messaging_product": "whatsapp"})) == 100


def test_bytes_that_look_like_a_boundary_survive_the_upload(client):
    content = PNG + b"\r\n--\r\n\r\n--boundary\r\n\n\r" + bytes(range(256))
    media_id = upload(client, content, "image/png").json()["id"]
    assert ask(client, "GET", node(client, media_id).json()["url"]).content == content


@pytest.mark.parametrize(
    ("kind", "sent_as"), [("image", "sticker"), ("sticker", "image"), ("document", "image"), ("video", "audio")]
)
def test_a_file_cannot_be_sent_as_what_it_is_not(client, kind, sent_as):
    assert code(send(client, sent_as, id=uploaded(client, kind))) == 131053


def test_a_file_that_is_not_there_cannot_be_sent(client):
    assert code(send(client, "image", id="123456")) == 131053


def test_a_file_of_another_number_cannot_be_sent_or_seen(client):
    client.put_number(
        OTHER, key="k", access_token="other", app_secret="s", display="+1 555 010 0010", baton_url="http://127.0.0.1:9"
    )
    media_id = uploaded(client, "image")
    wrong = {"headers": {"Authorization": "Bearer other"}}
    assert code(node(client, media_id, **wrong)) == 190
    assert ask(client, "GET", node(client, media_id).json()["url"], **wrong).status_code == 401
    answer = httpx.post(
        f"{client.url}/v26.0/{OTHER}/messages",
        json={"messaging_product": "whatsapp", "to": ANN, "type": "image", "image": {"id": media_id}},
        trust_env=False,
        **wrong,
    )
    assert code(answer) == 131053


def test_a_header_file_is_checked_too(client):
    action = {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "One"}}]}
    content = {"type": "button", "body": {"text": "x"}, "action": action}
    header = {"type": "video", "video": {"id": uploaded(client, "image")}}
    assert code(send(client, "interactive", **content, header=header)) == 131053
    header = {"type": "image", "image": {"id": uploaded(client, "image")}}
    assert send(client, "interactive", **content, header=header).status_code == 200


def test_a_media_url_dies_after_five_minutes_and_another_can_be_had(client):
    media_id = uploaded(client, "image")
    url = node(client, media_id).json()["url"]
    client.jump_clock(5 * 60 - 10)
    assert ask(client, "GET", url).status_code == 200
    client.jump_clock(10)
    assert ask(client, "GET", url).status_code == 404
    assert ask(client, "GET", node(client, media_id).json()["url"]).status_code == 200


def test_an_upload_dies_after_thirty_days(client):
    media_id = uploaded(client, "image")
    client.jump_clock(30 * 24 * 3600 - 10)
    assert node(client, media_id).status_code == 200
    client.jump_clock(10)
    assert code(node(client, media_id)) == 100
    write(client, "ann")
    assert code(send(client, "image", id=media_id)) == 131053


def test_a_customers_file_dies_after_seven_days(client):
    media_id = ask(client, "PUT", "/standin/media", json={"kind": "audio"}).json()["id"]
    client.jump_clock(7 * 24 * 3600 - 10)
    assert node(client, media_id).status_code == 200
    client.jump_clock(10)
    assert code(node(client, media_id)) == 100


def test_a_download_needs_the_token_and_a_user_agent(client):
    url = node(client, uploaded(client, "image")).json()["url"]
    assert ask(client, "GET", url, headers={}).status_code == 401
    assert ask(client, "GET", url, headers={"Authorization": "Bearer another"}).status_code == 401
    assert ask(client, "GET", url, headers={**BEARER, "User-Agent": ""}).status_code == 400
    assert ask(client, "GET", f"{client.url}/standin-media/unknown").status_code == 404


def test_a_node_needs_the_token_and_the_right_number(client):
    media_id = uploaded(client, "image")
    assert (node(client, media_id, headers={}).status_code, code(node(client, media_id, headers={}))) == (401, 190)
    assert code(node(client, media_id, params={"phone_number_id": OTHER})) == 100


def test_a_deleted_file_is_gone(client):
    media_id = uploaded(client, "image")
    url = node(client, media_id).json()["url"]
    assert ask(client, "DELETE", f"/v26.0/{media_id}").json() == {"success": True}
    assert code(node(client, media_id)) == 100
    assert ask(client, "GET", url).status_code == 404


def test_a_customers_bytes_are_kept_with_the_hash_that_webhooks_give(client):
    content = b"\xff\xd8\xff" + bytes(range(256)) * 40
    answer = ask(
        client, "PUT", "/standin/media", content=content, headers={"Content-Type": "image/jpeg"},
        params={"phone_number_id": NUMBER},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert base64.b64decode(told["sha256"]) == hashlib.sha256(content).digest()
    assert (told["mime_type"], told["file_size"]) == ("image/jpeg", len(content))
    assert ask(client, "GET", node(client, told["id"]).json()["url"]).content == content


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"json": {"kind": "hologram"}}, "sticker"),
        ({"json": {"kind": "image", "phone_number_id": "1"}}, "/standin/numbers/1"),
        ({"content": b"", "headers": {"Content-Type": "image/png"}}, "bytes"),
    ],
)
def test_a_wrong_file_of_a_customer_is_told_the_mend(client, options, word):
    assert word in ask(client, "PUT", "/standin/media", **options).json()["detail"]


def fault(client: StandinClient, where: str, kind: str, **more: Any) -> None:
    client.faults({"where": where, "kind": kind, **more})


def test_a_download_can_fail_and_then_succeed(client):
    url = node(client, uploaded(client, "image")).json()["url"]
    fault(client, "media_download", "http", http=503)
    assert [ask(client, "GET", url).status_code for _ in range(2)] == [503, 200]


def test_a_node_can_refuse_and_an_upload_too(client):
    media_id = uploaded(client, "image")
    fault(client, "media_node", "error", code=131000, http=500, is_transient=True)
    answer = node(client, media_id)
    assert (answer.status_code, answer.json()["error"]["is_transient"]) == (500, True)
    assert node(client, media_id).status_code == 200
    fault(client, "media_upload", "error", code=131053, http=400)
    assert code(upload(client, PNG, "image/png")) == 131053
    assert upload(client, PNG, "image/png").status_code == 200


def test_a_download_can_be_cut_halfway(client):
    url = node(client, uploaded(client, "image")).json()["url"]
    fault(client, "media_download", "truncate")
    with httpx.stream("GET", url, headers=BEARER, trust_env=False) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.TransportError):
            answer.read()


def test_a_download_can_be_of_another_content(client):
    sample = media.make_sample("image")
    url = node(client, uploaded(client, "image")).json()["url"]
    fault(client, "media_download", "wrong_hash")
    fault(client, "media_download", "wrong_mime", mime="text/html")
    changed = ask(client, "GET", url).content
    assert len(changed) == len(sample.content)
    assert changed != sample.content
    assert ask(client, "GET", url).headers["content-type"] == "text/html"


def test_a_download_can_be_endless_with_and_without_a_length(client):
    url = node(client, uploaded(client, "image")).json()["url"]
    fault(client, "media_download", "too_large", size=3 * MB)
    fault(client, "media_download", "too_large", size=3 * MB, headers={"Content-Length": ""})
    announced, unannounced = ask(client, "GET", url), ask(client, "GET", url)
    assert announced.headers["content-length"] == str(3 * MB)
    assert "content-length" not in unannounced.headers
    assert len(announced.content) == len(unannounced.content) == 3 * MB


def test_a_download_can_lead_elsewhere(client):
    media_id = uploaded(client, "image")
    fault(client, "media_download", "redirect", location="http://10.0.0.1/secret")
    answer = ask(client, "GET", node(client, media_id).json()["url"])
    assert (answer.status_code, answer.headers["location"]) == (302, "http://10.0.0.1/secret")


def test_a_node_can_tell_lies(client):
    media_id = uploaded(client, "image")
    for kind in ("wrong_hash", "wrong_mime", "too_large", "redirect"):
        fault(client, "media_node", kind, location="http://10.0.0.1/")
    told = [node(client, media_id).json() for _ in range(5)]
    assert [one["sha256"] for one in told].count("0" * 64) == 1
    assert told[1]["mime_type"] == "text/html"
    assert told[2]["file_size"] > 100 * MB
    assert told[3]["url"] == "http://10.0.0.1/"
    assert told[4]["url"].startswith(client.url)


def test_a_download_can_be_slow_from_its_first_byte_or_over_its_length(client):
    url = node(client, uploaded(client, "image")).json()["url"]
    for kind in ("slow", "slow_body"):
        fault(client, "media_download", kind, delay_ms=400)
        started = time.monotonic()
        with httpx.stream("GET", url, headers=BEARER, trust_env=False) as answer:
            headers_after = time.monotonic() - started
            assert len(answer.read()) == len(media.make_sample("image").content)
        assert time.monotonic() - started >= 0.35
        assert (headers_after >= 0.35) == (kind == "slow")
