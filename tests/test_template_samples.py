"""The sample file of a header goes to WhatsApp's reviewers in the three steps of a resumable upload."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import CloudAccount
from whatsapp.templates.cloud_client import CloudTemplates, ProviderRefused

ANSWERS = {"/v26.0/app?fields=id": {"id": "99"}, "/v26.0/99/uploads": {"id": "upload:MTp4?sig=abc"}}


class Graph(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.handle: dict = {"h": "4::handle"}
        self.status = 200
        graph = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(ANSWERS[self.path])

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                graph.asked.append((self.path, data, self.headers["Authorization"], self.headers["file_offset"]))
                self._answer(ANSWERS.get(self.path.partition("?")[0], graph.handle))

            def _answer(self, body: dict) -> None:
                raw = json.dumps(body).encode()
                self.send_response(graph.status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def graph():
    server = Graph()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(graph):
    url = f"http://127.0.0.1:{graph.server_address[1]}"
    return CloudTemplates(CloudAccount(api_url=url, access_token="token", business_account_id="1"))


def test_file_arrives_whole_and_its_handle_comes_back(client, graph):
    assert client.upload_sample(filename="a b.png", mime_type="image/png", data=b"\x89PNG\x00") == "4::handle"
    (path, _, bearer, _), last = graph.asked
    assert path == "/v26.0/99/uploads?file_name=a+b.png&file_length=5&file_type=image%2Fpng"
    assert bearer == "Bearer token"
    assert last == ("/v26.0/upload:MTp4?sig=abc", b"\x89PNG\x00", "OAuth token", "0")


@pytest.mark.parametrize("handle", [{}, {"h": None}, ["x"]])
def test_answer_without_a_handle_is_no_upload(client, graph, handle):
    graph.handle = handle
    with pytest.raises(ProviderUnavailable, match="Try again"):
        client.upload_sample(filename="x.png", mime_type="image/png", data=b"x")


def test_refusal_is_told(client, graph):
    graph.status = 403
    with pytest.raises(ProviderRefused, match="HTTP 403"):
        client.upload_sample(filename="x.png", mime_type="image/png", data=b"x")
