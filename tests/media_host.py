"""Files of every kind, small and honest; and a provider's file server that misbehaves as it is told to."""

import base64
import contextlib
import hashlib
import io
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from whatsapp.adapter import Download, MediaGone


def png(depth: int = 8, size: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, depth, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 7)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return padded(b"\x89PNG\r\n\x1a\n" + b"".join(chunks), size)


def jpeg(components: int = 3, size: int = 0) -> bytes:
    jfif = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8 + 3 * components, 8, 1, 1, components) + b"\x01\x11\0" * components
    return padded(b"\xff\xd8" + jfif + frame + b"\xff\xd9", size)


def webp(animated: bool = False, size: int = 0) -> bytes:
    return padded(b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0" + (b"\x02" if animated else b"\0") + b"\0" * 9, size)


def ogg(channels: int = 1, codec: bytes = b"OpusHead") -> bytes:
    return b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13" + codec + b"\x01" + bytes([channels]) + b"\0" * 40


def mp4(brand: bytes = b"isom", size: int = 0) -> bytes:
    return padded(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"mp42", size)


def pdf(size: int = 0) -> bytes:
    return padded(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", size)


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name in names:
            zipped.writestr(name, "<x/>")
    return made.getvalue()


def docx() -> bytes:
    return archive("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "word/document.xml")


def ole(stream: str = "WordDocument", root: bytes = b"\0" * 16) -> bytes:
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    entries = [_entry("Root Entry", root), _entry(stream, b"\0" * 16)]
    return bytes(header) + b"\0" * 512 + b"".join(entries) + b"\0" * 256


def _entry(name: str, class_id: bytes) -> bytes:
    return name.encode("utf-16-le").ljust(80, b"\0") + class_id + b"\0" * 32


def padded(content: bytes, size: int) -> bytes:
    return content + b"\0" * (size - len(content))


def hexed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def base64ed(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@dataclass
class Request:
    path: str
    headers: dict[str, str]


class Host:
    """One address per path; each has a list of answers, the last of which stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Callable[[BaseHTTPRequestHandler], None]]] = {}
        self.requests: list[Request] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.requests.append(Request(self.path, {name.lower(): value for name, value in self.headers.items()}))
                answers = host.answers[self.path]
                with contextlib.suppress(ConnectionError):
                    (answers.pop(0) if len(answers) > 1 else answers[0])(self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def at(self, path: str, *answers: Callable[[BaseHTTPRequestHandler], None], host: str = "127.0.0.1") -> str:
        self.answers[path] = list(answers)
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextlib.contextmanager
def file_host() -> Iterator[Host]:
    host = Host()
    try:
        yield host
    finally:
        host.close()


def gives(content: bytes, *, status: int = 200, said: int | None = None, **headers: str):
    """The content; `said` is a Content-Length of its own, -1 for none at all."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        if said != -1:
            handler.send_header("Content-Length", str(len(content) if said is None else said))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def sends_to(url: str):
    return gives(b"", status=302, Location=url)


def drips(content: bytes, pause: float):
    """One byte at a time."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        for position in range(len(content)):
            handler.wfile.write(content[position : position + 1])
            time.sleep(pause)

    return answer


@dataclass
class Provider:
    """An adapter as far as files go: it knows where each media id lies, newest address last."""

    located: dict[str, list[Download]] = field(default_factory=dict)
    hosts: tuple[str, ...] = ("127.0.0.1",)
    asked: list[str] = field(default_factory=list)

    def locate(self, media_id: str) -> Download:
        self.asked.append(media_id)
        found = self.located.get(media_id)
        if not found:
            raise MediaGone
        return found.pop(0) if len(found) > 1 else found[0]

    def may_fetch(self, url: str) -> bool:
        return any(url.startswith((f"http://{host}:", f"https://{host}")) for host in self.hosts)


BEARER = {"Authorization": "Bearer a-token-of-the-tests"}


def provider(url: str, **more: object) -> Provider:
    """Everything under the media id `m1`, with credentials."""
    return Provider({"m1": [Download(url, headers=BEARER, **more)]})
