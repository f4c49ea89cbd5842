"""Small real files of each kind, made by code: what a customer's phone sends when it sends a picture or a voice."""

import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Sample:
    """A file that its own first bytes name rightly."""

    mime_type: str
    content: bytes
    filename: str


KINDS = ("image", "audio", "video", "document", "sticker")


@cache
def make_sample(kind: str) -> Sample:
    """The same small valid file at every call. Raises KeyError for a kind that is not one of KINDS."""
    return MAKERS[kind]()


def _png() -> Sample:
    """A 64 × 64 picture: sunset colours, 8 bits RGB."""
    size = 64
    rows = b"".join(
        b"\x00" + b"".join(bytes((255 - 2 * row, 120 + row, 40 + 3 * column)) for column in range(size))
        for row in range(size)
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return Sample("image/png", b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks), "photo.png")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _pdf() -> Sample:
    """One page that says where it comes from."""
    words = b"BT /F1 18 Tf 60 760 Td (A sample document, made by the phone simulator.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return Sample("application/pdf", body + table + end, "sample.pdf")


def _ogg() -> Sample:
    """A second of silence: Opus, mono, 48 kHz, in 50 packets of 20 ms."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48000, 0, 0)
    vendor = b"baton"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    silence = [b"\xf8\xff\xfe"] * 50
    pages = _page(0, 2, 0, [head]) + _page(1, 0, 0, [tags]) + _page(2, 4, 48000 + 312, silence)
    return Sample("audio/ogg", pages, "voice.ogg")


def _page(sequence: int, flags: int, position: int, packets: list[bytes]) -> bytes:
    header = b"OggS" + struct.pack("<BBqII", 0, flags, position, 0x0B470, sequence)
    laces = bytes([len(packets)]) + bytes(len(packet) for packet in packets)
    rest = laces + b"".join(packets)
    return header + struct.pack("<I", _ogg_sum(header + b"\0\0\0\0" + rest)) + rest


def _ogg_sum(page: bytes) -> int:
    """Ogg's own CRC: 0x04c11db7, not reflected, from zero."""
    register = 0
    for byte in page:
        register ^= byte << 24
        for _ in range(8):
            register = ((register << 1) ^ 0x04C11DB7 if register & 0x80000000 else register << 1) & 0xFFFFFFFF
    return register


def _mp4() -> Sample:
    """An MP4 with its header and an empty film: enough to be known for what it is."""
    kind = _box(b"ftyp", b"isom" + struct.pack(">I", 512) + b"isomiso2avc1mp41")
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    film = struct.pack(">IIIIIIH10x", 0, 0, 0, 1000, 0, 0x10000, 0x0100) + matrix + bytes(24) + struct.pack(">I", 1)
    return Sample("video/mp4", kind + _box(b"moov", _box(b"mvhd", film)) + _box(b"mdat", bytes(64)), "clip.mp4")


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def _webp() -> Sample:
    """A plain lossless picture of 512 × 512 pixels, the size of a sticker, all of one colour."""
    stream = _Bits()
    stream.put(0x2F, 8)
    stream.put(511, 14)
    stream.put(511, 14)
    stream.put(0, 1 + 3)  # no alpha used, version 0
    stream.put(0, 1 + 1 + 1)  # no transform, no colour cache, one group of codes
    for colour in (0x9A, 0xE0, 0x4B, 0xFF):  # green, red, blue, alpha: each code has one symbol of no length
        stream.put(1, 1)
        stream.put(0, 1)
        stream.put(1, 1)
        stream.put(colour, 8)
    stream.put(0b001, 3)  # the distance code: one symbol of one bit
    stream.put(0, 1)
    content = stream.bytes()
    chunk = b"VP8L" + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    return Sample("image/webp", b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk, "sticker.webp")


class _Bits:
    """Bits, the least significant first."""

    def __init__(self) -> None:
        self.value = self.length = 0

    def put(self, value: int, bits: int) -> None:
        self.value |= value << self.length
        self.length += bits

    def bytes(self) -> bytes:
        return self.value.to_bytes(math.ceil(self.length / 8), "little")


MAKERS: dict[str, Callable[[], Sample]] = {
    "image": _png,
    "audio": _ogg,
    "video": _mp4,
    "document": _pdf,
    "sticker": _webp,
}
