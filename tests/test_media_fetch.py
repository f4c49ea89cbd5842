"""Files that customers send are fetched, whatever the provider's server does meanwhile."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from audit.models import Event
from config import wake
from tests import factories
from tests.media_host import (
    BEARER,
    Provider,
    base64ed,
    drips,
    file_host,
    gives,
    hexed,
    jpeg,
    padded,
    png,
    provider,
    sends_to,
)  # fmt: skip
from whatsapp.adapter import Download, ProviderUnavailable
from whatsapp.media import download as download_module
from whatsapp.media import fetching, limits
from whatsapp.models import Attachment, TwilioAccount

pytestmark = pytest.mark.django_db
S = Attachment.State


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def host():
    with file_host() as made:
        yield made


@pytest.fixture
def expect(now, host):
    """A customer's message with a file."""

    def make(kind="image", media_id="m1", url="", mime="image/jpeg", sha256="", filename="", at=None):
        factories.channel(now=now, api_url=host.url)
        message = factories.take("[Image]", now=at or now, type=kind)
        with transaction.atomic():
            return fetching.attachment_expect(
                message, kind=kind, media_id=media_id, url=url, claimed_mime=mime, claimed_sha256=sha256,
                filename=filename, is_voice=False, now=at or now,
            )  # fmt: skip

    return make


def fetch(attachment, adapter, now):
    state = fetching.attachment_fetch(attachment.pk, adapter=adapter, now=now)
    attachment.refresh_from_db()
    return state


def events(attachment, event_type):
    return list(Event.objects.filter(stream=attachment.message.conversation.stream, event_type=event_type))


def test_a_file_is_fetched_with_credentials_stored_by_its_hash_and_told(host, expect, now):
    content = jpeg()
    attachment = expect(sha256=base64ed(content), filename="../../etc/holiday.jpg")
    before = attachment.message.conversation.revision
    url = host.at("/a", gives(content))

    assert fetch(attachment, provider(url, sha256=hexed(content).upper(), size=len(content)), now) == S.STORED

    digest = hexed(content)
    assert attachment.file.name == f"{digest[:2]}/{digest[2:4]}/{digest}"
    with default_storage.open(attachment.file.name) as kept:
        assert kept.read() == content
    assert (attachment.mime_type, attachment.size, attachment.sha256) == ("image/jpeg", len(content), digest)
    assert attachment.filename == "holiday.jpg"
    assert attachment.due_at is None
    assert host.requests[0].headers["authorization"] == BEARER["Authorization"]
    attachment.message.refresh_from_db()
    assert attachment.message.revision > before
    (told,) = events(attachment, "media.stored")
    assert told.payload["sha256"] == digest
    assert "127.0.0.1" not in str(told.payload)


