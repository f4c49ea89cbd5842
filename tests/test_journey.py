"""The whole journey, as a newcomer takes it: everything up by one command, the phone on one page, the desk on another.

Set SCREENSHOTS=docs/screenshots to write the pictures that the README shows.
"""

import json
import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.journey import demo, manage, needs_browser, screens

__all__ = ["demo", "screens"]
pytestmark = needs_browser


def test_the_whole_journey(screens, demo):
    phone, console, url = screens
    phone.pick_up(url, "Maya")
    phone.say("Where is my order?")
    phone.hears("B-10234")

    phone.say("I want to talk to a person")
    phone.hears(re.compile("connecting you", re.IGNORECASE))
    said_by_bot = len(phone.heard())

    console.sign_in(url, "ana")
    console.picture("console-home")
    console.opens("Maya Lindqvist")
    console.shows("Where is my order?")
    console.shows("B-10234")
    console.page.get_by_role("button", name="Accept").click()
    console.writes("Hello Maya, this is Ana. It will be with you on Monday.")
    phone.hears("this is Ana")
    phone.say("Wonderful, is Monday morning possible?")
    console.shows("Monday morning")
    assert len(phone.heard()) == said_by_bot + 1, "the bot must be silent while a person holds the conversation"
    console.writes("Yes, before noon.")
    console.page.keyboard.press("Escape")
    console.page.keyboard.press("n")
    console.writes("Carrier confirmed a delivery before noon.")
    console.picture("console-conversation")
    phone.picture("phone")

    console.page.get_by_title("More", exact=True).click()
    console.page.get_by_role("link", name="Return to the assistant").click()
    console.page.get_by_label("What the assistant should know").fill("Delivery on Monday before noon is agreed.")
    console.page.get_by_role("button", name="Return it").click()
    console.tells("gave the conversation back to the assistant")
    phone.say("How do I return something?")
    phone.hears(re.compile("return", re.IGNORECASE))

    console.page.get_by_role("button", name="Take over").click()
    console.page.keyboard.press("r")
    console.writes("Anything else?")
    phone.hears("Anything else?")
    console.page.get_by_title("Close").first.click()
    console.page.locator("#close-resolution").fill("Delivery agreed")
    console.page.get_by_role("button", name="Close it").click()
    console.tells("closed the conversation")

    console.page.goto(re.sub(r"(/c/[^/]+/).*", r"\1record/", console.page.url))
    record = console.page.locator("main").inner_text()
    for words in ("A person was called", "accepted", "The assistant answered", "Given back to the assistant", "Closed"):
        assert words in record
    assert "Carrier confirmed" not in record, "the record holds no texts"
    console.picture("console-record")
    phone.is_clean()
    console.is_clean()
    verified = manage(demo, "audit_verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_window_closes_when_the_clock_jumps(screens):
    """The composer closes by itself, and says why; the customer's next message opens it again."""
    phone, console, url = screens
    phone.pick_up(url, "Noor")
    phone.say("I want to talk to a person")
    phone.hears(re.compile("connecting you", re.IGNORECASE))
    console.sign_in(url, "ben")
    console.opens("Noor Whitcombe")
    console.page.get_by_role("button", name="Accept").click()
    may_reply = console.page.locator("#part-gate .gate")
    expect(may_reply).to_have_attribute("data-may-reply", "true", timeout=15000)
    phone.page.get_by_role("button", name="+25 hours").click()
    expect(console.page.locator("#part-gate")).to_contain_text("24-hour window", timeout=40000)
    expect(may_reply).to_have_attribute("data-may-reply", "false")
    console.picture("console-window-closed")
    phone.say("I am back")
    console.shows("I am back")
    expect(may_reply).to_have_attribute("data-may-reply", "true", timeout=15000)
    console.writes("Welcome back, Noor.")
    phone.hears("Welcome back, Noor.")
    phone.is_clean()
    console.is_clean()


def test_a_second_start_says_what_is_wrong_in_one_line(demo):
    url, _ = demo
    second = manage(demo, "up", "--demo", "--port", url.rpartition(":")[2])
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1
    assert "port" in second.stderr


def test_trace_of_a_message_can_be_looked_up(demo):
    """From WhatsApp's id of a message to what became of it, with a token made by the command."""
    url, _ = demo
    token = manage(demo, "add_token", "sara").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{url}/api/v1/", headers=headers, trust_env=False) as api:
        conversation = api.get("conversations/", params={"q": "Noor"}).json()["results"][0]
        messages = api.get(f"conversations/{conversation['id']}/messages/").json()["results"]
        last = [message for message in messages if message["direction"] == "in"][-1]
        trace = api.get("traces/", params={"provider_id": last["provider_id"]}).json()
    if last["provider_id"].startswith("wamid.demo"):
        pytest.skip("only the seeded message is there: the window test has not run in this process")
    assert "received" in json.dumps(trace)
