"""A process that dies while it fetches a file loses nothing and doubles nothing."""

import os
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from audit.models import Event
from config import wake
from handoff.refusals import Refused
from tests import factories
from tests.media_host import Provider, file_host, gives, hexed, jpeg, png, provider
from whatsapp.media import fetching, storing
from whatsapp.media.storing import Draft, keep, uploads_clear
from whatsapp.models import Attachment

S = Attachment.State


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def host():
    with file_host() as made:
        yield made


def expect(now, host, **given):
    factories.channel(now=now, api_url=host.url)
    message = factories.take("[Image]", now=now, type="image")
    fields = {
        "kind": "image", "media_id": "m1", "url": "", "claimed_mime": "image/jpeg", "claimed_sha256": "",
        "filename": "", "is_voice": False,
    } | given  # fmt: skip
    with transaction.atomic():
        return fetching.attachment_expect(message, **fields, now=now)


def fetch(attachment, adapter, now):
    state = fetching.attachment_fetch(attachment.pk, adapter=adapter, now=now)
    attachment.refresh_from_db()
    return state


def told(attachment, event_type):
    return Event.objects.filter(stream=attachment.message.conversation.stream, event_type=event_type).count()


class Dies(Provider):
    def locate(self, media_id):
        raise SystemExit("killed")


@pytest.mark.django_db
def test_a_try_that_dies_comes_due_again_later_and_then_succeeds_once(host, now):
    attachment = expect(now, host)
    with pytest.raises(SystemExit):
        fetch(attachment, Dies(), now)
    assert fetching.fetches_due(now=now + timedelta(seconds=1)) == [], "it may still be in hand"
    later = now + fetching.LEASE
    assert fetching.fetches_due(now=later) == [attachment.pk]
    assert fetch(attachment, provider(host.at("/a", gives(jpeg()))), later) == S.STORED
    assert told(attachment, "media.stored") == 1
    assert fetching.fetches_due(now=later + timedelta(days=1)) == []


@pytest.mark.django_db
def test_a_file_whose_every_try_dies_ends_as_failed(host, now):
    attachment = expect(now, host)
    for at in (now, now + timedelta(days=6)):
        with pytest.raises(SystemExit):
            fetch(attachment, Dies(), at)
    assert fetching.attachment_fetch(attachment.pk, adapter=Dies(), now=now + timedelta(days=8)) is None
    attachment.refresh_from_db()
    assert attachment.state == S.FAILED


@pytest.mark.django_db
def test_a_crash_between_storing_and_settling_neither_loses_nor_doubles(host, now, monkeypatch, tmp_path):
    attachment = expect(now, host)
    found = provider(host.at("/a", gives(jpeg())))
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "_settle", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            fetch(attachment, found, now)
    attachment.refresh_from_db()
    assert (attachment.state, told(attachment, "media.stored")) == (S.FETCHING, 0)
    assert fetch(attachment, found, now + fetching.LEASE) == S.STORED
    assert told(attachment, "media.stored") == 1
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
def test_a_slow_try_that_was_overtaken_changes_nothing(host, now):
    attachment = expect(now, host)
    slow = fetching.attachment_claim(attachment.pk, now=now)
    quick = fetching.attachment_claim(attachment.pk, now=now + fetching.LEASE)
    assert slow
    assert quick
    fetching.attachment_bring(quick, adapter=provider(host.at("/a", gives(jpeg()))), now=now + fetching.LEASE)
    fetching.attachment_bring(slow, adapter=Provider(), now=now)
    attachment.refresh_from_db()
    assert (attachment.state, told(attachment, "media.failed")) == (S.STORED, 0)


@pytest.mark.django_db
def test_a_storage_that_fails_is_tried_again(host, now, monkeypatch):
    attachment = expect(now, host)
    found = provider(host.at("/a", gives(jpeg())))
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "keep", lambda _: (_ for _ in ()).throw(OSError("disk full at /secret")))
        assert fetch(attachment, found, now) == S.FETCHING
    assert "storage" in attachment.why
    assert fetch(attachment, found, attachment.due_at) == S.STORED


@pytest.mark.django_db
def test_the_sweep_wakes_what_is_due_the_longest_waiting_first_and_not_all_at_once(host, now, monkeypatch):
    monkeypatch.setattr(fetching, "_MOST_AT_ONCE", 2)
    third, first, second = (expect(now + timedelta(seconds=after), host) for after in (3, 1, 2))
    assert fetching.fetches_due(now=now + timedelta(seconds=9)) == [first.pk, second.pk]
    assert third.pk not in fetching.fetches_due(now=now + timedelta(seconds=9))


