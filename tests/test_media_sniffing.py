"""What a file is, is read from its bytes: a name or a claim from outside cannot make it something else."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media_host import archive, docx, jpeg, mp4, ogg, ole, pdf, png, webp
from whatsapp.media.download import agrees
from whatsapp.media.limits import DOCX, PPTX, XLSX, said
from whatsapp.media.names import clean_name, download_name
from whatsapp.media.pictures import unsuitable
from whatsapp.media.sniffing import DANGEROUS, UNKNOWN, sniff, why_not

KINDS = {
    "jpeg": (jpeg(), "image/jpeg"),
    "png": (png(), "image/png"),
    "gif": (b"GIF89a\x01\0\x01\0", "image/gif"),
    "webp": (webp(), "image/webp"),
    "heic": (mp4(b"heic"), "image/heic"),
    "mp4": (mp4(), "video/mp4"),
    "3gpp": (mp4(b"3gp4"), "video/3gpp"),
    "quicktime": (mp4(b"qt  "), "video/quicktime"),
    "m4a": (mp4(b"M4A "), "audio/mp4"),
    "ogg": (ogg(), "audio/ogg"),
    "mp3 with tags": (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
    "mp3 without": (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
    "mp3 of low rate": (b"\xff\xe3\x18\xc4\0\0", "audio/mpeg"),
    "aac": (b"\xff\xf1\x50\x80\0\x1f", "audio/aac"),
    "amr": (b"#!AMR\n\x3c\x91", "audio/amr"),
    "pdf": (pdf(), "application/pdf"),
    "docx": (docx(), DOCX),
    "xlsx, its parts in another order": (archive("xl/workbook.xml", "a", "b", "c", "[Content_Types].xml"), XLSX),
    "pptx": (archive("[Content_Types].xml", "ppt/presentation.xml"), PPTX),
    "odt": (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.textPK\x03\x04",
            "application/vnd.oasis.opendocument.text"),
    "zip": (archive("holiday.jpg"), "application/zip"),
    "doc": (ole("WordDocument"), "application/msword"),
    "xls": (ole("Workbook"), "application/vnd.ms-excel"),
    "ppt": (ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "encrypted docx": (ole("EncryptedPackage"), "application/x-ole-storage"),
    "text": ("Guten Tag, schöne Grüße".encode(), "text/plain"),
    "text in Latin-1": ("schöne Grüße".encode("latin-1"), "text/plain"),
    "text in UTF-16": ("Olá".encode("utf-16"), "text/plain"),
    "text that begins as a program does": (b"MZ is short for many things", "text/plain"),
    "html": (b"\xef\xbb\xbf \n<!DocType HTML><p>", "text/html"),
    "xhtml": (b"<?xml version='1.0'?><html xmlns=''>", "text/html"),
    "svg": (b"<?xml version='1.0'?>\n<svg onload='x()'>", "image/svg+xml"),
    "script": (b"#!/bin/sh\nrm -rf /", "text/x-shellscript"),
    "exe": (b"MZ\x90\0\x03\0\0\0", "application/x-msdownload"),
    "elf": (b"\x7fELF\x02\x01\x01\0\0", "application/x-executable"),
    "shortcut": (b"L\0\0\0\x01\x14\x02\0\0", "application/x-ms-shortcut"),
    "apk": (archive("AndroidManifest.xml", "classes.dex"), "application/vnd.android.package-archive"),
    "jar": (archive("META-INF/MANIFEST.MF"), "application/java-archive"),
    "msi": (ole("x", bytes.fromhex("84100c0000000000c000000000000046")), "application/x-msi"),
    "noise": (b"\x01\x02\x03\x00\x05", UNKNOWN),
    "nothing": (b"", UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize(("content", "mime"), KINDS.values(), ids=KINDS)
def test_the_bytes_say_what_it_is(content, mime):
    assert sniff(io.BytesIO(content)).mime == mime


def test_a_container_of_film_holds_sound_where_the_claim_says_so_and_nothing_else():
    assert sniff(io.BytesIO(mp4()), claimed="audio/mp4; codecs=x").mime == "audio/mp4"
    assert sniff(io.BytesIO(png()), claimed="audio/mp4").mime == "image/png"


def test_moving_stickers_and_the_channels_of_opus_are_seen():
    assert sniff(io.BytesIO(webp(animated=True))).animated
    assert not sniff(io.BytesIO(webp())).animated
    assert [sniff(io.BytesIO(ogg(channels))).opus_channels for channels in (1, 2)] == [1, 2]
    assert sniff(io.BytesIO(ogg(codec=b"\x01vorbis\0"))).opus_channels == 0


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fall_over(content):
    for start in (
        b"",
        b"PK\x03\x04",
        b"OggS",
        b"RIFF\0\0\0\0WEBP",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xd8\xff",
    ):
        file = io.BytesIO(start + content)
        shown = sniff(file)
        assert shown.mime
        assert isinstance(unsuitable(shown, file, voice=True), str)


def test_a_zip_that_lies_about_its_directory_does_not_make_it_read_everything():
    lying = archive("a")[:-12] + b"\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"
    assert sniff(io.BytesIO(lying)).mime == "application/zip"


@pytest.mark.parametrize("mime", sorted(DANGEROUS))
def test_programs_and_pages_are_held_back_even_if_they_say_so(mime):
    assert why_not(mime, kind="document", claimed=mime)


@pytest.mark.parametrize(
    ("sniffed", "kind", "claimed", "fine"),
    [
        ("image/png", "image", "image/jpeg", True),
        ("audio/mp4", "audio", "audio/aac", True),
        ("video/mp4", "audio", "", True),
        ("image/webp", "sticker", "image/webp", True),
        (UNKNOWN, "image", "image/jpeg", False),
        ("application/pdf", "image", "image/jpeg", False),
        ("image/png", "video", "video/mp4", False),
        ("application/pdf", "document", "application/pdf", True),
        ("application/x-ole-storage", "document", DOCX, True),
        ("application/zip", "document", DOCX, True),
        ("text/plain", "document", "text/csv", True),
        ("text/plain", "document", "application/json", True),
        (UNKNOWN, "document", "application/x-autocad", True),
        ("application/zip", "document", "", True),
        (UNKNOWN, "document", "application/pdf", False),
        ("text/plain", "document", "application/pdf", False),
        ("image/jpeg", "document", DOCX, False),
    ],
)
def test_claim_and_content_are_compared_by_family(sniffed, kind, claimed, fine):
    assert bool(why_not(sniffed, kind=kind, claimed=claimed)) is not fine


@pytest.mark.parametrize(
    ("given_name", "mime", "safe"),
    [
        ("report.pdf", "application/pdf", "report.pdf"),
        ("REPORT.PDF", "application/pdf", "REPORT.PDF"),
        ("report.pdf", "application/x-ole-storage", "report.pdf.bin"),
        ("holiday.jpg.exe", "image/jpeg", "holiday.jpg.exe.jpg"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\temp\\a.txt", "text/plain", "a.txt"),
        ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe.pdf"),
        ("a\r\nSet-Cookie: b\x00.txt", "text/plain", "aSet-Cookie_ b.txt"),
        ("", "image/png", "image-7.png"),
        ("...", "image/png", "image-7.png"),
        ("Übersicht 2026.pdf", "application/pdf", "Übersicht 2026.pdf"),
    ],
)
def test_names_are_made_safe_and_end_as_their_content_does(given_name, mime, safe):
    assert download_name(given_name, mime=mime, fallback="image-7") == safe


@given(st.text(max_size=400))
def test_every_name_becomes_one_that_can_be_stored_and_shown(name):
    tidy = clean_name(name)
    assert len(tidy) <= 120
    assert not set(tidy) & set("/\\\x00\r\n\u202e")


def test_a_digest_agrees_in_either_encoding_and_an_unreadable_claim_says_nothing():
    digest = "ab" * 32
    assert agrees(digest, "AB" * 32)
    assert not agrees(digest, "ac" * 32)
    assert agrees(digest, "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=")
    assert agrees(digest, "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s")
    assert agrees(digest, "q6ur")
    assert agrees(digest, "")


def test_sizes_are_said_as_people_say_them():
    assert [said(size) for size in (0, 1, 1024, 100 * 1024, 5 * 1024**2, 7_549_747)] == [
        "0 KB", "1 KB", "1 KB", "100 KB", "5 MB", "7.2 MB",
    ]  # fmt: skip
