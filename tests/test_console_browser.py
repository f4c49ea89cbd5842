"""The console's own scripts in a real Chromium: live, level after every loss, and open to everyone."""

import contextlib
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import global_settings
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from config import clock
from console.presenters import times
from conversations.models import Message
from handoff import desk
from tests.console_factories import (  # noqa: F401
    PASSWORD,
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)
from tests.processes.stack import running_stack

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Chromium to run the browser tests"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Browser:
    """A page and what went wrong on it. Rows are made in another thread: playwright owns this one's event loop."""

    def __init__(self, page, url):
        self.page, self.url, self.trouble = page, url, []
        page.on("console", lambda message: message.type == "error" and self.trouble.append(message.text))
        page.on("pageerror", lambda error: self.trouble.append(str(error)))

    def sign_in(self, path="/"):
        self.page.goto(f"{self.url}/login/?next={path}")
        self.page.fill("#id_username", "mia")
        self.page.fill("#id_password", PASSWORD)
        self.page.click("button[type=submit]")
        self.live()

    def live(self):
        expect(self.page.locator("#line-status")).to_have_attribute("data-state", "live", timeout=15000)

    def bodies(self):
        return self.page.locator("#lines .words").all_inner_texts()


def elsewhere(work, *args, **kwargs):
    """Do it in another thread, with a database connection of its own."""

    def task():
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(task).result()


@pytest.fixture(scope="module")
def stack(django_db_setup, tmp_path_factory):
    with running_stack(
        tmp_path_factory.mktemp("console"), "web", REDIS_URL=os.environ["REDIS_URL"], DEBUG="1"
    ) as stack:
        yield stack