def test_the_task_is_woken_after_the_commit_and_not_before(host, now, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(wake, "send", lambda task, *args, **options: sent.append((task, args)))
    message = factories.take("[Image]", now=now, type="image")
    with django_capture_on_commit_callbacks(execute=True):
        attachment = fetching.attachment_expect(
            message, kind="image", media_id="m1", url="", claimed_mime="image/jpeg", claimed_sha256="", filename="",
            is_voice=False, now=now,
        )  # fmt: skip
        assert sent == []
    assert sent == [("whatsapp.fetch_media", (attachment.pk,))]


@pytest.mark.parametrize(
    "claim",
    [hexed(png()), hexed(png()).upper(), base64ed(png()), base64ed(png()).rstrip("="), "", "no digest at all"],
    ids=["hex", "HEX", "base64", "base64 unpadded", "none", "unreadable"],
)
def test_both_encodings_of_the_hash_are_understood(host, expect, now, claim):
    attachment = expect(sha256=claim, mime="image/png")
    assert fetch(attachment, provider(host.at("/a", gives(png()))), now) == S.STORED


@pytest.mark.parametrize("claim", [hexed(b"other"), base64ed(b"other")], ids=["hex", "base64"])
def test_another_content_than_announced_is_tried_once_more_then_held_back(host, expect, now, claim):
    attachment = expect(sha256=claim)
    assert fetch(attachment, provider(host.at("/a", gives(jpeg()))), now) == S.BLOCKED
    assert len(host.asked("/a")) == 2
    assert "checksum" in attachment.why
    assert not attachment.file
    assert len(events(attachment, "media.blocked")) == 1


def test_the_media_nodes_own_hash_counts_too(host, expect, now):
    attachment = expect(sha256=base64ed(jpeg()))
    found = provider(host.at("/a", gives(jpeg())), sha256=hexed(b"other"))
    assert fetch(attachment, found, now) == S.BLOCKED


def test_a_wrong_content_that_is_right_the_second_time_is_kept(host, expect, now):
    attachment = expect(sha256=hexed(jpeg()))
    assert fetch(attachment, provider(host.at("/a", gives(png()), gives(jpeg()))), now) == S.STORED


def test_503_then_200(host, expect, now):
    attachment = expect()
    found = provider(host.at("/a", gives(b"", status=503), gives(jpeg())))
    assert fetch(attachment, found, now) == S.FETCHING
    assert now + timedelta(seconds=1) <= attachment.due_at <= now + timedelta(seconds=5)
    assert "503" in attachment.why
    assert fetch(attachment, found, now) is None, "it is not due yet"
    assert fetch(attachment, found, attachment.due_at) == S.STORED
    assert attachment.why == ""


def test_the_pause_grows_and_a_longer_one_asked_for_is_kept(host, expect, now):
    attachment = expect()
    found = provider(host.at("/a", gives(b"", status=429)))
    at, pauses = now, []
    for _ in range(7):
        fetch(attachment, found, at)
        pauses.append(round((attachment.due_at - at).total_seconds()))
        at = attachment.due_at
    assert pauses == [1, 5, 30, 120, 600, 3600, 3600]
    host.at("/a", gives(b"", status=429, Retry_After="7200"))
    fetch(attachment, found, at)
    assert round((attachment.due_at - at).total_seconds()) == 3600, "an hour is the most"


def test_after_seven_days_of_failures_it_has_failed(host, expect, now):
    attachment = expect()
    found = provider(host.at("/a", gives(b"", status=500)))
    fetch(attachment, found, now)
    last = now + timedelta(days=7) - timedelta(seconds=1)
    assert fetch(attachment, found, last) == S.FAILED
    assert "in time" in attachment.why
    assert len(events(attachment, "media.failed")) == 1
    assert fetch(attachment, found, last + timedelta(hours=2)) is None


def test_a_file_the_provider_no_longer_has_has_failed_at_once(expect, now):
    attachment = expect()
    assert fetch(attachment, Provider(), now) == S.FAILED
    assert "send it again" in attachment.why


def test_a_provider_that_cannot_be_asked_is_asked_later(expect, now):
    class Away(Provider):
        def locate(self, media_id):
            raise ProviderUnavailable("https://secret.example/1")

    attachment = expect()
    assert fetch(attachment, Away(), now) == S.FETCHING
    assert "secret" not in attachment.why


@pytest.mark.parametrize("status", [404, 410, 401])
def test_an_address_that_has_run_out_is_asked_for_again(host, expect, now, status):
    attachment = expect()
    old, new = host.at("/old", gives(b"", status=status)), host.at("/new", gives(jpeg()))
    found = Provider({"m1": [Download(old), Download(new)]})
    assert fetch(attachment, found, now) == S.STORED
    assert found.asked == ["m1", "m1"]


def test_an_address_that_is_never_valid_is_asked_for_once_per_try_only(host, expect, now):
    attachment = expect()
    found = provider(host.at("/old", gives(b"", status=404)))
    assert fetch(attachment, found, now) == S.FETCHING
    assert found.asked == ["m1", "m1"]


def test_without_a_media_id_the_given_address_is_used(host, expect, now):
    attachment = expect(media_id="", url=host.at("/a", gives(jpeg())))
    assert fetch(attachment, Provider(), now) == S.STORED
    assert attachment.source_url == "", "the address is not kept longer than needed"


def test_a_truncated_file_is_fetched_again(host, expect, now):
    attachment = expect()
    found = provider(host.at("/a", gives(jpeg()[:20], said=len(jpeg())), gives(jpeg())))
    assert fetch(attachment, found, now) == S.FETCHING
    assert not attachment.file
    assert fetch(attachment, found, attachment.due_at) == S.STORED


def test_a_file_shorter_than_the_provider_says_is_not_kept(host, expect, now):
    attachment = expect()
    found = provider(host.at("/a", gives(jpeg(), said=-1)), size=len(jpeg()) + 7)
    assert fetch(attachment, found, now) == S.FETCHING
    assert "ended after" in attachment.why


def test_an_empty_file_is_not_kept(host, expect, now):
    attachment = expect()
    assert fetch(attachment, provider(host.at("/a", gives(b""))), now) == S.FETCHING


def test_a_server_that_drips_is_given_up(host, expect, now, monkeypatch):
    monkeypatch.setattr(download_module, "LONGEST", 0.05)
    attachment = expect()
    assert fetch(attachment, provider(host.at("/a", drips(jpeg(), 0.02))), now) == S.FETCHING
    assert "too slow" in attachment.why


def test_a_server_that_says_nothing_is_given_up(host, expect, now, settings):
    settings.PROVIDER_TIMEOUT = 0.1
    attachment = expect()
    assert fetch(attachment, provider(host.at("/a", drips(jpeg(), 0.5))), now) == S.FETCHING
    assert "ReadTimeout" in attachment.why


def test_a_server_that_is_not_there_is_tried_again(host, expect, now):
    attachment = expect()
    host.close()
    assert fetch(attachment, provider(f"{host.url}/a"), now) == S.FETCHING
    assert "ConnectError" in attachment.why
    assert "127.0.0.1" not in attachment.why


@pytest.mark.parametrize("said", [None, -1], ids=["declared", "undeclared"])
def test_a_file_beyond_the_limit_is_not_kept(host, expect, now, said, monkeypatch, tmp_path):
    monkeypatch.setitem(limits.LARGEST_INBOUND, "image", 1000)
    attachment = expect()
    url = host.at("/a", gives(jpeg(size=1001), said=said))
    assert fetch(attachment, provider(url), now) == S.TOO_LARGE
    assert "1 KB" in attachment.why
    assert list((tmp_path / "media" / "drafts").iterdir()) == [], "nothing of it stays"
    assert events(attachment, "media.failed")[0].payload["state"] == "too_large"


def test_a_file_said_to_be_beyond_the_limit_is_not_even_asked_for(host, expect, now):
    attachment = expect()
    found = provider(host.at("/a", gives(jpeg())), size=101 * limits.MB)
    assert fetch(attachment, found, now) == S.TOO_LARGE
    assert host.requests == []


def test_a_file_of_exactly_the_limit_is_kept(host, expect, now, monkeypatch):
    monkeypatch.setitem(limits.LARGEST_INBOUND, "image", 1000)
    attachment = expect()
    assert fetch(attachment, provider(host.at("/a", gives(jpeg(size=1000)))), now) == S.STORED


def test_a_redirect_within_the_host_keeps_the_credentials(host, expect, now):
    attachment = expect()
    url = host.at("/a", sends_to("/b"))
    host.at("/b", gives(jpeg()))
    assert fetch(attachment, provider(url), now) == S.STORED
    assert host.asked("/b")[0].headers["authorization"] == BEARER["Authorization"]


def test_a_redirect_to_another_host_loses_the_credentials(host, expect, now):
    attachment = expect()
    TwilioAccount.objects.create(channel=attachment.channel, account_sid="AC1", sender="whatsapp:+15550100009",
                                 auth_tokens="t", api_url="http://localhost")  # fmt: skip
    url = host.at("/a", sends_to(host.at("/b", gives(jpeg()), host="localhost")))
    found = provider(url)
    found.hosts = ("127.0.0.1", "localhost")
    assert fetch(attachment, found, now) == S.STORED
    assert "authorization" in host.asked("/a")[0].headers
    assert "authorization" not in host.asked("/b")[0].headers
    assert host.asked("/b")[0].headers["host"] == f"localhost:{host.port}"


def test_a_redirect_to_a_host_that_is_not_the_providers_is_not_followed(host, expect, now):
    attachment = expect()
    url = host.at("/a", sends_to(host.at("/b", gives(jpeg()), host="localhost")))
    assert fetch(attachment, provider(url), now) == S.BLOCKED
    assert host.asked("/b") == []


def test_a_redirect_into_the_private_network_is_not_followed(host, expect, now):
    """Even where the adapter would allow the name: what counts is the address behind it."""
    attachment = expect()
    url = host.at("/a", sends_to("https://localhost/b"))
    found = provider(url)
    found.hosts = ("127.0.0.1", "localhost")
    assert fetch(attachment, found, now) == S.BLOCKED
    assert "private network" in attachment.why


def test_a_media_node_that_names_a_foreign_host_is_asked_once_more(host, expect, now):
    attachment = expect()
    right = Download(host.at("/a", gives(jpeg())))
    strange = Download("http://169.254.169.254/latest/meta-data/")
    assert fetch(attachment, Provider({"m1": [strange, right]}), now) == S.STORED
    second = expect()
    assert fetch(second, Provider({"m1": [strange]}), now) == S.BLOCKED
    assert "169.254" not in second.why


def test_the_nodes_type_is_the_claim_where_the_webhook_makes_none(host, expect, now):
    attachment = expect(kind="document", mime="")
    assert fetch(attachment, provider(host.at("/a", gives(png())), mime_type="application/pdf"), now) == S.BLOCKED


def test_redirects_end_somewhere(host, expect, now):
    attachment = expect()
    url = host.at("/a", sends_to("/a"))
    assert fetch(attachment, provider(url), now) == S.FETCHING
    assert len(host.asked("/a")) == 4
    assert "circles" in attachment.why


@pytest.mark.parametrize(
    ("content", "kind", "mime"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "image", "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image", "image/svg+xml"),
        (b"MZ\x90\0\x03\0\0\0", "document", "application/pdf"),
        (padded(b"\x7fELF\x02\x01\x01\0", 64), "document", "application/octet-stream"),
        (b"just words", "audio", "audio/ogg"),
        (png(), "document", "application/pdf"),
    ],
    ids=["html as jpeg", "svg", "program as pdf", "program as bytes", "text as sound", "png as pdf"],
)
def test_what_is_not_what_it_claims_to_be_is_held_back(host, expect, now, content, kind, mime):
    attachment = expect(kind=kind, mime=mime)
    assert fetch(attachment, provider(host.at("/a", gives(content))), now) == S.BLOCKED
    assert attachment.why
    assert not attachment.file
    assert not default_storage.exists(f"{hexed(content)[:2]}/{hexed(content)[2:4]}/{hexed(content)}")


def test_one_content_sent_twice_is_kept_once(host, expect, now, tmp_path):
    url = host.at("/a", gives(jpeg()))
    first, second = expect(), expect()
    assert fetch(first, provider(url), now) == fetch(second, provider(url), now) == S.STORED
    assert first.file.name == second.file.name
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1
