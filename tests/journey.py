"""The demo as a newcomer sees it: everything up by one command, the phone on one page, the desk on another."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.processes.stack import ROOT, eventually, free_port

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: How long a whole journey may take on a busy machine, in seconds.
LIMIT = 400
needs_browser = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.timeout(LIMIT),
    pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Chromium to run the browser tests"),
]

WATCH_POLICY = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """`manage.py up --demo` in a directory of its own: its address. Stopped as by Ctrl-C, and that must be clean."""
    directory = tmp_path_factory.mktemp("demo")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"DATA_DIR": str(directory), "PYTHONUNBUFFERED": "1"}
    log = directory / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--demo", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: is_ready(url) or process.poll() is not None, within=170, what="the demo is ready")
        assert process.poll() is None, log.read_text()
        yield url, environment
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
    printed = log.read_text()
    assert code == 0, printed
    assert "Sign in as    ana / baton-demo" in printed
    assert "Traceback" not in printed, printed[-6000:]


def is_ready(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/readyz", timeout=5, trust_env=False).is_success
    return False


class Screen:
    """A page, what went wrong on it, and its pictures."""

    def __init__(self, page: Page) -> None:
        self.page, self.trouble = page, []
        page.add_init_script(WATCH_POLICY)
        page.on("console", lambda message: message.type in ("error", "warning") and self.trouble.append(message.text))
        page.on("pageerror", lambda error: self.trouble.append(str(error)))

    def picture(self, name: str) -> None:
        if directory := os.environ.get("SCREENSHOTS"):
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                self.page.screenshot(path=Path(directory) / f"{name}-{scheme}.png")
            self.page.emulate_media(color_scheme="light")

    def is_clean(self) -> None:
        assert self.trouble == []
        assert self.page.evaluate("window.violations") == []


class Phone(Screen):
    def pick_up(self, url: str, name: str) -> None:
        if "/simulator/" not in self.page.url:
            self.page.goto(f"{url}/simulator/")
        self.page.get_by_role("button", name=name).first.click()

    def say(self, words: str) -> None:
        field = self.page.get_by_label("Message", exact=True)
        field.fill(words)
        field.press("Enter")
        expect(field).to_have_value("")
        expect(self.page.get_by_role("log").get_by_text(words).last).to_be_visible()

    def hears(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#log .line.business").filter(has_text=words).last).to_be_visible(timeout=20000)

    def heard(self) -> list[str]:
        return self.page.locator("#log .line.business").all_inner_texts()


class Console(Screen):
    def sign_in(self, url: str, username: str) -> None:
        self.page.goto(f"{url}/login/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", "baton-demo")
        self.page.click("button[type=submit]")
        expect(self.page.locator("#line-status")).to_have_attribute("data-state", "live", timeout=15000)

    def opens(self, name: str) -> None:
        self.page.locator("a.row", has_text=name).first.click()
        expect(self.page.locator("h1")).to_have_text(name)
        expect(self.page.locator("#line-status")).to_have_attribute("data-state", "live", timeout=15000)

    def shows(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#lines .words").filter(has_text=words).last).to_be_visible(timeout=15000)

    def tells(self, words: str) -> None:
        expect(self.page.locator("#lines .banner").filter(has_text=words).last).to_be_visible(timeout=15000)

    def writes(self, words: str) -> None:
        self.page.fill("#body", words)
        self.page.keyboard.press("Control+Enter")
        self.shows(words)


@pytest.fixture
def screens(demo):
    url, _ = demo
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        yield Phone(context.new_page()), Console(context.new_page()), url
        chromium.close()


def manage(demo, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A second process beside the running desk, as an administrator would start it."""
    _, environment = demo
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