@pytest.fixture
def agent(transactional_db, settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the web process checks the password
    return make_agent("mia", "Orders", first_name="Mia", last_name="Lind")


@pytest.fixture
def channel(transactional_db):
    return make_channel()


@contextlib.contextmanager
def browsing(stack, **options):
    """A browser for a test whose rows are made already; on the way out, nothing may have gone wrong on the page."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        browser = Browser(chromium.new_context(**options).new_page(), stack.url)
        try:
            yield browser
        finally:
            chromium.close()


def test_accept_reply_and_note_are_seen_at_once(stack, agent, channel):
    """Two agents look at one conversation: what one does, the other sees without a reload."""
    conversation = waiting(channel, agent)
    with browsing(stack) as first, browsing_second(first) as second:
        path = f"/c/{conversation.pk}/"
        first.sign_in(path)
        second.page.goto(stack.url + path)
        second.live()
        first.page.click("#part-gate button")
        first.page.fill("#body", "On its way <b>now</b>")
        first.page.keyboard.press("Control+Enter")
        expect(second.page.locator(".line--human .words")).to_have_text("On its way <b>now</b>")
        expect(first.page.locator("#body")).to_have_value("")
        first.page.keyboard.press("Escape")
        first.page.keyboard.press("n")
        expect(first.page.locator("#composer")).to_have_attribute("data-kind", "note")
        first.page.keyboard.type("Only for us")
        first.page.dblclick("#send")
        expect(second.page.locator(".line--note .words")).to_have_text("Only for us")
        assert first.trouble + second.trouble == []
    assert conversation.messages.filter(type=Message.NOTE).count() == 1


@contextlib.contextmanager
def browsing_second(first):
    """Another tab of the same browser, signed in with it."""
    yield Browser(first.page.context.new_page(), first.url)


def test_page_is_level_again_after_the_server_was_away(stack, agent, channel):
    """What happens while the line is down must be there once it is back: nothing lost, nothing twice."""
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        stack.running["web"].kill()
        expect(browser.page.locator("#line-status")).not_to_have_attribute("data-state", "live", timeout=15000)
        expect(browser.page.locator("#line-status")).to_be_visible()
        for number in range(3):
            elsewhere(desk.note, conversation.pk, agent=agent, body=f"Missed {number}", now=clock.now())
        late = clock.now() - timedelta(hours=1)
        elsewhere(customer_writes, channel, "Late one", sent_at=late)
        stack.start("web")
        browser.live()
        expect(browser.page.locator("#lines .words")).to_have_count(5)
        lines = browser.page.locator("#lines").inner_html
        shown = browser.bodies()
        assert (shown[0], shown[-1]) == ("Late one", "Missed 2")
        before = normalised(lines())
        browser.page.reload()
        browser.live()
        assert normalised(lines()) == before


def normalised(html):
    return re.sub(r"\s+", " ", html).replace("> <", "><").strip()


def test_rows_in_any_order_and_twice_make_the_same_page(stack, agent, channel):
    """Answers overtake each other and come twice; `apply` must not care."""
    conversation = held(channel, agent, now=clock.now() - timedelta(days=2))
    for number in range(4):
        desk.note(conversation.pk, agent=agent, body=f"Note {number}", now=clock.now())
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        ends = browser.page.evaluate(
            """async () => {
                const { apply } = await import("/static/console/lines.mjs");
                const lines = document.getElementById("lines");
                const rows = [...lines.querySelectorAll("li.line")].map((row) => row.outerHTML);
                const clean = (html) => html.replace(/\\s+/g, " ").replaceAll("> <", "><").trim();
                const wanted = clean(lines.innerHTML);
                const orders = [rows, rows.toReversed(), [...rows.slice(2), ...rows, rows[0]]];
                return orders.map((order) => {
                    const list = document.createElement("ol");
                    for (const row of order) apply(list, row);
                    return clean(list.innerHTML) === wanted;
                });
            }"""
        )
        assert ends == [True, True, True]


def test_countdowns_say_the_same_on_the_page_as_on_the_server(stack, agent, channel):
    """Otherwise every row would change its words a moment after it is drawn."""
    moments = [-90000, -3600, -185, -1, 0, 1, 59.9, 60, 581, 599, 600, 3599, 3600, 11579, 86399, 86400, 180000]
    cases = [[kind, left] for kind in ("deadline", "window") for left in moments]
    with browsing(stack) as browser:
        browser.page.goto(f"{stack.url}/login/")
        said = browser.page.evaluate(
            """async (cases) => {
                const { words } = await import("/static/console/countdown.mjs");
                return cases.map(([kind, left]) => words(kind, left));
            }""",
            cases,
        )
    assert said == [times.countdown_words(kind, left) for kind, left in cases]


def test_refused_reply_keeps_the_text_and_says_why(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        browser.page.fill("#body", "A careful answer")
        browser.page.evaluate("document.querySelector('#composer').elements.csrfmiddlewaretoken.value = 'x'.repeat(64)")
        browser.page.keyboard.press("Control+Enter")
        expect(browser.page.locator("#composer-trouble")).to_contain_text("out of date")
        expect(browser.page.locator("#body")).to_have_value("A careful answer")
        browser.page.reload()
        expect(browser.page.locator("#body")).to_have_value("A careful answer")
        browser.page.focus("#body")
        browser.page.keyboard.press("Control+Enter")
        expect(browser.page.locator(".line--human .words")).to_have_text("A careful answer")


def test_signing_out_elsewhere_is_said_with_the_way_back(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        browser.page.context.clear_cookies()
        elsewhere(desk.note, conversation.pk, agent=agent, body="x", now=clock.now())
        expect(browser.page.locator("#line-status")).to_have_attribute("data-state", "signed-out")
        expect(browser.page.locator("#line-status a")).to_be_visible()


def test_keyboard_moves_and_searches(stack, agent, channel):
    waiting(channel, agent, name="Anna", phone="+15550100001")
    waiting(channel, agent, name="Berta", phone="+15550100002")
    with browsing(stack) as browser:
        browser.sign_in()
        assert browser.page.title() == "(2) Baton"
        browser.page.keyboard.press("j")
        browser.page.keyboard.press("j")
        expect(browser.page.locator("a.row:focus .row-name")).to_have_text("Berta")
        browser.page.keyboard.press("/")
        browser.page.keyboard.type("ann")
        expect(browser.page.locator("a.row")).to_have_count(1)
        browser.page.keyboard.press("Enter")
        browser.page.keyboard.press("Enter")
        expect(browser.page.locator("h1")).to_have_text("Anna")
        assert browser.trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_stands_in_anybodys_way(stack, agent, channel, scheme, width):
    """WCAG by axe: contrast, names, landmarks, in both schemes, wide and narrow. And no page scrolls sideways."""
    conversation = waiting(channel, agent, name="A very long name of a customer who has many names", body="word " * 200)
    desk.note(conversation.pk, agent=agent, body="x" * 500, now=clock.now())
    viewport = {"width": width, "height": 900}
    with browsing(stack, color_scheme=scheme, viewport=viewport, bypass_csp=True, reduced_motion="reduce") as browser:
        browser.page.goto(f"{stack.url}/login/")
        found = violations(browser.page)
        browser.sign_in()
        for path in ("/", f"/c/{conversation.pk}/", f"/c/{conversation.pk}/record/"):
            browser.page.goto(stack.url + path)
            found += violations(browser.page)
            assert browser.page.evaluate("document.documentElement.scrollWidth") <= width
        assert found == []


def violations(page):
    return [(item["id"], [node["target"] for node in item["nodes"]]) for item in Axe().run(page).response["violations"]]
