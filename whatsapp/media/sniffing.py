"""What a file is, by its bytes. Names and claims from outside are compared with that, never trusted."""

import struct
from dataclasses import dataclass
from typing import IO

import filetype  # type: ignore[import-untyped]

from whatsapp.media.limits import DOCX, PPTX, XLSX

#: Read from the front; enough for every signature looked for.
HEAD = 16 * 1024
_TAIL, _LARGEST_DIRECTORY = 66 * 1024, 1024 * 1024

UNKNOWN = "application/octet-stream"
#: Runs, or makes a browser run something: held back whatever it claims to be.
DANGEROUS = frozenset({
    "text/html", "image/svg+xml", "text/x-shellscript", "application/x-msdownload", "application/x-executable",
    "application/x-mach-binary", "application/java-vm", "application/java-archive", "application/x-msi",
    "application/vnd.android.package-archive", "application/x-ms-shortcut", "application/x-shockwave-flash",
    "application/x-deb", "application/x-rpm", "application/x-google-chrome-extension",
})  # fmt: skip
_OFFICE = ("msword", "ms-", "officedocument", "opendocument", "rtf", "zip", "x-ole-storage")
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<table", b"<a ", b"<img", b"<div")
_PROGRAMS = (
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
)
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
#: The root of a Windows Installer package in its container (its class id).
_MSI = bytes.fromhex("84100c0000000000c000000000000046")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`mime` is UNKNOWN where no signature fits. `animated` for pictures, `opus_channels` for Ogg (0: no Opus)."""

    mime: str
    animated: bool = False
    opus_channels: int = 0


def sniff(file: IO[bytes], *, claimed: str = "") -> Sniffed:
    """What the file shows itself to be. The claim decides one thing only: whether an MP4 or 3GPP container, which
    can hold either, is sound or film."""
    file.seek(0)
    head = file.read(HEAD)
    if head[:4] == b"OggS":
        return _ogg(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sniffed("image/webp", animated=_moves(head))
    mime = _program(head) or _container(file, head) or _sound(head) or _known(head) or _words(head) or UNKNOWN
    is_sound = base(claimed).startswith("audio/") and mime in ("video/mp4", "video/3gpp", "video/webm")
    return Sniffed(mime.replace("video/", "audio/") if is_sound else mime)


def _moves(webp: bytes) -> bool:
    return webp[12:16] == b"VP8X" and bool(int.from_bytes(webp[20:21], "big") & 2)


def base(mime: str) -> str:
    """A media type without its parameters, in small letters."""
    return mime.partition(";")[0].strip().lower()


def why_not(sniffed: str, *, kind: str, claimed: str) -> str:
    """Why a file of this type must not be kept as what it claims to be, in words; empty where it may."""
    if sniffed in DANGEROUS:
        return f"The file is a program or a web page ({sniffed}), which could do harm when opened."
    wanted = {"image": "image", "sticker": "image", "audio": "av", "video": "av"}.get(kind) or _family(claimed)
    if wanted and _family(sniffed) != wanted:
        return f"The file says it is {base(claimed) or kind}, but its content is {_named(sniffed)}."
    return ""


def _named(mime: str) -> str:
    return "of no known type" if mime == UNKNOWN else mime


def _family(mime: str) -> str:
    """Types that pass for each other: one program writes them under either name."""
    mime = base(mime)
    if mime.startswith(("audio/", "video/")) or mime == "application/ogg":
        return "av"
    if any(part in mime for part in _OFFICE):
        return "office"
    if mime in ("application/json", "application/xml", "application/csv"):
        return "text"
    return {"image": "image", "text": "text"}.get(mime.partition("/")[0], "pdf" if mime == "application/pdf" else "")


def _ogg(head: bytes) -> Sniffed:
    page = head[:256]
    if b"theora" in page or b"fishead" in page:
        return Sniffed("video/ogg")
    at = page.find(b"OpusHead")
    return Sniffed("audio/ogg", opus_channels=page[at + 9] if 0 <= at < len(page) - 9 else 0)


def _program(head: bytes) -> str:
    found = next((mime for signature, mime in _PROGRAMS if head.startswith(signature)), "")
    return "" if _is_text(head) else found


def _container(file: IO[bytes], head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return _isobmff(head[8:12])
    if head[:4] == b"PK\x03\x04":
        return _zip(file)
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and len(head) >= 512:
        return _ole(file, head)
    return ""


def _isobmff(brand: bytes) -> str:
    if brand in (b"M4A ", b"M4B "):
        return "audio/mp4"
    if brand[:2] == b"3g":
        return "video/3gpp"
    still = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif"}
    return still.get(brand, "video/quicktime" if brand == b"qt  " else "video/mp4")


def _zip(file: IO[bytes]) -> str:
    """By the names in its central directory, read without unpacking anything."""
    names = _zip_directory(file)
    if b"AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive"
    if b"[Content_Types].xml" in names:
        parts = ((b"word/", DOCX), (b"xl/", XLSX), (b"ppt/", PPTX))
        return next((mime for part, mime in parts if part in names), "application/zip")
    if b"META-INF/MANIFEST.MF" in names:
        return "application/java-archive"
    return _open_document(file) or "application/zip"


def _zip_directory(file: IO[bytes]) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return b""
    length, start = struct.unpack("<II", tail[at + 12 : at + 20])
    file.seek(min(start, size))
    return file.read(min(length, _LARGEST_DIRECTORY))


def _open_document(file: IO[bytes]) -> str:
    """An OpenDocument begins with its type, stored plainly."""
    file.seek(30)
    start = file.read(120)
    mime = start.removeprefix(b"mimetype").split(b"PK", 1)[0].decode("ascii", "ignore").strip()
    return mime if mime.startswith("application/vnd.oasis.opendocument.") else ""


def _ole(file: IO[bytes], head: bytes) -> str:
    """Word, Excel and PowerPoint before 2007, by the names of the streams beside the root."""
    size = 1 << min(struct.unpack_from("<H", head, 30)[0], 12)
    file.seek((struct.unpack_from("<I", head, 48)[0] + 1) * size)
    directory = file.read(16 * 1024)
    if directory[80:96] == _MSI:
        return "application/x-msi"
    streams = (("WordDocument", "msword"), ("Workbook", "vnd.ms-excel"), ("PowerPoint Document", "vnd.ms-powerpoint"))
    found = (f"application/{mime}" for name, mime in streams if name.encode("utf-16-le") in directory)
    return next(found, "application/x-ole-storage")


def _sound(head: bytes) -> str:
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    if head[:3] == b"ID3":
        return "audio/mpeg"
    if len(head) < 4 or head[0] != 0xFF:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    layer, rate = (head[1] >> 1) & 3, (head[2] >> 2) & 3
    return "audio/mpeg" if head[1] & 0xE0 == 0xE0 and layer in (1, 2) and rate != 3 else ""


def _known(head: bytes) -> str:
    """Everything else with a signature. Text may begin with any letters, so those that are letters are not asked."""
    found = filetype.guess_mime(head)
    return "" if found is None or (_is_text(head) and found not in ("application/pdf", "application/rtf")) else found


def _words(head: bytes) -> str:
    if not head or not _is_text(head):
        return ""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_MARKUP) or (start.startswith((b"<?xml", b"<!--")) and b"<html" in start):
        return "text/html"
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in start):
        return "image/svg+xml"
    return "text/x-shellscript" if start.startswith(b"#!") else "text/plain"


def _is_text(head: bytes) -> bool:
    """Text in UTF-8, UTF-16 with its mark, or any encoding of one byte: it has no control characters."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return not _CONTROL.intersection(head)