@pytest.mark.django_db
def test_a_short_pause_is_counted_by_the_broker_a_long_one_by_the_sweep(
    host, now, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(wake, "send", lambda task, *args, countdown=0: sent.append(round(countdown)))
    attachment = expect(now, host)
    found = provider(host.at("/a", gives(b"", status=500)))
    at = now
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            fetch(attachment, found, at)
            at = attachment.due_at
    assert sent == [1, 5, 30]


@pytest.mark.django_db
def test_a_failed_file_is_asked_for_again_by_hand_and_who_asked_is_kept(host, now):
    attachment = expect(now, host)
    fetch(attachment, Provider(), now)
    ana = factories.agent()
    again = fetching.attachment_retry(attachment.pk, agent=ana, now=now)
    assert (again.state, again.attempts, again.why) == (S.FETCHING, 0, "")
    event = Event.objects.get(event_type="media.requested_again")
    assert (event.actor_id, event.payload["attachment"]) == (str(ana.pk), attachment.pk)
    assert fetch(attachment, provider(host.at("/a", gives(jpeg()))), now) == S.STORED


@pytest.mark.django_db
@pytest.mark.parametrize("state", [S.FETCHING, S.STORED, S.TOO_LARGE])
def test_a_file_that_is_there_or_cannot_be_kept_is_not_asked_for_again(host, now, state):
    attachment = expect(now, host)
    Attachment.objects.filter(pk=attachment.pk).update(state=state)
    with pytest.raises(Refused, match="could not be fetched"):
        fetching.attachment_retry(attachment.pk, agent=factories.agent(), now=now)


@pytest.mark.django_db
def test_what_was_held_back_is_checked_again_not_let_through(host, now):
    attachment = expect(now, host)
    found = provider(host.at("/a", gives(b"<html>")))
    assert fetch(attachment, found, now) == S.BLOCKED
    fetching.attachment_retry(attachment.pk, agent=factories.agent(), now=now)
    assert fetch(attachment, found, now) == S.BLOCKED


@pytest.mark.django_db
def test_asked_for_after_the_seven_days_it_is_tried_once(host, now):
    attachment = expect(now, host)
    fetch(attachment, Provider(), now)
    late = now + timedelta(days=30)
    fetching.attachment_retry(attachment.pk, agent=factories.agent(), now=late)
    assert fetch(attachment, provider(host.at("/a", gives(b"", status=500))), late) == S.FAILED


def _draft(content):
    draft = Draft()
    draft.write(content)
    return draft


@pytest.mark.django_db
def test_half_a_file_left_in_the_store_is_replaced(tmp_path):
    name = storing.name_of(hexed(png()))
    half = tmp_path / "media" / name
    half.parent.mkdir(parents=True)
    half.write_bytes(png()[:10])
    with _draft(png()) as draft, transaction.atomic():
        assert keep(draft) == name
    assert half.read_bytes() == png()
    assert half.stat().st_mode & 0o077 == 0, "customers' files are nobody else's on this machine"


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_store_one_content_at_once_keep_it_once(tmp_path):
    together = threading.Barrier(4)
    names, errors = [], []

    def store():
        try:
            with _draft(jpeg()) as draft:
                together.wait(10)
                with transaction.atomic():
                    names.append(keep(draft))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=store) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert errors == []
    assert set(names) == {storing.name_of(hexed(jpeg()))}
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1


def upload(now, content, message=None):
    with _draft(content) as draft, transaction.atomic():
        return Attachment.objects.create(
            channel=factories.channel(now=now), kind="image", state=S.STORED, sha256=draft.sha256, size=draft.size,
            message=message, file=keep(draft), created_at=now, stored_at=now,
        )  # fmt: skip


@pytest.mark.django_db
def test_what_was_uploaded_and_never_sent_is_cleared_away_after_a_day(now):
    unsent, sent = upload(now, png()), upload(now, jpeg(), message=factories.take(now=now))
    assert uploads_clear(now=now + timedelta(hours=23)) == 0
    assert uploads_clear(now=now + timedelta(hours=25)) == 1
    assert not Attachment.objects.filter(pk=unsent.pk).exists()
    assert not default_storage.exists(unsent.file.name)
    assert default_storage.exists(sent.file.name)


@pytest.mark.django_db
def test_a_content_that_another_message_has_is_not_cleared_away(now):
    unsent, sent = upload(now, png()), upload(now, png(), message=factories.take(now=now))
    assert uploads_clear(now=now + timedelta(hours=25)) == 1
    assert unsent.file.name == sent.file.name
    assert default_storage.exists(sent.file.name)


@pytest.mark.django_db
def test_drafts_of_dead_processes_are_cleared_away(now):
    with _draft(b"being written") as draft:
        left = draft.path.with_name("draft-left")
        left.write_bytes(b"left behind")
        before = (now - timedelta(days=2)).timestamp()
        os.utime(left, (before, before))
        os.utime(draft.path, (now.timestamp(), now.timestamp()))
        uploads_clear(now=now)
        assert not left.exists()
        assert draft.path.exists()
