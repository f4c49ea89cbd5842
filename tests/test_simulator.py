"""The phone simulator: closed outside the demo, safe against other pages, never a 500, and it works in a browser."""

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import include, path

from config import clock
from tests import standin
from tests.standin import graph, settle, text_to, until
from whatsapp.standin.client import StandinClient

urlpatterns = [path("simulator/", include("console.simulator_urls"))]

READ = ["/simulator/", "/simulator/customers", "/simulator/phone/maya/messages"]
WRITE = ["/simulator/phone/maya/send", "/simulator/phone/maya/open", "/simulator/clock"]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture(autouse=True)
def demo(settings, tmp_path):
    settings.SIMULATOR = True
    settings.DATA_DIR = tmp_path
    settings.ROOT_URLCONF = __name__
    settings.SIMULATOR_URL = f"http://127.0.0.1:{standin.free_port()}"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def desk(server, settings) -> Iterator[standin.Desk]:
    settings.SIMULATOR_URL = server.url
    with standin.listening(server) as desk:
        yield desk


@pytest.mark.parametrize("url", READ + WRITE)
def test_outside_the_demo_there_is_nothing(client, settings, url):
    settings.SIMULATOR = False
    assert (client.get(url) if url in READ else client.post(url)).status_code == 404


@pytest.mark.parametrize("url", WRITE)
def test_another_site_cannot_write_or_move_the_clock(settings, url):
    assert Client(enforce_csrf_checks=True).post(url, {"hours": "25", "text": "x"}).status_code == 403
    assert clock.offset() == timedelta()


def test_the_page_stands_without_the_stand_in_and_says_what_it_is(client):
    answer = client.get("/simulator/")
    assert answer.status_code == 200
    assert "Play a customer" in answer.content.decode()
    assert "style=" not in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("url", [*READ[1:], *WRITE[:2]])
def test_a_stand_in_that_is_away_is_one_clear_line(client, url):
    answer = client.get(url) if url in READ else client.post(url, {"text": "hi", "open": "1"})
    assert answer.status_code == 503
    assert "graph_standin" in answer.json()["detail"]


def test_what_is_written_arrives_at_the_desk_as_a_webhook(client, desk, server):
    answer = client.post("/simulator/phone/ann/send", {"text": " <b>hello</b> "})
    assert answer.status_code == 201
    settle(server)
    assert [message["text"]["body"] for message in desk.messages()] == ["<b>hello</b>"]
    screen = client.get("/simulator/phone/ann/messages").json()
    assert screen["lines"][0]["status"] == "delivered"
    assert screen["window_closes"][standin.NUMBER]


@pytest.mark.parametrize(
    ("url", "fields", "status"),
    [
        ("/simulator/phone/ann/send", {"text": "   "}, 400),
        ("/simulator/phone/ann/send", {"text": "x" * 4097}, 400),
        ("/simulator/phone/ann/send", {"type": "poll", "text": "x"}, 400),
        ("/simulator/phone/ann/send", {"type": "reaction"}, 409),
        ("/simulator/phone/nobody/send", {"text": "x"}, 404),
        ("/simulator/clock", {"hours": "-1"}, 400),
        ("/simulator/clock", {}, 400),
    ],
)
def test_bad_input_is_told_what_is_wrong(client, desk, url, fields, status):
    answer = client.post(url, fields)
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize("after", ["-1", "x", "١", "1" * 30])
def test_a_strange_revision_is_not_a_500(client, desk, after):
    assert client.get("/simulator/phone/ann/messages", {"after": after}).status_code < 500


def test_a_stand_in_without_a_number_says_so(client, server, settings):
    settings.SIMULATOR_URL = server.url
    server.reset(all=True)
    assert client.get("/simulator/customers").status_code == 409


def test_the_clock_moves_for_everyone(client):
    assert client.post("/simulator/clock", {"hours": "25"}).json()["ahead"] == 25 * 3600
    assert clock.offset() == timedelta(hours=25)


def test_demo_customers_bring_tier_language_and_phrases(client, desk, server):
    server.put_user("omar", name="عمر", bsuid="US.104", wa_id="15550100104")
    found = {customer["id"]: customer for customer in client.get("/simulator/customers").json()["customers"]}
    assert (found["omar"]["tier"], found["omar"]["lang"], len(found["omar"]["phrases"])) == ("vip", "ar", 4)
    assert (found["ann"]["tier"], found["ann"]["phrases"]) == ("", [])


class Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        pass


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site() -> Iterator[str]:
    http = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Quiet)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_address[1]}/simulator/"
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        (pytest.fail if os.environ.get("BROWSER_REQUIRED") == "1" else pytest.skip)("no browser is installed")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=found, args=options)
        yield chromium
        chromium.close()


@pytest.mark.browser
def test_a_conversation_on_the_phone(browser, site, server, desk):
    """Typing, ticks, an answer, markup that stays text, another customer, and no complaint of the browser."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site)
    page.get_by_role("button", name="Ann").wait_for()
    page.get_by_label("Message", exact=True).fill("<img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")
    page.get_by_role("log").get_by_text("<img src=x onerror=alert(1)>").wait_for()
    page.get_by_role("img", name="Arrived at the desk").wait_for()
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": desk.messages()[0]["id"]}
    graph(server, mark)
    page.get_by_role("log").get_by_role("img", name="Read by the desk").wait_for()
    graph(server, text_to("+15550100191", "<script>alert(2)</script> fine"))
    page.get_by_role("log").get_by_text("<script>alert(2)</script> fine").wait_for()
    until(lambda: "read" in [status["status"] for status in desk.statuses()])
    assert page.locator("#log img, #log script").count() == 0
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("button", name="Voice").click()
    page.get_by_role("log").get_by_text("Voice message").wait_for()
    page.get_by_role("button", name="Bob").click()
    page.get_by_text("You are Bob, phone number hidden").wait_for()
    page.get_by_text("Nothing here yet").wait_for()
    page.get_by_role("button", name="Ann").click()
    page.get_by_role("log").get_by_text("Voice message").wait_for()
    assert complaints == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_phone_is_accessible(browser, site, server, desk, scheme):
    """axe finds nothing: names, contrast in both schemes, roles."""
    from axe_playwright_python.sync_playwright import Axe

    server.put_user("noor", name="Noor", bsuid="GB.108", wa_id="447700900108")
    server.write("noor", phone_number_id=standin.NUMBER, text="hello")
    graph(server, text_to("+447700900108"))
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    page.goto(f"{site}#noor")
    page.locator(".line.business").wait_for()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.set_viewport_size({"width": 390, "height": 800})
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.close()
