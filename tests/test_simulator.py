"""The phone simulator: closed outside the demo, safe against other pages, never a 500, and it works in a browser."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import include, path

from config import clock
from tests import standin
from tests.standin import graph, settle, text_to, until
from whatsapp.standin.client import StandinClient

urlpatterns = [path("simulator/", include("console.simulator_urls"))]

READ = ["/simulator/", "/simulator/customers", "/simulator/phone/maya/messages", "/simulator/media/1"]
WRITE = [
    "/simulator/phone/maya/send",
    "/simulator/phone/maya/open",
    "/simulator/phone/maya/act/call",
    "/simulator/clock",
]


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


@pytest.mark.parametrize("url", [*READ[1:], *WRITE[:3]])
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
        ("/simulator/phone/ann/send", {"type": "edit", "text": "x"}, 400),
        ("/simulator/phone/ann/send", {"type": "button_reply", "id": "1"}, 400),
        ("/simulator/phone/ann/send", {"text": "x", "forwarded": "twice"}, 400),
        ("/simulator/phone/ann/send", {"type": "unsupported", "code": "x"}, 400),
        ("/simulator/phone/ann/act/dance", {}, 404),
        ("/simulator/phone/ann/act/system", {"change": "user_changed_mind"}, 400),
        ("/simulator/phone/ann/act/hang-up", {"target": "nothing", "seconds": "4"}, 404),
        ("/simulator/phone/ann/act/hang-up", {"seconds": "-4"}, 400),
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


@pytest.mark.django_db
def test_the_clock_moves_for_everyone(client):
    assert client.post("/simulator/clock", {"hours": "25"}).json()["ahead"] == 25 * 3600
    assert clock.offset() == timedelta(hours=25)


def test_demo_customers_bring_tier_language_and_phrases(client, desk, server):
    server.put_user("omar", name="عمر", bsuid="US.104", wa_id="15550100104")
    found = {customer["id"]: customer for customer in client.get("/simulator/customers").json()["customers"]}
    assert (found["omar"]["tier"], found["omar"]["lang"], len(found["omar"]["phrases"])) == ("vip", "ar", 4)
    assert (found["ann"]["tier"], found["ann"]["phrases"]) == ("", [])


def test_a_file_goes_up_and_comes_back_whole_or_in_part(client, desk, server):
    file = SimpleUploadedFile("lamp.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png")
    line = client.post("/simulator/phone/ann/send", {"type": "image", "text": "mine", "file": file}).json()
    assert line["text"] == "mine"
    url = f"/simulator/media/{line['content']['id']}"
    answer = client.get(url)
    assert (answer.status_code, answer.headers["Content-Type"], len(answer.content)) == (200, "image/png", 108)
    part = client.get(url, headers={"Range": "bytes=100-"})
    assert (part.status_code, part.headers["Content-Range"], len(part.content)) == (206, "bytes 100-107/108", 8)
    settle(server)
    assert desk.messages()[0]["image"]["caption"] == "mine"


def test_a_file_that_could_be_a_page_is_only_handed_over(client, desk):
    """Otherwise whoever sends markup runs it in the desk's own origin."""
    file = SimpleUploadedFile(
        "x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/svg+xml"
    )
    line = client.post("/simulator/phone/ann/send", {"type": "document", "file": file}).json()
    answer = client.get(f"/simulator/media/{line['content']['id']}")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("kind", "size"), [("document", 0), ("document", 5 * 1024 * 1024 + 1), ("text", 10)])
def test_a_file_that_does_not_fit_is_refused(client, desk, kind, size):
    file = SimpleUploadedFile("a.pdf", bytes(size), "application/pdf")
    answer = client.post("/simulator/phone/ann/send", {"type": kind, "text": "x", "file": file})
    assert answer.status_code == 400
    assert "file" in answer.json()["detail"].lower()


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("call", {}, "calls"),
        ("echo", {"text": "hello"}, "smb_message_echoes"),
        ("system", {"change": "user_changed_number"}, "messages"),
        ("preferences", {"value": "stop"}, "user_preferences"),
        ("history", {}, "history"),
    ],
)
def test_what_is_no_message_reaches_the_desk_on_its_own_field(client, desk, server, name, fields, field):
    assert client.post(f"/simulator/phone/ann/act/{name}", fields).status_code == 200
    settle(server)
    assert [json.loads(body)["entry"][0]["changes"][0]["field"] for body in desk.bodies] == [field]


