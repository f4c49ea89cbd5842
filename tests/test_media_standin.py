"""From a customer's phone to the desk's store and back, through the real adapter and a Graph server as a process."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from config import clock
from tests import factories, standin
from tests.media_host import hexed, pdf
from whatsapp.adapter import Accepted, Outgoing
from whatsapp.cloud.adapter import CloudAdapter
from whatsapp.media import fetching
from whatsapp.media.outgoing import StoredFile, attachment_bind, content_for, file_of, upload_keep
from whatsapp.models import Attachment

pytestmark = pytest.mark.django_db
S = Attachment.State


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with standin.running(tmp_path_factory.mktemp("standin")) as started:
        yield started


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def account(client):
    made = factories.channel(now=clock.now(), api_url=client.url).cloud
    made.access_token = standin.TOKEN
    made.save()
    return made


@pytest.fixture
def arrives(client, account):
    """What Ann's phone sends comes in by a webhook; its file is expected as the webhook says."""
    with standin.listening(client) as desk:

        def write(kind, **more):
            standin.write(client, type=kind, **more)
            standin.settle(client)
            said = desk.messages()[-1][kind]
            message = factories.take(f"[{kind}]", now=clock.now(), type=kind)
            with transaction.atomic():
                return fetching.attachment_expect(
                    message, kind=kind, media_id=said["id"], url=said.get("url", ""), claimed_mime=said["mime_type"],
                    claimed_sha256=said["sha256"], filename=said.get("filename", ""),
                    is_voice=said.get("voice", False), now=clock.now(),
                )  # fmt: skip

        yield write


def fetch(attachment, account, after=timedelta()):
    state = fetching.attachment_fetch(attachment.pk, adapter=CloudAdapter(account), now=clock.now() + after)
    attachment.refresh_from_db()
    return state


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_every_kind_a_phone_sends_is_stored(client, account, arrives, kind):
    attachment = arrives(kind)
    assert fetch(attachment, account) == S.STORED, attachment.why
    content, mime = client.media(attachment.provider_media_id)
    assert (attachment.sha256, attachment.mime_type) == (hexed(content), mime)


STUMBLES = [
    ({"kind": "http", "http": 503, "where": "media_node"}, S.FETCHING),
    ({"kind": "http", "http": 503, "where": "media_download"}, S.FETCHING),
    ({"kind": "drop", "where": "media_download"}, S.FETCHING),
    ({"kind": "truncate", "where": "media_download"}, S.FETCHING),
    ({"kind": "garbage", "where": "media_node"}, S.FETCHING),
    ({"kind": "http", "http": 404, "where": "media_download"}, S.STORED),
    ({"kind": "garbage", "where": "media_download"}, S.FETCHING),
    ({"kind": "wrong_hash", "where": "media_node"}, S.STORED),
    ({"kind": "wrong_hash", "where": "media_download"}, S.STORED),
    ({"kind": "wrong_mime", "where": "media_download"}, S.STORED),
    ({"kind": "redirect", "where": "media_node"}, S.STORED),
    ({"kind": "redirect", "where": "media_download"}, S.STORED),
]


@pytest.mark.parametrize(("fault", "state"), STUMBLES, ids=[f"{f['kind']}-{f['where']}" for f, _ in STUMBLES])
def test_a_graph_server_that_stumbles_once_loses_no_file(client, account, arrives, fault, state):
    attachment = arrives("image")
    client.faults(fault)
    assert fetch(attachment, account) == state, attachment.why
    if state == S.FETCHING:
        assert fetch(attachment, account, timedelta(minutes=1)) == S.STORED, attachment.why


NEVER_RIGHT = [
    ({"kind": "wrong_hash", "where": "media_download"}, S.BLOCKED),
    ({"kind": "redirect", "where": "media_node"}, S.BLOCKED),
    ({"kind": "redirect", "where": "media_download"}, S.BLOCKED),
    ({"kind": "too_large", "where": "media_node"}, S.TOO_LARGE),
]


@pytest.mark.parametrize(("fault", "state"), NEVER_RIGHT, ids=[f"{f['kind']}-{f['where']}" for f, _ in NEVER_RIGHT])
def test_a_graph_server_that_is_never_right_gives_no_file(client, account, arrives, fault, state):
    attachment = arrives("image")
    client.faults({**fault, "until_cleared": True})
    assert fetch(attachment, account) == state
    assert attachment.why


def test_an_agents_file_is_uploaded_once_and_sent(client, account, arrives):
    arrives("image")
    ana = factories.agent()
    message = factories.take("Hello", now=clock.now())
    file = SimpleUploadedFile("offer.pdf", pdf(), "application/pdf")
    attachment = upload_keep(message.conversation, file=file, agent=ana, now=clock.now())
    content = content_for(attachment, "Our offer")
    attachment_bind(content, message)
    identity = message.conversation.customer.identities.get(kind="wa_id")
    identity.value = "15550100191"
    sent = [
        CloudAdapter(account).send(Outgoing(identity, content, "reference", file=file_of(message))) for _ in range(2)
    ]
    assert all(isinstance(result, Accepted) for result in sent), sent
    uploaded = StoredFile(Attachment.objects.get(pk=attachment.pk)).uploaded_id()
    assert client.media(uploaded) == (pdf(), "application/pdf")
