"""Files are handed out to those who may see the conversation, in parts where asked, and can do nothing."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from asgiref.testing import ApplicationCommunicator
from django.core import signing
from django.core.asgi import get_asgi_application
from django.db import transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from audit.models import Event
from tests import api_factories as make
from tests.media_host import archive, mp4, png
from whatsapp.media import outgoing
from whatsapp.media.storing import Draft, keep
from whatsapp.models import Attachment

S = Attachment.State
CONTENT = png(size=5000)


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def stored(message, content=CONTENT, mime="image/png", **fields):
    with Draft() as draft, transaction.atomic():
        draft.write(content)
        return Attachment.objects.create(
            **{
                "message": message, "channel": message.channel, "kind": "image", "state": S.STORED, "mime_type": mime,
                "size": draft.size, "sha256": draft.sha256, "file": keep(draft), "created_at": message.created_at,
                "filename": "holiday.png",
            } | fields
        )  # fmt: skip


@pytest.fixture
def ana(db, now):
    return make.agent(now, "ana")


@pytest.fixture
def message(ana, now):
    return make.conversation(now).messages.get()


@pytest.fixture
def attachment(message):
    return stored(message)


def page_of(person):
    client = Client()
    if person:
        client.force_login(person)
    return lambda attachment, **headers: read(
        client.get(reverse("console:media", args=[attachment.pk]), headers=headers)
    )


def api_of(person):
    client = make.client_of(person) if person else APIClient()
    return lambda attachment, **headers: read(
        client.get(reverse("api:message_media", args=[attachment.message_id]), headers=headers)
    )


def read(response):
    """Read to the end, as a client does; the bytes stand in `body`."""
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


@pytest.mark.parametrize("door", [page_of, api_of], ids=["page", "api"])
def test_the_right_person_gets_the_file(door, ana, attachment):
    response = door(ana)(attachment)
    assert (response.status_code, response.body) == (200, CONTENT)


@pytest.mark.parametrize("door", [page_of, api_of], ids=["page", "api"])
def test_another_team_gets_nothing_and_is_told_nothing(door, now, attachment):
    response = door(make.agent(now, "carl", in_team="night"))(attachment)
    assert response.status_code == 404
    assert b"holiday" not in response.content


@pytest.mark.parametrize("door", [page_of, api_of], ids=["page", "api"])
def test_a_supervisors_look_at_another_teams_file_is_on_the_record_once(door, now, attachment):
    boss = make.agent(now, "boss", in_team="night", supervisor=True)
    ask = door(boss)
    assert ask(attachment).status_code == 200
    etag = f'"{attachment.sha256}"'
    assert ask(attachment, if_none_match=etag).status_code == 304
    assert ask(attachment, range="bytes=100-").status_code == 206
    assert Event.objects.filter(event_type="transcript.seen").count() == 1
    assert ask(attachment, range="bytes=0-").status_code == 200, "how a browser begins to play a film"
    assert Event.objects.filter(event_type="transcript.seen").count() == 2


def test_a_look_at_ones_own_teams_file_is_not_on_the_record(ana, attachment):
    page_of(ana)(attachment)
    assert not Event.objects.filter(event_type="transcript.seen").exists()


def test_strangers_are_sent_to_sign_in_and_scripts_are_told(db, attachment):
    response = page_of(None)(attachment)
    assert response.status_code == 302
    assert response.url.startswith(reverse("console:login"))
    assert page_of(None)(attachment, x_baton="fetch").status_code == 401
    assert api_of(None)(attachment).status_code == 401


def test_an_upload_that_belongs_to_no_message_yet_is_nobodys_to_see(ana, message):
    unsent = stored(message)
    Attachment.objects.filter(pk=unsent.pk).update(message=None)
    assert page_of(ana)(unsent).status_code == 404


def test_the_headers_let_nothing_in_it_act(ana, attachment):
    headers = page_of(ana)(attachment).headers
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"] == 'attachment; filename="holiday.png"'
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, max-age=3600, immutable"
    assert headers["ETag"] == f'"{attachment.sha256}"'
    assert headers["Content-Length"] == "5000"


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/zip", "", "image/png\r\nX: y"])
def test_a_type_that_is_not_known_to_be_harmless_is_only_bytes(ana, message, mime):
    headers = page_of(ana)(stored(message, archive("a"), mime=mime, kind="document")).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")


def test_a_name_in_any_script_survives(ana, message):
    disposition = page_of(ana)(stored(message, filename='Préis "ä".png')).headers["Content-Disposition"]
    assert disposition == "attachment; filename*=utf-8''Pr%C3%A9is%20_%C3%A4_.png"


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=100-", 206, 100, 5000),
        ("bytes=-10", 206, 4990, 5000),
        ("bytes=-99999", 200, 0, 5000),
        ("bytes=4999-99999", 206, 4999, 5000),
        ("bytes=0-", 200, 0, 5000),
        ("bytes=5-2", 200, 0, 5000),
        ("bytes=1-2,5-6", 200, 0, 5000),
        ("seconds=1-2", 200, 0, 5000),
        ("bytes=-", 200, 0, 5000),
    ],
)
def test_a_part_is_given_where_one_is_asked_for(ana, attachment, asked, status, start, stop):
    response = page_of(ana)(attachment, range=asked)
    assert (response.status_code, response.body) == (status, CONTENT[start:stop])
    assert response.headers["Content-Length"] == str(stop - start)
    assert response.headers.get("Content-Range") == (f"bytes {start}-{stop - 1}/5000" if status == 206 else None)


@pytest.mark.parametrize("asked", ["bytes=5000-", "bytes=9999-10000", "bytes=-0"])
def test_a_part_outside_the_file_is_refused(ana, attachment, asked):
    response = page_of(ana)(attachment, range=asked)
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */5000"


def test_a_part_of_another_content_becomes_the_whole(ana, attachment):
    ask = page_of(ana)
    assert ask(attachment, range="bytes=1-2", if_range='"other"').status_code == 200
    assert ask(attachment, range="bytes=1-2", if_range=f'"{attachment.sha256}"').status_code == 206


def test_head_says_all_but_the_content(ana, attachment):
    client = Client()
    client.force_login(ana)
    response = client.head(reverse("console:media", args=[attachment.pk]))
    assert (response.status_code, response.headers["Content-Length"], response.content) == (200, "5000", b"")


@pytest.mark.parametrize("state", [S.FETCHING, S.FAILED, S.TOO_LARGE, S.BLOCKED])
def test_where_there_is_no_file_the_reason_is_given(ana, attachment, state):
    Attachment.objects.filter(pk=attachment.pk).update(state=state, why="Because of this.")
    page, api = page_of(ana)(attachment), api_of(ana)(attachment)
    assert page.status_code == api.status_code == 409
    assert api.json()["code"] == "not_stored"
    assert "This file" in page.content.decode()
    assert "Because of this." in api.json()["detail"]


def test_of_several_files_the_api_gives_the_one_asked_for(ana, attachment, message):
    stored(message, mp4(size=100), mime="video/mp4")
    client, url = make.client_of(ana), reverse("api:message_media", args=[message.pk])
    assert read(client.get(url, {"n": 1})).headers["Content-Type"] == "video/mp4"
    assert client.get(url, {"n": 2}).status_code == 404
    assert client.get(url, {"n": -1}).status_code == 400
    assert client.get(url, {"n": "x"}).status_code == 400


def test_a_failed_file_is_asked_for_again_by_those_who_may_see_it(ana, now, attachment):
    Attachment.objects.filter(pk=attachment.pk).update(state=S.FAILED)
    url = reverse("console:media_again", args=[attachment.pk])
    carl, client = make.agent(now, "carl", in_team="night"), Client()
    assert client.post(url).status_code == 302
    client.force_login(carl)
    assert client.post(url).status_code == 404
    client.force_login(ana)
    assert client.get(url).status_code == 405
    assert client.post(url, headers={"X-Baton": "fetch"}).status_code == 204
    assert client.post(url, headers={"X-Baton": "fetch"}).status_code == 409
    attachment.refresh_from_db()
    assert attachment.state == S.FETCHING


@pytest.fixture
def link(attachment, settings):
    """The path of a link that a provider is given."""
    settings.PUBLIC_URL = "https://desk.example.com"
    url = outgoing.StoredFile(attachment).public_url()
    assert url.startswith("https://desk.example.com/media/out/")
    return url.removeprefix("https://desk.example.com")


def make_outgoing(attachment):
    attachment.message.direction = "out"
    attachment.message.save(update_fields=["direction"])


def test_a_provider_fetches_an_outgoing_file_by_its_link_alone(link, attachment):
    make_outgoing(attachment)
    response = read(Client().get(link))
    assert (response.status_code, response.body) == (200, CONTENT)
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_link_never_leads_to_what_a_customer_sent(link):
    assert Client().get(link).status_code == 404


def test_a_link_runs_out(link, attachment):
    make_outgoing(attachment)
    with time_machine.travel(attachment.created_at + timedelta(days=365), tick=False):
        assert Client().get(link).status_code == 404


def test_a_forged_link_leads_nowhere(link, attachment):
    make_outgoing(attachment)
    head, _, token = link.rpartition("out/")
    forged = [token[:-3] + "xx/", f"{attachment.pk}/", signing.TimestampSigner().sign(str(attachment.pk)) + "/"]
    assert [Client().get(f"{head}out/{wrong}").status_code for wrong in forged] == [404] * 3


@pytest.mark.django_db(transaction=True)
def test_the_real_server_streams_in_pieces_and_does_not_read_all_at_once(settings, now):
    message = make.conversation(now).messages.get()
    message.direction = "out"
    message.save(update_fields=["direction"])
    settings.PUBLIC_URL = "https://desk.example.com"
    settings.ALLOWED_HOSTS = ["desk.example.com"]
    content = mp4(size=300_000)
    attachment = stored(message, content, mime="video/mp4")
    path = outgoing.StoredFile(attachment).public_url().removeprefix("https://desk.example.com")
    pieces = asyncio.run(_pieces(path))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 64 * 1024


async def _pieces(path):
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"host", b"desk.example.com"), (b"x-forwarded-proto", b"https")],
    }  # fmt: skip
    server = ApplicationCommunicator(get_asgi_application(), scope)
    await server.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await server.receive_output(5)
    assert start["status"] == 200
    pieces, more = [], True
    while more:
        event = await server.receive_output(5)
        pieces.append(event.get("body", b""))
        more = event.get("more_body", False)
    await server.wait(5)
    return pieces