def test_a_kind_that_nobody_knows_can_be_sent(client, desk, server):
    assert client.post("/simulator/phone/ann/send", {"type": "hologram"}).status_code == 201
    settle(server)
    assert desk.messages()[0]["hologram"] == {"shape": "sphere"}


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


BUTTONS = {
    "type": "button",
    "body": {"text": "Shall we keep one?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Yes please"}}]},
}
LIST = {
    "type": "list",
    "body": {"text": "When suits you?"},
    "action": {
        "button": "Choose a time",
        "sections": [{"title": "Monday", "rows": [{"id": "m1", "title": "Morning", "description": "8 to 12"}]}],
    },
}
PLACE = {
    "type": "location_request_message",
    "body": {"text": "Where to?"},
    "action": {"name": "send_location"},
}


def to_ann(kind: str, content: dict, **more) -> dict:
    return {"messaging_product": "whatsapp", "to": "+15550100191", "type": kind, kind: content, **more}


@pytest.fixture
def phone(browser, site, server, desk):
    """Ann's phone in the browser, her window open; the browser must have nothing to complain of."""
    server.write("ann", phone_number_id=standin.NUMBER, text="Is it open?")
    page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}#ann")
    page.get_by_role("log").get_by_text("Is it open?").wait_for()
    yield page
    page.close()
    assert complaints == []


@pytest.mark.browser
def test_buttons_of_the_shop_are_answered_by_a_tap(phone, server, desk):
    for content in (BUTTONS, LIST, PLACE):
        assert graph(server, to_ann("interactive", content)).status_code == 200
    asked = [sent["id"] for sent in server.sent()]
    phone.get_by_role("button", name="Yes please").click()
    phone.get_by_role("button", name="Choose a time").click()
    phone.get_by_role("dialog", name="Choose a time").get_by_role("button", name="Morning").click()
    phone.get_by_role("button", name="Send location").click()
    until(lambda: len(desk.messages()) == 4)
    answers = {message["context"]["id"]: message for message in desk.messages()[1:]}
    assert answers[asked[0]]["interactive"]["button_reply"] == {"id": "yes", "title": "Yes please"}
    assert answers[asked[1]]["interactive"]["list_reply"]["description"] == "8 to 12"
    assert answers[asked[2]]["type"] == "location"


@pytest.mark.browser
def test_a_template_is_read_as_the_customer_reads_it_and_its_button_answers(phone, server, desk):
    parts = [
        {"type": "body", "parameters": [{"type": "text", "text": "Ann"}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "A-7"}]},
    ]
    content = {"name": "delivery_tracking", "language": {"code": "en_US"}, "components": parts}
    assert graph(server, to_ann("template", content)).status_code == 200
    phone.get_by_role("log").get_by_text("Hello Ann, your parcel is on its way.").wait_for()
    assert phone.get_by_role("link", name="Track it").get_attribute("href") == "https://shop.example/track/A-7"
    phone.get_by_role("button", name="Talk to a person").click()
    until(lambda: len(desk.messages()) == 2)
    assert desk.messages()[1]["button"] == {"payload": "Talk to a person", "text": "Talk to a person"}


