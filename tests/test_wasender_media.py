"""Files from a paired phone: encrypted, offered for an hour by WASender, fetched from nowhere else."""

import base64
import hashlib
import json
from datetime import timedelta

import httpx
import pytest
from django.db import transaction

from conversations import intake
from tests import factories, wasender_standin
from tests.wasender_standin import store
from whatsapp.adapter import MediaGone, ProviderUnavailable
from whatsapp.cloud.content import read
from whatsapp.media.fetching import attachment_expect, attachment_fetch
from whatsapp.models import InboundUpdate

pytestmark = pytest.mark.django_db
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 a picture of a sofa"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with wasender_standin.running(tmp_path_factory.mktemp("standin") / "log", pace=0.0) as standin:
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


@pytest.fixture
def picture(standin, channel, now):
    """The id of a picture that was received."""
    element = standin.write_file("image", PICTURE, text="The crack", id="3EB0PIC")
    store(channel, element, now)
    return "3EB0PIC"


def test_file_is_located_by_its_stored_event(standin, adapter, picture):
    download = adapter.locate(picture)
    assert adapter.may_fetch(download.url)
    assert (download.mime_type, download.size) == ("image/jpeg", len(PICTURE))
    assert download.headers == {}, "the address is public: the API key goes nowhere"
    content = httpx.get(download.url, trust_env=False).content
    assert content == PICTURE
    (request,) = standin.requests("decrypt")
    asked = json.loads(request["body"])["data"]["messages"]
    assert asked["key"] == {"id": picture}
    assert list(asked["message"]) == ["imageMessage"]


def test_hash_is_that_of_the_file(adapter, picture):
    """WhatsApp hashes the decrypted file too; the encrypted one's hash would match nothing."""
    assert base64.b64decode(adapter.locate(picture).sha256) == hashlib.sha256(PICTURE).digest()


@pytest.mark.parametrize("wrapper", ["ephemeralMessage", "viewOnceMessageV2", "documentWithCaptionMessage"])
def test_wrapped_file_is_unwrapped_for_wasender(standin, channel, adapter, now, wrapper):
    element = standin.write_file("document", b"%PDF", filename="a.pdf", id="3EB0DOC")
    store(channel, element | {"message": {wrapper: {"message": element["message"]}}}, now)
    assert httpx.get(adapter.locate("3EB0DOC").url, trust_env=False).content == b"%PDF"


def test_round_video_is_asked_for_as_a_video(standin, channel, adapter, now):
    element = standin.write_file("video", b"mp4", id="3EB0PTV")
    store(channel, element | {"message": {"ptvMessage": element["message"]["videoMessage"]}}, now)
    assert adapter.locate("3EB0PTV").url


def test_file_of_both_events_and_of_another_channel(standin, channel, adapter, now, picture):
    store(channel, standin.write_file("image", PICTURE, id=picture), now)
    assert adapter.locate(picture).url
    InboundUpdate.objects.all().update(provider_id="3EB0OTHER")
    with pytest.raises(MediaGone):
        adapter.locate(picture)


def test_message_without_a_file_has_none(standin, channel, adapter, now):
    store(channel, standin.write(text="Hi", id="3EB0TEXT"), now)
    with pytest.raises(MediaGone):
        adapter.locate("3EB0TEXT")
    assert standin.requests("decrypt") == []


GONE = [{"http": 400, "message": "Failed to decrypt the media."}, {"http": 422, "message": "Validation failed"},
        {"http": 404, "message": "Not found"}, {"http": 410, "message": "Gone"}]  # fmt: skip
LATER = [{"http": 503}, {"http": 500}, {"http": 429, "message": "Too Many Attempts.", "retry_after": 5}, {"http": 401},
         {"http": 403}, {"http": 400, "message": "Your Whatsapp Session is not connected"}]  # fmt: skip


