"""An agent's file, through the API: checked, sent once, refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from config import clock
from conversations.models import Message
from tests import api_factories as make
from tests.media_host import jpeg, ogg, pdf, png
from whatsapp.media.limits import MB
from whatsapp.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def held(ana, now):
    return make.held_by(ana, now)


def send(client, conversation, content=None, *, name="a.png", key="", **fields):
    file = {} if content is None else {"file": SimpleUploadedFile(name, content, "application/octet-stream")}
    headers = {"Idempotency-Key": key} if key else {}
    url = reverse("api:media", args=[conversation.pk])
    return client.post(url, {**file, **fields}, format="multipart", headers=headers)


def sent(conversation):
    return list(conversation.messages.filter(sender=Message.Sender.HUMAN))


def test_a_file_is_queued_with_its_caption(ana, held):
    response = send(make.client_of(ana), held, png(), caption="Your parcel")
    assert response.status_code == 201, response.json()
    (message,) = sent(held)
    assert (response.json()["id"], response.json()["type"]) == (str(message.pk), "image")
    assert (message.status, message.author, message.content["caption"]) == ("queued", ana, "Your parcel")
    attachment = message.attachments.get()
    assert (attachment.mime_type, message.content["attachment"]) == ("image/png", attachment.pk)


def test_the_same_request_again_sends_nothing_again(ana, held):
    first, again = (send(make.client_of(ana), held, png(), key="k1", caption="One") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert len(sent(held)) == 1


@pytest.mark.parametrize("changed", [{"content": jpeg()}, {"caption": "Two"}], ids=["file", "caption"])
def test_a_key_that_stands_for_another_message_is_refused(ana, held, changed):
    send(make.client_of(ana), held, png(), key="k1", caption="One")
    response = send(make.client_of(ana), held, **{"content": png(), "key": "k1", "caption": "One"} | changed)
    assert (response.status_code, response.json()["code"]) == (409, "key_reused")
    assert len(sent(held)) == 1


def test_voice_is_sent_as_voice(ana, held):
    assert send(make.client_of(ana), held, ogg(), voice="true").status_code == 201
    assert sent(held)[0].content["voice"] is True


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"content": None}, "file"),
        ({"content": b""}, "empty"),
        ({"content": b"GIF89a\x01\0\x01\0"}, "image/gif"),
        ({"content": png(), "captoin": "x"}, "captoin"),
        ({"content": png(), "caption": "x" * 1025}, "1024"),
        ({"content": ogg(), "caption": "x"}, "no caption"),
        ({"content": png(), "reply_to": "99"}, "99"),
        ({"content": png(), "reply_to": "first"}, "reply_to"),
        ({"content": png(), "voice": "true"}, "Only sound"),
        ({"content": jpeg(size=6 * MB)}, "up to 5 MB; this has 6 MB"),
    ],
    ids=["none", "empty", "gif", "misspelt", "caption", "sound", "no line", "no number", "voice", "size"],
)
def test_bad_input_says_the_mend_and_sends_nothing(ana, held, given, words):
    response = send(make.client_of(ana), held, **given)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert words in response.json()["detail"]
    assert sent(held) == []


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(ana, held):
    url = reverse("api:media", args=[held.pk])
    response = make.client_of(ana).post(
        url, b"--x--", content_type="multipart/form-data; boundary=x", headers={"Content-Length": str(102 * MB)}
    )
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert "100 MB" in response.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nword\r\n--x--']
)
def test_a_broken_form_is_bad_input(ana, held, body):
    url = reverse("api:media", args=[held.pk])
    response = make.client_of(ana).post(url, body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400


def test_json_is_not_taken_here(ana, held):
    url = reverse("api:media", args=[held.pk])
    assert make.client_of(ana).post(url, {"file": "x"}, format="json").status_code == 415


def test_who_does_not_hold_the_conversation_sends_nothing(now, held):
    other = make.agent(now, "ben")
    response = send(make.client_of(other), held, png())
    assert (response.status_code, response.json()["code"]) == (409, "not_in_control")
    assert Attachment.objects.get().message is None


def test_another_team_and_strangers_find_nothing(now, held):
    assert send(make.client_of(make.agent(now, "carl", in_team="night2")), held, png()).status_code == 404
    assert send(APIClient(), held, png()).status_code == 401
    assert not Attachment.objects.exists()


def test_a_session_without_its_csrf_token_is_refused(ana, held):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    file = SimpleUploadedFile("a.png", png(), "image/png")
    assert client.post(reverse("api:media", args=[held.pk]), {"file": file}).status_code == 403


def test_a_session_with_its_csrf_token_sends(ana, held):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    client.cookies["csrftoken"] = token = "a" * 32
    file = SimpleUploadedFile("a.pdf", pdf(), "application/pdf")
    response = client.post(
        reverse("api:media", args=[held.pk]), {"file": file}, headers={"X-CSRFToken": token}
    )  # fmt: skip
    assert response.status_code == 201, response.content
