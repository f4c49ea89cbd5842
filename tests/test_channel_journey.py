"""The channel as customer and agent live it: every kind of message, a closed window, a template, and on.

The phone's own acts go through the stand-in's doors, as its page does; what the desk shows is read in the browser.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journey import demo, manage, needs_browser, screens
from tests.processes.stack import eventually
from whatsapp.standin.client import StandinClient

__all__ = ["demo", "screens"]
pytestmark = needs_browser


@pytest.fixture
def standin(demo):
    """WhatsApp itself, beside the demo: one port further."""
    url, _ = demo
    host, _, port = url.rpartition(":")
    with StandinClient(f"{host}:{int(port) + 1}") as client:
        yield client, client.numbers()[0]["phone_number_id"]


def test_every_kind_is_shown(screens, demo, standin):
    """If this fails, a customer says something and the desk does not see it."""
    _phone, console, url = screens
    client, number = standin

    def says(**what):
        return client.write("lucia", phone_number_id=number, **what)["id"]

    console.sign_in(url, "ana")
    first = says(text="Two lamps arrived, one is broken")
    console.opens("Lucía Ferrer")
    lines = console.page.locator("#lines")
    console.shows("one is broken")
    says(type="image", text="The broken one")
    says(type="audio")
    says(type="video", text="How it flickers")
    says(type="document", text="invoice")
    says(type="sticker")
    says(type="location", text="The old mill")
    says(type="contacts")
    says(type="order")
    says(type="unsupported")
    says(text="This is the one I mean", reply_to=first)
    client.react("lucia", phone_number_id=number, target=first, emoji="\U0001f44d")
    edited = says(text="It is the smal one")
    client.edit("lucia", phone_number_id=number, target=edited, text="It is the small one")
    deleted = says(text="Never mind the colour")
    client.revoke("lucia", phone_number_id=number, target=deleted)
    call = client.call("lucia", phone_number_id=number)["id"]
    client.hang_up("lucia", phone_number_id=number, call_id=call)

    picture = lines.locator("img[src*='/media/']").first
    expect(picture).to_be_visible(timeout=30000)
    eventually(
        lambda: picture.evaluate("image => image.complete && image.naturalWidth > 0"), what="the picture is drawn"
    )
    expect(lines.locator("audio").first).to_be_visible()
    expect(lines.locator("video").first).to_be_visible()
    for words in ("The broken one", "The old mill", "lamp-oak-01", "It is the small one", "Never mind the colour"):
        expect(lines).to_contain_text(words, timeout=15000)
    expect(lines).to_contain_text(re.compile("deleted", re.IGNORECASE))
    expect(lines).to_contain_text(re.compile("edited", re.IGNORECASE))
    expect(lines).to_contain_text("\U0001f44d")
    expect(lines).to_contain_text(re.compile("call", re.IGNORECASE))
    console.picture("console-kinds")
    console.is_clean()


def test_closed_window_template_answer_and_on(screens, demo):
    """If this fails, whoever waits a day for an answer is lost, or is written to against WhatsApp's rules."""
    phone, console, url = screens
    phone.pick_up(url, "Jonas")
    phone.say("I want to talk to a person")
    phone.hears(re.compile("."))
    console.sign_in(url, "sara")
    console.opens("Jonas Hartwell")
    console.page.get_by_role("button", name=re.compile("^(Accept|Take over)$")).first.click()
    gate = console.page.locator("#part-gate .gate")
    expect(gate).to_have_attribute("data-may-reply", "true", timeout=15000)
    phone.page.get_by_role("button", name="+25 hours").click()
    expect(console.page.locator("#part-gate")).to_contain_text("24-hour window", timeout=40000)

    eventually(lambda: templates_known(demo), within=120, what="the templates are synced")
    console.page.get_by_role("button", name="Choose a template").click()
    console.page.get_by_label("Template", exact=True).select_option(label=REENGAGE)
    expect(console.page.locator("#template-preview")).to_contain_text("Reply to continue", timeout=15000)
    console.picture("console-template")
    console.page.get_by_label("And when they answer, send this").fill("The lamp is on its way.")
    console.page.get_by_role("button", name="Send the template").click()
    phone.hears("Reply to continue")
    assert not any("on its way" in heard for heard in phone.heard()), "it waits for the customer's answer"
    phone.say("Yes please?")
    phone.hears("The lamp is on its way.")
    console.shows("Yes please?")
    expect(gate).to_have_attribute("data-may-reply", "true", timeout=15000)
    console.writes("Any other question?")
    phone.hears("Any other question?")
    phone.is_clean()
    console.is_clean()
    verified = manage(demo, "audit_verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


REENGAGE = "reengage_update (en_US), utility"


def templates_known(demo) -> bool:
    command = "from whatsapp.models import MessageTemplate; print('known', MessageTemplate.objects.exists())"
    return "known True" in manage(demo, "shell", "-c", command).stdout