@pytest.mark.browser
def test_a_bubble_is_answered_reacted_to_edited_and_deleted_by_keyboard(phone, server, desk):
    graph(server, text_to("+15550100191", "Good day"))
    theirs = phone.locator(".line.business", has_text="Good day")
    theirs.get_by_role("button", name="Reply, react and more").press("Enter")
    phone.get_by_role("button", name="Heart").press("Enter")
    theirs.locator(".reactions").wait_for()
    theirs.get_by_role("button", name="Reply, react and more").press("Enter")
    phone.get_by_role("dialog").get_by_role("button", name="Reply", exact=True).press("Enter")
    phone.keyboard.type("And to you")
    phone.keyboard.press("Enter")
    mine = phone.locator(".line.customer", has_text="And to you")
    mine.locator(".quote", has_text="Good day").wait_for()
    mine.get_by_role("button", name="Reply, react and more").press("Enter")
    phone.get_by_role("dialog").get_by_role("button", name="Edit").press("Enter")
    phone.get_by_label("Message", exact=True).fill("And to you too")
    phone.keyboard.press("Enter")
    mine = phone.locator(".line.customer", has_text="And to you too")
    mine.get_by_text("edited").wait_for()
    mine.get_by_role("button", name="Reply, react and more").press("Enter")
    phone.get_by_role("button", name="Delete for everyone").press("Enter")
    phone.get_by_role("log").get_by_text("You deleted this message").wait_for()
    settle(server)
    assert [message["type"] for message in desk.messages()] == ["text", "reaction", "text", "edit", "revoke"]
    assert desk.messages()[2]["context"]["id"] == server.sent()[0]["id"]


@pytest.mark.browser
def test_a_sheet_gives_the_keyboard_back_where_it_was(phone):
    more = phone.get_by_role("button", name="Odd things to try")
    more.press("Enter")
    phone.get_by_role("dialog", name="Odd things to try").wait_for()
    assert phone.locator("#composer").evaluate("node => node.inert"), "what lies behind is out of reach"
    phone.keyboard.press("Escape")
    phone.get_by_role("dialog").wait_for(state="hidden")
    assert more.evaluate("node => node === document.activeElement")


@pytest.mark.browser
def test_files_show_and_odd_things_arrive(phone, server, desk):
    phone.locator("#chooser").set_input_files({"name": "note.txt", "mimeType": "text/plain", "buffer": b"a few words"})
    phone.get_by_role("log").get_by_role("link", name="note.txt").wait_for()
    phone.get_by_role("button", name="Attach").click()
    phone.get_by_role("button", name="Photo").click()
    image = phone.locator("#log img")
    image.wait_for()
    until(lambda: image.evaluate("node => node.naturalWidth") > 0)
    phone.get_by_role("button", name="Odd things to try").click()
    phone.get_by_role("button", name="New phone number").click()
    phone.get_by_role("log").get_by_text("You changed your number").wait_for()
    phone.get_by_role("button", name="Odd things to try").click()
    phone.get_by_role("button", name="It writes").click()
    phone.get_by_role("log").get_by_text("Written on the shop").wait_for()
    phone.get_by_role("button", name="Call the shop").click()
    phone.get_by_role("button", name="Hang up").click()
    phone.get_by_role("button", name="Hang up").wait_for(state="hidden")
    settle(server)
    assert [call["event"] for value in desk.values() for call in value.get("calls", [])] == ["connect", "terminate"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_phone_is_accessible(browser, site, server, desk, scheme):
    """axe finds nothing: names, contrast in both schemes, roles."""
    from axe_playwright_python.sync_playwright import Axe

    server.put_user("noor", name="Noor", bsuid="GB.108", wa_id="447700900108")
    for kind in ("text", "image", "audio", "document", "location", "contacts", "order", "unsupported"):
        server.write("noor", phone_number_id=standin.NUMBER, type=kind, text="hello" if kind == "text" else "")
    server.react("noor", phone_number_id=standin.NUMBER, target=server.screen("noor")["lines"][0]["id"])
    server.system("noor", "customer_identity_changed", phone_number_id=standin.NUMBER)
    graph(server, to_ann("interactive", LIST) | {"to": "+447700900108"})
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    page.goto(f"{site}#noor")
    page.locator(".line.business").wait_for()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.get_by_role("button", name="Odd things to try").click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 800})
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
