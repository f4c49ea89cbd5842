"""What an agent sends keeps WhatsApp's limits before anything is stored, and leaves once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from audit.models import Event
from conversations import content
from conversations.content import Media, Unsendable
from tests import api_factories as make
from tests.media_host import archive, docx, jpeg, mp4, ogg, ole, padded, pdf, png, webp
from whatsapp.media.limits import DOCX, KB, MB
from whatsapp.media.outgoing import StoredFile, attachment_bind, content_for, file_of, upload_keep
from whatsapp.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def upload(ana, now):
    conversation = make.conversation(now)

    def keep(content, name="a.bin", mime="application/octet-stream", **more):
        file = SimpleUploadedFile(name, content, mime)
        return upload_keep(conversation, file=file, agent=ana, now=now, **more)

    return keep


FINE = {
    "jpeg of exactly 5 MB": (jpeg(size=5 * MB), "image", "image/jpeg"),
    "png": (png(), "image", "image/png"),
    "sticker": (webp(size=100 * KB), "sticker", "image/webp"),
    "moving sticker": (webp(animated=True, size=500 * KB), "sticker", "image/webp"),
    "film of exactly 16 MB": (mp4(size=16 * MB), "video", "video/mp4"),
    "3gpp": (mp4(b"3gp4"), "video", "video/3gpp"),
    "m4a": (mp4(b"M4A "), "audio", "audio/mp4"),
    "voice": (ogg(), "audio", "audio/ogg"),
    "mp3": (b"ID3\x04\0\0\0\0\0\0", "audio", "audio/mpeg"),
    "amr": (b"#!AMR\n\x3c\x91", "audio", "audio/amr"),
    "pdf beyond 16 MB": (pdf(size=17 * MB), "document", "application/pdf"),
    "text": (b"Hello", "document", "text/plain"),
    "docx": (docx(), "document", DOCX),
    "doc": (ole(), "document", "application/msword"),
}


@pytest.mark.parametrize(("given", "kind", "mime"), FINE.values(), ids=FINE)
def test_what_whatsapp_takes_is_kept(upload, given, kind, mime):
    attachment = upload(given)
    assert (attachment.kind, attachment.mime_type, attachment.state) == (kind, mime, Attachment.State.STORED)
    assert (attachment.message, attachment.size) == (None, len(given))
    with StoredFile(attachment).open() as kept:
        assert kept.read() == given
    content.check(content_for(attachment))


REFUSED = {
    "image": (jpeg(size=7 * MB + 200 * KB), "WhatsApp takes images up to 5 MB; this has 7.2 MB. Make it smaller"),
    "image by one byte": (jpeg(size=5 * MB + 1), "images up to 5 MB; this has 1 bytes more"),
    "film": (mp4(size=16 * MB + MB), "videos up to 16 MB; this has 17 MB"),
    "sound": (padded(ogg(), 17 * MB), "audio up to 16 MB"),
    "sticker": (webp(size=101 * KB), "stickers up to 100 KB"),
    "moving sticker": (webp(animated=True, size=501 * KB), "animated stickers up to 500 KB"),
    "gif": (b"GIF89a\x01\0\x01\0", "does not take this file: it is image/gif"),
    "heic": (mp4(b"heic"), "it is image/heic. WhatsApp takes JPEG"),
    "zip": (archive("a"), "does not take"),
    "program": (b"MZ\x90\0\x03\0\0\0", "does not take"),
    "page": (b"<html>", "does not take"),
    "noise": (b"\x01\x02\x03\x00", "of no type it knows"),
    "nothing": (b"", "empty"),
    "png of 16 bits": (png(depth=16), "8-bit PNG"),
    "jpeg for print": (jpeg(components=4), "CMYK"),
    "opus in stereo": (ogg(2), "stereo"),
    "vorbis": (ogg(codec=b"\x01vorbis\0"), "not in Opus"),
}


@pytest.mark.parametrize(("given", "words"), REFUSED.values(), ids=REFUSED)
def test_what_whatsapp_refuses_is_refused_with_the_mend_and_not_stored(upload, tmp_path, given, words):
    with pytest.raises(Unsendable, match=words):
        upload(given)
    assert not Attachment.objects.exists()
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


def test_beyond_what_whatsapp_carries_nothing_is_read_to_the_end(upload, monkeypatch):
    monkeypatch.setattr("whatsapp.media.storing.Draft.__init__.__kwdefaults__", {"largest": 1000})
    with pytest.raises(Unsendable, match="up to 1 KB"):
        upload(pdf(size=1001))


def test_the_name_and_type_given_do_not_decide(upload):
    attachment = upload(png(), name="../../invoice.pdf", mime="application/pdf")
    assert (attachment.kind, attachment.mime_type, attachment.filename) == ("image", "image/png", "invoice.pdf.png")


def test_voice_is_for_opus_alone(upload):
    assert content_for(upload(ogg(), voice=True)).voice
    with pytest.raises(Unsendable, match="Only sound"):
        upload(png(), voice=True)
    with pytest.raises(Unsendable, match="plain audio file"):
        upload(b"#!AMR\n\x3c\x91", voice=True)


def test_who_stored_what_is_on_the_record(upload, ana):
    attachment = upload(png())
    event = Event.objects.get(event_type="media.stored")
    assert (event.actor_id, event.payload["sha256"]) == (str(ana.pk), attachment.sha256)


def test_a_documents_name_goes_with_it_a_pictures_does_not(upload):
    assert content_for(upload(pdf(), name="offer.pdf"), " Our offer ") == Media(
        "document", Attachment.objects.get().pk, caption="Our offer", filename="offer.pdf"
    )
    assert content_for(upload(png(), name="a.png")).filename == ""


def _bind(attachment, message):
    with transaction.atomic():
        attachment_bind(content_for(attachment), message)


def test_a_file_goes_with_one_message_only(upload, now):
    attachment = upload(png())
    first, second = (make.conversation(now).messages.get() for _ in range(2))
    _bind(attachment, first)
    _bind(attachment, first)
    assert file_of(first).attachment == attachment
    with pytest.raises(Unsendable, match="sent already"):
        _bind(attachment, second)
    assert file_of(second) is None


def test_a_file_of_another_number_is_not_sent(upload, now):
    elsewhere = make.conversation(now, on=make.channel(now, "other")).messages.get()
    with pytest.raises(Unsendable):
        _bind(upload(png()), elsewhere)


def test_what_is_not_stored_is_not_sent(upload, now):
    attachment = upload(png())
    Attachment.objects.update(state=Attachment.State.BLOCKED)
    with pytest.raises(Unsendable):
        _bind(attachment, make.conversation(now).messages.get())


def test_content_without_a_file_has_nothing_to_bind(now):
    attachment_bind(content.Text("Hello"), make.conversation(now).messages.get())


def test_the_providers_id_of_an_upload_is_used_until_it_runs_out(upload):
    file = StoredFile(upload(png()))
    assert file.uploaded_id() == ""
    file.note_upload("media-1", valid_for=timedelta(days=30))
    assert StoredFile(Attachment.objects.get()).uploaded_id() == "media-1"
    file.note_upload("media-2", valid_for=timedelta(seconds=-1))
    assert StoredFile(Attachment.objects.get()).uploaded_id() == ""


def test_a_link_needs_a_public_address_and_says_so(upload, settings):
    settings.PUBLIC_URL = ""
    with pytest.raises(ValueError, match="set PUBLIC_URL"):
        StoredFile(upload(png())).public_url()