@pytest.mark.parametrize("answer", GONE, ids=lambda answer: str(answer["http"]))
def test_file_that_will_never_come(standin, adapter, picture, answer):
    standin.fault("decrypt", "error", **answer)
    with pytest.raises(MediaGone):
        adapter.locate(picture)


@pytest.mark.parametrize("answer", LATER, ids=lambda answer: str(answer["http"]))
def test_file_that_may_come_later(standin, adapter, picture, answer):
    """Given up too early, the customer is asked to send it again, though only a key was wrong for an hour."""
    standin.fault("decrypt", "error", **answer)
    with pytest.raises(ProviderUnavailable):
        adapter.locate(picture)
    assert adapter.locate(picture).url


@pytest.mark.parametrize("kind", ["drop_before", "hang", "garbage", "cut"])
def test_answer_that_does_not_come(standin, adapter, picture, settings, kind):
    settings.PROVIDER_TIMEOUT = 0.5
    standin.fault("decrypt", kind)
    with pytest.raises(ProviderUnavailable):
        adapter.locate(picture)


def test_file_server_that_fails_once(standin, adapter, picture):
    standin.fault("file", "error", http=503)
    url = adapter.locate(picture).url
    answers = [httpx.get(url, trust_env=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 200]
    assert answers[1].content == PICTURE


@pytest.mark.parametrize("door", ["file", "decrypt"])
def test_file_is_stored_after_a_bad_moment(standin, channel, adapter, picture, now, settings, tmp_path, door):
    """The whole way: announced, refused once with 503, fetched, its hash compared, kept."""
    settings.MEDIA_ROOT = tmp_path
    attachment = expected(channel, picture, standin, now)
    standin.fault(door, "error", http=503)
    assert attachment_fetch(attachment.pk, adapter=adapter, now=now) == "fetching"
    assert attachment_fetch(attachment.pk, adapter=adapter, now=now + timedelta(minutes=5)) == "stored"
    attachment.refresh_from_db()
    assert attachment.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert attachment.size == len(PICTURE)


def expected(channel, provider_id, standin, now):
    """The attachment's row, as taking the message in makes it."""
    update = InboundUpdate.objects.get(provider_id=provider_id)
    with transaction.atomic():
        incoming = factories.incoming(now=now, who=factories.sender(), provider_id=provider_id, type="image")
        message = intake.take(channel, incoming, now=now).message
        (file,) = read(update.raw["message"]).files
        return attachment_expect(
            message, kind=file.kind, media_id=file.media_id, url=file.url, claimed_mime=file.mime_type,
            claimed_sha256=file.sha256, filename=file.filename, is_voice=file.is_voice, now=now,
        )  # fmt: skip


def test_switched_off_it_asks_nobody(standin, adapter, picture, settings):
    settings.WASENDER_ENABLED = False
    with pytest.raises(ProviderUnavailable, match="WASENDER_ENABLED"):
        adapter.locate(picture)
    assert standin.requests("decrypt") == []


OWN = ["https://www.wasenderapi.com/api/decrypted-media/1", "https://wasenderapi.com/media/1.jpg",
       "https://cdn.wasenderapi.com/1", "https://wasenderapi.com:443/1"]  # fmt: skip
FOREIGN = [
    "http://www.wasenderapi.com/1", "https://wasenderapi.com.example.com/1", "https://evilwasenderapi.com/1",
    "https://wasenderapi.com@example.com/1", "https://u:p@wasenderapi.com/1", "https://wasenderapi.com:8443/1",
    "https://mmg.whatsapp.net/x.enc", "http://169.254.169.254/latest", "file:///etc/passwd", "https://[", "", "//x",
    "http://127.0.0.1:1/api",
]  # fmt: skip


@pytest.mark.parametrize("url", OWN)
def test_wasenders_own_hosts_are_fetched_from(adapter, url):
    assert adapter.may_fetch(url)


@pytest.mark.parametrize("url", FOREIGN)
def test_no_other_host_is(adapter, url):
    assert not adapter.may_fetch(url)
