"""Kept in a store of Amazon's kind, files behave as in the file system: once each, whole, in parts, removable."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import api_factories as make
from tests.media_host import hexed, mp4
from whatsapp.media.storing import Draft, keep, name_of
from whatsapp.models import Attachment

#: boto3 leaves its connections to the garbage collector, which warns of them.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
CONTENT = mp4(size=200_000)


class Bucket:
    """PUT, HEAD, GET and DELETE of objects, by path."""

    def __init__(self):
        self.objects, self.puts = {}, 0
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chunked = "aws-chunked" in self.headers.get("Content-Encoding", "")
                bucket.objects[self.path] = _unchunked(body) if chunked else body
                bucket.puts += 1
                self._answer(200, b"")

            def do_GET(self):
                content = bucket.objects.get(self.path)
                if content is None:
                    self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                    return
                first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
                part = content[int(first) : int(last) + 1 if last else None]
                partial = len(part) < len(content)
                headers = {"Content-Range": f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}"}
                self._answer(206 if partial else 200, part, headers if partial else {})

            do_HEAD = do_GET

            def do_DELETE(self):
                bucket.objects.pop(self.path, None)
                self._answer(204, b"")

            def _answer(self, status, body, headers=None):
                self.send_response(status)
                self.send_header("ETag", '"an-etag"')
                self.send_header("Last-Modified", "Sat, 21 Nov 2026 09:00:00 GMT")
                self.send_header("Content-Length", str(len(body)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _unchunked(body):
    """The content of Amazon's own chunked encoding."""
    content, rest = b"", body
    while True:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.split(b";")[0], 16)
        if not size:
            return content
        content, rest = content + rest[:size], rest[size + 2 :]


@pytest.fixture
def bucket(settings, tmp_path):
    made = Bucket()
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "desk", "location": "media", "endpoint_url": made.url, "region_name": "eu-central-1",
                "access_key": "a", "secret_key": "b", "default_acl": None, "file_overwrite": True,
                "addressing_style": "path",
            },
        },
    }  # fmt: skip
    yield made
    made.close()


def store():
    with Draft() as draft, transaction.atomic():
        draft.write(CONTENT)
        return keep(draft)


@pytest.mark.django_db
def test_a_file_is_kept_once_served_in_parts_and_removed(bucket, now, tmp_path):
    name = store()
    assert (name, store()) == (name_of(hexed(CONTENT)), name)
    assert bucket.puts == 1
    assert bucket.objects == {f"/desk/media/{name}": CONTENT}
    assert list((tmp_path / "media" / "drafts").iterdir()) == []

    message = make.conversation(now).messages.get()
    attachment = Attachment.objects.create(
        message=message, channel=message.channel, kind="video", state="stored", mime_type="video/mp4", file=name,
        size=len(CONTENT), sha256=hexed(CONTENT), created_at=now,
    )  # fmt: skip
    client = Client()
    client.force_login(make.agent(now, "ana"))
    url = reverse("console:media", args=[attachment.pk])
    part = client.get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, CONTENT[100:200])
    assert b"".join(client.get(url).streaming_content) == CONTENT

    default_storage.delete(name)
    assert bucket.objects == {}


@pytest.mark.django_db
def test_half_a_file_in_the_store_is_replaced(bucket):
    bucket.objects[f"/desk/media/{name_of(hexed(CONTENT))}"] = CONTENT[:10]
    store()
    assert bucket.objects == {f"/desk/media/{name_of(hexed(CONTENT))}": CONTENT}
